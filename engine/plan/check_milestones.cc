// Milestones of targets: in which order they are reached, and the one that pays the highest.
#include <algorithm>
#include <array>
#include <utility>

#include "engine/money/decimal.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_state.h"
#include "engine/progress/attainment.h"

namespace guerdon::plan {

int64_t whole_percent(const tree::Percent& written) {
  return written.number.mantissa / money::power_of_ten(written.number.decimals);
}

std::optional<int64_t> check_percent(Checking& checking, const tree::Percent& written,
                                     DiagnosticCode code) {
  const int64_t whole = money::power_of_ten(written.number.decimals);
  const int64_t percent = written.number.mantissa / whole;
  const bool is_whole = percent * whole == written.number.mantissa;
  if (is_whole && percent >= 1 && percent <= progress::kMilestoneMax) return percent;
  checking.report(code, written.span,
                  "a part of a goal is in whole percents, from 1 % to " +
                      std::to_string(progress::kMilestoneMax) + " %",
                  "write such as `90%`");
  return std::nullopt;
}

namespace {

class MilestonesCheck {
 public:
  MilestonesCheck(Checking& checking, const tree::Target& target)
      : checking_(checking), target_(target), milestones_(target.rule.effects) {}

  bool check() {
    if (milestones_.empty()) return !says_how_it_pays() || refuse_lines();
    return ascend() && are_at_close() && (!target_.highest || is_one_choice());
  }

 private:
  bool says_how_it_pays() const {
    const tree::Rule& rule = target_.rule;
    return target_.highest || !rule.when.empty() || !rule.lets.empty() || rule.from ||
           !rule.was.empty() || rule.change || rule.group || rule.take_back || rule.rounding;
  }

  bool refuse_lines() {
    checking_.report(
        kBadTarget, target_.name.span,
        "target " + target_.name.text + " pays nothing, and its lines say how it does",
        "write a milestone: `at 100% : credit ...`; or achieved, goal and bands alone");
    return false;
  }

  bool ascend();
  bool are_at_close();
  bool is_one_choice();
  bool refuse_choice(Span span, std::string message);

