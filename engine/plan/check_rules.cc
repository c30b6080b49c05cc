// Rules: one-shot (`on ...`) and entitlements (`per ...`).
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/limits.h"
#include "engine/money/ratio.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using tree::Comparison;

bool is_below_wallet(const Bound& bound) {
  return bound.low < -base::Int128{money::kBalanceMax} * bound.den;
}

bool fits_wallet(const Bound& bound) {
  return !is_below_wallet(bound) && bound.high <= base::Int128{money::kBalanceMax} * bound.den;
}

// True when constants alone make the condition false.
bool is_never_true(const Term& term) {
  if (term.kind == TermKind::kAnd) {
    return std::any_of(term.args.begin(), term.args.end(),
                       [](const TermPtr& arg) { return is_never_true(*arg); });
  }
  if (term.kind == TermKind::kOr) {
    return std::all_of(term.args.begin(), term.args.end(),
                       [](const TermPtr& arg) { return is_never_true(*arg); });
  }
  if (term.kind != TermKind::kCompare) return false;
  const Term& a = *term.args[0];
  const Term& b = *term.args[1];
  if (a.kind != TermKind::kNumber || b.kind != TermKind::kNumber) return false;
  const int order = money::compare(a.value, b.value);
  switch (term.comparison) {
    case Comparison::kEqual:
      return order != 0;
    case Comparison::kNotEqual:
      return order == 0;
    case Comparison::kLess:
      return order >= 0;
    case Comparison::kLessEqual:
      return order > 0;
    case Comparison::kGreater:
      return order <= 0;
    case Comparison::kGreaterEqual:
      return order < 0;
  }
  GUERDON_UNREACHABLE();
}

class RuleCheck {
 public:
  RuleCheck(Checking& checking, const tree::Rule& written)
      : checking_(checking), written_(written) {}

  // Adds to Plan::rules unless there was a mistake.
  void check();

 private:
  bool enter_lets();
  bool check_header();
  bool check_trigger();
  bool check_conditions();
  bool check_effects();
  void read_account(const Term& term, const Effect* effect);
  bool finish_entitlement();
  void check_bounds();
  void refuse_unbounded(const Effect& effect);
  void check_unused_lets();

  Checking& checking_;
  const tree::Rule& written_;
  Rule rule_;
  Scope scope_;
  absl::flat_hash_map<std::string_view, Definition> lets_;
  EventSet moving_;     // the events that move a measure which the rule reads
  bool reads_ = false;  // some measure
  bool sound_ = true;   // what read_account found
};

// A rule's `let` may not hide anything: a name means one thing.
bool RuleCheck::enter_lets() {
  bool sound = true;
  for (const tree::Let& let : written_.lets) {
    Definition definition;
    definition.name = &let.name;
    definition.value = let.value.get();
    const bool fresh = lets_.insert({let.name.text, definition}).second;
    const Binding* binding = checking_.binding(let.name.text);
    const int attribute = checking_.attribute(let.name.text);
    if (fresh && binding == nullptr && attribute < 0) continue;
    const Span other =
        !fresh ? lets_.at(let.name.text).name->span
               : (binding != nullptr ? binding->span : checking_.attribute_at(attribute).span);
    checking_.report(kDeclaredTwice, let.name.span,
                     backquoted(let.name.text) + " is declared twice",
                     "the other is in line " + std::to_string(checking_.line_of(other)) +
                         "; give one another name");
    sound = false;
  }
  return sound;
}

bool RuleCheck::check_trigger() {
  scope_.reader = Reader::kOneShot;
  if (written_.on.empty()) {
    checking_.report(
        kBadTrigger, written_.name.span, "nothing says when this rule pays",
        "write `on EVENT` below it to pay at each event, or `per account` in the header "
        "to say what an account is owed in all");
    return false;
  }
  std::optional<std::vector<int>> events = check_event_names(checking_, written_.on);
  if (!events) return false;
  for (const int event : *events) add_event(checking_, event, scope_);
  rule_.events = *std::move(events);
  return true;
}

bool RuleCheck::check_header() {
  if (written_.subject.is_event()) return check_trigger();
  scope_.reader = Reader::kEntitlement;
  scope_.subject = &rule_.subject;
  std::optional<Subject> subject = check_subject(checking_, written_.subject);
  if (!subject) return false;
  rule_.subject = *std::move(subject);
  if (written_.on.empty()) return true;
  checking_.report(kBadTrigger, written_.on.front().span,
                   "a rule with `per` says what is owed at any time; it has no `on`",
                   "leave `on` out: the rule looks again whenever a measure that it reads moves");
  return false;
}

bool RuleCheck::check_conditions() {
  bool sound = true;
  std::vector<TermPtr> all;
  Typer typer(checking_, scope_);
  for (const tree::ExprPtr& written : written_.when) {
    TermPtr when = typer.condition(*written);
    sound = sound && when != nullptr;
    if (when == nullptr) continue;
    if (is_never_true(*when)) {
      checking_.report(kNeverTrue, written->span,
                       "this is never true, so rule " + rule_.name + " pays nothing",
                       "mend the condition, or take the rule out");
    }
    if (when->kind == TermKind::kAnd) {
      std::move(when->args.begin(), when->args.end(), std::back_inserter(all));
    } else {
      all.push_back(std::move(when));
    }
  }
  if (!sound || all.empty()) return sound;
  if (all.size() == 1) {
    rule_.when = std::move(all.front());
    return true;
  }
  rule_.when = make_term(TermKind::kAnd, kConditionType, join(all.front()->span, all.back()->span));
  rule_.when->args = std::move(all);
  return true;
}

