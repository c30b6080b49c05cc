// Sound plans: the checked tree against the file beside each, and the ten plans of the acceptance
// rule sets against theirs.

#include <gtest/gtest.h>

#include "engine/plan/checker.h"
#include "tests/unit/plan/loaded.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kFolder = "tests/golden/plan/checked";
const std::filesystem::path kAcceptance = "tests/acceptance";

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string stem = info.param.stem().string();
  for (char& c : stem) {
    if (c == '.' || c == '-') c = '_';
  }
  return stem;
}

class CheckedGolden : public testing::TestWithParam<std::filesystem::path> {
 protected:
  // The plans of the acceptance rule sets stand elsewhere; what is expected of them stands here.
  std::filesystem::path expected() const {
    const std::filesystem::path folder =
        GetParam().parent_path() == kAcceptance ? kFolder / "acceptance" : kFolder;
    return folder / (GetParam().stem().string() + ".checked");
  }
};

TEST_P(CheckedGolden, IsAsTheFileBeside) {
  const Loaded loaded(read_file(GetParam()));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  EXPECT_EQ(loaded.said(), "");
  EXPECT_EQ(loaded.plan->text, read_file(GetParam()));
  expect_golden(print_checked(*loaded.plan), expected());
}

TEST_P(CheckedGolden, FormattingChangesNoMeaning) {
  const std::string text = read_file(GetParam());
  const Loaded loaded(text);
  const Loaded formatted(FrontEnd(text).formatted());
  ASSERT_TRUE(loaded.plan && formatted.plan) << formatted.said();
  EXPECT_EQ(print_checked(*formatted.plan), print_checked(*loaded.plan));
}

// Whatever a writer has typed so far is a plan or is refused with a place in it.
TEST_P(CheckedGolden, EveryTruncationIsCheckedOrRefused) {
  const std::string text = read_file(GetParam());
  for (const size_t size : cuts_of(text)) {
    const Loaded loaded(text.substr(0, size));
    EXPECT_EQ(loaded.plan.has_value(), !loaded.diagnostics.has_errors());
    if (!loaded.plan) {
      EXPECT_FALSE(loaded.said().empty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, CheckedGolden, testing::ValuesIn(plans_in(kFolder)), stem_of);
INSTANTIATE_TEST_SUITE_P(Acceptance, CheckedGolden, testing::ValuesIn(plans_in(kAcceptance)),
                         stem_of);

// The plans of the acceptance rule sets are examples to learn from: as `plan fmt` writes them.
class AcceptancePlan : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(AcceptancePlan, IsFormatted) {
  const std::string text = read_file(GetParam());
  EXPECT_EQ(FrontEnd(text).formatted(), text);
}

INSTANTIATE_TEST_SUITE_P(Plans, AcceptancePlan, testing::ValuesIn(plans_in(kAcceptance)), stem_of);

}  // namespace
}  // namespace guerdon::plan
