#pragma once

#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"
#include "tests/reference/engine.h"

// Rows of tables from files among the events of a case, as TABLE commands. Most are for keys that
// some event brings, so that look-ups find them; some change a row of before, or say `none`.

namespace guerdon::generate {

// An event of this source is no event but a TABLE command: its values are the words, but for
// `time`, which may be empty.
inline constexpr const char* kTableSource = "table";

bool is_row(const reference::Event& event);

// Before the first event and amid them; nothing where the plans ask no table from a file. Of
// versions of one plan the first one counts.
void add_rows(Rng& rng, const std::vector<plan::Plan>& plans,
              std::vector<reference::Event>& events);

// REQUIRES: is_row(row).
reference::Command command_of_row(const reference::Event& row);
// "TABLE", "table=p0.table1", "key=A", "value=5.00", "time=..."
std::vector<std::string> words_of_row(const reference::Event& row);

}  // namespace guerdon::generate
