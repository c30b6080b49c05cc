#include "engine/money/decimal.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <regex>
#include <string>

namespace guerdon::money {
namespace {

using base::Int128;

struct Outcome {
  DecimalError error;
  int64_t minor;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << "error " << static_cast<int>(outcome.error) << ", minor " << outcome.minor;
}

constexpr int64_t kUntouched = -4'711;

Outcome parsed(std::string_view text, int scale) {
  Outcome outcome{DecimalError::kNone, kUntouched};
  outcome.error = parse_decimal(text, scale, &outcome.minor);
  return outcome;
}

// ---- The slow twin: a regular expression says what a number is, then text is padded to the scale.

Outcome slow_parsed(const std::string& text, int scale) {
  static const std::regex kNumber("(-?)([0-9]+)(\\.([0-9]+))?");
  std::smatch match;
  if (text.empty()) return {DecimalError::kEmpty, kUntouched};
  if (!std::regex_match(text, match, kNumber)) return {DecimalError::kNotANumber, kUntouched};
  const std::string whole = match[2];
  std::string decimals = match[4];
  if (decimals.size() > static_cast<size_t>(scale))
    return {DecimalError::kTooManyDecimals, kUntouched};
  if (whole.size() + decimals.size() > 19) return {DecimalError::kTooLarge, kUntouched};
  decimals.append(static_cast<size_t>(scale) - decimals.size(), '0');
  Int128 value = 0;  // at most 28 digits
  for (const char c : whole + decimals) value = value * 10 + (c - '0');
  if (value > kAmountMax) return {DecimalError::kTooLarge, kUntouched};
  return {DecimalError::kNone, static_cast<int64_t>(match[1] == "-" ? -value : value)};
}

struct Case {
  const char* text;
  int scale;
  Outcome expected;
};

constexpr DecimalError kNone = DecimalError::kNone;

TEST(ParseDecimal, GivesMinorUnits) {
  const Case cases[] = {
      {"0", 0, {kNone, 0}},
      {"5", 2, {kNone, 500}},
      {"5.1", 2, {kNone, 510}},
      {"5.12", 2, {kNone, 512}},
      {"-0.05", 2, {kNone, -5}},
      {"-0", 2, {kNone, 0}},
      {"007.50", 2, {kNone, 750}},
      {"12345678", 0, {kNone, 12'345'678}},
      {"123456789.12", 2, {kNone, 12'345'678'912}},
      {"0.123456789", 9, {kNone, 123'456'789}},
      {"1.00000000", 8, {kNone, 100'000'000}},
      {"10000000000000.00", 2, {kNone, kAmountMax}},
      {"-10000000000000.00", 2, {kNone, -kAmountMax}},
      {"0001000000000000000", 0, {kNone, kAmountMax}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(parsed(c.text, c.scale), c.expected) << c.text;
    EXPECT_EQ(slow_parsed(c.text, c.scale), c.expected) << c.text;
  }
}

TEST(ParseDecimal, SaysWhatIsWrong) {
  const auto refused = [](DecimalError error) { return Outcome{error, kUntouched}; };
  const Outcome not_a_number = refused(DecimalError::kNotANumber);
  const Outcome too_fine = refused(DecimalError::kTooManyDecimals);
  const Outcome too_large = refused(DecimalError::kTooLarge);
  const Case cases[] = {
      {"", 2, refused(DecimalError::kEmpty)},
      {"-", 2, not_a_number},
      {".", 2, not_a_number},
      {"-.", 2, not_a_number},
      {"5.", 2, not_a_number},
      {".5", 2, not_a_number},
      {"-.5", 2, not_a_number},
      {"+5", 2, not_a_number},
      {"--5", 2, not_a_number},
      {"5-", 2, not_a_number},
      {"1.2.3", 2, not_a_number},
      {"1..2", 2, not_a_number},
      {"1,5", 2, not_a_number},
      {"1e3", 2, not_a_number},
      {" 5", 2, not_a_number},
      {"5 ", 2, not_a_number},
      {"0x10", 2, not_a_number},
      {"12345678901234567890123.x", 2, not_a_number},
      {"5.123", 2, too_fine},
      {"5.000", 2, too_fine},
      {"5.0", 0, too_fine},
      {"12345678901234567890.123", 2, too_fine},
      {"10000000000000.01", 2, too_large},
      {"-10000000000000.01", 2, too_large},
      {"1000000000000001", 0, too_large},
      {"1000001", 9, too_large},
      {"9999999999999999999", 0, too_large},
      {"00000000000000000001", 0, too_large},
      {"18446744073709551617", 0, too_large},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(parsed(c.text, c.scale), c.expected) << c.text;
    EXPECT_EQ(slow_parsed(c.text, c.scale), c.expected) << c.text;
  }
}

TEST(ParseDecimal, EachByteIsChecked) {
  for (const std::string good : {"7", "12", "1.5", "12.34", "1234.56", "12345.67", "123456.78",
                                 "123456789012.34", "1234567890123.45", "1234567890.12345"}) {
    for (size_t at = 0; at < good.size(); ++at) {
      for (int c = 0; c < 256; ++c) {
        std::string text = good;
        text[at] = static_cast<char>(c);
        if (text.find('\n') != std::string::npos || text.find('\0') != std::string::npos) {
          ASSERT_EQ(parsed(text, 9).error, DecimalError::kNotANumber);
          continue;
        }
        ASSERT_EQ(parsed(text, 9), slow_parsed(text, 9)) << text;
      }
    }
  }
}

TEST(ParseDecimal, AgreesWithTheSlowTwinOnRandomTexts) {
  std::mt19937_64 random(21);
  int accepted = 0;
  for (int i = 0; i < 150'000; ++i) {
    const int scale = static_cast<int>(random() % 10);
    std::string text = random() % 3 == 0 ? "-" : "";
    for (uint64_t k = random() % 14; k > 0; --k)
      text.push_back(static_cast<char>('0' + random() % 10));
    if (random() % 3 != 0) {
      text.push_back('.');
      for (uint64_t k = random() % 11; k > 0; --k)
        text.push_back(static_cast<char>('0' + random() % 10));
    }
    if (random() % 8 == 0 && !text.empty()) text[random() % text.size()] = "./:-+ e"[random() % 7];
    // A copy of the exact size: a sanitizer sees a read beside it.
    const auto exact = std::make_unique<char[]>(text.size());
    text.copy(exact.get(), text.size());
    const Outcome outcome = parsed({exact.get(), text.size()}, scale);
    ASSERT_EQ(outcome, slow_parsed(text, scale)) << text << " at scale " << scale;
    accepted += outcome.error == kNone ? 1 : 0;
  }
  EXPECT_GT(accepted, 30'000);
}

TEST(FormatDecimal, PrintsAllDecimals) {
  EXPECT_EQ(format_decimal(0, 0), "0");
  EXPECT_EQ(format_decimal(0, 2), "0.00");
  EXPECT_EQ(format_decimal(5, 2), "0.05");
  EXPECT_EQ(format_decimal(-5, 2), "-0.05");
  EXPECT_EQ(format_decimal(-1'234, 2), "-12.34");
  EXPECT_EQ(format_decimal(99, 0), "99");
  EXPECT_EQ(format_decimal(1, 9), "0.000000001");
  EXPECT_EQ(format_decimal(Int128{INT64_MAX} * 100, 2), "9223372036854775807.00");
}

TEST(FormatDecimal, ParsesBack) {
  std::mt19937_64 random(22);
  for (int i = 0; i < 100'000; ++i) {
    const int scale = static_cast<int>(random() % 10);
    const auto magnitude =
        static_cast<int64_t>((random() >> (random() % 60)) % static_cast<uint64_t>(kAmountMax + 1));
    const int64_t minor = i % 2 == 0 ? magnitude : -magnitude;
    const std::string text = format_decimal(minor, scale);
    ASSERT_EQ(parsed(text, scale), (Outcome{kNone, minor})) << text;
  }
}

TEST(DecimalDeathTest, ScaleIsAtMostNine) {
  int64_t minor;
  EXPECT_DEATH((void)parse_decimal("1", 10, &minor), "scale");
  EXPECT_DEATH((void)format_decimal(1, -1), "scale");
}

TEST(Decimal, PowersOfTen) {
  int64_t expected = 1;
  for (int exponent = 0; exponent <= kScaleMax; ++exponent, expected *= 10) {
    EXPECT_EQ(power_of_ten(exponent), expected);
  }
}

}  // namespace
}  // namespace guerdon::money
