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
  RuleCheck(Checking& checking, RuleState& state)
      : checking_(checking),
        state_(state),
        written_(*state.written),
        subject_(written_.subject),
        is_per_line_(take_line(checking, subject_)),
        ladder_(state.ladder),
        streak_(state.streak) {
    scope_.target = state.target;
  }

  // The rule, unless there was a mistake.
  std::optional<Rule> check();

 private:
  // What the levels go by. REQUIRES: the ladder is sound.
  const Measure& of_ladder(int ladder) const {
    const int measure = checking_.ladders[static_cast<size_t>(ladder)].measure;
    return checking_.plan.measures[static_cast<size_t>(measure)];
  }
  // What its target achieves. REQUIRES: the streak is sound.
  const Measure& of_streak(int streak) const {
    const int target = checking_.streaks[static_cast<size_t>(streak)].target;
    const int measure = checking_.targets[static_cast<size_t>(target)].measure;
    return checking_.plan.measures[static_cast<size_t>(measure)];
  }
  bool is_broken() const {
    if (ladder_ >= 0) return checking_.ladders[static_cast<size_t>(ladder_)].table < 0;
    if (streak_ >= 0) return checking_.streaks[static_cast<size_t>(streak_)].target < 0;
    return scope_.target >= 0 && !checking_.targets[static_cast<size_t>(scope_.target)].is_sound;
  }
  bool enter_lets();
  bool check_header();
  bool check_window();
  bool is_at_border(const tree::Date& date);
  bool check_trigger();
  bool check_close();
  bool refuse_at_close(Span span, std::string message, std::string advice);
  bool enter_object();
  bool may_follow_lines();
  bool check_void(std::vector<TermPtr>& all);
  bool check_conditions();
  bool check_effects();
  bool check_lines_of(const tree::Effect& written);
  bool pays_highest() const;
  void read_account(const Term& term, const Effect* effect);
  bool finish_entitlement();
  bool check_split_of_object();
  void check_bounds();
  Span too_large(const Effect& effect) const;
  void refuse_unbounded(const Effect& effect);
  void check_unused_lets();

  Checking& checking_;
  RuleState& state_;
  const tree::Rule& written_;
  tree::Subject subject_;  // without `per line`
  const bool is_per_line_;
  const int ladder_;  // for whose levels it pays
  const int streak_;  // which it is of
  PartedConditions parted_;
  Rule rule_;
  Scope scope_;
  absl::flat_hash_map<std::string_view, Definition> lets_;
  EventSet moving_;     // the events that move a measure which the rule reads
  bool reads_ = false;  // some measure that events move
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
    if (scope_.target >= 0 && is_word_of_target(let.name.text)) {
      checking_.report(kBadTarget, let.name.span,
                       backquoted(let.name.text) + " is what the target has of itself",
                       "give the value another name");
      sound = false;
      continue;
    }
    if (const tree::Name* const level = level_somewhere(checking_, let.name.text)) {
      checking_.report(kDeclaredTwice, let.name.span,
                       backquoted(let.name.text) + " is the name of a level",
                       "that is in line " + std::to_string(checking_.line_of(level->span)) +
                           "; give the value another name");
      sound = false;
      continue;
    }
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
  if (subject_.is_event() && written_.on_close) return check_close();
  if (subject_.is_event()) return check_trigger();
  scope_.reader = Reader::kEntitlement;
  scope_.subject = &rule_.subject;
  std::optional<Subject> subject = check_subject(checking_, subject_);
  if (!subject) return false;
  rule_.subject = *std::move(subject);
  if (ladder_ >= 0) rule_.subject = of_ladder(ladder_).subject;
  if (streak_ >= 0) rule_.subject = of_streak(streak_).subject;
  if (rule_.subject.is_object() && !enter_object()) return false;
  if (is_per_line_ && !may_follow_lines()) return false;
  if (!check_close()) return false;
  if (written_.on.empty()) return true;
  checking_.report(kBadTrigger, written_.on.front().span,
                   "a rule with `per` says what is owed at any time; it has no `on`",
                   "leave `on` out: the rule looks again whenever a measure that it reads moves; "
                   "`on close` pays at the end of its period");
  return false;
}

