#include "engine/progress/bands.h"

#include <gtest/gtest.h>

namespace guerdon::progress {
namespace {

using List = std::vector<Band>;

TEST(Bands, TheDefaultOnes) {
  const List bands = default_bands();
  ASSERT_EQ(check_bands(bands), BandsError::kNone);
  struct Row {
    int64_t percent;
    const char* name;
  };
  const Row rows[] = {{0, "red"},     {1, "red"},     {89, "red"},    {90, "orange"},
                      {99, "orange"}, {100, "green"}, {101, "green"}, {kPercentMax, "green"}};
  for (const Row& row : rows) {
    EXPECT_EQ(bands[band_at(bands, row.percent)].name, row.name) << row.percent;
  }
}

TEST(Bands, OnesOfAPlan) {
  const List bands = {{"cold", 0}, {"warm", 1}, {"hot", 1'000}};
  ASSERT_EQ(check_bands(bands), BandsError::kNone);
  EXPECT_EQ(band_at(bands, 0), 0u);
  EXPECT_EQ(band_at(bands, 1), 1u);
  EXPECT_EQ(band_at(bands, 999), 1u);
  EXPECT_EQ(band_at(bands, 1'000), 2u);
  EXPECT_EQ(band_at(List{{"all", 0}}, 55), 0u);
}

TEST(Bands, WhatIsNoListOfBands) {
  List many;
  for (size_t i = 0; i <= kBandsMax; ++i) {
    many.push_back({"b" + std::to_string(i), static_cast<int64_t>(i)});
  }
  EXPECT_EQ(check_bands(many), BandsError::kTooMany);
  many.pop_back();
  EXPECT_EQ(check_bands(many), BandsError::kNone);
  EXPECT_EQ(check_bands(List{}), BandsError::kNotFromZero);
  EXPECT_EQ(check_bands(List{{"red", 1}}), BandsError::kNotFromZero);
  EXPECT_EQ(check_bands(List{{"red", 0}, {"green", 0}}), BandsError::kNotAscending);
  EXPECT_EQ(check_bands(List{{"red", 0}, {"green", 50}, {"gold", 40}}), BandsError::kNotAscending);
  EXPECT_EQ(check_bands(List{{"red", 0}, {"green", 1'001}}), BandsError::kTooHigh);
  EXPECT_EQ(check_bands(List{{"red", 0}, {"green", 50}, {"red", 60}}), BandsError::kNameTwice);
}

TEST(BandsDeathTest, RefusesAPercentBelowZero) {
  EXPECT_DEATH((void)band_at(default_bands(), -1), "percent >= 0");
}

}  // namespace
}  // namespace guerdon::progress
