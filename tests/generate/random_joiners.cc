#include "tests/generate/random_joiners.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

constexpr size_t kJoinsBefore = 25;  // so many events before the one that it is about, at most

struct JoinedChallenge {
  const plan::Plan* plan = nullptr;
  const plan::Measure* score = nullptr;
};

std::vector<JoinedChallenge> prorated_challenges(const std::vector<plan::Plan>& plans) {
  std::vector<JoinedChallenge> all;
  std::set<std::string> names;
  for (const plan::Plan& plan : plans) {
    if (!names.insert(plan.name).second) continue;  // a further version
    for (const plan::Challenge& challenge : plan.challenges) {
      if (!challenge.prorated) continue;
      all.push_back({&plan, &plan.measures[static_cast<size_t>(challenge.measure)]});
    }
  }
  return all;
}

// As any request may name it.
bool may_join(const std::string& account) {
  return !account.empty() && account.size() <= 64 &&
         std::all_of(account.begin(), account.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// Who the event is about joins in its period: mostly amid it, and for good.
std::optional<Event> joiner_of(Rng& rng, const JoinedChallenge& joined, const Event& about) {
  const plan::Plan& plan = *joined.plan;
  const plan::Subject& subject = joined.score->subject;
  const std::string& role = plan.attributes[static_cast<size_t>(subject.owner)].wire;
  const auto account = std::find_if(about.values.begin(), about.values.end(),
                                    [&](const auto& value) { return value.first == role; });
  TimeMs time = 0;
  const bool is_event = about.source != kCommandSource && about.source != kPublishSource;
  if (!is_event || account == about.values.end() || !may_join(account->second) ||
      !base::parse_timestamp(about.time, &time)) {
    return std::nullopt;
  }
  const calendar::Period period = calendar::period_at(plan.calendar, subject.period, time);
  if (period.from < base::kTimeMin || period.to >= base::kTimeEnd) return std::nullopt;
  const TimeMs from = period.from + (period.to - period.from) / 100 * rng.between(0, 100);
  Event command;
  command.source = kCommandSource;
  command.type = "HOLDER";
  command.values = {{"account", account->second},
                    {"attribute", "star"},
                    {"value", "true"},
                    {"effective", std::to_string(from)}};
  // Who leaves behind the period may join the next one late, too.
  const uint64_t leaves = rng.below(100);
  if (leaves < 40) command.values.emplace_back("until", std::to_string(period.to + 1));
  if (leaves >= 90) command.values.emplace_back("until", std::to_string(from + 3'600'000));
  return command;
}

}  // namespace

void add_joiners(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  const std::vector<JoinedChallenge> all = prorated_challenges(plans);
  if (all.empty()) return;
  for (int wanted = rng.small(6, 40); wanted > 0; --wanted) {
    const JoinedChallenge& joined = rng.pick(all);
    const auto about = static_cast<size_t>(rng.below(events.size()));
    std::optional<Event> command = joiner_of(rng, joined, events[about]);
    const size_t place = about - std::min<size_t>(about, rng.below(kJoinsBefore));
    if (!command) continue;
    for (size_t before = place; before > 0 && command->time.empty(); --before) {
      TimeMs time = 0;
      if (base::parse_timestamp(events[before - 1].time, &time)) {
        command->time = base::format_timestamp(time);
      }
    }
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), *std::move(command));
  }
}

}  // namespace guerdon::generate
