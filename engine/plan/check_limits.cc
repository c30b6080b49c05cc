// `at most ... per account ...`: what an effect may post over more than one event.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/check_effects.h"
#include "engine/plan/check_subjects.h"

namespace guerdon::plan {
namespace {

class LimitCheck {
 public:
  LimitCheck(Checking& checking, const tree::Limit& written, const Rule& rule, const Scope& scope,
             const Effect& effect)
      : checking_(checking), written_(written), rule_(rule), scope_(scope), effect_(effect) {}

  // Nothing: a mistake, told.
  std::optional<Limit> check();

 private:
  bool refuse(DiagnosticCode code, Span span, std::string message, std::string advice) {
    checking_.report(code, span, std::move(message), std::move(advice));
    return false;
  }
  const std::string& name_of(int attribute) const { return checking_.attribute_at(attribute).name; }

  bool check_times();
  bool check_amount();
  bool check_subject_of();
  bool check_event_names_it();
  bool check_of_rule();
  bool check_of_object();
  bool agrees();

  Checking& checking_;
  const tree::Limit& written_;
  const Rule& rule_;
  const Scope& scope_;
  const Effect& effect_;
  Limit limit_;
};

bool LimitCheck::check_times() {
  limit_.counts = true;
  limit_.most = written_.times;
  if (limit_.most >= 1 && limit_.most <= money::kCountMax) return true;
  return refuse(kOutOfRange, written_.span,
                "a limit is at least 1 and at most " + std::to_string(money::kCountMax) + " times",
                "leave the rule out if it is never to pay");
}

// A fixed amount: what was let through follows from what was asked for, whenever it was.
bool LimitCheck::check_amount() {
  Scope constants;
  constants.lets = scope_.lets;
  Typer typer(checking_, constants);
  Typed amount = typer.value(*written_.amount);
  if (!amount) return false;
  const Type want = effect_.amount->type;
  const Fit fit = typer.settle(amount, want);
  if (fit == Fit::kTold) return false;
  if (fit == Fit::kDiffers) {
    return refuse(kTypesDiffer, amount.span,
                  checking_.quoted(amount.span) + " is " + checking_.type_phrase(amount.type()) +
                      ", and what it limits " + checking_.type_phrase(want),
                  "write the limit in " + checking_.unit(want.unit).name);
  }
  if (amount.term->kind != TermKind::kNumber) {
    return refuse(kNotConstant, amount.span, "a limit over more than one event is a fixed amount",
                  "write a number or a `param`; a limit for the event alone may read what it "
                  "likes: `at most 10% of amount`");
  }
  const money::Ratio value = amount.term->value;
  if (value.num > 0 && value.den == 1 && value.num <= money::kAmountMax) {
    limit_.most = value.num;
    return true;
  }
  return refuse(kOutOfRange, amount.span,
                "a limit is above 0, in whole minor units, and at most " +
                    std::to_string(money::kAmountMax) + " of them",
                "leave the rule out if it is never to pay");
}

bool LimitCheck::check_subject_of() {
  if (written_.per.names.empty()) {
    return refuse(kBadSubject, written_.per.span,
                  "this limit is for no account: what all accounts share is a budget",
                  "write whose it is: `per " + name_of(effect_.payee) +
                      " per month`; or declare `budget NAME = AMOUNT per month`, and let the "
                      "credit be `from budget NAME`");
  }
  std::optional<Subject> subject = check_subject(checking_, written_.per, "a limit is");
  if (!subject) return false;
  limit_.subject = *std::move(subject);
  if (limit_.subject.owner != effect_.payee) {
    return refuse(kWrongPayee, written_.per.span,
                  "this limits what `" + name_of(limit_.subject.owner) + "` gets, and `" +
                      name_of(effect_.payee) + "` is credited",
                  "write `per " + name_of(effect_.payee) + "`");
  }
  if (rule_.subject.is_object()) return check_of_object();
  return rule_.subject.is_event() ? check_event_names_it() : check_of_rule();
}

// Its period is that in which the rule opened; what else it could be for may change later.
bool LimitCheck::check_of_object() {
  if (limit_.subject.keys.empty()) return true;
  return refuse(kNotOfSubject, written_.per.span,
                "this limit is per " + name_of(limit_.subject.keys.front()) +
                    ", and its rule per " + name_of(rule_.subject.object),
                "such a rule is limited per the account that it pays, or per it and a period");
}

bool LimitCheck::check_event_names_it() {
  for (const int key : limit_.subject.keys) {
    for (const int event : rule_.events) {
      if (checking_.event_attributes[static_cast<size_t>(event)].test(static_cast<size_t>(key))) {
        continue;
      }
      return refuse(kNotNamedByEvent, written_.per.span,
                    "this limit is per " + name_of(key) + ", which event " +
                        checking_.event(event).name + " does not have",
                    "declare the attribute there, or leave this event out of `on`");
    }
  }
  return true;
}

bool LimitCheck::check_of_rule() {
  const std::vector<int>& keys = rule_.subject.keys;
  for (const int key : limit_.subject.keys) {
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    return refuse(kNotOfSubject, written_.per.span,
                  "this limit is per " + name_of(key) + ", and its rule is not",
                  "a rule with `per` is limited per some of its own names: leave " + name_of(key) +
                      " out here, or write it in the header, too");
  }
  if (covers(checking_.plan.calendar, limit_.subject.period, rule_.subject.period)) return true;
  return refuse(kNotOfSubject, written_.per.span, "this limit begins again while its rule goes on",
                "limit it for the rule's own period, or for a longer one that holds it whole");
}

bool LimitCheck::agrees() {
  if (effect_.verb != Verb::kCredit) {
    return refuse(kNotInThisVersion, written_.span,
                  "a limit over more than one event is for a `credit` in this version of the "
                  "language",
                  "write `at most` without `per`, or let the condition read a measure");
  }
  for (const Limit& other : effect_.limits) {
    if (other.counts == limit_.counts && other.subject == limit_.subject) {
      return refuse(kAtOdds, written_.span, "two limits of one kind for the same",
                    "leave the smaller one");
    }
    if (other.counts || limit_.counts || !(other.or_nothing || limit_.or_nothing)) continue;
    return refuse(kAtOdds, written_.span,
                  "a limit with `or nothing` is the only amount that limits its `credit`",
                  "leave `or nothing` out: what is above the limit is cut off");
  }
  const bool may_refuse = rule_.subject.is_event() || rule_.subject.is_object();
  if (!limit_.or_nothing || limit_.counts || may_refuse) return true;
  return refuse(kAtOdds, written_.span,
                "a rule with `per` says what is owed in all, and that is cut off at a limit",
                "leave `or nothing` out, or pay at each event, in a rule with `on`");
}

std::optional<Limit> LimitCheck::check() {
  limit_.span = written_.span;
  limit_.or_nothing = written_.or_nothing;
  const bool sound = written_.amount == nullptr ? check_times() : check_amount();
  if (!check_subject_of() || !sound || !agrees()) return std::nullopt;
  return std::move(limit_);
}

}  // namespace

bool check_limits(Checking& checking, const tree::Effect& written, const Rule& rule,
                  const Scope& scope, Effect& effect) {
  if (written.limits.size() > size_t{kLimitsPerEffectMax}) {
    checking.report(kTooMany, written.limits.back().span,
                    "a credit has at most " + std::to_string(kLimitsPerEffectMax) +
                        " limits over more than one event",
                    "leave the widest ones");
    return false;
  }
  bool sound = true;
  for (const tree::Limit& each : written.limits) {
    std::optional<Limit> limit = LimitCheck(checking, each, rule, scope, effect).check();
    sound = sound && limit;
    if (limit) effect.limits.push_back(*std::move(limit));
  }
  // What counts is asked first.
  std::stable_partition(effect.limits.begin(), effect.limits.end(),
                        [](const Limit& limit) { return limit.counts; });
  return sound;
}

}  // namespace guerdon::plan
