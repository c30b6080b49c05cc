#include "engine/money/decimal.h"

#include <array>
#include <bit>

#include "engine/base/assert.h"
#include "engine/base/digits.h"

namespace guerdon::money {
namespace {

constexpr int64_t kPowersOfTen[] = {1,       10,        100,        1'000,       10'000,
                                    100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};
static_assert(std::size(kPowersOfTen) == kScaleMax + 1);

// kAmountMax cut to each power: the check before the multiplication, without a division.
constexpr auto kLargestBefore = [] {
  std::array<uint64_t, kScaleMax + 1> largest{};
  for (size_t i = 0; i < largest.size(); ++i)
    largest[i] = static_cast<uint64_t>(kAmountMax / kPowersOfTen[i]);
  return largest;
}();

constexpr size_t kDigitsMax = 19;  // what a uint64_t holds for certain

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Brings `value` with `decimals` digits after the point to `scale`.
DecimalError scale_up(uint64_t value, int decimals, int scale, bool negative, int64_t* minor) {
  const auto missing = static_cast<size_t>(scale - decimals);
  // The bound is cut, and value is whole: so the test is exact, before anything can overflow.
  if (value > kLargestBefore[missing]) return DecimalError::kTooLarge;
  const int64_t magnitude = static_cast<int64_t>(value) * kPowersOfTen[missing];
  *minor = negative ? -magnitude : magnitude;
  return DecimalError::kNone;
}

// Any text, character by character; also finds out which error it is.
[[gnu::noinline]] DecimalError parse_plain(std::string_view text, int scale, int64_t* minor) {
  if (text.empty()) return DecimalError::kEmpty;
  const bool negative = text.front() == '-';
  if (negative) text.remove_prefix(1);
  const size_t point = text.find('.');
  const size_t whole = point == std::string_view::npos ? text.size() : point;
  const size_t decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
  if (whole == 0 || (point != std::string_view::npos && decimals == 0))
    return DecimalError::kNotANumber;

  uint64_t value = 0;  // wraps where there are too many digits; it is then not used
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == point) continue;
    if (!is_digit(text[i])) return DecimalError::kNotANumber;
    value = value * 10 + static_cast<uint64_t>(text[i] - '0');
  }
  if (decimals > static_cast<size_t>(scale)) return DecimalError::kTooManyDecimals;
  if (whole + decimals > kDigitsMax) return DecimalError::kTooLarge;
  return scale_up(value, static_cast<int>(decimals), scale, negative, minor);
}

// ---- Up to 16 characters at once. A row is a word of eight characters, the first in the low byte,
// each XORed with '0': a digit is then 0..9, the point is kPoint, anything else is above 9.

using base::kHighBits;
using base::kZeroDigits;
using base::load;

constexpr uint64_t kLowBits = 0x0101010101010101;
constexpr uint64_t kPoint = '.' ^ '0';

// n characters against the right end of sixteen places, zeros in front: `high` is the first eight.
struct Rows {
  uint64_t high;
  uint64_t low;
};

Rows load_rows(const char* p, size_t n) {
  if (n <= 8) return {0, base::digits_of(p, n)};
  return {(load<uint64_t>(p) ^ kZeroDigits) << (8 * (16 - n)),
          load<uint64_t>(p + n - 8) ^ kZeroDigits};
}

bool all_digits(Rows rows) {
  return (base::not_digits(rows.high) | base::not_digits(rows.low)) == 0;
}

// Where the point is among the last eight characters, closes the gap it leaves and returns how many
// characters follow it; 0 where there is none, or none after it (the point then stays).
int close_point(Rows* rows) {
  const uint64_t other = rows->low ^ (kLowBits * kPoint);          // zero in the place of a point
  const uint64_t marks = (other - kLowBits) & ~other & kHighBits;  // its lowest bit is exact
  if (marks == 0) return 0;
  const int index = std::countr_zero(marks) / 8;
  if (index == 7) return 0;
  const uint64_t before = (uint64_t{1} << (8 * index)) - 1;
  const uint64_t after = ~(before << 8 | 0xff);
  rows->low = (rows->low & after) | (rows->low & before) << 8 | rows->high >> 56;
  rows->high <<= 8;
  return 7 - index;
}

}  // namespace

int64_t power_of_ten(int exponent) {
  GUERDON_ASSERT(exponent >= 0 && exponent <= kScaleMax);
  return kPowersOfTen[exponent];
}

DecimalError parse_decimal(std::string_view text, int scale, int64_t* minor) {
  GUERDON_ASSERT(scale >= 0 && scale <= kScaleMax);
  const bool negative = !text.empty() && text.front() == '-';
  const char* digits = text.data() + (negative ? 1 : 0);
  const size_t n = text.size() - (negative ? 1 : 0);
  if (n == 0 || n > 16) return parse_plain(text, scale, minor);

  // Whatever is unusual here (an error, or a point further left) is left to the plain reader. A
  // text that ends in a point leaves it in the rows, where it is not a digit; one that begins with
  // it has no character in front of its decimals.
  Rows rows = load_rows(digits, n);
  const int decimals = close_point(&rows);
  const bool usual = all_digits(rows) && decimals <= scale &&
                     (decimals == 0 || n >= static_cast<size_t>(decimals) + 2);
  if (!usual) return parse_plain(text, scale, minor);
  uint64_t value = base::number_of(rows.low);
  if (n > 8) value += base::number_of(rows.high) * 100'000'000;
  return scale_up(value, decimals, scale, negative, minor);
}

std::string format_decimal(base::Int128 minor, int scale) {
  GUERDON_ASSERT(scale >= 0 && scale <= kScaleMax);
  std::string text = base::to_string(minor);
  if (scale == 0) return text;
  const size_t sign = minor < 0 ? 1 : 0;
  const size_t wanted = sign + static_cast<size_t>(scale) + 1;  // one digit before the point
  if (text.size() < wanted) text.insert(sign, wanted - text.size(), '0');
  text.insert(text.size() - static_cast<size_t>(scale), 1, '.');
  return text;
}

}  // namespace guerdon::money
