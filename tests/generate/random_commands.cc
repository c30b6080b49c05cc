#include "tests/generate/random_commands.h"

#include <algorithm>
#include <utility>

#include "engine/base/timestamp.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {
namespace {

using base::TimeMs;
using reference::Event;

constexpr size_t kNamedBack = 30;  // a REVERSE mostly names one of the last so many

// As any request may name it: what is wrong in events is not for commands to repeat.
bool is_plain(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; });
}

TimeMs time_of(const Event& event) {
  TimeMs time = base::kTimeMin;
  if (!base::parse_timestamp(event.time, &time)) return base::kTimeMin;
  return time;
}

class Commands {
 public:
  Commands(Rng& rng, const std::set<std::string>& roles, bool takes_back)
      : rng_(rng), roles_(roles), takes_back_(takes_back) {}

  // What comes behind the first `count` events; none: nothing to name.
  std::optional<Event> draw(const std::vector<Event>& events, size_t count) {
    Event command;
    command.source = kCommandSource;
    command.id = "c" + std::to_string(++ids_);
    const bool is_named = rng_.chance(takes_back_ ? 50 : 100) ? say_known(events, count, command)
                                                              : take_back(events, count, command);
    if (!is_named) return std::nullopt;
    return command;
  }

 private:
  bool say_known(const std::vector<Event>& events, size_t count, Event& command) {
    static const std::vector<std::string> kSegments = {"A", "B", "a", "X 1"};
    std::vector<std::string> accounts;
    TimeMs now = base::kTimeMin;
    for (size_t i = 0; i < count; ++i) now = std::max(now, time_of(events[i]));
    for (const Event& event : events) {
      for (const auto& [name, value] : event.values) {
        if (roles_.contains(name) && is_plain(value)) accounts.push_back(value);
      }
    }
    if (accounts.empty() || now == base::kTimeMin) return false;
    command.type = "HOLDER";
    command.time = std::to_string(now);
    command.values = {{"account", rng_.pick(accounts)}};
    const uint64_t what = rng_.below(3);
    command.values.emplace_back("attribute", what == 0 ? "segment" : what == 1 ? "grade" : "star");
    if (what == 0) command.values.emplace_back("value", rng_.pick(kSegments));
    if (what == 1) command.values.emplace_back("value", std::to_string(rng_.below(13)));
    if (what == 2) command.values.emplace_back("value", rng_.chance(70) ? "true" : "false");
    if (rng_.chance(40)) return true;
    const TimeMs back = rng_.between(0, 40) * base::kMsPerDay;
    const TimeMs from = std::max(base::kTimeMin, now - back);
    command.values.emplace_back("effective", std::to_string(from));
    if (rng_.chance(70)) return true;
    const TimeMs until = from + 1 + rng_.between(0, 40) * base::kMsPerDay;
    if (until < base::kTimeEnd) command.values.emplace_back("until", std::to_string(until));
    return true;
  }

  bool take_back(const std::vector<Event>& events, size_t count, Event& command) {
    if (count == 0) return false;
    const size_t reach = rng_.chance(70) ? std::min(count, kNamedBack) : count;
    const Event& event = events[count - 1 - static_cast<size_t>(rng_.below(reach))];
    const bool is_event = is_plain(event.id) && is_plain(event.source) && event.type != "quiet" &&
                          event.source != kCommandSource;
    if (!is_event) return false;
    command.type = "REVERSE";
    command.values = {{"event", event.id},
                      {"event_source", event.source},
                      {"reason", "wrong"},
                      {"actor", "nobody"}};
    return true;
  }

  Rng& rng_;
  const std::set<std::string>& roles_;
  const bool takes_back_;
  int ids_ = 0;
};

}  // namespace

void add_commands(Rng& rng, const std::set<std::string>& roles, const std::string& tick_source,
                  bool takes_back, std::vector<Event>& events) {
  Commands commands(rng, roles, takes_back);
  for (int wanted = rng.small(4, 24); wanted > 0; --wanted) {
    const auto at = static_cast<size_t>(rng.below(events.size() + 1));
    if (at > 0 && events[at - 1].source == tick_source) continue;
    const std::optional<Event> command = commands.draw(events, at);
    if (command) events.insert(events.begin() + static_cast<std::ptrdiff_t>(at), *command);
  }
}

reference::Command command_of(const Event& event) {
  return {"default", event.id, event.type, event.time, event.values};
}

std::vector<std::string> words_of(const reference::Command& command) {
  std::vector<std::string> words = {command.word};
  for (const auto& [name, value] : command.values) words.push_back(name + "=" + value);
  if (!command.id.empty()) words.push_back("id=" + command.id);
  if (!command.time.empty()) words.push_back("time=" + command.time);
  return words;
}

}  // namespace guerdon::generate
