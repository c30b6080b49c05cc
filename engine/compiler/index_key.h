// What the rule index can use of a condition: equalities and a threshold among its conjuncts.
#pragma once

#include "engine/compiler/code_writer.h"
#include "engine/plan/checked.h"
#include "engine/program/index.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// An empty key when `condition` is null or has nothing to offer. Every event for which the
// condition is true is found under the key. Literals that it names are interned.
IndexKey index_key(const Term* condition, const Names& names, Program& program);

}  // namespace guerdon::plan
