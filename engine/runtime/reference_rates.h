// A reference file of rates (feed/reference_file.h) as RATE commands of the log, one a row.
//
// All of them are taken or none: each row is tried first, against the plans and the rates there
// are. A row's id is made of the whole file and its line, under the source `rates`. So a file that
// was taken before changes nothing, as long as its ids are remembered: also what was set since
// stays. One in which a byte is another is set anew, every row of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/reference_file.h"
#include "engine/runtime/core.h"

namespace guerdon::runtime {

// Of a word of a file so many bytes are shown.
inline constexpr size_t kShownOfFile = 64;

// Durable when it returns. False: *problems, and nothing is done; or *error, where the log takes no
// more of them: the first rows may stand then, and the same file sets the others another time. How
// many rows there were is in *rows. REQUIRES: nobody else sends the engine records meanwhile.
bool take_rates(Core& core, std::string_view text, size_t* rows,
                std::vector<event::FileProblem>* problems, std::string* error);

// ---- goals (reference_targets.cc)
//
// A file of goals (feed/reference_file.h) as TARGET commands of the log, one a row, as rates are:
// all of them or none, by ids under the source `targets`. A row of the first form speaks of the one
// target with `goal from file` that is in its currency. *fresh: rows that were not taken before;
// what others say, and what was said since, stands. REQUIRES: as take_rates().
bool take_targets(Core& core, std::string_view text, size_t* rows, size_t* fresh,
                  std::vector<event::FileProblem>* problems, std::string* error);

// ---- tables (reference_tables.cc)
//
// A file with the rows of a table that a plan declares `from file`, as TABLE commands of the log,
// one a value.
//
// CSV with a header, as a trace (feed/csv_row.h): a column for each key and each column of the
// table, by their names, `value` where the table has one without a name; and maybe `from`, the
// instant from which on the row holds. Columns that are not named here are ignored. An empty `from`
// is for all time before the first instant; an empty value says nothing; `none` takes a row out.
//
// The file is read twice: once to see that all of it can be taken, and only then for what it says.
// What stands already is not sent again, so the same file another time is nothing new, and one that
// was changed in a few rows is a few commands. Rows that it does not have stay.
//
// Memory beside the rows themselves: about 50 bytes a value, while the file is taken.
//
// Durable when it returns. *rows: of the file; *fresh: values that were new. False: *problems, and
// nothing is done; or *error, where the log takes no more of them: the first rows may stand then,
// and the same file sets the others another time. REQUIRES: nobody else sends the engine records
// meanwhile.
bool take_table(Core& core, std::string_view table, std::string_view text, size_t* rows,
                size_t* fresh, std::vector<event::FileProblem>* problems, std::string* error);

}  // namespace guerdon::runtime
