#include "tools/cli/table.h"

#include <gtest/gtest.h>

namespace guerdon::cli {
namespace {

Block cell(std::initializer_list<std::string_view> lines) {
  Block block;
  for (const std::string_view line : lines) block.push_back(line_of(line));
  return block;
}

TEST(TableTest, NoRowsAreNoLines) { EXPECT_EQ(text_of(lay_out({})), ""); }

TEST(TableTest, ARowIsAsHighAsItsHighestCell) {
  const std::vector<Row> rows = {{cell({"a", "bb"}), cell({"1"})},
                                 {cell({}), cell({"22", "333", "4"})}};
  EXPECT_EQ(text_of(lay_out(rows, {false, true})),
            "a     1\n"
            "bb\n"
            "     22\n"
            "    333\n"
            "      4\n");
}

TEST(TableTest, RowsMayHaveFewerCells) {
  const std::vector<Row> rows = {{cell({"a"})}, {cell({"b"}), cell({"c"}), cell({"d"})}, {}};
  EXPECT_EQ(text_of(lay_out(rows)), "a\nb  c  d\n");
}

TEST(TableTest, AWidthIsKeptBesideTheText) {
  const std::vector<Row> rows = {{{Line{"\x1b[1mab\x1b[0m", 2}}, cell({"x"})},
                                 {cell({"abc"}), cell({"y"})}};
  const Block block = lay_out(rows);
  EXPECT_EQ(text_of(block), "\x1b[1mab\x1b[0m   x\nabc  y\n");
  EXPECT_EQ(block.front().width, 6u);
}

}  // namespace
}  // namespace guerdon::cli
