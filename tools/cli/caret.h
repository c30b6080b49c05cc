// Under which word of a request an error belongs, and the carets there.
#pragma once

#include <optional>
#include <string_view>

#include "tools/cli/table.h"
#include "tools/cli/word_places.h"

namespace guerdon::cli {

// What the sentence of an error names: `word 3: ...`, `word 5, amount: ...`, `column 17: ...`, or
// an attribute that the line has, `version: ...`. A word that is missing is behind the line.
// Nothing where it names none.
std::optional<Place> place_of(std::string_view sentence, std::string_view line);

// Carets for the line that stands right above, behind a prompt of `indent` columns; where that
// line took more than one row of the terminal, the place once more with carets under it.
Block carets(std::string_view line, Place place, size_t indent, size_t columns);

}  // namespace guerdon::cli
