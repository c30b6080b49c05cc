#include "engine/base/planted.h"

#include <gtest/gtest.h>

namespace guerdon::base {
namespace {

#ifndef GUERDON_PLANTED
TEST(Planted, NothingIsPlantedInTheProductAndItIsKnownAtCompileTime) {
  static_assert(!planted(PlantedBug::kShardIdInEntry));
#define GUERDON_EXPECT_ABSENT(name) static_assert(!planted(PlantedBug::name));
  GUERDON_PLANTED_BUGS(GUERDON_EXPECT_ABSENT)
#undef GUERDON_EXPECT_ABSENT
}
#endif

TEST(Planted, NamesFollowTheEnum) {
  EXPECT_EQ(planted_bug_name(PlantedBug::kNone), "kNone");
  EXPECT_EQ(planted_bug_name(PlantedBug::kBatchBoundaryShows), "kBatchBoundaryShows");
  EXPECT_EQ(planted_bug_name(PlantedBug::kStaleAfterGrowth), "kStaleAfterGrowth");
  EXPECT_EQ(kPlantedBugNames.back(),
            planted_bug_name(static_cast<PlantedBug>(kPlantedBugCount - 1)));
}

}  // namespace
}  // namespace guerdon::base
