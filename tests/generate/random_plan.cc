#include "tests/generate/random_plan.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/base/civil.h"
#include "engine/plan/checker.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

const std::vector<std::string>& period_words() {
  static const std::vector<std::string> words = {"",      "",      "day",     "week",
                                                 "month", "month", "quarter", "year"};
  return words;
}

// What an attribute may be, by its name outside. Amounts take one of the plan's units.
struct Field {
  std::string wire;
  Kind kind;
};

const std::vector<Field>& fields() {
  static const std::vector<Field> all = {{"account", Kind::kAccount}, {"agent", Kind::kAccount},
                                         {"courier", Kind::kAccount}, {"amount", Kind::kAmount},
                                         {"fee", Kind::kAmount},      {"qty", Kind::kCount},
                                         {"level", Kind::kCount},     {"sku", Kind::kText},
                                         {"city", Kind::kText},       {"gift", Kind::kFlag}};
  return all;
}

std::string attribute_line(Rng& rng, const Draft& draft, const Field& field, Attribute& attribute) {
  attribute.kind = field.kind;
  attribute.name = rng.chance(20) ? "the_" + field.wire : field.wire;
  std::string line = attribute.name;
  if (attribute.name != field.wire) line += " as " + text_literal(field.wire);
  switch (field.kind) {
    case Kind::kAccount:
      return line + " : account";
    case Kind::kText:
      return line + " : text";
    case Kind::kFlag:
      return line + " : flag";
    case Kind::kCount:
      attribute.is_signed = rng.chance(25);
      return line + " : count" + (attribute.is_signed ? " signed" : "");
    default:
      attribute.unit = static_cast<int>(rng.below(draft.units.size()));
      attribute.is_signed = rng.chance(35);
      return line + " : " + draft.units[static_cast<size_t>(attribute.unit)].name +
             (attribute.is_signed ? " signed" : "");
  }
}

void draft_attributes(Rng& rng, Draft& draft) {
  for (const Field& field : fields()) {
    const bool is_needed = field.wire == "account" || field.wire == "amount";
    if (!is_needed && !rng.chance(65)) continue;
    Attribute attribute;
    attribute.line = attribute_line(rng, draft, field, attribute);
    draft.attributes.push_back(attribute);
  }
}

// `lines of` and what they have; what is made of them is the event's, too.
void draft_event_lines(Draft& draft, const std::vector<int>& events, Place& place) {
  draft.line(1, "lines of");
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    Attribute& attribute = draft.attributes[a];
    if (attribute.is_line) draft.line(2, attribute.line);
    if (attribute.fold.empty()) continue;
    attribute.events.insert(attribute.events.end(), events.begin(), events.end());
    place.attributes.push_back(static_cast<int>(a));
  }
}

std::string late_words(Rng& rng) {
  static const std::vector<std::string> kPolicies = {"correct", "current", "current", "reject"};
  return "late " + rng.pick(kPolicies);
}

// `event ...` with all its types, the attributes that fall to it and its own filter.
void draft_event_block(Rng& rng, Draft& draft, const std::vector<std::string>& wires) {
  std::vector<std::string> words;
  std::vector<int> numbers;
  for (const std::string& wire : wires) {
    const bool renamed = rng.chance(20);
    const std::string name = renamed ? "on_" + wire.substr(0, 4) : wire;
    words.push_back(renamed ? name + " as " + text_literal(wire) : name);
    numbers.push_back(static_cast<int>(draft.events.size()));
    draft.events.push_back(name);
  }
  draft.line(0, "event " + joined(words));
  Place place;
  std::optional<std::string> first_amount;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    Attribute& attribute = draft.attributes[a];
    if (attribute.is_line || !attribute.fold.empty()) continue;
    const bool is_left_out = a > 0 && numbers.front() > 0 && rng.chance(35);
    if (is_left_out) continue;
    draft.line(1, attribute.line);
    attribute.events.insert(attribute.events.end(), numbers.begin(), numbers.end());
    place.attributes.push_back(static_cast<int>(a));
    if (attribute.kind == Kind::kAmount && !first_amount) first_amount = attribute.name;
  }
  if (draft.has_objects && (draft.object_events.empty() || rng.chance(75))) {
    draft.line(
        1, std::string("the_order as \"order\" : object") + (rng.chance(70) ? " versioned" : ""));
    draft.object_events.insert(draft.object_events.end(), numbers.begin(), numbers.end());
  }
  if (!draft.line_attributes.empty() && (draft.events.size() == wires.size() || rng.chance(60))) {
    draft_event_lines(draft, numbers, place);
  }
  place.has_named_tables = false;
  if (rng.chance(30)) {
    draft.line(1, "when " + Terms(rng, draft, place).condition(1));
  } else if (rng.chance(40) && first_amount) {
    draft.line(1, "when " + *first_amount + " > 0");
  }
  if (rng.chance(15)) draft.line(1, "ignore others");
  if (rng.chance(draft.shape.plain_percent > 0 ? 5 : 15)) draft.line(1, late_words(rng));
}

