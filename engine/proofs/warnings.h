// What no error forbids and hardly anyone means: conditions that no event fulfils (W081), rows that
// no event reaches (W083), places where more pays less (W080), conditions that leave out whoever
// nothing is known of (W084).
#pragma once

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

// Adds to what was said when the plan was checked. REQUIRES: `plan` was made from `source`.
void warn(const SourceText& source, const Plan& plan, Diagnostics& diagnostics);

}  // namespace guerdon::plan
