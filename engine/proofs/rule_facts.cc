#include "engine/proofs/rule_facts.h"

#include <algorithm>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/decimal.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_subjects.h"
#include "engine/proofs/explain_terms.h"

namespace guerdon::plan {
namespace {

constexpr int kCellBytes = 8;

// Whether all that is of one `inner` is of one `outer`.
bool is_within(const Plan& plan, const Subject& inner, const Subject& outer) {
  const auto has = [&](int key) {
    return std::find(inner.keys.begin(), inner.keys.end(), key) != inner.keys.end();
  };
  return inner.owner == outer.owner && std::all_of(outer.keys.begin(), outer.keys.end(), has) &&
         covers(plan.calendar, outer.period, inner.period);
}

class FactFinder {
 public:
  FactFinder(const Plan& plan, const Rule& rule) : plan_(plan), rule_(rule) {}

  RuleFacts find() {
    find_alone();
    if (rule_.group >= 0 && facts_.order_because.empty()) find_group();
    return std::move(facts_);
  }

 private:
  void find_alone();  // as if it stood in no group
  void read(const Term& term);
  void read_measure(const Term& term);
  void read_earned(const Measure& measure);
  void read_credited(const Credited& credited);
  void find_limits(const std::vector<Limit>& limits);
  void find_group();
  void find_settled();
  void find_effect(const Effect& effect);

  const std::string& attribute(int index) const {
    return plan_.attributes[static_cast<size_t>(index)].name;
  }
  void depends_on_order(std::string because) {
    std::vector<std::string>& all = facts_.order_because;
    if (!is_because(because)) all.push_back(std::move(because));
  }
  bool is_because(const std::string& because) const {
    const std::vector<std::string>& all = facts_.order_because;
    return std::find(all.begin(), all.end(), because) != all.end();
  }