  Checking& checking_;
  const tree::Target& target_;
  const std::vector<tree::Effect>& milestones_;
};

bool MilestonesCheck::ascend() {
  std::array<int64_t, 2> last = {0, 0};  // of those that pay at once, at the end
  for (const tree::Effect& milestone : milestones_) {
    const std::optional<int64_t> percent = check_percent(checking_, *milestone.at, kBadTarget);
    if (!percent) return false;
    int64_t& before = last[milestone.at_close ? 1 : 0];
    if (*percent < before || (target_.highest && *percent == before)) {
      checking_.report(
          kBadTarget, milestone.at->span,
          "`at " + std::to_string(*percent) + "%` comes after `at " + std::to_string(before) + "%`",
          *percent < before ? "write the milestones in the order in which they are "
                              "reached"
                            : "of two at one place neither is the highest");
      return false;
    }
    before = *percent;
  }
  return true;
}

// An average, the lowest, and what is to stay small, may be reached early and lost again: it is
// judged when all is there.
bool MilestonesCheck::are_at_close() {
  if (!target_.at_most && !target_.achieved.may_fall()) return true;
  for (const tree::Effect& milestone : milestones_) {
    const int64_t percent = whole_percent(*milestone.at);
    if (!milestone.at_close) {
      checking_.report(kBadTarget, milestone.at->span,
                       std::string(target_.at_most               ? "a goal `at most`"
                                   : target_.achieved.is_average ? "an average"
                                                                 : "what is the lowest") +
                           " may be kept to early and missed in the end, so it pays at the end "
                           "alone",
                       percent == 100
                           ? "write `at close : ...`"
                           : "write `at " + std::to_string(percent) + "% at close : ...`");
      return false;
    }
    if (!target_.at_most || percent <= 100) continue;
    checking_.report(kBadTarget, milestone.at->span,
                     "of a goal `at most` no more than 100 % is reached",
                     "write `at close`, or a part below 100 %, which is reached with more");
    return false;
  }
  return true;
}

bool MilestonesCheck::refuse_choice(Span span, std::string message) {
  checking_.report(
      kBadTarget, span, "`milestones highest` chooses one amount, and " + message,
      "let each be a `credit` of one account and a plain amount, or pay beside them in "
      "another target");
  return false;
}

bool MilestonesCheck::is_one_choice() {
  const tree::Effect& first = milestones_.front();
  const auto kind_of = [](const tree::Effect& effect) {
    return effect.kind ? effect.kind->text : std::string();
  };
  for (const tree::Effect& milestone : milestones_) {
    if (milestone.is_grant) {
      return refuse_choice(milestone.span, milestone.is_notice ? "this one tells something"
                                                               : "this one grants a badge");
    }
    if (milestone.verb != Verb::kCredit) {
      return refuse_choice(milestone.span, "this one is no credit");
    }
    if (milestone.who.text != first.who.text || milestone.above) {
      return refuse_choice(milestone.who.span, "this one pays another account");
    }
    if (milestone.at_close != first.at_close) {
      return refuse_choice(milestone.at->span, "this one is asked at another time");
    }
    if (kind_of(milestone) != kind_of(first) || milestone.rounding != first.rounding) {
      return refuse_choice(milestone.span, "this one is rounded or called otherwise");
    }
    const bool is_plain = !milestone.by && milestone.times.empty() && !milestone.adds_times &&
                          milestone.at_most == nullptr && milestone.limits.empty();
    if (!is_plain) return refuse_choice(milestone.span, "this one has more to it");
  }
  return true;
}

// By all its names, so that none is forgotten when one is added.
tree::ExprPtr copy_of(const tree::Expr& expr) {
  const auto& [kind, span, text, column, owner, number, comparison, moment, change, fold, all_lines,
               negated, otherwise, args] = expr;
  std::vector<tree::ExprPtr> copies;
  copies.reserve(args.size());
  for (const tree::ExprPtr& arg : args) {
    copies.push_back(arg == nullptr ? nullptr : copy_of(*arg));
  }
  return std::make_unique<tree::Expr>(tree::Expr{kind, span, text, column, owner, number,
                                                 comparison, moment, change, fold, all_lines,
                                                 negated, otherwise, std::move(copies)});
}

}  // namespace

bool check_milestones(Checking& checking, const tree::Target& target) {
  return MilestonesCheck(checking, target).check();
}

tree::Effect highest_of(const tree::Target& target) {
  const tree::Effect& first = target.rule.effects.front();
  tree::Effect effect;
  effect.verb = first.verb;
  effect.at_close = first.at_close;
  effect.who = first.who;
  effect.by = true;
  tree::Expr& percent = *effect.keys.emplace_back(std::make_unique<tree::Expr>());
  percent.kind = tree::ExprKind::kName;
  percent.text = target.name.text;
  percent.column = "percent";
  percent.span = *target.highest;
  for (const tree::Effect& milestone : target.rule.effects) {
    tree::Row& row = effect.rows.emplace_back();
    tree::Cell& cell = row.cells.emplace_back();
    cell.kind = tree::CellKind::kFrom;
    cell.span = milestone.at->span;
    cell.value = std::make_unique<tree::Expr>();
    cell.value->span = milestone.at->span;
    cell.value->number.mantissa = whole_percent(*milestone.at);
    row.values.push_back(copy_of(*milestone.amount));
    row.span = milestone.span;
  }
  tree::Row& below = effect.rows.emplace_back();
  below.otherwise = true;
  below.values.push_back(nullptr);
  below.span = *target.highest;
  effect.kind = first.kind;
  effect.rounding = first.rounding;
  effect.span = *target.highest;
  return effect;
}

namespace {

// Whether some row of the table, or of a version of it, says `none` in the column.
bool says_none(const Plan& plan, const Table& table, size_t column) {
  const auto is_none = [&](const Row& row) { return !row.values[column]; };
  return (table.otherwise && is_none(*table.otherwise)) ||
         std::any_of(table.rows.begin(), table.rows.end(), is_none) ||
         std::any_of(table.later.begin(), table.later.end(), [&](const TableVersion& later) {
           return says_none(plan, plan.tables[static_cast<size_t>(later.table)], column);
         });
}

// Whether there may be no row, in the table or a version of it.
bool has_gaps(const Plan& plan, const Table& table) {
  return table.is_from_file || !table.otherwise ||
         std::any_of(table.later.begin(), table.later.end(), [&](const TableVersion& later) {
           return has_gaps(plan, plan.tables[static_cast<size_t>(later.table)]);
         });
}

class AmountsOfHighest {
 public:
  AmountsOfHighest(const Plan& plan, const tree::Target& target) : plan_(plan), target_(target) {}

  // Whether the term may have no value, although the target's own goal has one.
  bool may_be_missing(const Term& term) const {
    const auto may = [&](const TermPtr& arg) { return arg != nullptr && may_be_missing(*arg); };
    if (term.kind == TermKind::kElse) return may(term.args[0]) && may(term.args[1]);
    if (term.kind == TermKind::kHeld || is_other_goal(term)) return true;
    if (term.kind == TermKind::kGoal) return false;
    if (term.kind == TermKind::kLookup || term.kind == TermKind::kEachPart) {
      const Table& table = plan_.tables[static_cast<size_t>(term.index)];
      if (says_none(plan_, table, static_cast<size_t>(term.column))) return true;
      if (!term.has_else && has_gaps(plan_, table)) return true;
    }
    return std::any_of(term.args.begin(), term.args.end(), may);
  }

 private:
  bool is_other_goal(const Term& term) const {
    if (term.kind != TermKind::kGoal) return false;
    const bool is_of_plan = target_.goal != nullptr && term.span == target_.goal->span;
    return !is_of_plan && !(target_.from_file && term.span == *target_.from_file);
  }

  const Plan& plan_;
  const tree::Target& target_;
};

}  // namespace

bool check_highest(Checking& checking, int target, const Term& choose) {
  const tree::Target& written = *checking.targets[static_cast<size_t>(target)].written;
  const AmountsOfHighest amounts(checking.plan, written);
  const std::vector<tree::Effect>& milestones = written.rule.effects;
  for (size_t i = 1; i < milestones.size(); ++i) {  // behind the key; below the first nothing is
    if (!amounts.may_be_missing(*choose.args[1 + i])) continue;
    checking.report(kBadTarget, milestones[i].amount->span,
                    "`milestones highest` pays this in place of those below it, and it may have no "
                    "value",
                    "let the table have a value for all: with `otherwise`, and without `none`");
    return false;
  }
  return true;
}

}  // namespace guerdon::plan
