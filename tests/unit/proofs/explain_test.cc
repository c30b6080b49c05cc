// Plans in sentences, against the file of each.

#include "engine/proofs/explain.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "engine/proofs/rule_facts.h"
#include "tests/unit/plan/loaded.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kExpected = "tests/golden/plan/proofs";
const std::filesystem::path kWritten = "docs/written-from-the-page";

class Explained : public testing::TestWithParam<std::filesystem::path> {
 protected:
  // One of docs/templates may have the name of an example.
  std::filesystem::path file(const char* extension) const {
    const std::filesystem::path folder = GetParam().parent_path();
    const bool is_apart = folder == "docs/templates" || folder == kWritten;
    return kExpected / (is_apart ? folder.filename() : "") /
           (GetParam().stem().string() + extension);
  }
};

TEST_P(Explained, IsAsTheFile) {
  const Loaded loaded(read_file(GetParam()));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  expect_golden(explain(*loaded.plan), file(".explained"));
}

TEST_P(Explained, TheFactsOfItsRulesAreAsTheFile) {
  const Loaded loaded(read_file(GetParam()));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  const std::string facts = print_rule_facts(*loaded.plan);
  for (const Rule& rule : loaded.plan->rules) {
    EXPECT_NE(facts.find("rule " + rule.name + "\n"), std::string::npos) << rule.name;
  }
  expect_golden(facts, file(".rules"));
}

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string stem = info.param.stem().string();
  for (char& c : stem) {
    if (c == '.' || c == '-') c = '_';
  }
  return stem;
}

INSTANTIATE_TEST_SUITE_P(Examples, Explained, testing::ValuesIn(plans_in("docs/examples")),
                         stem_of);
INSTANTIATE_TEST_SUITE_P(Acceptance, Explained, testing::ValuesIn(plans_in("tests/acceptance")),
                         stem_of);
INSTANTIATE_TEST_SUITE_P(Templates, Explained, testing::ValuesIn(plans_in("docs/templates")),
                         stem_of);
INSTANTIATE_TEST_SUITE_P(Written, Explained, testing::ValuesIn(plans_in(kWritten)), stem_of);
// Every construct of the language.
INSTANTIATE_TEST_SUITE_P(Checked, Explained,
                         testing::ValuesIn(plans_in("tests/golden/plan/checked")), stem_of);
INSTANTIATE_TEST_SUITE_P(Warned, Explained, testing::ValuesIn(plans_in(kExpected)), stem_of);

}  // namespace
}  // namespace guerdon::plan