// What is paid at the end of a period needs one, and stands for itself.
bool RuleCheck::check_close() {
  if (written_.on_close && rule_.subject.period == calendar::PeriodKind::kLifetime) {
    checking_.report(kBadTrigger, *written_.on_close,
                     "`on close` pays when a period is closed, and this rule has none",
                     "write a period in its header: `per account per month`");
    return false;
  }
  const auto closes = [&](const tree::Effect& effect) {
    return effect.at_close || written_.on_close;
  };
  const auto first = std::find_if(written_.effects.begin(), written_.effects.end(), closes);
  if (first == written_.effects.end()) return true;
  // Days that end apart would be closed at one instant, and what is kept of them is counted by
  // that.
  if (checking_.plan.grace.step == calendar::Step::kMonth) {
    return refuse_at_close(written_.on_close.value_or(first->span), "waits for no grace in months",
                           "write `grace 30 days`");
  }
  if (written_.group) {
    return refuse_at_close(written_.group->span, "shares nothing with others of a group",
                           "leave `in group` out; let one rule choose between the amounts");
  }
  for (const tree::Effect& effect : written_.effects) {
    if (!closes(effect) || effect.limits.empty()) continue;
    return refuse_at_close(effect.limits.front().span, "has no limit over more than itself",
                           "cap the amount: `at most` and an amount alone");
  }
  return true;
}

bool RuleCheck::refuse_at_close(Span span, std::string message, std::string advice) {
  checking_.report(kNotAtClose, span,
                   "what is paid when a period is closed " + std::move(message) +
                       " in this version of the language",
                   std::move(advice));
  return false;
}

// Of the object, all is known that its events say.
bool RuleCheck::enter_object() {
  scope_.reader = Reader::kObject;
  for (size_t event = 0; event < checking_.plan.events.size(); ++event) {
    if (checking_.plan.events[event].object != rule_.subject.object) continue;
    add_event(checking_, static_cast<int>(event), scope_);
    rule_.events.push_back(static_cast<int>(event));
  }
  return may_follow(checking_, rule_.subject.object, subject_.span);
}

// Lines are an event's, or an order's.
bool RuleCheck::may_follow_lines() {
  if (!rule_.subject.is_object()) {
    checking_.report(kBadSubject, subject_.span, "lines are an event's, and this is kept for more",
                     "write `per line` and `on EVENT`, or `per order per line`");
    return false;
  }
  if (!written_.take_back || written_.take_back->way != tree::TakeBackWay::kNothing) return true;
  checking_.report(kNotInThisVersion, written_.take_back->span,
                   "to keep what a line was paid when it is taken out is not part of this version "
                   "of the language",
                   "pay lines at the event, in a rule with `on`");
  return false;
}

// `void on E`: while no E has come.
bool RuleCheck::check_void(std::vector<TermPtr>& all) {
  if (written_.void_on.empty()) return true;
  if (!rule_.subject.is_object()) {
    checking_.report(kBadTrigger, written_.void_on.front().span,
                     "only a rule per object can be void",
                     "take the event away in the measure: `less amount on refund`");
    return false;
  }
  const std::optional<std::vector<int>> events = check_event_names(checking_, written_.void_on);
  if (!events) return false;
  for (size_t i = 0; i < events->size(); ++i) {
    const Span span = written_.void_on[i].span;
    if (!is_event_of_object(checking_, (*events)[i], rule_.subject.object, span)) return false;
    TermPtr came = make_term(TermKind::kCame, kConditionType, span);
    came->event = (*events)[i];
    TermPtr not_yet = make_term(TermKind::kNot, kConditionType, span);
    not_yet->args.push_back(std::move(came));
    all.push_back(std::move(not_yet));
  }
  return true;
}

