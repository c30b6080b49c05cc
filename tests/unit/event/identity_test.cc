#include "engine/event/identity.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

namespace guerdon::event {
namespace {

TEST(KeyHasherTest, SourceAndIdBothCountAndCannotChangePlaces) {
  std::set<std::string> keys;
  for (const std::string source : {"", "a", "b", "ab", "source"}) {
    const KeyHasher hasher(source);
    for (const std::string id : {"a", "b", "ab", "ba", "source", "1", "01"}) {
      EXPECT_TRUE(keys.insert(hasher.key(id).to_hex()).second) << source << " " << id;
      EXPECT_EQ(hasher.key(id), KeyHasher(source).key(id));
    }
  }
}

TEST(AttributeHashTest, EveryByteAndEveryLengthCounts) {
  const uint64_t name = base::hash64("amount");
  std::set<uint64_t> seen;
  size_t made = 0;
  for (size_t n = 1; n <= 70; ++n) {
    std::string value(n, 'x');
    seen.insert(attribute_hash(name, value));
    ++made;
    for (size_t i = 0; i < n; ++i) {
      value[i] = 'y';
      seen.insert(attribute_hash(name, value));
      ++made;
      value[i] = 'x';
    }
  }
  // Each value only once: "y" and "x" of one byte, "yx", "xy", "xx" and so on are all different.
  EXPECT_EQ(seen.size(), made);
}

TEST(AttributeHashTest, NameAndValueBelongTogether) {
  const uint64_t a = base::hash64("a");
  const uint64_t b = base::hash64("b");
  EXPECT_NE(attribute_hash(a, "1"), attribute_hash(b, "1"));
  EXPECT_NE(attribute_hash(a, "1") + attribute_hash(b, "2"),
            attribute_hash(a, "2") + attribute_hash(b, "1"));
}

// Payloads are kept beside the log: what is computed must not change.
TEST(AttributeHashTest, KeepsItsValues) {
  const uint64_t name = base::hash64("amount");
  const uint64_t expected[] = {0xc6dac7e45e339dcb, 0xe0f01c61287b3d25, 0xe2a8b29448b34708,
                               0xa543c642c8675640, 0x4818400c31c173a5, 0x2dd25070005adce2,
                               0xba04ae8c91dc6c72, 0x9e0affd7b04bd017, 0x17e88aa5416efaff};
  const std::string digits = "0123456789012345678901234567890123456789";
  const size_t lengths[] = {1, 3, 4, 7, 8, 16, 17, 32, 33};
  for (size_t i = 0; i < std::size(lengths); ++i) {
    EXPECT_EQ(attribute_hash(name, digits.substr(0, lengths[i])), expected[i]) << lengths[i];
  }
}

TEST(SourceNameTest, IsTheFileNameInStrictCharacters) {
  const std::pair<const char*, const char*> cases[] = {
      {"-", "stdin"},
      {"online-retail.csv", "online-retail"},
      {"/data/2020/online-retail.csv.gz", "online-retail"},
      {"online-retail.csv.zst", "online-retail"},
      {"trace.gz", "trace"},
      {"trace", "trace"},
      {"a.b.csv", "a.b"},
      {"two words (1).csv", "two_words__1_"},
      {"\xc3\xa9t\xc3\xa9.csv", "__t__"},
      {".csv", ".csv"},
      {"folder/", "_"},
      {"", "_"},
  };
  for (const auto& [path, name] : cases) EXPECT_EQ(source_name(path), name) << path;
}

}  // namespace
}  // namespace guerdon::event
