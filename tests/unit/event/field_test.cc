#include "engine/event/field.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <string>

namespace guerdon::event {
namespace {

struct Amount {
  const char* text;
  int scale;
  bool is_signed;
  std::optional<Reason> reason;
  int64_t value;
};

TEST(ReadAmountTest, ByTheTable) {
  const Amount kAmounts[] = {
      {"15.30", 2, false, std::nullopt, 1530},
      {"15", 2, false, std::nullopt, 1500},
      {"0", 0, false, std::nullopt, 0},
      {"-0.00", 2, false, std::nullopt, 0},
      {"-1.50", 2, true, std::nullopt, -150},
      {"-1.50", 2, false, Reason::kNegative, 0},
      {"500.005", 2, false, Reason::kTooManyDecimals, 0},
      {"500.000", 2, false, Reason::kTooManyDecimals, 0},
      {"10000000000000.00", 2, false, std::nullopt, 1'000'000'000'000'000},
      {"10000000000000.01", 2, false, Reason::kAmountTooLarge, 0},
      {"-10000000000000.01", 2, false, Reason::kAmountTooLarge, 0},
      {"12,50", 2, false, Reason::kNotANumber, 0},
      {"+1", 2, false, Reason::kNotANumber, 0},
      {"-", 2, true, Reason::kNotANumber, 0},
      {".5", 2, false, Reason::kNotANumber, 0},
      {"1e3", 2, false, Reason::kNotANumber, 0},
      {" 1", 2, false, Reason::kNotANumber, 0},
  };
  for (const Amount& c : kAmounts) {
    int64_t value = 0;
    EXPECT_EQ(read_amount(c.text, c.scale, c.is_signed, &value), c.reason) << c.text;
    if (!c.reason) {
      EXPECT_EQ(value, c.value) << c.text;
    }
  }
}

// The short way for few digits is only a short way.
TEST(ReadCountTest, IsReadAnyCount) {
  std::mt19937_64 random(5);
  const std::string kCharacters = "0123456789-+. 9";
  for (int i = 0; i < 50'000; ++i) {
    std::string text(1 + random() % 11, '0');
    const bool digits = random() % 2 == 0;
    for (char& c : text) c = kCharacters[random() % (digits ? 10 : kCharacters.size())];
    const bool is_signed = random() % 2 == 0;
    int64_t value = 0;
    int64_t expected = 0;
    const auto reason = read_any_count(text, is_signed, &expected);
    ASSERT_EQ(read_count(text, is_signed, &value), reason) << text;
    if (!reason) {
      ASSERT_EQ(value, expected) << text;
    }
  }
}

struct Count {
  const char* text;
  bool is_signed;
  std::optional<Reason> reason;
  int64_t value;
};

TEST(ReadCountTest, ByTheTable) {
  const Count kCounts[] = {
      {"0", false, std::nullopt, 0},
      {"6", false, std::nullopt, 6},
      {"000000000000000000000006", false, std::nullopt, 6},
      {"1000000000", false, std::nullopt, 1'000'000'000},
      {"1000000001", false, Reason::kCountTooLarge, 0},
      {"99999999999999999999999999", false, Reason::kCountTooLarge, 0},
      {"-1000000001", false, Reason::kCountTooLarge, 0},
      {"99999999999999999999999999x", false, Reason::kNotACount, 0},
      {"-6", true, std::nullopt, -6},
      {"-6", false, Reason::kNegative, 0},
      {"-0", false, std::nullopt, 0},
      {"-", true, Reason::kNotACount, 0},
      {"--6", true, Reason::kNotACount, 0},
      {"6.0", false, Reason::kNotACount, 0},
      {"+6", false, Reason::kNotACount, 0},
      {"six", false, Reason::kNotACount, 0},
      {"6 ", false, Reason::kNotACount, 0},
  };
  for (const Count& c : kCounts) {
    int64_t value = 0;
    EXPECT_EQ(read_count(c.text, c.is_signed, &value), c.reason) << c.text;
    if (!c.reason) {
      EXPECT_EQ(value, c.value) << c.text;
    }
  }
}

TEST(ReadFlagTest, TakesTwoWordsAndNoOthers) {
  int64_t value = -1;
  EXPECT_EQ(read_flag("true", &value), std::nullopt);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(read_flag("false", &value), std::nullopt);
  EXPECT_EQ(value, 0);
  for (const char* text : {"True", "TRUE", "1", "0", "yes", "true ", "fals"}) {
    EXPECT_EQ(read_flag(text, &value), Reason::kNotAFlag) << text;
  }
}

TEST(ReadTextTest, GivesTheReasonOfTheFault) {
  EXPECT_EQ(read_text(std::string(64, 'a'), 64), std::nullopt);
  EXPECT_EQ(read_text("Z\xc3\xbcrich", 64), std::nullopt);
  EXPECT_EQ(read_text(std::string(65, 'a'), 64), Reason::kFieldTooLong);
  EXPECT_EQ(read_text("a\tb", 64), Reason::kControlCharacter);
  EXPECT_EQ(read_text("a\xff", 64), Reason::kNotUtf8);
}

}  // namespace
}  // namespace guerdon::event
