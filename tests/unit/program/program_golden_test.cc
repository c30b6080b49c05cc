// Programs in words, against the file beside each plan; two of the acceptance rule sets among them.
#include <gtest/gtest.h>

#include "engine/program/program.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kFolder = "tests/golden/plan/program";
const std::filesystem::path kAcceptance = "tests/acceptance";

std::vector<std::filesystem::path> golden_plans() {
  std::vector<std::filesystem::path> plans = plans_in(kFolder);
  plans.push_back(kAcceptance / "rs07.online-retail.plan");
  plans.push_back(kAcceptance / "rs10.online-retail.plan");
  return plans;
}

std::string stem_of(const testing::TestParamInfo<std::filesystem::path>& info) {
  std::string stem = info.param.stem().string();
  for (char& c : stem) {
    if (c == '.' || c == '-') c = '_';
  }
  return stem;
}

class ProgramGolden : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ProgramGolden, IsAsTheFileBeside) {
  const Program program = compiled(read_file(GetParam()));
  expect_golden(print_program(program), kFolder / (GetParam().stem().string() + ".program"));
}

INSTANTIATE_TEST_SUITE_P(Plans, ProgramGolden, testing::ValuesIn(golden_plans()), stem_of);

}  // namespace
}  // namespace guerdon::plan
