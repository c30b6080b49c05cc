#pragma once

#include <functional>
#include <vector>

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
};

Value evaluate(const Scope& scope, const plan::Term& term);

// A condition that may be left out. Unknown is not true.
bool holds(const Scope& scope, const plan::TermPtr& condition);

}  // namespace guerdon::reference
