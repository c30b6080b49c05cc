#include "engine/base/timestamp.h"

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/base/digits.h"

namespace guerdon::base {
namespace {

constexpr uint64_t in_byte(int index, uint64_t value) { return value << (8 * index); }

uint32_t byte_at(uint64_t word, int index) {
  return static_cast<uint32_t>(word >> (8 * index)) & 0xff;
}

// The high bit of byte `index` where that byte is not below `limit`; pairs do not carry.
template <int index, uint64_t limit>
uint64_t not_below(uint64_t pairs) {
  return (pairs + in_byte(index, 0x80 - limit)) & in_byte(index, 0x80);
}

struct Month {
  uint16_t days_before;  // in a common year
  uint8_t days;          // in a common year; 0: there is no such month
  uint8_t is_february;
  uint8_t before_march;
};
constexpr Month kMonths[13] = {{0, 0, 0, 0},    {0, 31, 0, 1},   {31, 28, 1, 1},  {59, 31, 0, 0},
                               {90, 30, 0, 0},  {120, 31, 0, 0}, {151, 30, 0, 0}, {181, 31, 0, 0},
                               {212, 31, 0, 0}, {243, 30, 0, 0}, {273, 31, 0, 0}, {304, 30, 0, 0},
                               {334, 31, 0, 0}};

constexpr TimeMs kNoTime = INT64_MIN;  // below every time that is accepted

// Midnight of a date in milliseconds, kNoTime where there is no such date; the twin of
// days_from_civil, without a division, since the digits come in pairs.
//
// From the year 0 to the end of year 100 c + y there are, by the rule 4 - 100 + 400,
// (25 c + y/4) - c + c/4 + 1 leap days; the last one is not behind us yet where this is a leap year
// and still January or February.
[[gnu::always_inline]] inline TimeMs midnight_of(uint32_t century, uint32_t year_of_century,
                                                 uint32_t month_number, uint32_t day) {
  constexpr uint32_t kDaysTo1970 = 719'528;  // from 0000-01-01
  const Month month = kMonths[month_number];
  const uint32_t cycle = year_of_century != 0 ? year_of_century : century;
  const uint32_t leap = cycle % 4 == 0;
  if (day - 1 >= month.days + (leap & month.is_february)) return kNoTime;
  const uint32_t days = century * 36'524 + century / 4 + year_of_century * 365 +
                        year_of_century / 4 + 1 - (leap & month.before_march) + month.days_before +
                        day - 1;
  return (int64_t{days} - kDaysTo1970) * kMsPerDay;
}

bool in_range(TimeMs t) { return t >= kTimeMin && t < kTimeEnd; }

// The 19 characters YYYY-MM-DDTHH:MM:SS at p, as if in UTC; kNoTime where they are no time. By
// value and forced inline: at -O2 g++ would pass the parts through memory. Conditions are gathered
// with | first: dates come in random order, and one branch never taken is cheaper than six guessed.
//
//   0       8       16
//   YYYY-MM-DDTHH:MM:SS
//   |------|            date word:  YYYY-MM-   holes at 4 and 7
//           |------|    mid word:   DDTHH:MM   holes at 2 and 5
//              |------| last word:  HH:MM:SS   holes at 2 and 5 (overlaps; only SS is new)
[[gnu::always_inline]] inline TimeMs date_and_time_at(const char* p) {
  // XOR leaves zero in a hole where the punctuation is right, and a digit's value in its place.
  constexpr uint64_t kDate = 0x2d30'302d'3030'3030;       // "0000-00-", read from the low byte up
  constexpr uint64_t kMid = 0x3030'3a30'3054'3030;        // "00T00:00"
  constexpr uint64_t kLast = 0x3030'3a30'303a'3030;       // "00:00:00"
  constexpr uint64_t kHoles = 0x0000'ff00'00ff'0000;      // at 2 and 5
  constexpr uint64_t kDateHoles = 0xff00'00ff'0000'0000;  // at 4 and 7
  const uint64_t date = load<uint64_t>(p) ^ kDate;
  uint64_t mid = load<uint64_t>(p + 8) ^ kMid;
  const uint64_t last = load<uint64_t>(p + 11) ^ kLast;

  const uint64_t separator = mid & 0xff0000;  // 'T' -> 0, 't' -> 0x20, ' ' -> 0x74
  if (separator != 0) {
    if (separator != 0x200000 && separator != 0x740000) return kNoTime;
    mid ^= separator;
  }
  const uint64_t wrong = (date & kDateHoles) | ((mid | last) & kHoles) | not_digits(date) |
                         not_digits(mid) | not_digits(last);

  // Right where the digits are, but for the pairs that hold a hole: they are not read.
  const uint64_t date_pairs = join_pairs(date);
  const uint64_t mid_pairs = join_pairs(mid);
  const uint64_t last_pairs = join_pairs(last);
  const uint64_t too_large = not_below<5, 13>(date_pairs) | not_below<3, 24>(mid_pairs) |
                             not_below<6, 60>(mid_pairs) | not_below<6, 60>(last_pairs);
  if ((wrong | too_large) != 0) return kNoTime;

  const TimeMs midnight = midnight_of(byte_at(date_pairs, 0), byte_at(date_pairs, 2),
                                      byte_at(date_pairs, 5), byte_at(mid_pairs, 0));
  if (midnight == kNoTime) return kNoTime;
  const uint32_t seconds =
      byte_at(mid_pairs, 3) * 3'600 + byte_at(mid_pairs, 6) * 60 + byte_at(last_pairs, 6);
  return midnight + seconds * kMsPerSecond;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// 1 to 13 digits. Thirteen cannot overflow, but can be beyond the range.
bool parse_milliseconds(std::string_view text, TimeMs* out) {
  if (text.empty() || text.size() > 13) return false;
  int64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    value = value * 10 + (c - '0');
  }
  if (!in_range(value)) return false;
  *out = value;
  return true;
}

// ".d{1,9}" at the front of *rest, where there is one; cut to milliseconds.
bool take_fraction(std::string_view* rest, int* ms) {
  *ms = 0;
  if (rest->empty() || rest->front() != '.') return true;
  size_t digits = 0;
  int scale = 100;
  while (digits + 1 < rest->size() && is_digit((*rest)[digits + 1])) {
    *ms += ((*rest)[digits + 1] - '0') * scale;
    scale /= 10;  // the fourth digit and later weigh nothing
    ++digits;
  }
  rest->remove_prefix(digits + 1);
  return digits >= 1 && digits <= 9;
}

// "Z" or "+hh:mm" or "-hh:mm", all that is left; the milliseconds local time is ahead of UTC.
bool parse_offset(std::string_view rest, int64_t* ahead_ms) {
  if (rest == "Z" || rest == "z") {
    *ahead_ms = 0;
    return true;
  }
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return false;
  if (!is_digit(rest[1]) || !is_digit(rest[2]) || !is_digit(rest[4]) || !is_digit(rest[5]))
    return false;
  const int hours = (rest[1] - '0') * 10 + (rest[2] - '0');
  const int minutes = (rest[4] - '0') * 10 + (rest[5] - '0');
  if (hours > 23 || minutes > 59) return false;
  const int64_t ms = (hours * 60 + minutes) * int64_t{60'000};
  *ahead_ms = rest[0] == '+' ? ms : -ms;
  return true;
}

[[gnu::noinline]] bool parse_general(std::string_view text, TimeMs* out) {
  int ms;
  int64_t ahead_ms;
  if (text.size() < 20) return parse_milliseconds(text, out);
  const TimeMs local = date_and_time_at(text.data());
  if (local == kNoTime) return false;
  std::string_view rest = text.substr(19);
  if (!take_fraction(&rest, &ms) || !parse_offset(rest, &ahead_ms)) return false;
  const TimeMs t = local + ms - ahead_ms;
  if (!in_range(t)) return false;
  *out = t;
  return true;
}

void put_two(char* at, int value) {
  at[0] = static_cast<char>('0' + value / 10);
  at[1] = static_cast<char>('0' + value % 10);
}

}  // namespace

bool parse_timestamp(std::string_view text, TimeMs* out) {
  if (text.size() != 20 || text[19] != 'Z') return parse_general(text, out);
  const TimeMs t = date_and_time_at(text.data());
  if (!in_range(t)) return false;
  *out = t;
  return true;
}

std::string format_timestamp(TimeMs t) {
  int64_t days = t / kMsPerDay;
  int64_t rest = t % kMsPerDay;
  if (rest < 0) {
    rest += kMsPerDay;
    --days;
  }
  const CivilDay date = civil_from_days(days);
  GUERDON_ASSERT(date.year >= 0 && date.year <= 9999);
  const int seconds = static_cast<int>(rest / kMsPerSecond);
  const int ms = static_cast<int>(rest % kMsPerSecond);
  std::string text = "0000-00-00T00:00:00";
  put_two(&text[0], date.year / 100);
  put_two(&text[2], date.year % 100);
  put_two(&text[5], date.month);
  put_two(&text[8], date.day);
  put_two(&text[11], seconds / 3'600);
  put_two(&text[14], seconds / 60 % 60);
  put_two(&text[17], seconds % 60);
  if (ms != 0) {
    text += ".000";
    text[20] = static_cast<char>('0' + ms / 100);
    put_two(&text[21], ms % 100);
  }
  text.push_back('Z');
  return text;
}

}  // namespace guerdon::base
