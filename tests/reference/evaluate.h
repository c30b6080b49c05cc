#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "engine/base/int128.h"
#include "engine/plan/checked.h"
#include "tests/reference/value.h"

// The value of a term, by recursion over the checked tree: engine/plan/checked.h, line by line.

namespace guerdon::reference {

// What a term sees. Borrows the plan and the attributes.
struct Scope {
  const plan::Plan& plan;
  const std::vector<Value>& attributes;  // one an attribute of the plan
  std::function<Value(int measure, plan::tree::Moment moment)> measure;
  // Of a kHeld or kHasHeld.
  std::function<Value(const plan::Term& held)> known;
  // Of the subject: for what changes on a day.
  calendar::TimeMs instant = 0;
  // Of a kFirst, kHighest or kCame.
  std::function<Value(const plan::Term& fact)> fact = nullptr;
};

Value evaluate(const Scope& scope, const plan::Term& term);

// A condition that may be left out. Unknown is not true.
bool holds(const Scope& scope, const plan::TermPtr& condition);

// Whether the instant is one of those on which the rule holds, and its condition is true.
bool applies(const Scope& scope, const plan::Rule& rule);

// The rounded amount of an effect of the rule; nothing where the clause does not apply.
std::optional<base::Int128> amount_of(const Scope& scope, const plan::Rule& rule,
                                      const plan::Effect& effect);

}  // namespace guerdon::reference
