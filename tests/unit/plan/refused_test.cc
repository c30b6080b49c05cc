// Plans with mistakes. Each line that has one says so, `# expect: E012`: exactly these are found.

#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <vector>

#include "tests/unit/plan/loaded.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kFolder = "tests/golden/plan/checked/refused";
const std::filesystem::path kProved = "tests/golden/plan/proofs";
class CheckRefused : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(CheckRefused, ExactlyTheseMistakesAreFound) {
  const Loaded loaded(read_file(GetParam()), GetParam().filename().string());
  EXPECT_EQ(loaded.plan.has_value(), !loaded.diagnostics.has_errors());
  EXPECT_EQ(loaded.diagnostics.left_out(), 0) << "divide the file";
  EXPECT_EQ(loaded.codes(), expected_codes(loaded.source)) << loaded.said();
}

TEST_P(CheckRefused, WhatIsSaidIsAsTheFileBeside) {
  const Loaded loaded(read_file(GetParam()), GetParam().filename().string());
  expect_golden(loaded.said(), std::filesystem::path(GetParam()).replace_extension(".said"));
}

TEST_P(CheckRefused, EveryTruncationIsCheckedOrRefused) {
  const std::string text = read_file(GetParam());
  for (const size_t size : cuts_of(text)) {
    const Loaded loaded(text.substr(0, size));
    EXPECT_EQ(loaded.plan.has_value(), !loaded.diagnostics.has_errors());
  }
}

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  return info.param.stem().string();
}

INSTANTIATE_TEST_SUITE_P(Plans, CheckRefused, testing::ValuesIn(plans_in(kFolder)), stem_of);

// Each thing that can be said is said about a plan in these folders, or of its versions.
TEST(Diagnostics, EachHasAPlanThatShowsIt) {
  std::vector<std::filesystem::path> paths = {"tests/golden/plan/versions/refused.plans"};
  for (const std::filesystem::path& folder : {kFolder, kProved, kGoldenFolder / "refused"}) {
    const std::vector<std::filesystem::path> plans = plans_in(folder);
    paths.insert(paths.end(), plans.begin(), plans.end());
  }
  std::set<std::string> expected;
  for (const std::filesystem::path& path : paths) {
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
      const size_t at = line.find(kMark);
      if (at != std::string::npos) expected.insert(line.substr(at + kMark.size(), 4));
    }
  }
  for (const DiagnosticCode code : kDiagnosticCodes) {
    EXPECT_TRUE(expected.contains(code_text(code))) << code_text(code);
  }
}

}  // namespace
}  // namespace guerdon::plan
