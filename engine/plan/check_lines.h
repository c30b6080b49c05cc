// What is made of the lines of an event, by an expression or by a rule per line. Internal to the
// checker.
#pragma once

#include <string>

#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// What may be read of a line, and the lets of the rule.
Scope line_scope(const Checking& checking, const Scope& rule);

// Makes it an attribute of those of the events whose lines have what it reads. -1: there are too
// many, told.
int enter_fold(Checking& checking, Attribute attribute, std::string meaning, LineFold fold,
               const EventSet& events);

// Whether an event of the scope has such lines. False: told, at `span`.
bool has_lines_here(Checking& checking, const Scope& scope, const LineFold& fold, Span span);

// ---- rules per line (check_per_line.cc) ---------------------------------------------------------

// Takes `per line` out of a subject, unless an attribute is called so. False: it is not there.
bool take_line(const Checking& checking, tree::Subject& subject);

// What of a rule's conditions reads a line, and what does not; an `and` is looked into.
struct PartedConditions {
  std::vector<const tree::Expr*> of_event;
  std::vector<const tree::Expr*> of_lines;
};
PartedConditions part_conditions(const Checking& checking, const tree::Rule& rule,
                                 const Scope& scope);

// Puts the sum over all lines in place of the effect's amount, which is that of a line so far.
// False: told. `number`: which effect of the rule it is.
bool sum_over_lines(Checking& checking, const Scope& rule, const std::string& name, size_t number,
                    const std::vector<const tree::Expr*>& where, Effect& effect);

// What below an effect is no line's. False: told.
bool may_be_per_line(Checking& checking, const tree::Effect& written);

}  // namespace guerdon::plan
