#include "engine/base/timestamp.h"

#include <gtest/gtest.h>

#include <cctype>
#include <memory>
#include <optional>
#include <random>
#include <string>

namespace guerdon::base {
namespace {

std::optional<TimeMs> parsed(std::string_view text) {
  TimeMs t = -7;
  if (parse_timestamp(text, &t)) return t;
  EXPECT_EQ(t, -7) << "a refusal must leave the result alone: " << text;
  return std::nullopt;
}

// ---- The slow twin: one character after the other, days counted year by year and month by month.

bool take_number(std::string_view text, size_t* at, size_t width, int64_t* out) {
  *out = 0;
  for (size_t i = 0; i < width; ++i, ++*at) {
    if (*at >= text.size() || std::isdigit(static_cast<unsigned char>(text[*at])) == 0)
      return false;
    *out = *out * 10 + (text[*at] - '0');
  }
  return true;
}

bool take_any(std::string_view text, size_t* at, std::string_view allowed) {
  if (*at >= text.size() || allowed.find(text[*at]) == std::string_view::npos) return false;
  ++*at;
  return true;
}

bool leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int64_t month_length(int64_t year, int64_t month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && leap(year) ? 1 : 0);
}

int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
  int64_t days = day - 1;
  for (int64_t y = 1970; y < year; ++y) days += leap(y) ? 366 : 365;
  for (int64_t y = year; y < 1970; ++y) days -= leap(y) ? 366 : 365;
  for (int64_t m = 1; m < month; ++m) days += month_length(year, m);
  return days;
}

std::optional<TimeMs> slow_milliseconds(std::string_view text) {
  if (text.empty() || text.size() > 13) return std::nullopt;
  int64_t value = 0;
  size_t at = 0;
  if (!take_number(text, &at, text.size(), &value)) return std::nullopt;
  return value;
}

std::optional<TimeMs> slow_rfc3339(std::string_view text) {
  size_t at = 0;
  int64_t year, month, day, hour, minute, second, ms = 0, ahead = 0;
  if (!take_number(text, &at, 4, &year) || !take_any(text, &at, "-")) return std::nullopt;
  if (!take_number(text, &at, 2, &month) || !take_any(text, &at, "-")) return std::nullopt;
  if (!take_number(text, &at, 2, &day) || !take_any(text, &at, "Tt ")) return std::nullopt;
  if (!take_number(text, &at, 2, &hour) || !take_any(text, &at, ":")) return std::nullopt;
  if (!take_number(text, &at, 2, &minute) || !take_any(text, &at, ":")) return std::nullopt;
  if (!take_number(text, &at, 2, &second)) return std::nullopt;
  if (take_any(text, &at, ".")) {
    std::string digits;
    int64_t digit;
    for (size_t next = at; take_number(text, &next, 1, &digit); at = next)
      digits.push_back(text[at]);
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    ms = std::stoll((digits + "00").substr(0, 3));
  }
  if (!take_any(text, &at, "Zz")) {
    int64_t hours, minutes;
    const bool behind = at < text.size() && text[at] == '-';
    if (!take_any(text, &at, "+-") || !take_number(text, &at, 2, &hours)) return std::nullopt;
    if (!take_any(text, &at, ":") || !take_number(text, &at, 2, &minutes)) return std::nullopt;
    if (hours > 23 || minutes > 59) return std::nullopt;
    ahead = (behind ? -1 : 1) * (hours * 60 + minutes) * 60'000;
  }
  if (at != text.size() || month < 1 || month > 12 || day < 1) return std::nullopt;
  if (day > month_length(year, month) || hour > 23 || minute > 59 || second > 59)
    return std::nullopt;
  const int64_t days = days_since_1970(year, month, day);
  return days * kMsPerDay + ((hour * 60 + minute) * 60 + second) * 1'000 + ms - ahead;
}

std::optional<TimeMs> slow_parsed(std::string_view text) {
  std::optional<TimeMs> t = slow_milliseconds(text);
  if (!t) t = slow_rfc3339(text);
  if (!t || *t < kTimeMin || *t >= kTimeEnd) return std::nullopt;
  return t;
}

// ---- Tables

struct Case {
  const char* text;
  std::optional<TimeMs> expected;
};