bool RuleCheck::check_effects() {
  if (written_.effects.size() > kEffectsPerRuleMax) {
    checking_.report(kTooMany, written_.name.span,
                     "a rule has at most " + std::to_string(kEffectsPerRuleMax) + " effects",
                     "make it two rules");
    return false;
  }
  bool sound = true;
  for (const tree::Effect& written : written_.effects) {
    std::optional<Effect> effect = check_effect(checking_, written, written_, rule_, scope_);
    sound = sound && effect;
    if (effect) rule_.effects.push_back(*std::move(effect));
  }
  return sound;
}

// Notes what is read of accounts, and that it belongs to the account that is paid (effect null: by
// all effects).
void RuleCheck::read_account(const Term& term, const Effect* effect) {
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) read_account(*arg, effect);
  }
  const bool is_held = term.kind == TermKind::kHeld || term.kind == TermKind::kHasHeld;
  if (!is_held && term.kind != TermKind::kMeasure) return;
  int owner = term.owner;
  std::string name = checking_.quoted(term.span);
  std::string_view advice = "what is known of an account says what that account is paid";
  if (!is_held) {
    reads_ = true;
    moving_ |= checking_.measure_events[static_cast<size_t>(term.index)];
    const Measure& measure = checking_.plan.measures[static_cast<size_t>(term.index)];
    owner = measure.subject.owner;
    name = backquoted(measure.name);
    advice = "an account's own measures say what it is paid";
  }
  for (const Effect& paid : rule_.effects) {
    if ((effect != nullptr && effect != &paid) || paid.payee == owner) continue;
    const std::string& payee = checking_.attribute_at(paid.payee).name;
    checking_.report(kWrongPayee, paid.span,
                     "this " + std::string(tree::verb_word(paid.verb)) + "s `" + payee + "` by " +
                         name + ", which belongs to `" + checking_.attribute_at(owner).name + "`",
                     std::string(advice) + " in this version; " +
                         (is_held ? "read it of " : "keep a measure per ") + payee);
    sound_ = false;
  }
}

bool RuleCheck::finish_entitlement() {
  if (written_.subject.is_event()) return true;
  if (!reads_) {
    checking_.report(kReadsNoMeasure, written_.name.span,
                     "a rule with `per` has to read a measure, and this one reads none",
                     "without `per` and with `on EVENT`, a rule pays at each event");
    return false;
  }
  for (size_t event = 0; event < checking_.plan.events.size(); ++event) {
    if (moving_.test(event)) rule_.events.push_back(static_cast<int>(event));
  }
  return true;
}

void RuleCheck::check_bounds() {
  if (rule_.when != nullptr && !condition_is_bounded(checking_.plan, *rule_.when)) {
    checking_.report(kOverflow, rule_.when->span,
                     "this can go beyond the numbers that are kept exactly",
                     "compare smaller products, or rounder ratios");
  }
  for (const Effect& effect : rule_.effects) {
    if (posting_bound(checking_.plan, effect)) continue;
    refuse_unbounded(effect);
  }
}

// Points at what has to be changed: the cap, where the amount is one that a cap can hold.
void RuleCheck::refuse_unbounded(const Effect& effect) {
  const std::optional<Bound> amount = bound_of(checking_.plan, *effect.amount);
  const bool by_cap = effect.at_most != nullptr && amount && !is_below_wallet(*amount);
  const Term& term = by_cap ? *effect.at_most : *effect.amount;
  const std::optional<Bound> bound = by_cap ? bound_of(checking_.plan, term) : amount;
  const std::string quoted = checking_.quoted(term.span);
  if (!bound || fits_wallet(*bound)) {
    checking_.report(kOverflow, term.span,
                     "this can go beyond the numbers that are kept exactly: " + quoted,
                     "use `min(...)` inside it, or rounder ratios");
    return;
  }
  std::string advice = "add `at most ...` below it";
  if (by_cap) advice = "write a smaller limit, or `min(..., ...)`";
  if (is_below_wallet(*bound)) advice = "keep it within `max(..., min(..., ...))`";
  checking_.report(kOverflow, term.span, "this can be more than a wallet holds: " + quoted,
                   std::move(advice));
}

void RuleCheck::check_unused_lets() {
  for (const tree::Let& let : written_.lets) {
    Definition& definition = lets_.at(let.name.text);
    if (!definition.used && !definition.broken) Typer(checking_, scope_).value(*let.value);
  }
}

void RuleCheck::check() {
  rule_.name = written_.name.text;
  rule_.span = written_.name.span;
  rule_.whole = written_.span;
  scope_.lets = &lets_;
  if (!enter_lets() || !check_header()) return;
  const bool conditions = check_conditions();
  if (!check_effects() || !conditions) return;
  check_unused_lets();
  if (rule_.when != nullptr) read_account(*rule_.when, nullptr);
  for (const Effect& effect : rule_.effects) {
    read_account(*effect.amount, &effect);
    if (effect.at_most != nullptr) read_account(*effect.at_most, &effect);
  }
  if (!sound_ || !finish_entitlement()) return;
  check_bounds();
  checking_.plan.rules.push_back(std::move(rule_));
}

}  // namespace

void check_rules(Checking& checking) {
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* rule = std::get_if<tree::Rule>(&declaration.what);
    if (rule != nullptr && !checking.is_exhausted()) RuleCheck(checking, *rule).check();
  }
}

}  // namespace guerdon::plan
