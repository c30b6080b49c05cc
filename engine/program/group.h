// Rules of which not all pay in full (checked.h, Group).
//
// Thread-safety: a function of its arguments.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "engine/plan/checked.h"

namespace guerdon::plan {

struct GroupKind {
  std::string name;
  tree::Stacking how = tree::Stacking::kAll;
  std::optional<int64_t> up_to;
  int layer = 0;  // the last of its rules
};

// Makes of what each asks for, in the order of their priorities, what it is given: never more of it
// than 0 and what it asked for lie apart.
void stack(const GroupKind& group, std::span<int64_t> amounts);

}  // namespace guerdon::plan