  const Plan& plan_;
  const Rule& rule_;
  RuleFacts facts_;
};

void FactFinder::read_measure(const Term& term) {
  const Measure& measure = plan_.measures[static_cast<size_t>(term.index)];
  facts_.reads.insert("measure " + measure.name);
  if (term.moment == tree::Moment::kLast) {
    const std::string because = measure.name + " of the period before";
    if (rule_.subject.is_object() && !is_because(because)) facts_.kept_bytes += kCellBytes;
    depends_on_order(because);
    return;
  }
  if (measure.is_streak) {
    const std::string because = measure.name + " is final when a period is closed";
    if (!is_because(because)) facts_.kept_bytes += kCellBytes;
    depends_on_order(because);
    return;
  }
  const bool before = term.moment == tree::Moment::kBefore;
  if (rule_.subject.is_event()) {
    depends_on_order(measure.name + (before ? " before" : " after"));
    return;
  }
  if (rule_.subject.is_object()) {
    const std::string because = measure.name + (before ? " before it opened" : " when it opened");
    if (!is_because(because)) facts_.kept_bytes += kCellBytes;
    depends_on_order(because);
    return;
  }
  if (measure.subject.period != rule_.subject.period) {
    depends_on_order(measure.name + " goes on when the rule's period is over");
  }
  if (measure.is_earned()) read_earned(measure);
  if (measure.is_opened) {
    depends_on_order(measure.name + " opens with what a closed period has left over");
  }
  if (measure.is_score) depends_on_order(measure.name + " is final when its period is closed");
}

// What the measure's whole subject is credited must not depend on order.
void FactFinder::read_earned(const Measure& measure) {
  for (const int index : measure.earned_by) {
    const Rule& feeder = plan_.rules[static_cast<size_t>(index)];
    bool is_whole = feeder.subject.is_event() || is_within(plan_, feeder.subject, measure.subject);
    for (const Effect& effect : feeder.effects) {
      for (const Limit& limit : effect.limits) {
        is_whole = is_whole && is_within(plan_, limit.subject, measure.subject);
      }
    }
    is_whole = is_whole && facts_of(plan_, feeder).order_because.empty();
    if (!is_whole) depends_on_order("when " + feeder.name + " credits what");
  }
}

// A limit lets through the first that comes; what of it a later limit cuts depends on which that
// is, unless it is one and the same for all that share the first.
void FactFinder::find_limits(const std::vector<Limit>& limits) {
  facts_.kept_bytes += kCellBytes * static_cast<int>(limits.size());
  for (size_t i = 0; i < limits.size(); ++i) {
    if (limits[i].counts) depends_on_order("counts how often");
    if (limits[i].or_nothing) depends_on_order("all or nothing");
    for (size_t j = i + 1; j < limits.size(); ++j) {
      if (is_within(plan_, limits[i].subject, limits[j].subject)) continue;
      depends_on_order("one limit cuts what another let through");
    }
  }
}

void FactFinder::find_group() {
  for (const Rule* mate : rules_of(plan_, rule_.group)) {
    if (mate->name == rule_.name) continue;
    FactFinder of_mate(plan_, *mate);
    of_mate.find_alone();
    if (!of_mate.facts_.order_because.empty())
      depends_on_order("stands in a group with " + mate->name);
  }
}

// A limit of the other's may have let through anything: what of the month comes first.
void FactFinder::read_credited(const Credited& credited) {
  for (const Rule& rule : plan_.rules) {
    if (rule.lineage != credited.rule) continue;
    const bool has_limits =
        std::any_of(rule.effects.begin(), rule.effects.end(),
                    [](const Effect& effect) { return !effect.limits.empty(); });
    if (!has_limits && facts_of(plan_, rule).order_because.empty()) continue;
    return depends_on_order("goes by what is left when " + rule.name + " credits");
  }
}

void FactFinder::read(const Term& term) {
  switch (term.kind) {
    case TermKind::kAttribute:
      if (const int credited = plan_.attributes[static_cast<size_t>(term.index)].credited;
          credited >= 0) {
        read_credited(plan_.credited[static_cast<size_t>(credited)]);
      }
      facts_.reads.insert(attribute(term.index));
      break;
    case TermKind::kHas:
    case TermKind::kFirst:
    case TermKind::kHighest:
      facts_.reads.insert(attribute(term.index));
      break;
    case TermKind::kHeld:
    case TermKind::kHasHeld:
      facts_.reads.insert(attribute(term.owner) + "'s " +
                          plan_.holder[static_cast<size_t>(term.index)].name);
      break;
    case TermKind::kCame:
      facts_.reads.insert("whether " + plan_.events[static_cast<size_t>(term.event)].name +
                          " came");
      break;
    case TermKind::kMeasure:
      read_measure(term);
      break;
    case TermKind::kLookup:
    case TermKind::kEachPart:
    case TermKind::kInTable: {
      const std::string& name = plan_.tables[static_cast<size_t>(term.index)].name;
      if (!name.empty()) facts_.reads.insert("table " + name);
      break;
    }
    case TermKind::kDated:
    case TermKind::kElse:
    case TermKind::kNumber:
    case TermKind::kText:
    case TermKind::kDuration:
    case TermKind::kNegate:
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMultiply:
    case TermKind::kMin:
    case TermKind::kMax:
    case TermKind::kPerFull:
    case TermKind::kGoal:
    case TermKind::kPercent:
    case TermKind::kAverage:
    case TermKind::kPercentWithin:
    case TermKind::kSampled:
    case TermKind::kChoose:
    case TermKind::kShare:
    case TermKind::kAnd:
    case TermKind::kOr:
    case TermKind::kNot:
    case TermKind::kCompare:
    case TermKind::kIn:
      break;
  }
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) read(*arg);
  }
}

void FactFinder::find_effect(const Effect& effect) {
  const Unit& unit = plan_.units[static_cast<size_t>(effect.unit)];
  if (effect.when != nullptr) read(*effect.when);
  read(*effect.amount);
  if (effect.at_most != nullptr) read(*effect.at_most);
  for (const Times& times : effect.times) {
    read(*times.factor);
    if (times.when != nullptr) read(*times.when);
  }
  facts_.writes.insert(attribute(effect.payee) + "'s " + unit.name);
  if (effect.verb == Verb::kBurn) depends_on_order("burns no more than there is");
  find_limits(effect.limits);
  if (effect.budget >= 0) {
    const std::string& budget = plan_.budgets[static_cast<size_t>(effect.budget)].name;
    depends_on_order("budget " + budget + " grants while there is something left");
  }
  const std::optional<Bound> bound = posting_bound(plan_, effect);
  GUERDON_ASSERT(bound);                            // else the checker has refused it
  const bool is_burn = effect.verb == Verb::kBurn;  // below 0 it burns nothing
  const base::Int128 low = is_burn ? base::Int128{0} : -bound->low;
  facts_.largest.push_back(static_cast<int64_t>(std::max(bound->high, low)));
  // Of each of those above, one a level.
  const int climb = plan_.attributes[static_cast<size_t>(effect.payee)].climb;
  const int levels = climb < 0 ? 0 : plan_.climbs[static_cast<size_t>(climb)].up_to;
  facts_.entries_max += std::max(levels, 1);
  if (rule_.subject.is_event() || rule_.is_settled) return;
  facts_.kept_bytes += kCellBytes;
  const bool has_more = effect.verb == Verb::kDebit || effect.budget >= 0;
  if (has_more) facts_.kept_bytes += kCellBytes;  // what was taken of it, or granted
}