// Of an entitlement both ends are where a period begins: else a part of one would be paid for all
// that it measures.
bool RuleCheck::is_at_border(const tree::Date& date) {
  if (rule_.subject.owner < 0) return true;  // an event, or an object: it has one instant
  const calendar::PeriodRule period = rule_.subject.period;
  if (period == calendar::PeriodKind::kLifetime) {
    checking_.report(kNotAtBorder, date.span,
                     "this rule says what is owed for life, which neither begins nor ends then",
                     "write a period in its header: `per " +
                         checking_.attribute_at(rule_.subject.owner).name +
                         " per month`, or pay at each event, in a rule with `on`");
    return false;
  }
  const calendar::TimeMs at = checking_.instant_of(date);
  if (calendar::period_at(checking_.plan.calendar, period, at).from == at) return true;
  const std::string name = calendar::period_kind_name(period);
  checking_.report(kNotAtBorder, date.span,
                   "no " + calendar::period_phrase(period) + " begins on this day",
                   "the rule is per " + name + ": let its days be those of whole " +
                       (period.is_counted() ? "period" : name) + "s, or measure less");
  return false;
}

bool RuleCheck::check_window() {
  if (!written_.from) return true;
  if (!is_at_border(*written_.from)) return false;
  if (written_.until && !is_at_border(*written_.until)) return false;
  rule_.from = checking_.instant_of(*written_.from);
  if (!written_.until) return true;
  rule_.until = checking_.instant_of(*written_.until);
  if (rule_.from < rule_.until) return true;
  checking_.report(kAtOdds, written_.until->span, "this rule ends before it begins",
                   "`until` names the first day on which it does not hold any more");
  return false;
}

