#include "engine/proofs/law_cases.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/proofs/law_scope.h"

namespace guerdon::plan {

namespace {

using base::TimeMs;
using Events = std::vector<LawEvent>;

constexpr size_t kPlacesMax = 8;
constexpr TimeMs kClockAheadMax = base::kMsPerDay;
constexpr size_t kIdMax = 64;        // bytes of an event's id
constexpr size_t kEventsTried = 60;  // of one rule and type

const std::string* value_of(const LawEvent& event, const std::string& wire) {
  const auto found = event.values.find(wire);
  return found == event.values.end() ? nullptr : &found->second;
}

// Its digits without the point, and how many stand behind it. Nothing: no plain number above 0.
std::optional<std::pair<int64_t, size_t>> number_of(const std::string& text) {
  const size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point);
  const size_t decimals = point == text.size() ? 0 : text.size() - point - 1;
  if (point < text.size()) digits += text.substr(point + 1);
  int64_t number = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, failed] = std::from_chars(digits.data(), end, number);
  if (failed != std::errc() || at != end || number <= 0 || digits.size() > 15) return std::nullopt;
  return std::pair(number, decimals);
}

std::string in_words(int64_t number, size_t decimals) {
  std::string digits = std::to_string(number);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  return digits;
}

}  // namespace

void lay_out(const Cases& cases, Events* one, Events* other) {
  std::vector<const Twice*> ordered;
  for (const Twice& each : cases) {
    one->insert(one->end(), each.one.begin(), each.one.end());
    ordered.push_back(&each);
  }
  std::sort(ordered.begin(), ordered.end(),
            [](const Twice* a, const Twice* b) { return a->place < b->place; });
  for (const Twice* each : ordered) {
    other->insert(other->end(), each->other.begin(), each->other.end());
  }
}

CaseDraw::CaseDraw(const Plan& plan, const Events& events, uint64_t seed)
    : plan_(plan), random_(seed) {
  for (const LawEvent& event : events) {
    if (type_of(event)) events_.push_back(event);
    ++times_sent_[event.id];
    while (event.id.ends_with(fresh_)) fresh_ += '/';
  }
}

std::optional<int> CaseDraw::type_of(const LawEvent& event) const {
  for (size_t e = 0; e < plan_.events.size(); ++e) {
    if (plan_.events[e].wire == event.type) return static_cast<int>(e);
  }
  return std::nullopt;
}

const Attribute& CaseDraw::attribute(int index) const {
  return plan_.attributes[static_cast<size_t>(index)];
}

size_t CaseDraw::below(size_t n) {
  random_ = random_ * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
  return static_cast<size_t>(random_ >> 33) % n;
}

// ---- order --------------------------------------------------------------------------------------

Cases CaseDraw::reordered(uint64_t* moved) {
  *moved = 0;
  Cases cases;
  std::vector<TimeMs> times;
  std::vector<bool> is_corrected;  // by type: it counts in its own periods though it comes late
  for (size_t type = 0; type < plan_.events.size(); ++type) {
    is_corrected.push_back(plan_.events[type].late == tree::LatePolicy::kCorrect ||
                           periods_of(plan_, static_cast<int>(type)).empty());
  }
  std::vector<size_t> not_corrected = {0};  // how many before each do not
  for (const LawEvent& event : events_) {
    TimeMs time = 0;
    if (!base::parse_timestamp(event.time, &time)) continue;
    cases.push_back({{event}, {event}, cases.size()});
    times.push_back(time);
    const auto type = static_cast<size_t>(*type_of(event));
    not_corrected.push_back(not_corrected.back() + (is_corrected[type] ? 0 : 1));
  }
  TimeMs clock = INT64_MIN;  // behind those before `seen`
  size_t seen = 0;
  for (size_t i = 0; i + 1 < cases.size();) {
    const size_t j = i + 1 + below(std::min(kPlacesMax, cases.size() - i - 1));
    for (; seen <= j; ++seen) clock = std::max(clock, times[seen]);
    const TimeMs least = *std::min_element(times.begin() + static_cast<std::ptrdiff_t>(i),
                                           times.begin() + static_cast<std::ptrdiff_t>(j) + 1);
    const bool may_move = not_corrected[j + 1] == not_corrected[i] && !may_close(least, clock);
    if (may_move && clock - least < kClockAheadMax && is_apart(cases, i, j)) {
      std::swap(cases[i].place, cases[j].place);
      *moved += 2;
    }
    i = j + 1;
  }
  return cases;
}

