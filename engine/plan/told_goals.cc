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

}  // namespace

std::vector<int> rules_of_goal(const Plan& plan, const Target& target) {
  const Subject& subject = plan.measures[static_cast<size_t>(target.told)].subject;
  std::set<int> found;
  const auto is_asked = [&](const Rule& rule) {
    if (rule.subject.is_event() || rule.subject.is_object()) return false;
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
    const auto told = static_cast<size_t>(target.told);
    const calendar::PeriodRule& whole = plan.measures[told].subject.period;
    const auto look = [&](const auto& kept) {
      const calendar::PeriodRule& period = kept.subject.period;
      if (calendar::covers(plan.calendar, period, whole)) return;
      const bool is_known = std::any_of(found.begin(), found.end(), [&](const auto& other) {
        return other.name == kept.name && other.whole == whole;
      });
      if (!is_known) found.push_back({whole, period, kept.name, kept.span});
    };
    std::set<int> sums;
    for (const int rule : rules_of_goal(plan, target)) {
      look(plan.rules[static_cast<size_t>(rule)]);
      sums.merge(fed_by(plan, rule));
    }
    for (const int sum : sums) look(plan.measures[static_cast<size_t>(sum)]);
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
