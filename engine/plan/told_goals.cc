// What TARGET changes (checked.h).
#include <algorithm>
#include <set>

#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

bool reads(const Rule& rule, const std::set<int>& measures) {
  bool found = false;
  visit_terms(rule, [&](const Term& term) {
    found |= term.kind == TermKind::kMeasure && measures.contains(term.index);
  });
  return found;
}

// The measures that sum what the rule credits.
std::set<int> fed_by(const Plan& plan, int rule) {
  std::set<int> fed;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const std::vector<int>& feeders = plan.measures[m].earned_by;
    if (std::find(feeders.begin(), feeders.end(), rule) != feeders.end()) {
      fed.insert(static_cast<int>(m));
    }
  }
  return fed;
}

bool shares(const Plan& plan, const Rule& a, const Rule& b) {
  return a.group >= 0 && a.group == b.group &&
         !plan.groups[static_cast<size_t>(a.group)].changes_nothing();
}

// The end of the last period that this version of the rule acts for: one that has begun.
calendar::TimeMs end_of(const Plan& plan, const Rule& rule) {
  if (rule.before >= base::kTimeEnd || rule.before <= base::kTimeMin) return rule.before;
  return calendar::period_at(plan.calendar, rule.subject.period, rule.before - 1).to;
}

// Versions of rules that are there at one time.
bool meet(const Plan& plan, const Rule& a, const Rule& b) {
  return a.since < end_of(plan, b) && b.since < end_of(plan, a);
}

}  // namespace

std::vector<int> rules_of_goal(const Plan& plan, const Target& target) {
  const Subject& subject = plan.measures[static_cast<size_t>(target.told)].subject;
  std::set<int> found;
  const auto is_asked = [&](const Rule& rule) {
    if (rule.subject.is_event() || rule.subject.is_object() || rule.counts) return false;
    if (rule.subject == subject && reads(rule, {target.told})) return true;
    return std::any_of(found.begin(), found.end(), [&](int other) {
      return shares(plan, rule, plan.rules[static_cast<size_t>(other)]) ||
             (rule.subject.owner == subject.owner && reads(rule, fed_by(plan, other)));
    });
  };
  for (size_t before = SIZE_MAX; before != found.size();) {
    before = found.size();
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      if (is_asked(plan.rules[r])) found.insert(static_cast<int>(r));
    }
  }
  return {found.begin(), found.end()};
}

std::vector<ShorterThanGoal> shorter_than_goals(const Plan& plan) {
  std::vector<ShorterThanGoal> found;
  for (const Target& target : plan.targets) {
    if (target.told < 0) continue;
    const calendar::PeriodRule& whole =
        plan.measures[static_cast<size_t>(target.told)].subject.period;
    const std::vector<int> asked = rules_of_goal(plan, target);
    for (const int number : asked) {
      const Rule& rule = plan.rules[static_cast<size_t>(number)];
      if (calendar::covers(plan.calendar, rule.subject.period, whole)) continue;
      const bool is_asked = std::any_of(asked.begin(), asked.end(), [&](int other) {
        const Rule& told = plan.rules[static_cast<size_t>(other)];
        return reads(told, {target.told}) && meet(plan, rule, told);
      });
      if (is_asked) found.push_back({whole, rule.subject.period, rule.name, rule.span});
    }
  }
  return found;
}

std::string ShorterThanGoal::advice() const {
  const std::string kind = calendar::period_kind_name(whole);
  return "keep it per " + kind + ", or for a period that holds that whole";
}

std::string ShorterThanGoal::sentence() const {
  return "TARGET changes `" + name + "` for a whole " + calendar::period_phrase(whole) +
         ", and this is kept per " + calendar::period_kind_name(shorter);
}

void check_told_goals(Checking& checking) {
  for (const ShorterThanGoal& each : shorter_than_goals(checking.plan)) {
    checking.report(kNotOfSubject, each.span, each.sentence(), each.advice());
  }
}

}  // namespace guerdon::plan
