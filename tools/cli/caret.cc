#include "tools/cli/caret.h"

#include <algorithm>
#include <charconv>

#include "tools/cli/terminal_text.h"

namespace guerdon::cli {
namespace {

// The number behind `what`; 0 where the sentence does not begin so.
size_t number_behind(std::string_view what, std::string_view sentence) {
  if (!sentence.starts_with(what)) return 0;
  size_t number = 0;
  std::from_chars(sentence.data() + what.size(), sentence.data() + sentence.size(), number);
  return number;
}

Place place_of_word(size_t word, std::string_view line, const std::vector<Place>& words) {
  if (word <= words.size()) return words[word - 1];
  const size_t end = words.empty() ? 0 : words.back().to + 1;
  return {std::max(end, line.size()), std::max(end, line.size())};
}

Place place_of_column(size_t column, std::string_view line) {
  const size_t from = std::min(column - 1, line.size());
  size_t to = std::min(from + 1, line.size());
  const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
  while (to < line.size() && is_inside(line[to])) ++to;  // all bytes of the character
  return {from, to};
}

// `version: ...`, where a word of the line is version=...
std::optional<Place> place_of_attribute(std::string_view sentence, std::string_view line,
                                        const std::vector<Place>& words) {
  const std::string_view name = sentence.substr(0, sentence.find(':'));
  for (const Place& word : words) {
    const std::string_view rest = line.substr(word.from, word.to - word.from);
    const bool is_it = !name.empty() && rest.size() > name.size() && rest.starts_with(name) &&
                       rest[name.size()] == '=';
    if (is_it) return word;
  }
  return std::nullopt;
}

Block carets_under(size_t indent, size_t width) {
  return {line_of(std::string(indent, ' ') + std::string(std::max<size_t>(width, 1), '^'))};
}

}  // namespace

std::optional<Place> place_of(std::string_view sentence, std::string_view line) {
  const std::vector<Place> words = word_places(line);
  if (const size_t word = number_behind("word ", sentence)) {
    return place_of_word(word, line, words);
  }
  if (const size_t column = number_behind("column ", sentence)) {
    return place_of_column(column, line);
  }
  return place_of_attribute(sentence, line, words);
}

Block carets(std::string_view line, Place place, size_t indent, size_t columns) {
  const std::string_view before = line.substr(0, std::min(place.from, line.size()));
  const std::string_view there = line.substr(before.size(), place.to - place.from);
  const size_t from = indent + display_width(before) + (place.from - before.size());
  const size_t width = display_width(there);
  const bool is_one_row = indent + display_width(line) < columns && from + width < columns;
  if (is_one_row) return carets_under(from, width);
  constexpr size_t kIndent = 2;
  const Line again = line_of(there);
  if (there.empty() || kIndent + again.width >= columns) return {};
  Block block = {line_of(std::string(kIndent, ' ') + std::string(there))};
  append(carets_under(kIndent, again.width), &block);
  return block;
}

}  // namespace guerdon::cli
