#include "engine/base/varint.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace guerdon::base {
namespace {

TEST(VarintTest, ReadsBackWhatItWrote) {
  for (int bit = 0; bit < 64; ++bit) {
    for (const uint64_t value :
         {uint64_t{1} << bit, (uint64_t{1} << bit) - 1, ~uint64_t{0} >> bit}) {
      char bytes[kVarintBytesMax];
      const char* const end = put_varint(bytes, value);
      ASSERT_LE(end, bytes + kVarintBytesMax);
      uint64_t back = ~value;
      ASSERT_EQ(get_varint(bytes, end, &back), end);
      ASSERT_EQ(back, value);
      for (const char* cut = bytes; cut < end; ++cut) {
        ASSERT_EQ(get_varint(bytes, cut, &back), nullptr) << "a part of it";
      }
    }
  }
}

TEST(VarintTest, HasOneFormForEachNumber) {
  uint64_t value = 0;
  const char longer[] = {'\x81', '\x00'};
  EXPECT_EQ(get_varint(longer, longer + 2, &value), nullptr);
  const char too_large[] = {'\xff', '\xff', '\xff', '\xff', '\xff',
                            '\xff', '\xff', '\xff', '\xff', '\x02'};
  EXPECT_EQ(get_varint(too_large, too_large + 10, &value), nullptr);
  const char endless[] = {'\xff', '\xff', '\xff', '\xff', '\xff', '\xff',
                          '\xff', '\xff', '\xff', '\xff', '\xff'};
  EXPECT_EQ(get_varint(endless, endless + 11, &value), nullptr);
  EXPECT_EQ(get_varint(endless, endless, &value), nullptr);
}

TEST(VarintTest, SmallMagnitudesAreSmall) {
  EXPECT_EQ(zigzag(0), 0u);
  EXPECT_EQ(zigzag(-1), 1u);
  EXPECT_EQ(zigzag(1), 2u);
  for (const int64_t value : {int64_t{0}, int64_t{-5}, int64_t{7}, INT64_MAX, INT64_MIN}) {
    EXPECT_EQ(unzigzag(zigzag(value)), value);
  }
}

}  // namespace
}  // namespace guerdon::base
