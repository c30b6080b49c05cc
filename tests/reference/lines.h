#pragma once

#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/plan/checked.h"
#include "tests/reference/value.h"

// The lines of an event, cut apart anew and walked once for each thing that is made of them.

namespace guerdon::reference {

// Reads a list, which is not empty, as events of this type declare it, and sets what the plan makes
// of it in *attributes (one an attribute of the plan). Returns "", or the code of the refusal.
std::string fold_lines(const plan::Plan& plan, const plan::EventType& type, const std::string& list,
                       base::TimeMs time, std::vector<Value>* attributes);

}  // namespace guerdon::reference