// A score keeps when it was reached where that decides.
void FactFinder::find_settled() {
  const auto one = std::find_if(plan_.challenges.begin(), plan_.challenges.end(),
                                [&](const Challenge& each) { return each.name == rule_.name; });
  GUERDON_ASSERT(one != plan_.challenges.end());
  facts_.reads.insert("measure " + plan_.measures[static_cast<size_t>(one->measure)].name);
  for (const ChallengeGoal& goal : one->goals) {
    facts_.reads.insert("measure " + plan_.measures[static_cast<size_t>(goal.measure)].name);
  }
  depends_on_order("scores are final when their period is closed");
  if (one->ties != tree::Ties::kEarliest) return;
  depends_on_order("who had a score first");
  facts_.kept_bytes += 2 * kCellBytes;
}

void FactFinder::find_alone() {
  facts_.layer = rule_.layer;
  if (rule_.is_settled) find_settled();
  if (rule_.when != nullptr) read(*rule_.when);
  for (const Effect& effect : rule_.effects) find_effect(effect);
  if (rule_.take_back) {
    read(*rule_.take_back->value);
    const bool at_rate = rule_.take_back->way != tree::TakeBackWay::kInProportion;
    // Value, and what was earned; at the rate paid what was returned and taken, too.
    const auto each = static_cast<int>(rule_.effects.size());
    facts_.kept_bytes += kCellBytes * (1 + each) * (at_rate ? 2 : 1);
    depends_on_order("takes back of what it had paid by then");
  }
  // When an object was seen last, and when the rule opened, for each role that it pays.
  std::set<int> payees;
  for (const Effect& effect : rule_.effects) payees.insert(effect.payee);
  if (rule_.keeps) depends_on_order("keeps the most that was owed");
  if (rule_.subject.is_object()) {
    depends_on_order("follows the last event of the " + attribute(rule_.subject.object));
    facts_.entries_max *= 2;  // where a role changes hands
    facts_.kept_bytes += 2 * kCellBytes * static_cast<int>(payees.size());
  }
  for (const int event : rule_.events) {
    const EventType& type = plan_.events[static_cast<size_t>(event)];
    if (type.when != nullptr) read(*type.when);
  }
}

template <class All>
std::string listed(const All& all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ", ") + each;
  return text.empty() ? "nothing" : text;
}

}  // namespace

RuleFacts facts_of(const Plan& plan, const Rule& rule) { return FactFinder(plan, rule).find(); }

std::string print_rule_facts(const Plan& plan) {
  Sentences words(plan);
  std::string text;
  for (const Rule& rule : plan.rules) {
    const RuleFacts facts = facts_of(plan, rule);
    words.speak_of(rule);
    text += "rule " + rule.name + "\n";
    text += "  layer           " + std::to_string(facts.layer) + "\n";
    text += "  order-sensitive " +
            (facts.order_because.empty() ? "no" : "yes: " + listed(facts.order_because)) + "\n";
    text += "  reads           " + listed(facts.reads) + "\n";
    text += "  writes          " + listed(facts.writes) + "\n";
    text += "  entries at most " + std::to_string(facts.entries_max) +
            (rule.is_settled || rule.counts ? " a period\n" : " an event\n");
    text += "  keeps           " + std::to_string(facts.kept_bytes) + " bytes a subject\n";
    for (size_t i = 0; i < rule.effects.size(); ++i) {
      text += "  largest amount  " + words.amount(facts.largest[i], rule.effects[i].unit) + "\n";
    }
    for (const std::string& line : words.steps(rule)) text += "  " + line + "\n";
  }
  return text;
}

}  // namespace guerdon::plan
