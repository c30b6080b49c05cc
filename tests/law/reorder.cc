#include "tests/law/reorder.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/generate/random_rows.h"
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

std::set<std::string> names_of(const Case& drawn, plan::TypeKind kind) {
  std::set<std::string> names;
  for (const plan::Plan& plan : load_all(drawn.plans)) {
    for (const plan::Attribute& attribute : plan.attributes) {
      if (attribute.type.kind == kind) names.insert(attribute.wire);
    }
  }
  return names;
}

// The accounts that each event can act on, or act for. One that speaks of an object is in the order
// of all that do, and reaches whoever is named by one of them.
std::vector<std::set<std::string>> reach_of(const Case& quiet) {
  const std::set<std::string> roles = names_of(quiet, plan::TypeKind::kAccount);
  const std::set<std::string> objects = names_of(quiet, plan::TypeKind::kObject);
  std::map<std::string, std::set<std::string>> named;  // by object
  for (const Event& event : quiet.events) {
    for (const std::string& object : values_of(event, objects)) {
      named[object].merge(values_of(event, roles));
    }
  }
  std::vector<std::set<std::string>> reach;
  for (const Event& event : quiet.events) {
    reach.push_back(values_of(event, roles));
    for (const std::string& object : values_of(event, objects)) {
      reach.back().insert("object " + object);
      reach.back().insert(named[object].begin(), named[object].end());
    }
  }
  return reach;
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
                          event.source != generate::kCommandSource &&
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
  std::vector<Event> rows;
  for (Event row : drawn.events) {
    if (!generate::is_row(row)) continue;
    row.time.clear();
    rows.push_back(std::move(row));
  }
  quiet.events.insert(quiet.events.begin(), rows.begin(), rows.end());
  return quiet;
}

Case reordered(generate::Rng& rng, const Case& quiet) {
  Case other = quiet;
  std::vector<Event>& events = other.events;
  if (events.size() < 2) return other;
  std::vector<std::set<std::string>> accounts = reach_of(quiet);
  for (size_t tries = events.size() * kEventsPerInstant; tries > 0; --tries) {
    const size_t i = static_cast<size_t>(rng.below(events.size() - 1));
    if (events[i].time != events[i + 1].time || generate::is_row(events[i])) continue;
    if (have_common(accounts[i], accounts[i + 1])) continue;
    std::swap(events[i], events[i + 1]);
    std::swap(accounts[i], accounts[i + 1]);
  }
  return other;
}

}  // namespace guerdon::law