bool RuleCheck::check_conditions() {
  std::vector<TermPtr> all;
  bool sound = streak_ < 0 || count_streak(checking_, streak_, rule_, all);
  Typer typer(checking_, scope_);
  std::vector<const tree::Expr*> conditions;
  for (const tree::ExprPtr& written : written_.when) conditions.push_back(written.get());
  if (is_per_line_) {
    parted_ = part_conditions(checking_, written_, scope_);
    conditions = parted_.of_event;
  }
  for (const tree::Expr* const written : conditions) {
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
  sound = check_void(all) && sound;
  if (!sound || all.empty()) return sound;
  if (all.size() == 1) {
    rule_.when = std::move(all.front());
    return true;
  }
  rule_.when = make_term(TermKind::kAnd, kConditionType, join(all.front()->span, all.back()->span));
  rule_.when->args = std::move(all);
  return true;
}

bool RuleCheck::pays_highest() const {
  return scope_.target >= 0 &&
         checking_.targets[static_cast<size_t>(scope_.target)].written->highest.has_value();
}

// An effect of a rule per line.
bool RuleCheck::check_lines_of(const tree::Effect& written) {
  const Scope lines = line_scope(checking_, scope_);
  return may_be_per_line(checking_, written) &&
         check_effect(checking_, written, written_, rule_, scope_, lines, rule_.effects) &&
         sum_over_lines(checking_, scope_, rule_.name, rule_.effects.size() - 1, parted_.of_lines,
                        rule_.effects.back());
}

bool RuleCheck::check_effects() {
  size_t effects = 0;
  for (const tree::Effect& written : written_.effects) {
    const size_t levels = !written.above                ? 1
                          : written.above->rows.empty() ? static_cast<size_t>(written.above->up_to)
                                                        : written.above->rows.size();
    effects += std::max<size_t>({written.parts.size(), levels, 1});
  }
  if (effects > kEffectsPerRuleMax) {
    const std::string what = scope_.target >= 0 ? "target"
                             : ladder_ >= 0     ? "ladder"
                             : streak_ >= 0     ? "streak"
                                                : "rule";
    checking_.report(
        kTooMany, written_.name.span,
        "a " + what + " has at most " + std::to_string(kEffectsPerRuleMax) + " effects",
        "make it two " + what + "s" + (scope_.target >= 0 ? ", which achieve the same" : ""));
    return false;
  }
  const auto check = [&](const tree::Effect& written) {
    return check_effect(checking_, written, written_, rule_, scope_, scope_, rule_.effects);
  };
  if (pays_highest()) {
    return check(highest_of(*checking_.targets[static_cast<size_t>(scope_.target)].written));
  }
  bool sound = true;
  for (const tree::Effect& written : written_.effects) {
    sound = (is_per_line_ ? check_lines_of(written) : check(written)) && sound;
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
    moving_ |= checking_.measure_events[static_cast<size_t>(term.index)];
    const Measure& measure = checking_.plan.measures[static_cast<size_t>(term.index)];
    reads_ |= !measure.is_told || measure.is_entered;  // a goal alone is not read by itself
    owner = measure.subject.owner;
    name = backquoted(measure.name);
    rule_.layer = std::max(rule_.layer, checking_.layer_above[static_cast<size_t>(term.index)]);
    advice = "an account's own measures say what it is paid";
  }
  for (const Effect& paid : rule_.effects) {
    if ((effect != nullptr && effect != &paid) || paid.payee == owner) continue;
    const std::string& payee = checking_.attribute_at(paid.payee).name;
    if (paid.amount->kind == TermKind::kShare) {
      checking_.report(
          kWrongPayee, term.span,
          name + " belongs to `" + checking_.attribute_at(owner).name + "`, and several share here",
          "split what the event says: whoever gets a part must find the same amount");
      sound_ = false;
      return;
    }
    checking_.report(kWrongPayee, paid.span,
                     "this " + std::string(tree::verb_word(paid.verb)) + "s `" + payee + "` by " +
                         name + ", which belongs to `" + checking_.attribute_at(owner).name + "`",
                     std::string(advice) + " in this version; " +
                         (is_held ? "read it of " : "keep a measure per ") + payee);
    sound_ = false;
  }
}

// Who shares in an object opens it for himself, maybe on another day: all must find one whole.
bool RuleCheck::check_split_of_object() {
  const auto shares = [](const Effect& effect) { return effect.amount->kind == TermKind::kShare; };
  const bool is_split = std::any_of(rule_.effects.begin(), rule_.effects.end(), shares);
  if (!rule_.subject.is_object() || !is_split) return true;
  bool changes = written_.from.has_value();
  if (rule_.when != nullptr) changes |= dated_in(checking_.plan, *rule_.when) != nullptr;
  for (const Effect& effect : rule_.effects) {
    changes |= dated_in(checking_.plan, *effect.amount) != nullptr;
  }
  if (!changes) return true;
  checking_.report(kNotInThisVersion, written_.name.span,
                   "this splits per " + checking_.attribute_at(rule_.subject.object).name +
                       " what changes on a day, and who shares in it may come on different days",
                   "split what never changes, or pay at an event, in a rule with `on`");
  return false;
}

bool RuleCheck::finish_entitlement() {
  if (subject_.is_event() || rule_.subject.is_object()) return true;
  if (!reads_) {
    checking_.report(kReadsNoMeasure, written_.name.span,
                     "a rule with `per` has to read a measure, and this one reads none",
                     "without `per` and with `on EVENT`, a rule pays at each event");
    return false;
  }
  if (rule_.counts) return true;  // nothing but closing a period runs it
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
    if (effect.when != nullptr && !condition_is_bounded(checking_.plan, *effect.when)) {
      checking_.report(kOverflow, effect.when->span,
                       "this part of the goal can go beyond the numbers that are kept exactly",
                       "write a smaller goal");
    }
    if (posting_bound(checking_.plan, effect)) continue;
    refuse_unbounded(effect);
  }
}

// What an effect asks for that is too much: its amount, or the multiplier that makes it so.
Span RuleCheck::too_large(const Effect& effect) const {
  for (size_t count = 0; count < effect.times.size(); ++count) {
    const std::optional<Bound> bound = multiplied_bound(checking_.plan, effect, count);
    if (bound && fits_wallet(*bound)) continue;
    return count == 0 ? effect.amount->span : effect.times[count - 1].factor->span;
  }
  const bool is_multiplied = !effect.times.empty();
  return is_multiplied ? effect.times.back().factor->span : effect.amount->span;
}

