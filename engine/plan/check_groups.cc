// Groups of rules of which not all pay in full.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

// `all up to AMOUNT`. False: told.
bool take_cap(Checking& checking, const tree::Expr& written, Group& group) {
  const Scope constants;
  Typer typer(checking, constants);
  const Typed cap = typer.value(written);
  if (!cap) return false;
  if (cap.bare || cap.type().kind != TypeKind::kAmount) {
    checking.report(kNoUnit, written.span, "this amount has no unit",
                    "write it: `all up to 20.00 GBP`, in the unit that the rules credit");
    return false;
  }
  const money::Ratio value = cap.term->value;
  group.unit = cap.type().unit;
  group.up_to = value.num;
  if (value.num > 0 && value.den == 1 && value.num <= money::kAmountMax) return true;
  checking.report(kOutOfRange, written.span,
                  "this is above 0, in whole minor units, and at most " +
                      std::to_string(money::kAmountMax) + " of them");
  return false;
}

bool refuse(Checking& checking, const tree::Rule& written, DiagnosticCode code, std::string message,
            std::string advice) {
  checking.report(code, written.group->span, std::move(message), std::move(advice));
  return false;
}

// The group that a rule names; below 0: told.
int group_named(Checking& checking, const tree::Rule& written) {
  const tree::Name& name = *written.group;
  const Binding* binding = checking.binding(name.text);
  if (binding == nullptr) {
    refuse(checking, written, kUnknownName, backquoted(name.text) + " is not a group known here",
           "declare it: `group " + name.text + " : best`");
    return -1;
  }
  if (binding->kind != BindingKind::kGroup) {
    refuse(checking, written, kWrongKind, backquoted(name.text) + " is not a group",
           "declare one: `group NAME : best`, and name it here");
    return -1;
  }
  for (size_t g = 0; g < checking.plan.groups.size(); ++g) {
    if (checking.plan.groups[g].name == name.text) return static_cast<int>(g);
  }
  return -1;  // it has a mistake of its own
}

}  // namespace

void check_groups(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* written = std::get_if<tree::Group>(&declaration.what);
    if (written == nullptr) continue;
    Group group;
    group.name = written->name.text;
    group.version = checking.plan.version;
    group.how = written->how;
    group.span = written->name.span;
    if (written->up_to != nullptr && !take_cap(checking, *written->up_to, group)) continue;
    checking.plan.groups.push_back(std::move(group));
  }
}

bool join_group(Checking& checking, const tree::Rule& written, Rule& rule) {
  if (!written.group) return true;
  rule.group = group_named(checking, written);
  rule.priority = written.priority;
  if (rule.group < 0) return false;
  if (rule.effects.size() != 1 || rule.effects[0].verb != Verb::kCredit) {
    return refuse(checking, written, kAtOdds,
                  "a rule in a group has one `credit` and no other effect: what is compared is one "
                  "amount that is paid",
                  "make it several rules; what takes from people stands in none");
  }
  if (written.take_back && written.take_back->way == tree::TakeBackWay::kNothing) {
    return refuse(checking, written, kAtOdds,
                  "what a group gives a rule falls when another is chosen, and this rule takes "
                  "nothing back",
                  "leave out `take back nothing`, or the group");
  }
  Group& group = checking.plan.groups[static_cast<size_t>(rule.group)];
  const int unit = rule.effects[0].unit;
  if (group.unit < 0) group.unit = unit;
  if (group.unit != unit) {
    return refuse(checking, written, kTypesDiffer,
                  "this rule credits " + checking.unit(unit).name + ", and its group is of " +
                      checking.unit(group.unit).name,
                  "what is compared is of one unit: make it two groups");
  }
  const auto state = std::find_if(
      checking.rules.begin(), checking.rules.end(),
      [&](const RuleState& other) { return other.rule && other.rule->group == rule.group; });
  if (state == checking.rules.end()) return true;
  const Rule* const mate = &*state->rule;
  if (mate->subject != rule.subject) {
    return refuse(checking, written, kAtOdds,
                  "this rule and `" + mate->name + "` are not of one subject, and in one group",
                  "let all of a group pay at events, or all be owed per the same names and period");
  }
  if (mate->effects[0].payee == rule.effects[0].payee) return true;
  return refuse(checking, written, kAtOdds,
                "this rule credits " + checking.attribute_at(rule.effects[0].payee).name +
                    ", and `" + mate->name + "` of its group " +
                    checking.attribute_at(mate->effects[0].payee).name,
                "what is compared is paid to one account: make it two groups");
}

// An entitlement is asked where any of its group is.
void finish_groups(Checking& checking) {
  std::vector<Rule>& rules = checking.plan.rules;
  std::vector<std::vector<int>> events(checking.plan.groups.size());
  const auto is_shared = [&](const Rule& rule) {
    return rule.group >= 0 && rule.subject.owner >= 0 &&
           !checking.plan.groups[static_cast<size_t>(rule.group)].changes_nothing();
  };
  for (const Rule& rule : rules) {
    if (!is_shared(rule)) continue;
    std::vector<int>& all = events[static_cast<size_t>(rule.group)];
    std::vector<int> both;
    std::set_union(all.begin(), all.end(), rule.events.begin(), rule.events.end(),
                   std::back_inserter(both));
    all = std::move(both);
  }
  for (Rule& rule : rules) {
    if (is_shared(rule)) rule.events = events[static_cast<size_t>(rule.group)];
  }
}

std::vector<const Rule*> rules_of(const Plan& plan, int group) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : plan.rules) {
    if (rule.group == group) rules.push_back(&rule);
  }
  std::sort(rules.begin(), rules.end(), [](const Rule* a, const Rule* b) {
    return std::tuple(a->priority == 0, a->priority, std::string_view(a->name)) <
           std::tuple(b->priority == 0, b->priority, std::string_view(b->name));
  });
  return rules;
}

}  // namespace guerdon::plan
