#pragma once

#include "tests/generate/shrink.h"

// Rows of tables from files in cases (tests/generate/random_rows.h).

namespace guerdon::law {

// Whether an engine under the case's plans reads each of its rows. A case that was made smaller may
// have lost the table, a key or the bound of one: then it is none. REQUIRES: the plans load.
bool are_rows_read(const generate::Case& drawn);

}  // namespace guerdon::law
