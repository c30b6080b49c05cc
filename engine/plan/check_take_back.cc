// `take back` lines of a rule: what is taken back of what it paid.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/money/limits.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

class TakeBackCheck {
 public:
  TakeBackCheck(Checking& checking, const tree::TakeBack& written,
                absl::flat_hash_map<std::string_view, Definition>& lets, Rule& rule)
      : checking_(checking), written_(written), lets_(lets), rule_(rule) {}

  bool check();

 private:
  bool keep();
  bool fits_effects();
  bool check_subject_of();
  bool pays_owner();
  bool check_events();
  bool name_subject(const std::vector<int>& events, Span place);
  bool check_value();
  TermPtr value_of(const std::vector<int>& events);

  Checking& checking_;
  const tree::TakeBack& written_;
  absl::flat_hash_map<std::string_view, Definition>& lets_;
  Rule& rule_;
  TakeBack take_back_;
};

bool TakeBackCheck::fits_effects() {
  const bool credits =
      std::any_of(rule_.effects.begin(), rule_.effects.end(),
                  [](const Effect& effect) { return effect.verb == Verb::kCredit; });
  if (!credits) {
    checking_.report(kAtOdds, written_.span,
                     "a `take back` is of what a rule credits, and this one credits nothing",
                     "leave the line out; what a `debit` takes at an event, in a rule with `on`, "
                     "stays");
    return false;
  }
  for (const Effect& effect : rule_.effects) {
    if (effect.verb == Verb::kCredit) continue;
    checking_.report(kAtOdds, effect.span,
                     "this rule has a `take back`, which is of what it credits, and it " +
                         std::string(tree::verb_word(effect.verb)) + "s, too",
                     "write the " + std::string(tree::verb_word(effect.verb)) +
                         " in a rule of its own, without `take back`");
    return false;
  }
  const auto limited = std::find_if(rule_.effects.begin(), rule_.effects.end(),
                                    [](const Effect& effect) { return !effect.limits.empty(); });
  if (limited == rule_.effects.end()) return true;
  checking_.report(kAtOdds, limited->limits.front().span,
                   "this rule has a `take back`, and a limit over more than the event does not go "
                   "with it in this version",
                   rule_.subject.is_event()
                       ? "leave one of the two; a cap on each event goes with it, and may read a "
                         "measure: `at most max(60.00 GBP - paid before, 0.00 GBP)`"
                       : "leave one of the two");
  return false;
}

bool TakeBackCheck::keep() {
  if (rule_.subject.is_event()) {
    checking_.report(kBadTrigger, written_.span,
                     "a rule with `on` takes nothing back unless it says so",
                     "leave the line out; it is for a rule with `per`, which takes back by itself");
    return false;
  }
  rule_.keeps = true;
  return fits_effects();
}

bool TakeBackCheck::check_subject_of() {
  std::optional<Subject> subject =
      check_subject(checking_, written_.subject, "what may be taken back is kept");
  if (!subject) return false;
  take_back_.subject = *std::move(subject);
  if (take_back_.subject.period == calendar::PeriodKind::kLifetime) return true;
  checking_.report(kBadSubject, written_.subject.span,
                   "what may be taken back is kept for good, not for a period",
                   "leave the period out: `per account per sku`");
  return false;
}

bool TakeBackCheck::pays_owner() {
  const std::string& owner = checking_.attribute_at(take_back_.subject.owner).name;
  for (const Effect& effect : rule_.effects) {
    if (effect.payee == take_back_.subject.owner) continue;
    const std::string& payee = checking_.attribute_at(effect.payee).name;
    checking_.report(
        kWrongPayee, effect.span,
        "this credits `" + payee + "`, and what is taken back is kept per `" + owner + "`",
        "credit " + owner + " here, and " + payee +
            " in a rule of its own with a `take back ... per " + payee + "`");
    return false;
  }
  return true;
}

