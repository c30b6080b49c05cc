// A rule per line becomes one without: what each line comes to is summed, and that is its amount.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/limits.h"

namespace guerdon::plan {
namespace {

// Whether an expression reads what a line has; each name that stands for another is looked at once.
class LineSearch {
 public:
  LineSearch(const Checking& checking, const Scope& scope) : checking_(checking), scope_(scope) {}

  bool reads_line(const tree::Expr& written) {
    if (written.kind == tree::ExprKind::kOverLines) return false;  // it is the event's
    if (written.kind == tree::ExprKind::kName && names_line(written.text)) return true;
    return std::any_of(written.args.begin(), written.args.end(), [&](const tree::ExprPtr& arg) {
      return arg != nullptr && reads_line(*arg);
    });
  }

 private:
  bool names_line(const std::string& name) {
    if (scope_.lets != nullptr) {
      const auto let = scope_.lets->find(name);
      if (let != scope_.lets->end()) return means_line(let->second);
    }
    const int attribute = checking_.attribute(name);
    if (attribute >= 0) return checking_.attribute_at(attribute).of_line;
    const Binding* const binding = checking_.binding(name);
    return binding != nullptr && binding->kind == BindingKind::kDefinition &&
           means_line(checking_.definitions[static_cast<size_t>(binding->index)]);
  }

  bool means_line(const Definition& definition) {
    return seen_.insert(&definition).second && reads_line(*definition.value);
  }

  const Checking& checking_;
  const Scope& scope_;
  absl::flat_hash_set<const Definition*> seen_;
};

void part(const Checking& checking, const Scope& scope, const tree::Expr& written,
          PartedConditions& parted) {
  if (written.kind == tree::ExprKind::kAnd) {
    for (const tree::ExprPtr& arg : written.args) part(checking, scope, *arg, parted);
    return;
  }
  const bool of_line = LineSearch(checking, scope).reads_line(written);
  (of_line ? parted.of_lines : parted.of_event).push_back(&written);
}

// What one line comes to, capped; the effect keeps neither.
TermPtr take_amount(Effect& effect) {
  if (effect.at_most == nullptr) return std::move(effect.amount);
  TermPtr least = make_term(TermKind::kMin, effect.amount->type, effect.amount->span);
  least->args.push_back(std::move(effect.amount));
  least->args.push_back(std::move(effect.at_most));
  return least;
}

// All that must be true of a line. Null with *sound: nothing must.
TermPtr where_of(Checking& checking, const Scope& lines,
                 const std::vector<const tree::Expr*>& where, bool* sound) {
  std::vector<TermPtr> all;
  for (const tree::Expr* const written : where) {
    TermPtr term = Typer(checking, lines).condition(*written);
    *sound = *sound && term != nullptr;
    if (term == nullptr) continue;
    if (condition_is_bounded(checking.plan, *term)) {
      all.push_back(std::move(term));
      continue;
    }
    checking.report(kOverflow, term->span, "this can go beyond the numbers that are kept exactly",
                    "compare smaller products, or rounder ratios");
    *sound = false;
  }
  if (!*sound || all.empty()) return nullptr;
  if (all.size() == 1) return std::move(all.front());
  TermPtr both = make_term(TermKind::kAnd, kConditionType, all.front()->span);
  both->args = std::move(all);
  return both;
}

bool changes_on_a_day(const Plan& plan, const LineFold& fold) {
  return dated_in(plan, *fold.amount) != nullptr ||
         (fold.where != nullptr && dated_in(plan, *fold.where) != nullptr);
}

}  // namespace

bool take_line(const Checking& checking, tree::Subject& subject) {
  if (checking.attribute("line") >= 0) return false;
  const auto line = std::find_if(subject.names.begin(), subject.names.end(),
                                 [](const tree::Name& name) { return name.text == "line"; });
  if (line == subject.names.end()) return false;
  subject.names.erase(line);
  return true;
}

PartedConditions part_conditions(const Checking& checking, const tree::Rule& rule,
                                 const Scope& scope) {
  PartedConditions parted;
  for (const tree::ExprPtr& written : rule.when) part(checking, scope, *written, parted);
  return parted;
}

bool may_be_per_line(Checking& checking, const tree::Effect& written) {
  const auto refuse = [&](Span span, std::string what, std::string advice) {
    checking.report(kNotInThisVersion, span,
                    what + " in a rule per line is not part of this version of the language",
                    std::move(advice));
    return false;
  };
  if (written.is_notice) {
    return refuse(written.span, "a notice", "tell it in a rule of its own, without `per line`");
  }
  if (written.is_grant) {
    return refuse(written.span, "a badge", "grant it in a rule of its own, without `per line`");
  }
  if (written.above) {
    return refuse(written.above->span, "to pay who stands above",
                  "pay them in a rule without `per line`, of a sum over lines");
  }
  if (written.is_split) return refuse(written.span, "a split", "write a `credit` for each part");
  if (!written.times.empty()) {
    return refuse(written.times.front().span, "what multiplies",
                  "multiply the amount: `credit customer factor for sku of (5% of price)`");
  }
  for (const tree::Limit& limit : written.limits) {
    if (limit.amount != nullptr && !limit.or_nothing) continue;
    return refuse(limit.span, "a limit on how often, or on all or nothing,",
                  "limit the amount: `at most 50.00 per account per month`");
  }
  return true;
}

bool sum_over_lines(Checking& checking, const Scope& rule, const std::string& name, size_t number,
                    const std::vector<const tree::Expr*>& where, Effect& effect) {
  const Scope lines = line_scope(checking, rule);
  const Span span = effect.amount->span;
  const Type type = effect.amount->type;
  bool sound = true;
  LineFold fold;
  fold.fold = tree::Fold::kSum;
  fold.rounding = effect.rounding;
  fold.where = where_of(checking, lines, where, &sound);
  const std::optional<Bound> each = posting_bound(checking.plan, effect);
  if (!sound || !each) return sound;  // the rule tells what is not bounded
  const base::Int128 low = each->low * kLinesPerEventMax;
  const base::Int128 high = each->high * kLinesPerEventMax;
  if (low < -money::kBalanceMax || high > money::kBalanceMax) {
    checking.report(kOverflow, span,
                    "over " + std::to_string(kLinesPerEventMax) +
                        " lines this can be more than a wallet holds: " + checking.quoted(span),
                    "add `at most ...` below it, which caps what each line comes to");
    return false;
  }
  fold.low = static_cast<int64_t>(std::min<base::Int128>(low, 0));
  fold.high = static_cast<int64_t>(std::max<base::Int128>(high, 0));
  fold.amount = take_amount(effect);
  if (!has_lines_here(checking, rule, fold, effect.span)) return false;
  if (rule.reader == Reader::kObject && changes_on_a_day(checking.plan, fold)) {
    checking.report(kNotInThisVersion, span,
                    "what lines of an order are paid changes on a day here: it is asked when they "
                    "are sent, and the order may be an older one",
                    "pay lines at the event, in a rule with `on`");
    return false;
  }
  Attribute attribute;
  attribute.name = "what " + name + " pays for lines";
  if (number > 0) attribute.name += ", " + std::to_string(number + 1);
  attribute.wire = attribute.name;
  attribute.type = type;
  attribute.is_signed = fold.low < 0;
  attribute.span = span;
  std::string meaning = attribute.name;
  const int index =
      enter_fold(checking, std::move(attribute), std::move(meaning), std::move(fold), rule.events);
  if (index < 0) return false;
  effect.amount = make_term(TermKind::kAttribute, type, span);
  effect.amount->index = index;
  return true;
}

}  // namespace guerdon::plan