// Whether a period may be closed in between, at which some rule pays: who comes after that is paid
// at once, and who came before it when his account is next looked at, which may be behind the last
// event.
bool CaseDraw::may_close(TimeMs from, TimeMs to) const {
  const auto closes = [](const Rule& rule) {
    return rule.counts || std::any_of(rule.effects.begin(), rule.effects.end(),
                                      [](const Effect& effect) { return effect.at_close; });
  };
  if (std::none_of(plan_.rules.begin(), plan_.rules.end(), closes)) return false;
  const auto day = [&](TimeMs at) {
    return calendar::period_at(plan_.calendar, calendar::PeriodKind::kDay, at).index;
  };
  return plan_.grace.count != 0 || day(from) != day(to);
}

// Whether the two, and each of them and those between, have neither id nor object in common.
bool CaseDraw::is_apart(const Cases& cases, size_t i, size_t j) const {
  for (size_t k = i; k <= j; ++k) {
    if (k != i && are_bound(cases[i].one[0], cases[k].one[0])) return false;
    if (k != j && are_bound(cases[k].one[0], cases[j].one[0])) return false;
  }
  return true;
}

bool CaseDraw::are_bound(const LawEvent& a, const LawEvent& b) const {
  if (a.id == b.id) return true;
  return std::any_of(plan_.events.begin(), plan_.events.end(), [&](const EventType& type) {
    if (type.object < 0) return false;
    const std::string* const of_a = value_of(a, attribute(type.object).wire);
    const std::string* const of_b = value_of(b, attribute(type.object).wire);
    return of_a != nullptr && of_b != nullptr && *of_a == *of_b;
  });
}

// ---- split --------------------------------------------------------------------------------------

Cases CaseDraw::halved(int type, int summed, uint64_t* tried) {
  const std::string& wire = attribute(summed).wire;
  Cases cases;
  *tried = 0;
  for (const LawEvent& event : events_) {
    Twice& one = cases.emplace_back(Twice{{event}, {event}, cases.size()});
    const std::string* const text = value_of(event, wire);
    if (type_of(event) != type || text == nullptr || *tried == kEventsTried) continue;
    const auto number = number_of(*text);
    const bool is_once = times_sent_[event.id] == 1;
    const bool has_room = !event.id.empty() && event.id.size() + fresh_.size() <= kIdMax;
    if (!number || number->first < 2 || !is_once || !has_room) continue;
    const int64_t part = 1 + static_cast<int64_t>(below(static_cast<size_t>(number->first - 1)));
    one.other.push_back(event);
    one.other[0].values[wire] = in_words(part, number->second);
    one.other[1].values[wire] = in_words(number->first - part, number->second);
    one.other[1].id += fresh_;
    ++*tried;
  }
  return cases;
}

// ---- cancel -------------------------------------------------------------------------------------

Cases CaseDraw::cancelled(const Rule& rule, int type, int back, int what) const {
  Cases cases;
  std::vector<int> needed = kept_for(plan_, rule);
  needed.push_back(what);
  for (const LawEvent& event : events_) {
    if (type_of(event) != type || cases.size() == kEventsTried) continue;
    const std::string* const text = value_of(event, attribute(what).wire);
    if (text == nullptr || !number_of(*text)) continue;
    LawEvent first = without_object(event);
    first.id = "first" + fresh_;
    const auto taken = back_of(first, plan_.events[static_cast<size_t>(back)], needed);
    if (!taken) continue;
    LawEvent again = first;
    again.id = "again" + fresh_;
    cases.push_back({{first}, {first, *taken, again}, 0});
  }
  return cases;
}

// An order's versions would go on; of none, each event is by itself.
LawEvent CaseDraw::without_object(LawEvent event) const {
  for (const EventType& each : plan_.events) {
    if (each.object >= 0) event.values.erase(attribute(each.object).wire);
  }
  return event;
}

std::optional<LawEvent> CaseDraw::back_of(const LawEvent& event, const EventType& back,
                                          const std::vector<int>& needed) const {
  LawEvent taken{"back" + fresh_, event.time, back.wire, {}};
  for (const int index : back.attributes) {
    const std::string* const value = value_of(event, attribute(index).wire);
    if (value != nullptr) taken.values[attribute(index).wire] = *value;
  }
  const bool has_all = std::all_of(needed.begin(), needed.end(), [&](int index) {
    return value_of(taken, attribute(index).wire) != nullptr;
  });
  return has_all ? std::optional(taken) : std::nullopt;
}

}  // namespace guerdon::plan
