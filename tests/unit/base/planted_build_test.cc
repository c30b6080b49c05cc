#ifndef GUERDON_PLANTED
#define GUERDON_PLANTED 1
#endif
#include "engine/base/planted.h"

#include <gtest/gtest.h>

namespace guerdon::base {
namespace {

TEST(PlantedBuild, OnlyThePlantedBugIsThere) {
  for (size_t i = 1; i < kPlantedBugCount; ++i) {
    plant(static_cast<PlantedBug>(i));
    for (size_t k = 0; k < kPlantedBugCount; ++k)
      EXPECT_EQ(planted(static_cast<PlantedBug>(k)), i == k) << i << " " << k;
  }
  plant(PlantedBug::kNone);
  for (size_t k = 0; k < kPlantedBugCount; ++k) EXPECT_FALSE(planted(static_cast<PlantedBug>(k)));
}

}  // namespace
}  // namespace guerdon::base
