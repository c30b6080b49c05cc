#include "engine/syntax/source.h"

#include <gtest/gtest.h>

namespace guerdon::plan {
namespace {

TEST(SourceText, PositionsCountCodePointsFromOne) {
  const SourceText source("x", "ab\n\xC3\xA9z\xE2\x82\xAC!\n");
  EXPECT_EQ(source.lines(), 3);
  EXPECT_EQ(source.position(0).line, 1);
  EXPECT_EQ(source.position(0).column, 1);
  EXPECT_EQ(source.position(2).column, 3);  // the line end
  EXPECT_EQ(source.position(3).line, 2);
  EXPECT_EQ(source.position(5).column, 2);  // z
  EXPECT_EQ(source.position(9).column, 4);  // !
  EXPECT_EQ(source.position(11).line, 3);
  EXPECT_EQ(source.position(11).column, 1);
}

TEST(SourceText, LinesComeWithoutTheirEnds) {
  const SourceText source("x", "a\r\nb\rc\n\nd\r");
  EXPECT_EQ(source.line(1), "a");
  EXPECT_EQ(source.line(2), "b\rc");  // a lone CR ends nothing
  EXPECT_EQ(source.line(3), "");
  EXPECT_EQ(source.line(4), "d\r");
  EXPECT_EQ(SourceText("x", "").line(1), "");
}

TEST(SourceText, SpansJoin) {
  EXPECT_EQ(join({3, 5}, {1, 4}), (Span{1, 5}));
  EXPECT_EQ(SourceText("x", "abcdef").slice({1, 3}), "bc");
}

struct Bytes {
  const char* text;
  bool valid;
  uint32_t bytes;
};

TEST(CodePoint, OnlyWellFormedUtf8IsValid) {
  const Bytes cases[] = {
      {"a", true, 1},
      {"\x7F", true, 1},
      {"\xC3\xA9", true, 2},
      {"\xE2\x82\xAC", true, 3},
      {"\xF0\x9F\x98\x80", true, 4},
      {"\xF4\x8F\xBF\xBF", true, 4},   // U+10FFFF
      {"\xF4\x90\x80\x80", false, 4},  // above
      {"\xC0\xAF", false, 2},          // overlong
      {"\xE0\x80\xAF", false, 3},      // overlong
      {"\xF0\x80\x80\xAF", false, 4},  // overlong
      {"\xED\xA0\x80", false, 3},      // surrogate
      {"\x80", false, 1},              // a continuation of nothing
      {"\xC3", false, 1},              // cut off
      {"\xE2\x82", false, 2},          // cut off
      {"\xC3z", false, 1},
      {"\xFF", false, 1},
  };
  for (const Bytes& each : cases) {
    const CodePoint point = code_point_at(each.text, 0);
    EXPECT_EQ(point.valid, each.valid) << each.text;
    EXPECT_EQ(point.bytes, each.bytes) << each.text;
  }
  EXPECT_EQ(code_point_at("\xF0\x9F\x98\x80", 0).value, U'\U0001F600');
}

}  // namespace
}  // namespace guerdon::plan
