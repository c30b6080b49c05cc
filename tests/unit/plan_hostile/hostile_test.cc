// A hundred plans and more that nobody means well with: compiled or refused, never a crash. Time is
// bounded by ctest's limit for all of them together, memory by the peak of the process.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/os/memory.h"
#include "tests/support/turns.h"
#include "tests/unit/plan_hostile/hostile.h"
#include "tests/unit/plan_hostile/outcome.h"

namespace guerdon::plan::hostile {
namespace {

constexpr uint64_t kPeakBytesMax = uint64_t{1} << 30;
constexpr size_t kSaidBytesMax = 100'000;

// It follows from the text alone; some plans take seconds, and several tests ask about them.
const Outcome& outcome_once(const Hostile& plan) {
  static std::map<std::pair<std::string, size_t>, Outcome> known;
  const auto key = std::pair(plan.name, std::hash<std::string>()(plan.text));
  const auto at = known.find(key);
  return at != known.end() ? at->second : known.emplace(key, outcome_of(plan.text)).first->second;
}

void expect_outcome(const Hostile& plan) {
  SCOPED_TRACE(plan.name);
  const Outcome& outcome = outcome_once(plan);
  EXPECT_LT(outcome.said.size(), kSaidBytesMax);
  if (outcome.is_loaded) {
    EXPECT_EQ(outcome.said.find("error E"), std::string::npos) << outcome.said;
    EXPECT_TRUE(outcome.is_compiled || !outcome.compile_error.empty());
    return;
  }
  EXPECT_TRUE(outcome.has_place) << outcome.said;
}

size_t expect_outcomes(const Plans& plans) {
  for (const Hostile& plan : plans) expect_outcome(plan);
  if (!support::kIsInstrumented) {
    EXPECT_LT(os::peak_rss_bytes(), kPeakBytesMax);
  }
  return plans.size();
}

TEST(HostilePlans, Sizes) { EXPECT_GE(expect_outcomes(sizes()), 20U); }
TEST(HostilePlans, Nesting) { EXPECT_GE(expect_outcomes(nesting()), 25U); }
TEST(HostilePlans, Counts) { EXPECT_GE(expect_outcomes(counts()), 40U); }
TEST(HostilePlans, Products) { EXPECT_GE(expect_outcomes(products()), 15U); }
TEST(HostilePlans, Numbers) { EXPECT_GE(expect_outcomes(numbers()), 60U); }
TEST(HostilePlans, Written) { EXPECT_GE(expect_outcomes(written()), 30U); }

// Each rule alone is modest; only the compiler sees how much code they are together.
TEST(HostilePlans, CodeIsBounded) {
  size_t seen = 0;
  for (const Hostile& plan : products()) {
    if (plan.name != "a long condition for every event and account") continue;
    const Outcome& outcome = outcome_once(plan);
    EXPECT_TRUE(outcome.is_loaded) << outcome.said;
    EXPECT_NE(outcome.compile_error.find("grows beyond"), std::string::npos);
    ++seen;
  }
  EXPECT_EQ(seen, 1U);
}

// The list is worth something only if its plans get as far as they are meant to.
TEST(HostilePlans, SomeAreCompiledAndSomeAreRefused) {
  const std::set<std::string> compiled = {"64 units",
                                          "256 events",
                                          "32 attributes",
                                          "16 credits",
                                          "brackets 63 deep",
                                          "as many rules as fit",
                                          "every rule has a text of its own",
                                          "readers of a group",
                                          "twelve doubling lets",
                                          "a chain of twenty lets",
                                          "credit 10_000_000_000_000.00 money",
                                          "decimals 9",
                                          "a name of 63 letters",
                                          "a text of 128 bytes"};
  const std::set<std::string> refused = {"65 units",
                                         "33 attributes",
                                         "17 credits",
                                         "brackets 10000 deep",
                                         "a mebibyte and a byte",
                                         "a hundred thousand rules",
                                         "forty doubling lets",
                                         "a circle of thirty thousand",
                                         "credit x * x",
                                         "credit 1/0 of x",
                                         "decimals 10",
                                         "a name of 64 letters",
                                         "a text of 129 bytes",
                                         "every byte"};
  size_t seen = 0;
  for (const Plans& plans : {sizes(), nesting(), counts(), products(), numbers(), written()}) {
    for (const Hostile& plan : plans) {
      if (!compiled.contains(plan.name) && !refused.contains(plan.name)) continue;
      const Outcome& outcome = outcome_once(plan);
      EXPECT_EQ(outcome.is_compiled, compiled.contains(plan.name)) << plan.name << outcome.said;
      ++seen;
    }
  }
  EXPECT_EQ(seen, compiled.size() + refused.size());
}

}  // namespace
}  // namespace guerdon::plan::hostile