std::vector<int> events_with(const Draft& draft, const std::vector<int>& attributes) {
  std::vector<int> events;
  for (size_t e = 0; e < draft.events.size(); ++e) {
    const bool has_all = std::all_of(attributes.begin(), attributes.end(), [&](int a) {
      const std::vector<int>& of = draft.attributes[static_cast<size_t>(a)].events;
      return std::find(of.begin(), of.end(), static_cast<int>(e)) != of.end();
    });
    if (has_all) events.push_back(static_cast<int>(e));
  }
  return events;
}

std::vector<int> attributes_of(const Draft& draft, Kind kind) {
  std::vector<int> found;
  for (size_t a = 0; a < draft.attributes.size(); ++a) {
    const Attribute& attribute = draft.attributes[a];
    if (attribute.kind == kind && !attribute.is_line) found.push_back(static_cast<int>(a));
  }
  return found;
}

void pick_subject(Rng& rng, const Draft& draft, Measure& measure) {
  measure.owner = rng.pick(attributes_of(draft, Kind::kAccount));
  if (rng.chance(35)) {
    std::vector<int> candidates = attributes_of(draft, Kind::kText);
    for (const int count : attributes_of(draft, Kind::kCount)) {
      if (draft.attributes[static_cast<size_t>(count)].fold.empty()) candidates.push_back(count);
    }
    const size_t wanted = rng.chance(75) ? 1 : 2;
    while (!candidates.empty() && measure.keys.size() < wanted) {
      const size_t i = static_cast<size_t>(rng.below(candidates.size()));
      measure.keys.push_back(candidates[i]);
      candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

}  // namespace

std::string draft_subject(Rng& rng, const Draft& draft, Measure& measure) {
  if (!draft.measures.empty() && rng.chance(50)) {  // so that an entitlement can read both
    measure.owner = draft.measures.back().owner;
    measure.keys = draft.measures.back().keys;
  } else {
    pick_subject(rng, draft, measure);
  }
  std::string words = " per " + draft.attributes[static_cast<size_t>(measure.owner)].name;
  for (const int key : measure.keys) {
    words += " per " + draft.attributes[static_cast<size_t>(key)].name;
  }
  const bool is_own = !draft.own_period.empty() && rng.chance(30);
  measure.period = is_own ? draft.own_period : rng.pick(period_words());
  return measure.period.empty() ? words : words + " per " + measure.period;
}

namespace {

std::string event_names(const Draft& draft, const std::vector<int>& events) {
  std::vector<std::string> names;
  names.reserve(events.size());
  for (const int e : events) names.push_back(draft.events[static_cast<size_t>(e)]);
  return joined(names);
}

// Some of `events`, at least one.
std::vector<int> some_of(Rng& rng, const std::vector<int>& events) {
  std::vector<int> some;
  for (const int e : events) {
    if (rng.chance(65)) some.push_back(e);
  }
  if (some.empty()) some.push_back(rng.pick(events));
  return some;
}

// What is summed: an amount or a count of the event, or a whole product of them.
std::optional<std::string> summed_value(Rng& rng, const Draft& draft, Measure& measure) {
  const std::vector<int> amounts = attributes_of(draft, Kind::kAmount);
  const std::vector<int> counts = attributes_of(draft, Kind::kCount);
  const bool is_amount = counts.empty() || rng.chance(65);
  if (amounts.empty() && is_amount) return std::nullopt;
  const int chosen = rng.pick(is_amount ? amounts : counts);
  const Attribute& attribute = draft.attributes[static_cast<size_t>(chosen)];
  measure.kind = attribute.kind;
  measure.unit = attribute.unit;
  std::vector<int> needed = {chosen};
  std::string value = attribute.name;
  if (is_amount && !counts.empty() && rng.chance(15)) {
    needed.push_back(counts.front());
    // More than a measure holds after a few dozen events.
    const Unit& unit = draft.units[static_cast<size_t>(attribute.unit)];
    const std::string cap = amount_literal(rng, unit, 100'000'000'000'000'000, true);
    const std::string& factor = draft.attributes[static_cast<size_t>(counts.front())].name;
    value = "max(-" + cap + ", min(" + value + " * " + factor + ", " + cap + "))";
  }
  needed.push_back(measure.owner);
  needed.insert(needed.end(), measure.keys.begin(), measure.keys.end());
  measure.events = events_with(draft, needed);
  return value;
}

}  // namespace

std::optional<std::string> draft_aggregate(Rng& rng, const Draft& draft, Measure& measure) {
  if (rng.chance(25)) {
    measure.kind = Kind::kCount;
    std::vector<int> needed = measure.keys;
    needed.push_back(measure.owner);
    measure.events = events_with(draft, needed);
    if (measure.events.empty()) return std::nullopt;
    measure.events = some_of(rng, measure.events);
    return " = number of " + event_names(draft, measure.events);
  }
  const std::optional<std::string> value = summed_value(rng, draft, measure);
  if (!value || measure.events.empty()) return std::nullopt;
  std::vector<int> added = some_of(rng, measure.events);
  std::string words = " = sum of " + *value + " on " + event_names(draft, added);
  if (measure.events.size() > added.size() && rng.chance(60)) {
    std::vector<int> taken;
    for (const int e : measure.events) {
      if (std::find(added.begin(), added.end(), e) == added.end()) taken.push_back(e);
    }
    words += " less " + *value + " on " + event_names(draft, taken);
    added.insert(added.end(), taken.begin(), taken.end());
  }
  measure.events = added;
  return words;
}

// An attribute of which each value is kept, and the events that have it.
struct Valued {
  int attribute = -1;
  std::vector<int> events;
};

// Of this kind, or a count.
std::optional<Valued> draft_valued(Rng& rng, const Draft& draft, const Measure& measure,
                                   Kind kind) {
  if (measure.keys.size() >= static_cast<size_t>(plan::kSubjectKeysMax)) return std::nullopt;
  std::vector<int> able = attributes_of(draft, kind);
  const std::vector<int> counts = attributes_of(draft, Kind::kCount);
  able.insert(able.end(), counts.begin(), counts.end());
  std::erase_if(able, [&](int each) {
    return !draft.attributes[static_cast<size_t>(each)].fold.empty() ||
           std::find(measure.keys.begin(), measure.keys.end(), each) != measure.keys.end();
  });
  if (able.empty()) return std::nullopt;
  const int chosen = rng.pick(able);
  std::vector<int> needed = measure.keys;
  needed.push_back(measure.owner);
  needed.push_back(chosen);
  Valued valued{chosen, events_with(draft, needed)};
  if (valued.events.empty()) return std::nullopt;
  return valued;
}

std::optional<std::string> distinct_values(Rng& rng, const Draft& draft, Measure& measure) {
  const std::optional<Valued> valued = draft_valued(rng, draft, measure, Kind::kText);
  if (!valued) return std::nullopt;
  const auto& [chosen, events] = *valued;
  measure.kind = Kind::kCount;
  measure.events = some_of(rng, events);
  return " = distinct " + draft.attributes[static_cast<size_t>(chosen)].name + " on " +
         event_names(draft, measure.events);
}

std::optional<std::string> picked_value(Rng& rng, const Draft& draft, Measure& measure) {
  const std::optional<Valued> valued = draft_valued(rng, draft, measure, Kind::kAmount);
  if (!valued) return std::nullopt;
  const auto& [chosen, events] = *valued;
  const Attribute& attribute = draft.attributes[static_cast<size_t>(chosen)];
  const bool is_lowest = rng.chance(40);
  measure.kind = attribute.kind;
  measure.unit = attribute.unit;
  measure.is_picked = true;
  measure.may_fall = is_lowest;
  measure.events = some_of(rng, events);
  return std::string(is_lowest ? " = lowest of " : " = highest of ") + attribute.name + " on " +
         event_names(draft, measure.events);
}

std::optional<std::string> averaged(Rng& rng, const Draft& draft, const std::string& aggregate,
                                    Measure& measure) {
  const std::string sum = " = sum of ";
  if (!aggregate.starts_with(sum)) return std::nullopt;
  const std::string what = aggregate.substr(sum.size(), aggregate.find(" less ") - sum.size());
  measure.average_kind = measure.kind;
  measure.average_unit = measure.unit;
  std::string words = " = average of " + what;
  const std::string value = what.substr(0, what.find(" on "));
  measure.average_is_small = value.find(' ') == std::string::npos && rng.chance(60);
  if (!measure.average_is_small) return words;
  words += " where " + value + " <= ";
  if (measure.kind == Kind::kCount) return words + count_literal(rng, kSmall);
  return words + amount_literal(rng, draft.units[static_cast<size_t>(measure.unit)], kSmall, true);
}

namespace {

// Days, weeks or months that are counted from a day; mostly from one on which a month begins.
void draft_own_period(Rng& rng, Draft& draft, int64_t week_start) {
  if (!rng.chance(40)) return;
  base::CivilDay from{rng.small(2024, 2027), rng.small(1, 12), rng.small(1, 28)};
  const bool nests = rng.chance(50);
  const uint64_t die = rng.below(3);
  std::string words = std::to_string(rng.small(1, 10)) + " days";
  if (die == 1) {
    words = std::to_string(rng.small(1, 4)) + " weeks";
    const int64_t day = base::days_from_civil(from.year, from.month, from.day);
    const int64_t ahead = (week_start - base::weekday(day) + 7) % 7;
    if (nests) from = base::civil_from_days(day + ahead);
    if (nests) draft.own_part = "week";
  } else if (die == 2) {
    words = std::to_string(rng.small(1, 5)) + " months";
    from.day = nests ? draft.month_day : rng.small(1, 31);
    if (from.day > base::days_in_month(from.year, from.month)) from.month = 1;
    if (nests) draft.own_part = "month";
  }
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  draft.own_period =
      words + " from " + std::to_string(from.year) + "-" + two(from.month) + "-" + two(from.day);
}

// How long periods stay open, and what becomes of what comes later. `current` is rarer where
// versions are to correct: no rule per period may then.
void draft_lateness(Rng& rng, Draft& draft) {
  if (rng.chance(30)) {
    static const std::vector<std::string> kSteps = {"minute", "hour", "day"};
    const std::string step = rng.pick(kSteps);
    draft.line(1, "grace " + std::to_string(rng.small(1, 31)) + " " + step + "s");
  }
  if (rng.chance(draft.shape.plain_percent > 0 ? 10 : 40)) draft.line(1, late_words(rng));
}

}  // namespace

void draft_header(Rng& rng, Draft& draft) {
  static const std::vector<std::string> kZones = {
      "UTC",           "Europe/London",    "America/New_York", "Asia/Kathmandu",
      "Asia/Jakarta",  "America/Santiago", "Pacific/Auckland", "Australia/Lord_Howe",
      "Europe/Moscow", "Africa/Cairo",     "Pacific/Apia",     "Asia/Tehran"};
  static const std::vector<int64_t> kDays = {0, 2, 5, 6};
  static const std::vector<std::string> kMonths = {"january", "february", "april",
                                                   "july",    "october",  "december"};
  static const std::vector<std::string> kRoundings = {"down", "up", "half up", "half even"};
  draft.line(0, "plan " + draft.shape.name);
  if (rng.chance(75)) draft.line(1, "zone " + rng.pick(kZones));
  if (rng.chance(30)) draft.line(1, "program " + draft.shape.name + "_program");
  int64_t week_start = 0;
  if (rng.chance(35)) {
    week_start = rng.pick(kDays);
    draft.line(1,
               "week starts " + std::string(base::kWeekdayNames[static_cast<size_t>(week_start)]));
  }
  if (rng.chance(35)) {
    draft.month_day = rng.small(1, 31);
    draft.line(1, "month starts day " + std::to_string(draft.month_day));
  }
  if (rng.chance(35)) draft.line(1, "year starts " + rng.pick(kMonths));
  if (rng.chance(40)) draft.line(1, "round " + rng.pick(kRoundings));
  draft_own_period(rng, draft, week_start);
  draft_lateness(rng, draft);
  draft.has_penalties = rng.chance(50);
  if (draft.has_penalties) draft.line(1, "penalties on");
  draft.line(0, "");
  const std::vector<Unit> units = {{"GBP", 2}, {"points", 0}, {"KWD", 3}, {"jiao", 1}, {"BTC", 4}};
  const auto first = static_cast<size_t>(rng.below(units.size()));
  const int count = rng.small(1, draft.shape.units_max);
  for (int i = 0; i < count; ++i) {
    const Unit& unit = units[(first + static_cast<size_t>(i)) % units.size()];
    draft.units.push_back(unit);
    draft.line(0, "unit " + unit.name + (rng.chance(20) ? " as \"x_" + unit.name + "\"" : "") +
                      ", " + std::to_string(unit.scale) + " decimals");
  }
}

void draft_events(Rng& rng, Draft& draft) {
  draft.has_objects = rng.chance(draft.shape.objects_percent);
  draft_attributes(rng, draft);
  draft_lines(rng, draft);
  std::vector<std::string> wires = {"purchase", "refund", "visit", "deal.won"};
  for (size_t i = wires.size() - 1; i > 0; --i) std::swap(wires[i], wires[rng.below(i + 1)]);
  const size_t total = static_cast<size_t>(rng.small(1, 4));
  const size_t first = 1 + static_cast<size_t>(rng.below(total));
  const auto cut = wires.begin() + static_cast<std::ptrdiff_t>(first);
  draft.line(0, "");
  draft_event_block(rng, draft, {wires.begin(), cut});
  for (size_t i = first; i < total; ++i) {
    draft.line(0, "");
    draft_event_block(rng, draft, {wires[i]});
  }
  draft.line(0, "");
  draft.line(0, "holder");
  draft.line(1, "segment : text");
  draft.line(1, "grade : count");
  draft.line(1, "star : flag");
}

void draft_constants(Rng& rng, Draft& draft) {
  draft.line(0, "");
  const int params = rng.small(0, 3);
  for (int i = 0; i < params; ++i) {
    Named param;
    if (rng.chance(50)) {
      param = ratio_literal(rng);
    } else {
      param.unit = static_cast<int>(rng.below(draft.units.size()));
      param.top = rng.pick(common_amounts());
      param.name = amount_literal(rng, draft.units[static_cast<size_t>(param.unit)],
                                  static_cast<int64_t>(param.top), true);
    }
    const std::string value = param.name;
    param.name = "param" + std::to_string(i);
    draft.line(0, "param " + param.name + " = " + value);
    param.is_dated = rng.chance(25);
    for (const std::string& day : common_days()) {
      if (!param.is_dated || !rng.chance(50)) continue;
      Named later = param;
      if (param.unit < 0) {
        later = ratio_literal(rng);
      } else {
        later.top = rng.pick(common_amounts());
        later.name = amount_literal(rng, draft.units[static_cast<size_t>(param.unit)],
                                    static_cast<int64_t>(later.top), true);
      }
      draft.line(1, "from " + day + " : " + later.name);
      // Both over one denominator.
      const int64_t den = std::lcm(param.den, later.den);
      param.top = std::max(param.top * (den / param.den), later.top * (den / later.den));
      param.den = den;
    }
    draft.params.push_back(param);
  }
  if (rng.chance(50)) {
    const std::string last = text_literal(common_texts()[3 + rng.below(4)]);
    draft.line(0, "list few = " + text_literal(common_texts()[rng.below(3)]) + ", " + last);
    draft.lists.push_back({"few", Kind::kText});
  }
}

namespace {

// What an event pays by the range that the average lies in, mostly near its bounds.
void draft_asked_by_average(Rng& rng, Draft& draft, const Measure& measure) {
  if (measure.events.empty() || !rng.chance(40)) return;
  const bool is_amount = measure.average_kind == Kind::kAmount;
  const auto bound = [&](int64_t at) {
    if (!is_amount) return count_literal(rng, at);
    return amount_literal(rng, draft.units[static_cast<size_t>(measure.average_unit)], at, true);
  };
  const auto worth = [&]() {
    return amount_literal(rng, draft.units.front(), rng.small(1, 9), true);
  };
  int64_t at = measure.average_is_small ? rng.small(1, 5) : rng.pick(common_counts());
  draft.line(0, "rule asks_" + measure.average);
  draft.line(1, "on " + event_names(draft, measure.events));
  draft.line(1, "credit " + draft.attributes[static_cast<size_t>(measure.owner)].name + " by " +
                    measure.average + (rng.chance(70) ? " after" : " before"));
  for (int i = rng.small(1, 4); i > 0; --i) {
    draft.line(2, (rng.chance(50) ? "up to " : "below ") + bound(at) + " : " + worth());
    at += rng.small(2, 4);  // a row without a whole number is none
  }
  draft.line(2, "otherwise : " + (rng.chance(30) ? "none" : worth()));
}

// Beside a sum; mostly for life, so that it has more samples than one: whoever reads the sum may
// read it, too.
void draft_average(Rng& rng, Draft& draft, std::string subject, const std::string& aggregate,
                   Measure& measure) {
  if (!rng.chance(50)) return;
  const std::optional<std::string> average = averaged(rng, draft, aggregate, measure);
  if (!average) return;
  measure.average = "average_" + measure.name;
  const std::string period = " per " + measure.period;
  if (!measure.period.empty() && subject.ends_with(period) && rng.chance(65)) {
    subject.resize(subject.size() - period.size());
  }
  draft.line(0, "measure " + measure.average + subject + *average);
  draft_asked_by_average(rng, draft, measure);
}

}  // namespace

namespace {

// A window that rolls on, and a rule with `on` that reads it: nobody else may. Drawn apart.
void draft_rolling(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split();
  if (!own.chance(25)) return;
  Measure measure;
  std::string subject = draft_subject(own, draft, measure);
  const std::string period = " per " + measure.period;
  if (!measure.period.empty() && !subject.ends_with(period)) return;
  if (!measure.period.empty()) subject.resize(subject.size() - period.size());
  const std::optional<std::string> aggregate = draft_aggregate(own, draft, measure);
  if (!aggregate) return;
  std::vector<int> needed = measure.keys;
  needed.push_back(measure.owner);
  const std::vector<int> events = some_of(own, events_with(draft, needed));
  if (events.empty()) return;
  draft.line(0, "measure rolling" + subject + " per last " +
                    (own.chance(75) ? std::to_string(own.small(2, 9)) + " days"
                                    : std::to_string(own.small(2, 3)) + " months") +
                    *aggregate);
  const std::string moment = own.chance(60) ? "rolling after" : "rolling before";
  const bool is_amount = measure.kind == Kind::kAmount;
  const Unit& unit = draft.units[is_amount ? static_cast<size_t>(measure.unit)
                                           : static_cast<size_t>(own.below(draft.units.size()))];
  const std::string none = is_amount ? amount_literal(own, unit, 0, true) : "0";
  const std::string most =
      is_amount ? amount_literal(own, unit, own.pick(common_amounts()), true) : "20";
  draft.line(0, "rule of_rolling");
  draft.line(1, "on " + event_names(draft, events));
  if (own.chance(50)) draft.line(1, "when " + moment + (own.chance(50) ? " > " : " <= ") + most);
  draft.line(
      1, "credit " + draft.attributes[static_cast<size_t>(measure.owner)].name + " " +
             (is_amount ? "10% of " : amount_literal(own, unit, own.small(1, 9), true) + " * ") +
             "max(" + none + ", min(" + moment + ", " + most + "))");
}

}  // namespace

// Of the same subject and bound, mostly of another attribute.
void draft_distinct_beside(Rng& rng, Draft& draft, const std::string& subject,
                           const std::string& most, Measure measure) {
  if (!rng.chance(60)) return;
  const std::optional<std::string> values = distinct_values(rng, draft, measure);
  if (!values) return;
  measure.name += "_beside";
  draft.line(0, "measure " + measure.name + subject + *values + most);
  draft.measures.push_back(measure);
}

void draft_measures(Rng& rng, Draft& draft) {
  const int wanted = rng.small(1, draft.shape.measures_max);
  draft.line(0, "");
  for (int i = 0; i < wanted; ++i) {
    Measure measure;
    measure.name = "measure" + std::to_string(i);
    const std::string subject = draft_subject(rng, draft, measure);
    std::optional<std::string> aggregate =
        rng.chance(12) ? distinct_values(rng, draft, measure) : std::nullopt;
    const std::string most = aggregate ? " up to " + std::to_string(rng.small(2, 3)) : "";
    const bool is_distinct = aggregate.has_value();
    Rng own = Rng(rng).split();
    if (!aggregate && own.chance(15)) aggregate = picked_value(own, draft, measure);
    if (!aggregate) aggregate = draft_aggregate(rng, draft, measure);
    if (!aggregate) continue;
    std::string line = "measure " + measure.name + subject + *aggregate;
    if (line.size() > 150) continue;
    if (rng.chance(30) && line.size() < 100) {
      Place place;
      place.asks_files = true;
      place.owner = measure.owner;
      for (size_t a = 0; a < draft.attributes.size(); ++a) {
        const std::vector<int>& of = draft.attributes[a].events;
        const bool is_everywhere =
            std::all_of(measure.events.begin(), measure.events.end(),
                        [&](int e) { return std::find(of.begin(), of.end(), e) != of.end(); });
        if (is_everywhere) place.attributes.push_back(static_cast<int>(a));
      }
      const std::string where = " where " + Terms(rng, draft, place).condition(1);
      if (line.size() + where.size() < 150) line += where;
    }
    draft.line(0, line + most);
    draft_average(rng, draft, subject, *aggregate, measure);
    draft.measures.push_back(measure);
    if (is_distinct) draft_distinct_beside(rng, draft, subject, most, measure);
  }
  draft_rolling(rng, draft);
}

std::string random_plan(Rng& rng, const PlanShape& shape) {
  Draft draft;
  draft.shape = shape;
  draft_header(rng, draft);
  draft_wallets(rng, draft);
  draft_events(rng, draft);
  draft_constants(rng, draft);
  draft_tables(rng, draft);
  draft_folds(rng, draft);
  draft_measures(rng, draft);
  draft_ladders(rng, draft);
  draft_targets(rng, draft);
  draft_challenges(rng, draft);
  draft_rules(rng, draft);
  draft_badges(rng, draft);
  draft_budgets(rng, draft);
  draft_above(rng, draft);
  draft_credited(rng, draft);
  return draft.text;
}

bool loads(const std::string& text) {
  plan::Diagnostics diagnostics;
  return plan::load_plan(plan::SourceText("drawn.plan", text), diagnostics).has_value();
}

}  // namespace guerdon::generate
