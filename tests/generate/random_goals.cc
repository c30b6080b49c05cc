// Targets, and what other rules may read of them.
#include "tests/generate/random_goals.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"
#include "tests/generate/shrink.h"

namespace guerdon::generate {

using base::TimeMs;

namespace {

constexpr int64_t kAmountMax = 1'000'000'000'000'000;

struct Goal {
  std::string text;
  bool changes = false;  // on a day, or from account to account
  bool is_told = false;  // by TARGET
};

Goal literal_goal(Rng& rng, const Draft& draft, const Measure& achieved) {
  const bool is_count = achieved.kind == Kind::kCount;
  const int64_t goal =
      achieved.average_is_small
          ? rng.small(1, kSmall)
          : std::max<int64_t>(1, rng.pick(is_count ? common_counts() : common_amounts()));
  if (is_count) return {count_literal(rng, goal)};
  const Unit& unit = draft.units[static_cast<size_t>(achieved.unit)];
  return {amount_literal(rng, unit, goal, true)};
}

// What some table says for one key of the target, or for what is known of the account.
std::optional<Goal> table_goal(Rng& rng, const Draft& draft, const Measure& achieved) {
  const std::string& owner = draft.attributes[static_cast<size_t>(achieved.owner)].name;
  std::vector<Goal> found;
  for (const Table& table : draft.tables) {
    if (table.keys.size() != 1 || table.is_from_file || table.keys[0].has_points) continue;
    for (const Named& column : table.columns) {
      const bool is_alike = column.kind == achieved.kind && column.den == 1 &&
                            (column.kind != Kind::kAmount || column.unit == achieved.unit);
      if (!is_alike) continue;
      const std::string name = column.name.empty() ? table.name : table.name + "." + column.name;
      if (table.keys[0].kind == Kind::kText) {
        found.push_back({name + " for " + owner + "'s segment", true});
      }
      for (const int key : achieved.keys) {
        const Attribute& attribute = draft.attributes[static_cast<size_t>(key)];
        if (attribute.kind != table.keys[0].kind) continue;
        found.push_back({name + " for " + attribute.name, table.is_dated});
      }
    }
  }
  if (found.empty()) return std::nullopt;
  return rng.pick(found);
}

Goal random_goal(Rng& rng, const Draft& draft, const Measure& achieved) {
  if (achieved.average_is_small && rng.chance(70)) return literal_goal(rng, draft, achieved);
  if (rng.chance(60)) {
    if (const std::optional<Goal> goal = table_goal(rng, draft, achieved)) return *goal;
  }
  for (const Named& param : draft.params) {
    const bool is_alike = achieved.kind == Kind::kAmount && param.unit == achieved.unit;
    if (is_alike && rng.chance(60)) return {param.name, param.is_dated};
  }
  return literal_goal(rng, draft, achieved);
}

Goal from_file(Rng& rng, const Goal& otherwise) {
  if (!rng.chance(40)) return otherwise;
  if (rng.chance(50)) return {"from file", false, true};
  return {"from file otherwise " + otherwise.text, otherwise.changes, true};
}

void draft_bands(Rng& rng, Draft& draft) {
  if (!rng.chance(25)) return;
  const int first = rng.small(1, 99);
  draft.line(1, "bands low below " + std::to_string(first) + "%, mid below 100%, high from 100%");
}

// Upward, mostly about the goal.
std::vector<int> random_percents(Rng& rng, bool is_strict, int most) {
  static const std::vector<int> kUsual = {1, 33, 50, 80, 90, 99, 100, 100, 101, 150, 1000};
  std::vector<int> percents;
  for (int i = rng.small(1, 3); i > 0; --i) percents.push_back(std::min(most, rng.pick(kUsual)));
  std::sort(percents.begin(), percents.end());
  if (is_strict) percents.erase(std::unique(percents.begin(), percents.end()), percents.end());
  return percents;
}

std::string random_award(Rng& rng, const Draft& draft, const Place& place, int unit) {
  Terms terms(rng, draft, place);
  if (rng.chance(35)) {
    return amount_literal(rng, draft.units[static_cast<size_t>(unit)], rng.pick(common_amounts()),
                          true);
  }
  return terms.within(terms.number(Kind::kAmount, unit, 2), unit, kAmountMax).text;
}

// One that has a value whenever there is a goal.
std::string whole_award(Rng& rng, const Draft& draft, int unit) {
  const Unit& of = draft.units[static_cast<size_t>(unit)];
  if (rng.chance(60)) return amount_literal(rng, of, rng.pick(common_amounts()), true);
  return amount_literal(rng, of, rng.small(1, 50), true) + " * min(percent, 300)";
}

// What of a target is no sum that is to be large: such a one pays at the end alone.
struct Way {
  bool is_average = false;
  bool at_most = false;
  bool is_lowest = false;

