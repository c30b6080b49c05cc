#include "tools/cli/word_places.h"

#include <algorithm>

namespace guerdon::cli {
namespace {

// Behind the quote that closes the one at `at`.
size_t quote_end(std::string_view line, size_t at) {
  for (++at; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] == '\\') ++at;
  }
  return std::min(at + 1, line.size());
}

size_t word_end(std::string_view line, size_t at) {
  while (at < line.size() && line[at] != ' ') at = line[at] == '"' ? quote_end(line, at) : at + 1;
  return at;
}

}  // namespace

std::vector<Place> word_places(std::string_view line) {
  std::vector<Place> places;
  for (size_t at = 0; at < line.size();) {
    if (line[at] == ' ') {
      ++at;
      continue;
    }
    const size_t end = word_end(line, at);
    places.push_back({at, end});
    at = end;
  }
  return places;
}

}  // namespace guerdon::cli
