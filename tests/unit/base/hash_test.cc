#include "engine/base/hash.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

namespace guerdon::base {
namespace {

// Reference values of XXH3 for the empty input, from the published test vectors.
TEST(Hash, IsXxh3WithSeedZero) {
  EXPECT_EQ(hash64(""), 0x2d06800538d394c2u);
  EXPECT_EQ(hash128("").to_hex(), "99aa06d3014798d86001c324468d497f");
}

// These values are compared between machines and kept in logs: they may never change.
TEST(Hash, ValuesAreFrozen) {
  EXPECT_EQ(hash64("guerdon"), 0x4ee4f60c897b6be6u);
  EXPECT_EQ(hash128("guerdon").to_hex(), "d3b0594a87be6ff5ee32c39ddcd186ec");
  EXPECT_EQ(HashBuilder().u32(7).i64(-1).text("acc").u64(9).finish().to_hex(),
            "f681044188f6e5f489e3acc79211f604");
}

TEST(Hash128, SumsCarryAndWrapAround) {
  Hash128 h{UINT64_MAX, 1};
  h += Hash128{1, 0};
  EXPECT_EQ(h, (Hash128{0, 2}));
  h = Hash128{UINT64_MAX, UINT64_MAX};
  h += Hash128{1, 0};
  EXPECT_EQ(h, (Hash128{0, 0}));
}

TEST(Hash128, TakingAwayUndoesAdding) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 1'000; ++i) {
    const Hash128 a{random(), random()};
    const Hash128 b{random(), random()};
    Hash128 sum = a;
    sum += b;
    Hash128 other_order = b;
    other_order += a;
    EXPECT_EQ(sum, other_order);
    sum -= b;
    EXPECT_EQ(sum, a);
  }
}

TEST(Hash128, HexHasTheMostSignificantDigitFirst) {
  EXPECT_EQ((Hash128{0x1, 0xab00000000000000}).to_hex(), "ab000000000000000000000000000001");
}

TEST(HashBuilder, NumbersAreLittleEndianAtFullWidth) {
  const std::string bytes(
      "\x04\x03\x02\x01\x08\x07\x06\x05\x04\x03\x02\x01\xff\xff\xff\xff\xff\xff\xff\xff", 20);
  const std::array<uint64_t, 2> numbers{0x0102030405060708, ~uint64_t{0}};
  EXPECT_EQ(HashBuilder().u64(numbers[0]).u64(numbers[1]).finish(), hash128(numbers));
  EXPECT_EQ(HashBuilder().u32(0x01020304).u64(0x0102030405060708).i64(-1).finish(), hash128(bytes));
}

TEST(HashBuilder, TextsDoNotRunIntoEachOther) {
  EXPECT_NE(HashBuilder().text("ab").text("c").finish(),
            HashBuilder().text("a").text("bc").finish());
  EXPECT_NE(HashBuilder().text("").text("a").finish(), HashBuilder().text("a").text("").finish());
}

// The slow twin keeps everything in one string and hashes that.
TEST(HashBuilder, EqualsTheHashOfTheConcatenationAtAnyLength) {
  std::mt19937_64 random(3);
  HashBuilder builder;  // used again and again: finish() leaves it empty
  for (int round = 0; round < 2'000; ++round) {
    std::string bytes;
    const int fields = static_cast<int>(random() % 40);
    for (int i = 0; i < fields; ++i) {
      const std::string text(random() % (round % 100 == 0 ? 2'000 : 30), static_cast<char>(i));
      const uint64_t size = text.size();
      bytes.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
      builder.text(text);
    }
    ASSERT_EQ(builder.finish(), hash128(bytes)) << bytes.size();
  }
}

TEST(HashBuilder, SpillsExactlyBeyondTheInlineBytes) {
  for (size_t size = 200; size < 600; ++size) {
    std::string bytes;
    HashBuilder builder;
    while (bytes.size() < size) {
      const auto x = static_cast<uint32_t>(bytes.size() * 2'654'435'761u);
      bytes.append(reinterpret_cast<const char*>(&x), sizeof x);
      builder.u32(x);
    }
    ASSERT_EQ(builder.finish(), hash128(bytes)) << size;
  }
}

}  // namespace
}  // namespace guerdon::base