bool TakeBackCheck::name_subject(const std::vector<int>& events, Span place) {
  std::vector<int> named = take_back_.subject.keys;
  named.push_back(take_back_.subject.owner);
  for (const int event : events) {
    for (const int attribute : named) {
      const bool is_there = checking_.event_attributes[static_cast<size_t>(event)].test(
          static_cast<size_t>(attribute));
      if (is_there) continue;
      const std::string& name = checking_.attribute_at(attribute).name;
      if (checking_.broken_attributes.contains(name)) return false;
      checking_.report(kNotNamedByEvent, place,
                       "event " + checking_.event(event).name + " has no " + backquoted(name) +
                           ", which what is taken back is kept per",
                       "declare the attribute in the event, or leave the event out");
      return false;
    }
  }
  return true;
}

bool TakeBackCheck::check_events() {
  std::optional<std::vector<int>> events = check_event_names(checking_, written_.events);
  if (!events) return false;
  for (size_t i = 0; i < events->size(); ++i) {
    const int event = (*events)[i];
    if (std::find(rule_.events.begin(), rule_.events.end(), event) == rule_.events.end()) continue;
    checking_.report(kBadTrigger, written_.events[i].span,
                     "at " + backquoted(checking_.event(event).name) +
                         " this rule pays, so it is not what is returned",
                     "an event pays or takes back; declare one for each");
    return false;
  }
  take_back_.events = *std::move(events);
  return name_subject(rule_.events, written_.subject.span) &&
         name_subject(take_back_.events, written_.subject.span);
}

// Typed where it is read: at events of both kinds.
TermPtr TakeBackCheck::value_of(const std::vector<int>& events) {
  Scope scope;
  scope.reader = Reader::kEvent;
  scope.lets = &lets_;
  for (const int event : events) add_event(checking_, event, scope);
  Typed value = Typer(checking_, scope).number(*written_.value);
  return std::move(value.term);
}

bool TakeBackCheck::check_value() {
  if (value_of(rule_.events) == nullptr) return false;
  take_back_.value = value_of(take_back_.events);
  if (take_back_.value == nullptr) return false;
  const Term& value = *take_back_.value;
  const std::string quoted = checking_.quoted(value.span);
  if (value.type.kind != TypeKind::kAmount && value.type.kind != TypeKind::kCount) {
    checking_.report(
        kMeasureNotWhole, value.span,
        quoted + " is " + checking_.type_phrase(value.type) + "; amounts and counts are returned",
        "write an attribute, or a product of an amount and a count");
    return false;
  }
  const std::optional<Bound> bound = bound_of(checking_.plan, value);
  if (!bound || bound->low < -money::kMeasureMax || bound->high > money::kMeasureMax) {
    checking_.report(kOverflow, value.span,
                     "one event can bring more than is kept of what may be returned: " + quoted,
                     "cap it: `min(" + std::string(checking_.source.slice(value.span)) + ", ...)`");
    return false;
  }
  if (bound->den == 1) return true;
  checking_.report(
      kMeasureNotWhole, value.span,
      "what is returned is in whole minor units, and " + quoted + " can have fractions of one",
      "write the amount itself: `in proportion to amount`");
  return false;
}

bool TakeBackCheck::check() {
  if (written_.way == tree::TakeBackWay::kNothing) return keep();
  if (!rule_.subject.is_event()) {
    checking_.report(kBadTrigger, written_.span,
                     "a rule with `per` takes back by itself when less is owed",
                     "leave the line out, and take what is returned from the measure: "
                     "`less amount on refund`");
    return false;
  }
  take_back_.way = written_.way;
  if (!fits_effects() || !check_subject_of() || !pays_owner()) return false;
  if (!check_events() || !check_value()) return false;
  rule_.take_back = std::move(take_back_);
  return true;
}

}  // namespace

bool check_take_back(Checking& checking, const tree::TakeBack& written,
                     absl::flat_hash_map<std::string_view, Definition>& lets, Rule& rule) {
  return TakeBackCheck(checking, written, lets, rule).check();
}

}  // namespace guerdon::plan
