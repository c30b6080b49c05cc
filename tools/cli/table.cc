#include "tools/cli/table.h"

#include <algorithm>

#include "tools/cli/terminal_text.h"

namespace guerdon::cli {
namespace {

constexpr size_t kGap = 2;  // columns between two cells
constexpr size_t kBarWidth = 20;

std::vector<size_t> widths_of(std::span<const Row> rows) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t column = 0; column < row.size(); ++column) {
      for (const Line& line : row[column]) widths[column] = std::max(widths[column], line.width);
    }
  }
  return widths;
}

size_t height_of(const Row& row) {
  size_t height = 0;
  for (const Block& cell : row) height = std::max(height, cell.size());
  return height;
}

// Spaces are owed until a text comes behind them, so that none ends a line.
class LineBuilder {
 public:
  void skip(size_t columns) { owed_ += columns; }

  void put(const Line& line) {
    if (line.width == 0) return;
    line_.text.append(owed_, ' ').append(line.text);
    line_.width += owed_ + line.width;
    owed_ = 0;
  }

  Line take() { return std::move(line_); }

 private:
  Line line_;
  size_t owed_ = 0;
};

Line line_at(const Row& row, size_t height, const std::vector<size_t>& widths,
             const std::vector<bool>& is_right) {
  LineBuilder builder;
  for (size_t column = 0; column < row.size(); ++column) {
    const Block& cell = row[column];
    const Line none;
    const Line& line = height < cell.size() ? cell[height] : none;
    const size_t room = widths[column] - line.width;
    const bool right = column < is_right.size() && is_right[column];
    builder.skip(right ? room : 0);
    builder.put(line);
    builder.skip((right ? 0 : room) + kGap);
  }
  return builder.take();
}

}  // namespace

Line line_of(std::string_view text) {
  Line line{shown(text)};
  line.width = display_width(line.text);
  return line;
}

Line bar_of(int64_t percent) {
  const auto part = static_cast<size_t>(std::clamp<int64_t>(percent, 0, 100));
  const size_t full = part * kBarWidth / 100;
  return line_of("[" + std::string(full, '=') + std::string(kBarWidth - full, ' ') + "]");
}

Block lay_out(std::span<const Row> rows, const std::vector<bool>& is_right) {
  const std::vector<size_t> widths = widths_of(rows);
  Block block;
  for (const Row& row : rows) {
    const size_t height = height_of(row);
    for (size_t i = 0; i < height; ++i) block.push_back(line_at(row, i, widths, is_right));
  }
  return block;
}

void append(const Block& block, Block* to) { to->insert(to->end(), block.begin(), block.end()); }

std::string text_of(const Block& block) {
  std::string text;
  for (const Line& line : block) text.append(line.text).append("\n");
  return text;
}

}  // namespace guerdon::cli