  bool closes() const { return is_average || at_most || is_lowest; }
};

void draft_milestones(Rng& rng, Draft& draft, const Measure& achieved, const Place& place,
                      Way way) {
  const std::string& payee = draft.attributes[static_cast<size_t>(achieved.owner)].name;
  const bool is_highest = rng.chance(30);
  const bool keeps = rng.chance(15);
  if (is_highest) draft.line(1, "milestones highest");
  if (keeps) draft.line(1, "take back nothing");
  const int first = static_cast<int>(rng.below(draft.units.size()));
  const bool may_close = rng.chance(50);
  const bool is_highest_at_close = may_close && rng.chance(50);
  Rng own = Rng(rng).split();  // a plan without notices is drawn as before
  const bool tells = !is_highest && own.chance(40);
  bool is_first = true;
  for (const int percent : random_percents(rng, is_highest, way.at_most ? 100 : 1'000)) {
    const bool is_debit = draft.has_penalties && !is_highest && !keeps && rng.chance(15);
    const int unit = is_highest ? first : static_cast<int>(rng.below(draft.units.size()));
    const bool is_whole = is_highest && !std::exchange(is_first, false);
    const bool at_close =
        way.closes() || (is_highest ? is_highest_at_close : may_close && rng.chance(40));
    const std::string place_of =
        "at " + std::to_string(percent) + (at_close ? "% at close : " : "% : ");
    if (tells) draft.line(1, place_of + "notify " + payee + " \"part of the goal\"");
    draft.line(
        1, place_of + (is_debit ? "debit " : "credit ") + payee + " " +
               (is_whole ? whole_award(rng, draft, unit) : random_award(rng, draft, place, unit)));
    const Unit& of = draft.units[static_cast<size_t>(unit)];
    if (is_highest || !rng.chance(20)) continue;
    draft.line(1, "at most " + amount_literal(rng, of, rng.pick(common_amounts()), true));
  }
}

// What is owed beside a target, for the same, reads all of it.
void draft_reader(Rng& rng, Draft& draft, const std::string& target, const std::string& subject,
                  const Measure& achieved, Way way) {
  static const std::vector<std::string> kConditions = {".reached", ".percent >= 50",
                                                       ".percent < 90", ".percent <= 100"};
  if (!rng.chance(30)) return;
  const std::string& payee = draft.attributes[static_cast<size_t>(achieved.owner)].name;
  draft.line(0, "");
  draft.line(0, "rule beside_" + target + subject);
  draft.line(1, (rng.chance(30) ? "when not " : "when ") + target + rng.pick(kConditions));
  const auto unit = rng.below(draft.units.size());
  const bool is_of_goal = achieved.kind == Kind::kAmount && !way.is_average && rng.chance(50);
  const size_t paid = is_of_goal ? static_cast<size_t>(achieved.unit) : unit;
  const int64_t minor = std::clamp<int64_t>(rng.pick(common_amounts()), 1, kAmountMax / 1'000);
  const std::string amount = amount_literal(rng, draft.units[paid], minor, true);
  const std::string what = rng.pick(std::vector<std::string>{".goal", ".remaining"});
  draft.line(1, "credit " + payee + " " +
                    (is_of_goal ? "10% of min(" + target + what + ", " + amount + ")"
                                : amount + " * min(" + target + ".percent, 200)"));
}

// Drawn apart, as streaks are.
void draft_surplus(const Rng& rng, Draft& draft, const Measure& achieved, Way way) {
  Rng own = Rng(rng).split();
  if (way.is_average || way.at_most || !own.chance(35)) return;
  if (own.chance(10)) return draft.line(1, "surplus dropped");
  const bool is_count = achieved.kind == Kind::kCount;
  const int64_t most =
      std::max<int64_t>(1, own.pick(is_count ? common_counts() : common_amounts()));
  draft.line(1, "surplus carried up to " +
                    (is_count ? count_literal(own, most)
                              : amount_literal(own, draft.units[static_cast<size_t>(achieved.unit)],
                                               most, true)));
}

// How often running the target is reached, and what that pays. Drawn apart, so that a plan without
// one is drawn as before.
void draft_streak(const Rng& rng, Draft& draft, const std::string& target,
                  const Measure& achieved) {
  Rng own = Rng(rng).split();
  if (!own.chance(45)) return;
  const std::string& payee = draft.attributes[static_cast<size_t>(achieved.owner)].name;
  std::string subject = " per " + payee;
  for (const int key : achieved.keys) {
    subject += " per " + draft.attributes[static_cast<size_t>(key)].name;
  }
  const bool is_counted = achieved.period.find(' ') != std::string::npos;
  draft.line(0, "");
  draft.line(0, "streak streak_of_" + target + subject);
  draft.line(1, "of " + target + " reached " + std::to_string(own.small(2, 3)) + " " +
                    (is_counted ? "periods" : achieved.period + "s") + " running");
  if (own.chance(50)) draft.line(1, "repeats");
  if (own.chance(20)) draft.line(1, "when " + target + ".percent >= 150");
  for (int i = own.small(1, 2); i > 0; --i) {
    const Unit& unit = draft.units[static_cast<size_t>(own.below(draft.units.size()))];
    const bool is_debit = draft.has_penalties && own.chance(20);
    draft.line(
        1, (is_debit ? "debit " : "credit ") + payee + " " +
               amount_literal(own, unit, std::max<int64_t>(1, own.pick(common_amounts())), true));
  }
}

// What is achieved is said by TARGET, as goals are.
void draft_entered(Rng& rng, Draft& draft, const std::string& name, const std::string& subject,
                   Measure achieved) {
  achieved.kind = Kind::kCount;
  achieved.unit = -1;
  achieved.events.clear();
  achieved.is_picked = false;
  achieved.is_of_its_period = true;
  draft.line(0, "");
  draft.line(0, "target " + name + subject);
  draft.line(1, "achieved entered by hand");
  draft.line(1, rng.chance(30) ? "goal from file" : "goal " + count_literal(rng, rng.small(1, 8)));
  draft.measures.push_back(achieved);
  Place place;
  place.attributes = achieved.keys;
  place.measures = {static_cast<int>(draft.measures.size()) - 1};
  place.owner = achieved.owner;
  if (rng.chance(90)) draft_milestones(rng, draft, achieved, place, {});
  draft_reader(rng, draft, name, subject, achieved, {});
  draft_streak(rng, draft, name, achieved);
}

// Milestones are up to ten times that.
constexpr int kValuesGoal = 5;

void draft_target(Rng& rng, Draft& draft, int number) {
  const std::string name = "target" + std::to_string(number);
  Measure achieved;
  std::string subject;
  for (int i = 0; i < 8 && achieved.period.empty(); ++i) {
    achieved = {};
    subject = draft_subject(rng, draft, achieved);
  }
  if (achieved.period.empty()) return;
  Rng own = Rng(rng).split();
  const bool by_hand = own.chance(15);
  std::optional<std::string> aggregate =
      rng.chance(12) ? distinct_values(rng, draft, achieved) : std::nullopt;
  const bool counts_values = aggregate.has_value();
  if (!aggregate && own.chance(20)) aggregate = picked_value(own, draft, achieved);
  if (!aggregate) aggregate = draft_aggregate(rng, draft, achieved);
  if (!aggregate) return;
  achieved.name = name + ".achieved";
  if (by_hand) return draft_entered(own, draft, name, subject, achieved);
  const std::optional<std::string> average =
      rng.chance(30) ? averaged(rng, draft, *aggregate, achieved) : std::nullopt;
  const Goal usual = counts_values ? Goal{std::to_string(rng.small(1, kValuesGoal)), false}
                                   : random_goal(rng, draft, achieved);
  const Goal goal = from_file(rng, usual);
  const Way way{average.has_value(), rng.chance(30), achieved.may_fall};
  draft.line(0, "");
  draft.line(0, "target " + name + subject);
  draft.line(1, "achieved" + average.value_or(*aggregate).substr(2) +
                    (counts_values ? " up to " + std::to_string(kValuesGoal * 10) : ""));
  draft.line(1, (way.at_most ? "goal at most " : "goal ") + goal.text);
  draft_bands(rng, draft);
  if (!counts_values && !achieved.is_picked) draft_surplus(rng, draft, achieved, way);
  if (way.is_average) {  // all that reads a number of it reads how many samples there are
    achieved.average = achieved.name;
    achieved.kind = Kind::kCount;
    achieved.name = name + ".samples";
  }
  draft.measures.push_back(achieved);
  Place place;
  place.attributes = achieved.keys;
  place.measures = {static_cast<int>(draft.measures.size()) - 1};
  place.owner = achieved.owner;
  if (rng.chance(90)) {
    if (rng.chance(25)) draft.line(1, "when " + Terms(rng, draft, place).condition(1));
    draft_milestones(rng, draft, achieved, place, way);
  }
  draft_reader(rng, draft, name, subject, achieved, way);
  draft_streak(rng, draft, name, achieved);
  if (goal.changes) return;
  Measure read = achieved;
  read.average.clear();
  read.is_of_its_period = goal.is_told;
  read.name = name + ".remaining";
  if (!way.is_average) draft.measures.push_back(read);
  read.kind = Kind::kCount;
  read.name = name + ".percent";
  draft.measures.push_back(read);
}

}  // namespace

void draft_targets(Rng& rng, Draft& draft) {
  if (!rng.chance(draft.shape.targets_percent)) return;
  for (int i = rng.small(1, 2); i > 0; --i) draft_target(rng, draft, i);
}

// ---- TARGET -------------------------------------------------------------------------------------

namespace {

using reference::Event;

struct Told {
  const plan::Plan* plan = nullptr;
  const plan::Target* target = nullptr;
};

std::string written_for(const Event& event, const plan::Plan& plan, int attribute) {
  for (const auto& [given, value] : event.values) {
    if (given == plan.attributes[static_cast<size_t>(attribute)].wire) return value;
  }
  return "";
}

bool is_plain(const std::string& text, bool is_text) {
  return !text.empty() && text.size() < 9 && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_text ? c > ' ' && c < '\x7f' : c >= '0' && c <= '9';
  });
}

std::string random_goal_value(Rng& rng, const plan::Plan& plan, const plan::Measure& told) {
  if (rng.chance(8)) return "none";
  if (told.type.kind != plan::TypeKind::kAmount) return std::to_string(rng.small(0, 8));
  const int64_t minor =
      std::max<int64_t>(0, rng.chance(60) ? rng.pick(common_amounts()) : rng.between(0, 5'000));
  return money::format_decimal(minor, plan.units[static_cast<size_t>(told.type.unit)].scale);
}

// About what the event is about; nothing where that is not to be said.
std::optional<Event> goal_about(Rng& rng, const Told& said, const Event& event) {
  const plan::Plan& plan = *said.plan;
  const plan::Measure& told = plan.measures[static_cast<size_t>(said.target->told)];
  TimeMs time = 0;
  const std::string account = written_for(event, plan, told.subject.owner);
  if (!base::parse_timestamp(event.time, &time) || !is_plain(account, true)) return std::nullopt;
  time += rng.chance(70) ? 0 : rng.between(-70, 40) * base::kMsPerDay;
  time = std::clamp(time, base::kTimeMin, base::kTimeEnd - 1);
  Event goal;
  goal.source = kCommandSource;
  goal.type = "TARGET";
  const int32_t index = calendar::period_at(plan.calendar, told.subject.period, time).index;
  goal.values = {{"account", account},
                 {"target", plan.program + "/" + said.target->name},
                 {"period", calendar::period_label(plan.calendar, told.subject.period, index)}};
  static constexpr std::array kKeys = {"key", "key2", "key3"};
  for (size_t k = 0; k < told.subject.keys.size(); ++k) {
    const auto attribute = static_cast<size_t>(told.subject.keys[k]);
    const bool is_text = plan.attributes[attribute].type.kind == plan::TypeKind::kText;
    const std::string key = written_for(event, plan, told.subject.keys[k]);
    if (!is_plain(key, is_text)) return std::nullopt;
    goal.values.emplace_back(kKeys[k], key);
  }
  goal.values.emplace_back("value", random_goal_value(rng, plan, told));
  return goal;
}

std::vector<Told> all_told(const std::vector<plan::Plan>& plans) {
  std::vector<Told> all;
  std::set<std::string> names;
  for (const plan::Plan& plan : plans) {
    if (!names.insert(plan.name).second) continue;  // a further version
    for (const plan::Target& target : plan.targets) {
      if (target.told >= 0) all.push_back({&plan, &target});
    }
  }
  return all;
}

}  // namespace

std::optional<Event> random_goal(Rng& rng, const std::vector<plan::Plan>& plans,
                                 const Event& about) {
  const std::vector<Told> all = all_told(plans);
  if (all.empty()) return std::nullopt;
  return goal_about(rng, rng.pick(all), about);
}

void add_goals(Rng& rng, const std::vector<plan::Plan>& plans, std::vector<Event>& events) {
  const std::vector<Told> all = all_told(plans);
  if (all.empty() || events.empty()) return;
  const std::vector<Event> sent = events;
  for (int wanted = rng.small(2, 40); wanted > 0; --wanted) {
    const Told& said = rng.pick(all);
    const Event& about = sent[static_cast<size_t>(rng.below(sent.size()))];
    std::optional<Event> goal = goal_about(rng, said, about);
    const auto place = static_cast<size_t>(rng.below(events.size() + 1));
    if (!goal) continue;
    TimeMs time = 0;
    for (size_t before = place; before > 0 && goal->time.empty(); --before) {
      if (base::parse_timestamp(events[before - 1].time, &time)) {
        goal->time = base::format_timestamp(time);
      }
    }
    events.insert(events.begin() + static_cast<std::ptrdiff_t>(place), *goal);
  }
}

}  // namespace guerdon::generate
