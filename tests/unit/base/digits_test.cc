#include "engine/base/digits.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace guerdon::base {
namespace {

TEST(Digits, OneToEightAreTheNumberTheyWrite) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(1 + random() % 8, '0');
    for (char& c : text) c = static_cast<char>('0' + random() % 10);
    const uint64_t row = digits_of(text.data(), text.size());
    EXPECT_EQ(not_digits(row), 0u) << text;
    EXPECT_EQ(number_of(row), std::strtoull(text.c_str(), nullptr, 10)) << text;
  }
}

// Every byte in every place, among digits that could carry or borrow.
TEST(Digits, AnyOtherByteShows) {
  for (size_t n = 1; n <= 8; ++n) {
    for (size_t place = 0; place < n; ++place) {
      for (int byte = 0; byte < 256; ++byte) {
        for (const char beside : {'0', '9'}) {
          std::string text(n, beside);
          text[place] = static_cast<char>(byte);
          const bool is_digit = byte >= '0' && byte <= '9';
          EXPECT_EQ(not_digits(digits_of(text.data(), n)) == 0, is_digit)
              << n << " bytes, byte " << byte << " at " << place;
        }
      }
    }
  }
}

}  // namespace
}  // namespace guerdon::base
