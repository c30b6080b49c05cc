#include "engine/base/bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

namespace guerdon::base {
namespace {

// A copy that ends where its memory ends, so that a sanitizer sees a read beside it.
struct Exact {
  explicit Exact(const std::string& text) : bytes(new char[text.size()]), size(text.size()) {
    text.copy(bytes.get(), size);
  }
  std::string_view view() const { return {bytes.get(), size}; }

  std::unique_ptr<char[]> bytes;
  size_t size;
};

std::string random_text(std::mt19937_64& random, size_t n) {
  std::string text(n, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

TEST(Bytes, LoadFewPutsEachByteInItsPlace) {
  std::mt19937_64 random(1);
  for (size_t n = 1; n <= 8; ++n) {
    for (int i = 0; i < 100; ++i) {
      const Exact text(random_text(random, n));
      uint64_t expected = 0;
      for (size_t k = 0; k < n; ++k) {
        expected |= uint64_t{static_cast<unsigned char>(text.bytes[k])} << (8 * k);
      }
      EXPECT_EQ(load_few(text.bytes.get(), n), expected);
    }
  }
}

TEST(Bytes, IsSameWhereNoByteDiffers) {
  std::mt19937_64 random(2);
  for (size_t n = 0; n <= 40; ++n) {
    const Exact one(random_text(random, n));
    EXPECT_TRUE(is_same(one.view(), Exact(std::string(one.view())).view()));
    EXPECT_FALSE(is_same(one.view(), Exact(std::string(one.view()) + "x").view()));
    for (size_t k = 0; k < n; ++k) {
      std::string other(one.view());
      other[k] = static_cast<char>(other[k] ^ (1 << (k % 8)));
      EXPECT_FALSE(is_same(one.view(), Exact(other).view())) << n << " bytes, byte " << k;
    }
  }
}

TEST(Bytes, CopyWritesTheBytesAndNoOther) {
  std::mt19937_64 random(3);
  for (size_t n = 0; n <= 40; ++n) {
    const Exact from(random_text(random, n));
    std::string to(n + 2, '#');
    copy(to.data() + 1, from.bytes.get(), n);
    EXPECT_EQ(to, "#" + std::string(from.view()) + "#");
  }
}

}  // namespace
}  // namespace guerdon::base