TEST(ParseTimestamp, AcceptsTheFormsOfRfc3339AndMilliseconds) {
  const Case cases[] = {
      {"1970-01-01T00:00:00Z", 0},
      {"2010-12-01T08:26:00Z", 1'291'191'960'000},
      {"2010-12-01t08:26:00z", 1'291'191'960'000},
      {"2010-12-01 08:26:00Z", 1'291'191'960'000},
      {"2010-12-01T15:26:00+07:00", 1'291'191'960'000},
      {"2010-12-01T03:26:00-05:00", 1'291'191'960'000},
      {"2010-12-01T08:26:00-00:00", 1'291'191'960'000},
      {"2010-12-01T08:26:00.5Z", 1'291'191'960'500},
      {"2010-12-01T08:26:00.123456789Z", 1'291'191'960'123},
      {"2010-12-01T08:26:00.999999+00:00", 1'291'191'960'999},
      {"2024-02-29T23:59:59Z", 1'709'251'199'000},
      {"2099-12-31T23:59:59.999Z", kTimeEnd - 1},
      {"1969-12-31T19:00:00-05:00", 0},
      {"2100-01-01T06:59:59+07:00", kTimeEnd - 1'000},
      {"0", 0},
      {"1291191960000", 1'291'191'960'000},
      {"0000000000001", 1},
      {"4102444799999", kTimeEnd - 1},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(parsed(c.text), c.expected) << c.text;
    EXPECT_EQ(slow_parsed(c.text), c.expected) << c.text;
  }
}

TEST(ParseTimestamp, RefusesEverythingElse) {
  for (const char* text : {"",
                           "-1",
                           "+1",
                           "1e3",
                           "4102444800000",
                           "00000000000001",
                           "12345678901234",
                           "2010-12-01",
                           "2010-12-01T08:26Z",
                           "2010-12-01T08:26:00",
                           "2010-12-01T08:26:00 Z",
                           "2010-12-01T08:26:60Z",
                           "2010-12-01T24:00:00Z",
                           "2010-12-01T08:60:00Z",
                           "2010-13-01T08:26:00Z",
                           "2010-00-01T08:26:00Z",
                           "2010-12-32T08:26:00Z",
                           "2010-12-00T08:26:00Z",
                           "2010-02-29T08:26:00Z",
                           "2000-02-30T00:00:00Z",
                           "2010-04-31T00:00:00Z",
                           "1969-12-31T23:59:59Z",
                           "2100-01-01T00:00:00Z",
                           "1970-01-01T06:59:59+07:00",
                           "2010-12-01T08:26:00.Z",
                           "2010-12-01T08:26:00.1234567890Z",
                           "2010-12-01T08:26:00.5",
                           "2010-12-01T08:26:00+7:00",
                           "2010-12-01T08:26:00+0700",
                           "2010-12-01T08:26:00+24:00",
                           "2010-12-01T08:26:00+07:60",
                           "2010-12-01T08:26:00+07:00Z",
                           "2010-12-01T08:26:00ZZ",
                           "2010/12/01T08:26:00Z",
                           "2010-12-01T08.26.00Z",
                           "2010-12-01_08:26:00Z",
                           "2010-12-01T08:26:0:Z",
                           "201O-12-01T08:26:00Z",
                           "2010-12-01T08:26:00X",
                           " 2010-12-01T08:26:00Z",
                           "2010-12-01T08:26:00Z "}) {
    EXPECT_EQ(parsed(text), std::nullopt) << text;
    EXPECT_EQ(slow_parsed(text), std::nullopt) << text;
  }
}

TEST(ParseTimestamp, EachByteOfTheFixedFormIsChecked) {
  const std::string good = "2010-12-01T08:26:00Z";
  for (size_t at = 0; at < good.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      std::string text = good;
      text[at] = static_cast<char>(c);
      ASSERT_EQ(parsed(text), slow_parsed(text)) << at << " " << c;
    }
  }
}

TEST(ParseTimestamp, NeverReadsBeyondItsText) {
  const std::string good = "2010-12-01T08:26:00.123+07:00";
  for (size_t size = 0; size <= good.size(); ++size) {
    const auto exact = std::make_unique<char[]>(size);  // its end is where a sanitizer looks
    good.copy(exact.get(), size);
    const std::string_view text(exact.get(), size);
    EXPECT_EQ(parsed(text), slow_parsed(text)) << text;
  }
}

TEST(ParseTimestamp, AgreesWithTheSlowTwinOnDamagedTexts) {
  std::mt19937_64 random(4);
  const std::string alphabet = "0123456789-:.TtZz +abc";
  const std::string seeds[] = {"2010-12-01T08:26:00Z", "2024-02-29 23:59:59.987654321-11:30",
                               "1291191960000", "2099-12-31t23:59:59.9z"};
  int accepted = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text = seeds[random() % 4];
    for (uint64_t edits = random() % 4; edits > 0; --edits) {
      const size_t at = random() % text.size();
      if (random() % 8 == 0) {
        text.erase(at, 1);
      } else if (random() % 8 == 0) {
        text.insert(at, 1, alphabet[random() % alphabet.size()]);
      } else {
        const uint64_t drawn = random();
        text[at] = alphabet[drawn % (random() % 2 == 0 ? 10 : alphabet.size())];
      }
      if (text.empty()) text = "0";
    }
    const std::optional<TimeMs> expected = slow_parsed(text);
    ASSERT_EQ(parsed(text), expected) << text;
    accepted += expected ? 1 : 0;
  }
  EXPECT_GT(accepted, 30'000);  // both sides of the fence were visited
}

TEST(FormatTimestamp, PrintsMillisecondsOnlyWhereThereAreSome) {
  EXPECT_EQ(format_timestamp(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(format_timestamp(1'291'191'960'000), "2010-12-01T08:26:00Z");
  EXPECT_EQ(format_timestamp(1'291'191'960'007), "2010-12-01T08:26:00.007Z");
  EXPECT_EQ(format_timestamp(-1), "1969-12-31T23:59:59.999Z");
}

TEST(FormatTimestamp, ParsesBack) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 100'000; ++i) {
    TimeMs t = static_cast<TimeMs>(random() % static_cast<uint64_t>(kTimeEnd));
    if (i % 2 == 0) t -= t % 1'000;
    ASSERT_EQ(parsed(format_timestamp(t)), t);
  }
}

}  // namespace
}  // namespace guerdon::base
