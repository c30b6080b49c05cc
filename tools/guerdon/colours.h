#pragma once

namespace guerdon::tools {

// Whether what goes to standard output may have colours: a person looks at it, on a terminal that
// has them, and NO_COLOR is not set.
bool has_colours();

}  // namespace guerdon::tools
