// Each line that is warned of says so, `# expect: W080`; what is said is as the file beside. The
// plans to learn from give no cause.

#include "engine/proofs/warnings.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/plan/loaded.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

const std::filesystem::path kWarned = "tests/golden/plan/proofs/proofs.plan";

TEST(Warnings, AreExactlyThose) {
  Loaded loaded(read_file(kWarned), "proofs.plan");
  ASSERT_TRUE(loaded.plan) << loaded.said();
  EXPECT_EQ(loaded.said(), "");
  warn(loaded.source, *loaded.plan, loaded.diagnostics);
  EXPECT_EQ(loaded.codes(), expected_codes(loaded.source)) << loaded.said();
  expect_golden(loaded.said(), std::filesystem::path(kWarned).replace_extension(".said"));
}

TEST(Warnings, ArePlansToLearnFromWithout) {
  for (const char* folder : {"tests/acceptance", "docs/examples"}) {
    for (const std::filesystem::path& path : plans_in(folder)) {
      Loaded loaded(read_file(path), path.string());
      ASSERT_TRUE(loaded.plan) << loaded.said();
      warn(loaded.source, *loaded.plan, loaded.diagnostics);
      EXPECT_EQ(loaded.said(), "");
    }
  }
}

// A row is reached when one event of several comes to it, whichever stands first or last.
TEST(Warnings, ARowIsReachedByAnyEventOfTheRule) {
  Loaded loaded(shop(R"(event small
  account : account
  amount : GBP
  when amount <= 50.00

event any_size
  account : account
  amount : GBP

event tiny
  account : account
  amount : GBP
  when amount <= 50.00

rule rows
  on small, any_size, tiny
  credit account by amount
    up to 60.00 : 1% of amount
    up to 90.00 : 2% of amount
    otherwise   : 3% of amount
)"));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  warn(loaded.source, *loaded.plan, loaded.diagnostics);
  EXPECT_FALSE(loaded.has(DiagnosticCode::kRowNeverFits)) << loaded.said();
}

// A rule per order is asked at events that count, and these have brought what they are asked for.
TEST(Warnings, ARowOfARulePerOrderIsReachedAtEventsThatCount) {
  const auto is_warned = [](const char* last_bound) {
    Loaded loaded(shop(std::string(R"(event small
  order : object
  account : account
  amount : GBP
  when amount <= 50.00

rule rows per order
  credit account by amount
    up to )") + last_bound +
                       R"( : 1% of amount
    up to 90.00 : 2% of amount
    otherwise   : 3% of amount
)"));
    EXPECT_TRUE(loaded.plan) << loaded.said();
    warn(loaded.source, *loaded.plan, loaded.diagnostics);
    return loaded.has(DiagnosticCode::kRowNeverFits);
  };
  EXPECT_TRUE(is_warned("50.00"));
  EXPECT_FALSE(is_warned("49.99"));
}

}  // namespace
}  // namespace guerdon::plan
