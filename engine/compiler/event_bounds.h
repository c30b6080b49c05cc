// How much an effect can ask for at one event, as far as the event tells it: a term that reads
// nothing that is kept for an account.
//
// It is made of the effect's own terms: what the event says stays as it is, and what is kept for
// the account stands at its bound (plan/bounds.h). Where it is missing, so is the effect's amount.
//
//   min(extra, 5% of spent)   ->   min(extra, 5% of 10^15)      at most `extra`
//   5% of amount              ->   5% of amount                 exactly that
//
// Source: partial evaluation of an interval.
#pragma once

#include "engine/plan/checked.h"

namespace guerdon::plan {

// Whether the term, or the condition, reads nothing but the event.
bool reads_event_alone(const Term& term);

struct EventBound {
  TermPtr most;           // the effect asks for no more, before it is rounded; null: none is known
  bool is_exact = false;  // where it asks for more than 0, it is that
};
EventBound bound_by_event(const Plan& plan, const Effect& effect);

}  // namespace guerdon::plan
