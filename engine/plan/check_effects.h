// One effect line of a rule: who is credited what; and what is made of the lines of an event, by an
// expression or by a rule per line. Internal to the checker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// Adds it to `effects`; of a split one for each part. `rule` has its subject and name by now;
// `amounts` is what amounts may read: `scope`, or in a rule per line what a line has. False: a
// mistake, told.
bool check_effect(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                  const Rule& rule, const Scope& scope, const Scope& amounts,
                  std::vector<Effect>& effects);

// Who shares is told apart, and nothing stands below that is for one account. False: told.
// (check_split.cc)
bool check_parts_of(Checking& checking, const tree::Effect& split);

// Makes of an effect that pays one of them the whole one that pays its part. False: told.
bool share_out(Checking& checking, const tree::Effect& split, size_t part, const Scope& scope,
               Effect& effect);

// Of `each ... above ... differential`, the level at `at` of those that it pays: makes of the
// effect, which has the whole, one of what is more than the most that any below gets, and who is
// named, where the rule credits him. False: told. (check_differential.cc)
bool less_below(Checking& checking, const tree::Effect& written, size_t at,
                const tree::Rule& written_rule, const Scope& amounts, Effect& effect);

// Of a milestone: whole, once check_milestones() has said so. (check_milestones.cc)
int64_t whole_percent(const tree::Percent& written);
// The same where it is one from 1 to kMilestoneMax; nothing: told, by the code.
std::optional<int64_t> check_percent(Checking& checking, const tree::Percent& written,
                                     DiagnosticCode code);

// The first term of it that changes on a day; null: none does.
const Term* dated_in(const Plan& plan, const Term& term);

// The limits below it that are for more than the event. `effect` has its payee and its unit by now.
// False: a mistake, told.
bool check_limits(Checking& checking, const tree::Effect& written, const Rule& rule,
                  const Scope& scope, Effect& effect);

// ---- lines of an event (check_lines.cc, check_per_line.cc)

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
