// Versions that cannot follow the one before: what is said of each.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/syntax/front_end.h"
#include "tests/unit/versions/case.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kFolder = "tests/golden/plan/versions";

TEST(RefusedVersions, ExactlyTheseMistakesAreFound) {
  for (const NamedCase& named : cases_in(read_file(kFolder / "refused.plans"))) {
    const Case refused(named.versions);
    EXPECT_FALSE(refused.plan) << named.name;
    EXPECT_EQ(codes_of(refused.source, refused.diagnostics), expected_codes(refused.source))
        << named.name << "\n"
        << refused.said();
  }
}

TEST(RefusedVersions, WhatIsSaidIsAsTheFileBeside) {
  std::string said;
  for (const NamedCase& named : cases_in(read_file(kFolder / "refused.plans"))) {
    said += (said.empty() ? "# " : "\n# ") + named.name + "\n" + Case(named.versions).said();
  }
  expect_golden(said, kFolder / "refused.said");
}

}  // namespace
}  // namespace guerdon::plan
