#include "engine/progress/bands.h"

#include <gtest/gtest.h>

#include "engine/progress/attainment.h"

namespace guerdon::progress {
namespace {

TEST(Bands, TheUsualOnes) {
  struct Row {
    int64_t percent;
    const char* name;
  };
  const Row rows[] = {{0, "red"},     {1, "red"},     {89, "red"},    {90, "orange"},
                      {99, "orange"}, {100, "green"}, {101, "green"}, {kPercentMax, "green"}};
  for (const Row& row : rows) {
    EXPECT_EQ(band_at(default_bands(), row.percent).name, row.name) << row.percent;
  }
}

TEST(Bands, OnesOfAPlan) {
  const std::vector<Band> bands = {{"cold", 1}, {"warm", 1'000}, {"hot", Band::kNoEnd}};
  EXPECT_EQ(band_at(bands, 0).name, "cold");
  EXPECT_EQ(band_at(bands, 1).name, "warm");
  EXPECT_EQ(band_at(bands, 999).name, "warm");
  EXPECT_EQ(band_at(bands, 1'000).name, "hot");
}

TEST(BandsDeathTest, RefusesAPercentBelowZero) {
  EXPECT_DEATH((void)band_at(default_bands(), -1), "percent >= 0");
}

}  // namespace
}  // namespace guerdon::progress
