// Targets, and what other rules may read of them.
#include <algorithm>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

constexpr int64_t kAmountMax = 1'000'000'000'000'000;

struct Goal {
  std::string text;
  bool changes = false;  // on a day, or from account to account
};

Goal literal_goal(Rng& rng, const Draft& draft, const Measure& achieved) {
  if (achieved.kind == Kind::kCount) {
    return {count_literal(rng, std::max<int64_t>(1, rng.pick(common_counts())))};
  }
  const Unit& unit = draft.units[static_cast<size_t>(achieved.unit)];
  return {amount_literal(rng, unit, std::max<int64_t>(1, rng.pick(common_amounts())), true)};
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
  if (rng.chance(60)) {
    if (const std::optional<Goal> goal = table_goal(rng, draft, achieved)) return *goal;
  }
  for (const Named& param : draft.params) {
    const bool is_alike = achieved.kind == Kind::kAmount && param.unit == achieved.unit;
    if (is_alike && rng.chance(60)) return {param.name, param.is_dated};
  }
  return literal_goal(rng, draft, achieved);
}

void draft_bands(Rng& rng, Draft& draft) {
  if (!rng.chance(25)) return;
  const int first = rng.small(1, 99);
  draft.line(1, "bands low below " + std::to_string(first) + "%, mid below 100%, high from 100%");
}

// Upward, mostly about the goal.
std::vector<int> random_percents(Rng& rng, bool is_strict) {
  static const std::vector<int> kUsual = {1, 33, 50, 80, 90, 99, 100, 100, 101, 150, 1000};
  std::vector<int> percents;
  for (int i = rng.small(1, 3); i > 0; --i) percents.push_back(rng.pick(kUsual));
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

void draft_milestones(Rng& rng, Draft& draft, const Measure& achieved, const Place& place) {
  const std::string& payee = draft.attributes[static_cast<size_t>(achieved.owner)].name;
  const bool is_highest = rng.chance(30);
  const bool keeps = rng.chance(15);
  if (is_highest) draft.line(1, "milestones highest");
  if (keeps) draft.line(1, "take back nothing");
  const int first = static_cast<int>(rng.below(draft.units.size()));
  for (const int percent : random_percents(rng, is_highest)) {
    const bool is_debit = draft.has_penalties && !is_highest && !keeps && rng.chance(15);
    const int unit = is_highest ? first : static_cast<int>(rng.below(draft.units.size()));
    draft.line(1, "at " + std::to_string(percent) + "% : " + (is_debit ? "debit " : "credit ") +
                      payee + " " + random_award(rng, draft, place, unit));
    const Unit& of = draft.units[static_cast<size_t>(unit)];
    if (is_highest || !rng.chance(20)) continue;
    draft.line(1, "at most " + amount_literal(rng, of, rng.pick(common_amounts()), true));
  }
}

void draft_target(Rng& rng, Draft& draft, int number) {
  const std::string name = "target" + std::to_string(number);
  Measure achieved;
  std::string subject;
  for (int i = 0; i < 8 && achieved.period.empty(); ++i) {
    achieved = {};
    subject = draft_subject(rng, draft, achieved);
  }
  if (achieved.period.empty()) return;
  const std::optional<std::string> aggregate = draft_aggregate(rng, draft, achieved);
  if (!aggregate) return;
  achieved.name = name + ".achieved";
  const Goal goal = random_goal(rng, draft, achieved);
  draft.line(0, "");
  draft.line(0, "target " + name + subject);
  draft.line(1, "achieved" + aggregate->substr(aggregate->find('=') + 1));
  draft.line(1, "goal " + goal.text);
  draft_bands(rng, draft);
  draft.measures.push_back(achieved);
  Place place;
  place.attributes = achieved.keys;
  place.measures = {static_cast<int>(draft.measures.size()) - 1};
  place.owner = achieved.owner;
  if (rng.chance(90)) {
    if (rng.chance(25)) draft.line(1, "when " + Terms(rng, draft, place).condition(1));
    draft_milestones(rng, draft, achieved, place);
  }
  if (goal.changes) return;
  Measure read = achieved;
  read.name = name + ".remaining";
  draft.measures.push_back(read);
  read.kind = Kind::kCount;
  read.name = name + ".percent";
  draft.measures.push_back(read);
}

}  // namespace

void draft_targets(Rng& rng, Draft& draft) {
  if (!rng.chance(draft.shape.targets_percent)) return;
  for (int i = rng.small(1, 2); i > 0; --i) draft_target(rng, draft, i);
}

}  // namespace guerdon::generate
