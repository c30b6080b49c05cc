#include "engine/base/int128.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>

namespace guerdon::base {
namespace {

TEST(Int128Text, AgreesWithTheStandardLibraryWithin64Bits) {
  std::mt19937_64 random(1);
  for (const int64_t x : {int64_t{0}, int64_t{1}, int64_t{-1}, INT64_MAX, INT64_MIN})
    EXPECT_EQ(to_string(Int128{x}), std::to_string(x));
  for (int i = 0; i < 10'000; ++i) {
    const auto x = static_cast<int64_t>(random()) >> (i % 64);
    EXPECT_EQ(to_string(Int128{x}), std::to_string(x));
  }
}

TEST(Int128Text, PrintsTheExtremes) {
  const Int128 largest = static_cast<Int128>(~UInt128{0} >> 1);
  EXPECT_EQ(to_string(largest), "170141183460469231731687303715884105727");
  EXPECT_EQ(to_string(-largest - 1), "-170141183460469231731687303715884105728");
}

}  // namespace
}  // namespace guerdon::base
