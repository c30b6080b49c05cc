#include "tests/generate/random_reopenings.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/calendar/period.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

constexpr int kPercent = 45;  // of cases with such a plan
constexpr int kPlacesTried = 40;
constexpr size_t kCountingOften =
    3;  // so much likelier are periods that are counted or ranked with

struct CutTime {
  const plan::Plan* plan = nullptr;
  calendar::PeriodRule rule;
};

bool pays_at_close(const plan::Rule& rule) {
  return rule.counts || std::ranges::any_of(rule.effects, &plan::Effect::at_close);
}

// How plans cut time for what they pay at the end, or rank.
std::vector<CutTime> cuts_of(const std::vector<plan::Plan>& plans) {
  std::vector<CutTime> cuts;
  for (const plan::Plan& plan : plans) {
    for (const plan::Rule& rule : plan.rules) {
      if (!pays_at_close(rule)) continue;
      const size_t often = rule.counts ? kCountingOften : 1;
      cuts.insert(cuts.end(), often, {&plan, rule.subject.period});
    }
    for (const plan::Challenge& challenge : plan.challenges) {
      const auto measure = static_cast<size_t>(challenge.measure);
      cuts.insert(cuts.end(), kCountingOften, {&plan, plan.measures[measure].subject.period});
    }
  }
  return cuts;
}

class Reopenings {
 public:
  Reopenings(Rng& rng, const CutTime& cut, const std::string& tick_source,
             std::vector<Event>& events)
      : rng_(rng),
        cut_(cut),
        tick_source_(tick_source),
        events_(events),
        closing_(cut.plan->calendar, cut.rule, cut.plan->grace) {}

  void add(int number) {
    number_ = number;
    const std::optional<size_t> found = find_place();
    if (!found) return;
    size_t at = *found;
    const TimeMs now = latest(at);
    const int32_t closed = closing_.closed_at(now);
    const int32_t period = rng_.chance(88) ? closed : closed + rng_.small(-1, 1);
    if (rng_.chance(92)) insert(at++, tick_at(now));
    insert(at++, command("REOPEN", period, now));
    for (int i = rng_.small(0, 8); i > 0; --i) {
      if (std::optional<Event> event = once_more(period)) insert(at++, *std::move(event));
    }
    if (rng_.chance(15)) insert(at++, command("REOPEN", period, now));
    at += static_cast<size_t>(rng_.below(std::min<size_t>(events_.size() - at, 30) + 1));
    const TimeMs then = latest(at);
    if (rng_.chance(65)) insert(at++, command("CLOSE", period, then));
    if (rng_.chance(50)) insert(at, tick_at(then));
  }

 private:
  TimeMs latest(size_t count) const {
    TimeMs latest = base::kTimeMin;
    for (size_t i = 0; i < count; ++i) {
      TimeMs time = 0;
      if (base::parse_timestamp(events_[i].time, &time)) latest = std::max(latest, time);
    }
    return latest;
  }

  // Behind a period that was closed since the first event.
  std::optional<size_t> find_place() {
    std::optional<size_t> found;
    for (int tries = kPlacesTried; tries > 0; --tries) {
      const auto at = 1 + static_cast<size_t>(rng_.below(events_.size()));
      const TimeMs now = latest(at);
      if (now == base::kTimeMin) continue;
      found = at;
      size_t first = 1;
      while (latest(first) == base::kTimeMin) ++first;
      if (closing_.closed_at(now) > closing_.closed_at(latest(first))) return at;
    }
    return found;
  }

  void insert(size_t at, Event event) {
    events_.insert(events_.begin() + static_cast<std::ptrdiff_t>(at), std::move(event));
  }

  Event tick_at(TimeMs time) const {
    Event tick;
    tick.source = tick_source_;
    tick.time = std::to_string(time);
    return tick;
  }

  Event command(const std::string& word, int32_t period, TimeMs now) {
    Event event;
    event.source = kCommandSource;
    event.type = word;
    event.time = std::to_string(now);
    event.values = {{"plan", cut_.plan->name},
                    {"each", calendar::period_kind_name(cut_.rule)},
                    {"period", calendar::period_label(cut_.plan->calendar, cut_.rule, period)}};
    if (word == "REOPEN") event.values.emplace_back("reason", "late");
    const bool has_id = word == "REOPEN" || rng_.chance(40);
    if (has_id) event.id = "o" + std::to_string(number_) + std::to_string(++ids_);
    return event;
  }

  // An event of before as a new one in the period.
  std::optional<Event> once_more(int32_t period) {
    Event event = events_[static_cast<size_t>(rng_.below(events_.size()))];
    TimeMs time = 0;
    const bool is_event = event.source != kCommandSource && event.source != kPublishSource &&
                          event.source != tick_source_ && !event.id.empty() &&
                          base::parse_timestamp(event.time, &time);
    if (!is_event) return std::nullopt;
    event.id += "-o" + std::to_string(number_) + std::to_string(++ids_);
    const calendar::Period in = calendar::period_of_index(cut_.plan->calendar, cut_.rule, period);
    const TimeMs from = std::max(in.from, base::kTimeMin);
    const TimeMs to = std::min(in.to, base::kTimeEnd);
    if (from >= to) return std::nullopt;
    event.time = std::to_string(rng_.between(from, to - 1));
    return event;
  }

  Rng& rng_;
  const CutTime cut_;
  const std::string& tick_source_;
  std::vector<Event>& events_;
  calendar::ClosingCursor closing_;
  int number_ = 0;
  int ids_ = 0;
};

}  // namespace

bool is_reopening(const Event& event) {
  return event.source == kCommandSource && (event.type == "REOPEN" || event.type == "CLOSE");
}

void add_reopenings(Rng& rng, const std::vector<plan::Plan>& plans, const std::string& tick_source,
                    std::vector<Event>& events) {
  const std::vector<CutTime> cuts = cuts_of(plans);
  if (cuts.empty() || events.empty() || !rng.chance(kPercent)) return;
  for (int number = rng.small(1, 3); number > 0; --number) {
    Reopenings(rng, rng.pick(cuts), tick_source, events).add(number);
  }
}

}  // namespace guerdon::generate
