#include "tests/law/reorder.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/law/draw.h"

namespace guerdon::law {
namespace {

using base::TimeMs;
using generate::Case;
using reference::Event;

constexpr int64_t kEventsPerInstant = 20;

// Every value may be an account: taking all of them is on the safe side.
std::set<std::string> values_of(const Event& event, const std::set<std::string>& roles) {
  std::set<std::string> values;
  for (const auto& [name, value] : event.values) {
    if (roles.contains(name) && !value.empty()) values.insert(value);
  }
  return values;
}

std::set<std::string> role_names(const Case& drawn) {
  std::set<std::string> names;
  for (const plan::Plan& plan : load_all(drawn.plans)) {
    for (const plan::Attribute& attribute : plan.attributes) {
      if (attribute.type.kind == plan::TypeKind::kAccount) names.insert(attribute.wire);
    }
  }
  return names;
}

bool have_common(const std::set<std::string>& a, const std::set<std::string>& b) {
  return std::any_of(a.begin(), a.end(), [&](const std::string& x) { return b.contains(x); });
}

}  // namespace

Case quietened(const Case& drawn) {
  Case quiet;
  quiet.plans = drawn.plans;
  std::vector<TimeMs> times;
  for (const Event& event : drawn.events) {
    TimeMs time = 0;
    const bool is_event = event.source != kTickSource && event.type != kQuietType &&
                          base::parse_timestamp(event.time, &time);
    if (!is_event) continue;
    times.push_back(time);
    quiet.events.push_back(event);
    quiet.events.back().source = "quiet";
    quiet.events.back().id = std::to_string(quiet.events.size());
  }
  std::sort(times.begin(), times.end());
  for (size_t i = 0; i < quiet.events.size(); ++i) {
    quiet.events[i].time = std::to_string(times[i - i % kEventsPerInstant]);
  }
  return quiet;
}

Case reordered(generate::Rng& rng, const Case& quiet) {
  const std::set<std::string> roles = role_names(quiet);
  Case other = quiet;
  std::vector<Event>& events = other.events;
  if (events.size() < 2) return other;
  std::vector<std::set<std::string>> accounts;
  accounts.reserve(events.size());
  for (const Event& event : events) accounts.push_back(values_of(event, roles));
  for (size_t tries = events.size() * kEventsPerInstant; tries > 0; --tries) {
    const size_t i = static_cast<size_t>(rng.below(events.size() - 1));
    if (events[i].time != events[i + 1].time) continue;
    if (have_common(accounts[i], accounts[i + 1])) continue;
    std::swap(events[i], events[i + 1]);
    std::swap(accounts[i], accounts[i + 1]);
  }
  return other;
}

}  // namespace guerdon::law
