// Text as a terminal shows it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::cli {

// What may safely be shown: control characters, what is no UTF-8 and what has no width of its own
// become \xHH, byte by byte. So nothing that a server sends can move the cursor or set a colour.
std::string shown(std::string_view text);

// Columns that a shown text takes: none for an accent that is combined, two for 漢.
size_t display_width(std::string_view text);

// Cut between words into lines of at most `width` columns, where words are short enough. One line
// or more.
std::vector<std::string> wrapped(std::string_view text, size_t width);

}  // namespace guerdon::cli
