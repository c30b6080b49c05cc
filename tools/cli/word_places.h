#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace guerdon::cli {

// Bytes [from, to) of a line.
struct Place {
  size_t from = 0;
  size_t to = 0;

  bool operator==(const Place&) const = default;
};

// Where the words of a request stand, quotes and all, as engine/net/line_words.h cuts them. A quote
// that is not closed reaches to the line's end.
std::vector<Place> word_places(std::string_view line);

}  // namespace guerdon::cli
