// A reference file of rates (feed/reference_file.h) as RATE commands of the log, one a row.
//
// All of them are taken or none: each row is tried first, against the plans and the rates there
// are. A row's id is made of the whole file and its line, under the source `rates`. So a file that
// was taken before changes nothing, as long as its ids are remembered: also what was set since
// stays. One in which a byte is another is set anew, every row of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/reference_file.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {

// Durable when it returns. False: *problems, and nothing is done; or *error, where the log takes no
// more of them: the first rows may stand then, and the same file sets the others another time. How
// many rows there were is in *rows. REQUIRES: nobody else sends the engine records meanwhile.
bool take_rates(Core& core, std::string_view text, size_t* rows,
                std::vector<event::FileProblem>* problems, std::string* error);

}  // namespace guerdon::runtime
