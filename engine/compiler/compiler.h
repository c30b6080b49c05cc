// From checked plans to a program (program.h).
//
// What is wrong with one plan was told by the checker, but for an expression that needs more
// registers than the machine has. All else that is refused here is what plans do to each other: two
// of one program name, an event type with more readings than slots.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// Plans in load order. Nothing and a sentence in `error` when they cannot be loaded together.
std::optional<Program> compile(const std::vector<Plan>& plans, std::string* error);

// The same plans, some of them merged with further versions (engine/versions), in place of the
// program `before`. What that gave a number keeps it (types, slots, wallets, measures, subjects,
// cells, clauses, facts, texts), so that accounts, objects and the log need no conversion; what is
// new comes behind. `texts`: the numbers of texts that `before` does not name. Those that are not
// among them get numbers that no text can have: such a program says which texts there are
// (Symbols::provisional), and is not to be run.
std::optional<Program> compile_again(const std::vector<const Plan*>& plans, const Program& before,
                                     const std::vector<NumberedText>& texts, std::string* error);

}  // namespace guerdon::plan
