// Plans with mistakes. Each line that has one says so, `# expect: E008`: exactly these are found.

#include <gtest/gtest.h>

#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

class Refused : public testing::TestWithParam<std::filesystem::path> {};

// Only 50 diagnostics of a run are kept, so longer files are read in parts that begin at the
// margin.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts(1);
  int expected = 0;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin + 1);
    if (expected >= 20 && line[0] != ' ' && line[0] != '\t') {
      parts.emplace_back();
      expected = 0;
    }
    if (line.find("# expect: ") != std::string::npos) ++expected;
    parts.back() += line;
    begin += line.size();
  }
  return parts;
}

TEST_P(Refused, ExactlyTheseMistakesAreFound) {
  for (const std::string& part : parts_of(read_file(GetParam()))) {
    const FrontEnd front(part, GetParam().filename().string());
    EXPECT_EQ(front.diagnostics.left_out(), 0);
    EXPECT_EQ(front.codes(), expected_codes(front.source)) << front.said();
  }
}

TEST_P(Refused, WhatIsSaidIsAsTheFileBeside) {
  std::string said;
  for (const std::string& part : parts_of(read_file(GetParam()))) {
    if (!said.empty()) said += "\n";
    said += FrontEnd(part, GetParam().filename().string()).said();
  }
  expect_golden(said, std::filesystem::path(GetParam()).replace_extension(".said"));
}

TEST_P(Refused, EveryTruncationIsParsedOrRefused) {
  const std::string text = read_file(GetParam());
  for (size_t size = 0; size <= text.size(); ++size) {
    const FrontEnd front(text.substr(0, size));
    EXPECT_EQ(front.ok(), front.said().empty());
  }
}

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Plans, Refused, testing::ValuesIn(plans_in(kGoldenFolder / "refused")),
                         stem_of);

}  // namespace
}  // namespace guerdon::plan
