// Sound plans: tokens, tree and canonical form against the files beside them.

#include <gtest/gtest.h>

#include "engine/syntax/tree_printer.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

class Golden : public testing::TestWithParam<std::filesystem::path> {
 protected:
  std::filesystem::path beside(const char* extension) const {
    return std::filesystem::path(GetParam()).replace_extension(extension);
  }
};

TEST_P(Golden, Tokens) {
  const FrontEnd front(read_file(GetParam()));
  expect_golden(print_tokens(front.source, front.tokens), beside(".tokens"));
}

TEST_P(Golden, Tree) {
  const FrontEnd front(read_file(GetParam()));
  ASSERT_TRUE(front.ok()) << front.said();
  expect_golden(front.printed(), beside(".tree"));
}

TEST_P(Golden, Format) {
  const FrontEnd front(read_file(GetParam()));
  ASSERT_TRUE(front.ok()) << front.said();
  expect_golden(front.formatted(), beside(".fmt"));
}

TEST_P(Golden, FormattingIsAFixedPointAndChangesNoMeaning) {
  const FrontEnd front(read_file(GetParam()));
  ASSERT_TRUE(front.ok()) << front.said();
  const FrontEnd again(front.formatted());
  ASSERT_TRUE(again.ok()) << again.said();
  EXPECT_EQ(again.formatted(), front.formatted());
  EXPECT_EQ(again.printed(), front.printed());
}

TEST_P(Golden, LineEndsOfOtherSystemsMeanTheSame) {
  const FrontEnd front(read_file(GetParam()));
  std::string text;
  for (const char c : std::string(front.source.text()))
    text += c == '\n' ? "\r\n" : std::string(1, c);
  const FrontEnd other(text);
  ASSERT_TRUE(other.ok()) << other.said();
  EXPECT_EQ(other.printed(), front.printed());
  EXPECT_EQ(other.formatted(), front.formatted());
}

// Whatever a writer has typed so far is a plan or is refused with a place in it.
TEST_P(Golden, EveryTruncationIsParsedOrRefused) {
  const std::string text = read_file(GetParam());
  for (size_t size = 0; size <= text.size(); ++size) {
    const FrontEnd front(text.substr(0, size));
    EXPECT_EQ(front.tokens.back().kind, TokenKind::kEnd);
    if (!front.ok()) {
      EXPECT_FALSE(front.said().empty());
      continue;
    }
    const FrontEnd again(front.formatted());
    ASSERT_TRUE(again.ok()) << size << "\n" << again.said();
    EXPECT_EQ(again.printed(), front.printed()) << size;
  }
}

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Plans, Golden, testing::ValuesIn(plans_in(kGoldenFolder)), stem_of);

}  // namespace
}  // namespace guerdon::plan
