// What a rule per object reads of its object beside the attributes: what they were at an event.
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

bool is_event_of_object(Checking& checking, int event, int object, Span span) {
  const EventType& type = checking.event(event);
  if (type.object == object) return true;
  const std::string& name = checking.attribute_at(object).name;
  checking.report(
      kNotNamedByEvent, span,
      "event " + type.name + " has no " + backquoted(name) + ", which this rule is kept per",
      "declare `" + name + " : object` in the event, or name another");
  return false;
}

bool may_follow(Checking& checking, int object, Span span) {
  const std::string& name = checking.attribute_at(object).name;
  std::map<std::string_view, int> by_wire;
  for (const EventType& event : checking.plan.events) {
    if (event.object >= 0 && event.object != object) {
      checking.report(kAtOdds, span,
                      "this plan follows one kind of object, and has " + backquoted(name) +
                          " and " + backquoted(checking.attribute_at(event.object).name) +
                          ", which may have the same ids",
                      "make it two plans, or let both be one `object` with ids of their own");
      return false;
    }
    if (event.object != object) continue;
    for (const int index : event.attributes) {
      const Attribute& attribute = checking.attribute_at(index);
      const auto [at, fresh] = by_wire.emplace(attribute.wire, index);
      if (fresh || at->second == index) continue;
      checking.report(kAtOdds, span,
                      "events of one " + name + " call two things " + backquoted(attribute.wire) +
                          " outside: " + backquoted(checking.attribute_at(at->second).name) +
                          " and " + backquoted(attribute.name),
                      "what is known of the " + name +
                          " goes by that name; let it be one attribute, "
                          "or two names");
      return false;
    }
  }
  return true;
}

namespace {

TermPtr of_type(TermKind kind, const Term& like, int event) {
  TermPtr term = make_term(kind, like.type, like.span);
  term->index = like.index;
  term->event = event;
  return term;
}

// max(0, a - b)
TermPtr above(TermPtr a, TermPtr b) {
  const Span span = a->span;
  const Type type = a->type;
  TermPtr difference = make_term(TermKind::kSubtract, type, span);
  difference->args.push_back(std::move(a));
  difference->args.push_back(std::move(b));
  TermPtr most = make_term(TermKind::kMax, type, span);
  most->args.push_back(make_term(TermKind::kNumber, type, span));
  most->args.push_back(std::move(difference));
  return most;
}

}  // namespace

// `increase of X since E` is max(0, X - what it was at E), and so on.
Typed Typer::change(const tree::Expr& written) {
  const std::string words = std::string(tree::change_words(written.change)) + " of";
  if (scope_.reader == Reader::kUnused) return {};
  if (scope_.reader != Reader::kObject || constant_) {
    checking_.report(kNotOfSubject, written.span,
                     backquoted(words) + " belongs to an object, and this is not kept for one",
                     "declare `order : object` in the events, and write `per order` in the header "
                     "of the rule");
    return {};
  }
  Typed value = visit(*written.args[0]);
  if (!value) return {};
  if (value.term->kind != TermKind::kAttribute || !value.type().is_number()) {
    checking_.report(kWrongKind, value.span,
                     checking_.quoted(value.span) + " is no amount or count of the object",
                     "write `" + words + "` an attribute");
    return {};
  }
  const Span span = written.args[1]->span;
  const int event = check_event_name(checking_, {written.args[1]->text, span});
  if (event < 0) return {};
  if (!is_event_of_object(checking_, event, scope_.subject->object, span)) return {};
  TermPtr first = of_type(TermKind::kFirst, *value.term, event);
  TermPtr now = std::move(value.term);
  if (written.change == tree::Change::kHighestIncrease) {
    now = of_type(TermKind::kHighest, *first, event);
  }
  const bool falls = written.change == tree::Change::kDecrease;
  TermPtr change =
      falls ? above(std::move(first), std::move(now)) : above(std::move(now), std::move(first));
  change->span = written.span;
  return {std::move(change), false, 0, written.span};
}

}  // namespace guerdon::plan
