// Blocks of lines, and tables that are laid out of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::cli {

// One line of a terminal. Colours take no width, so the width is kept beside the text.
struct Line {
  std::string text;
  size_t width = 0;
};
using Block = std::vector<Line>;

// The text made safe to be shown, as one line.
Line line_of(std::string_view text);

// Twenty signs, of which this part is filled: whole from 100 % on only.
Line bar_of(int64_t percent);

// A cell may have several lines, or none.
using Row = std::vector<Block>;

// Columns as wide as their widest line, two spaces between them. A row is as high as its highest
// cell; rows may have fewer cells than others. `is_right`: of each column, whether it is aligned to
// the right; columns that it does not name are not. No line ends with a space.
Block lay_out(std::span<const Row> rows, const std::vector<bool>& is_right = {});

void append(const Block& block, Block* to);

// Each line with its line end.
std::string text_of(const Block& block);

}  // namespace guerdon::cli