// Points at what has to be changed: the cap, where the amount is one that a cap can hold.
void RuleCheck::refuse_unbounded(const Effect& effect) {
  const std::optional<Bound> amount = multiplied_bound(checking_.plan, effect);
  const bool by_cap = effect.at_most != nullptr && amount && !is_below_wallet(*amount);
  const Term& term = by_cap ? *effect.at_most : *effect.amount;
  const std::optional<Bound> bound = by_cap ? bound_of(checking_.plan, term) : amount;
  const Span span = by_cap ? term.span : too_large(effect);
  const std::string quoted = checking_.quoted(span);
  if (!bound || fits_wallet(*bound)) {
    checking_.report(kOverflow, span,
                     "this can go beyond the numbers that are kept exactly: " + quoted,
                     "use `min(...)` inside it, or rounder ratios");
    return;
  }
  std::string advice = "add `at most ...` below it, were it an amount that nobody reaches";
  if (by_cap) advice = "write a smaller limit, or `min(..., ...)`";
  if (is_below_wallet(*bound)) advice = "keep it within `max(..., min(..., ...))`";
  checking_.report(kOverflow, span, "this can be more than a wallet holds: " + quoted,
                   std::move(advice));
}

void RuleCheck::check_unused_lets() {
  for (const tree::Let& let : written_.lets) {
    Definition& definition = lets_.at(let.name.text);
    if (!definition.used && !definition.broken) Typer(checking_, scope_).unread(*let.value);
  }
}

std::optional<Rule> RuleCheck::check() {
  rule_.name = written_.name.text;
  rule_.span = written_.name.span;
  rule_.whole = written_.span;
  scope_.lets = &lets_;
  if (is_broken() || !enter_lets() || !check_header()) return std::nullopt;
  const bool conditions = check_window() && check_conditions();
  if (!check_effects() || !conditions || !join_group(checking_, written_, rule_) ||
      !check_lineage(checking_, written_, rule_)) {
    return std::nullopt;
  }
  check_unused_lets();
  if (rule_.when != nullptr) read_account(*rule_.when, nullptr);
  for (const Effect& effect : rule_.effects) {
    if (effect.when != nullptr) read_account(*effect.when, &effect);
    read_account(*effect.amount, &effect);
    if (effect.at_most != nullptr) read_account(*effect.at_most, &effect);
    for (const Times& times : effect.times) {
      read_account(*times.factor, &effect);
      if (times.when != nullptr) read_account(*times.when, &effect);
    }
  }
  if (!sound_ || !check_split_of_object() || !finish_entitlement()) return std::nullopt;
  if (written_.take_back && !check_take_back(checking_, *written_.take_back, lets_, rule_)) {
    return std::nullopt;
  }
  check_bounds();
  return check_credited(checking_, rule_, state_) ? std::optional(std::move(rule_)) : std::nullopt;
}

}  // namespace

void check_rule(Checking& checking, int index) {
  const auto at = static_cast<size_t>(index);
  if (checking.rules[at].stage != RuleState::Stage::kWaiting || checking.is_exhausted()) return;
  checking.rules[at].stage = RuleState::Stage::kBegun;
  checking.rules[at].rule = RuleCheck(checking, checking.rules[at]).check();
  checking.rules[at].stage = RuleState::Stage::kDone;
}

void check_rules(Checking& checking) {
  check_lineages(checking);
  for (size_t i = 0; i < checking.rules.size(); ++i) check_rule(checking, static_cast<int>(i));
  for (size_t m = 0; m < checking.plan.measures.size(); ++m) {
    settle_earned(checking, static_cast<int>(m));  // of those that no rule reads
  }
  for (RuleState& state : checking.rules) {
    if (state.rule) checking.plan.rules.push_back(*std::move(state.rule));
  }
  finish_groups(checking);
  check_credited_order(checking);
}

}  // namespace guerdon::plan
