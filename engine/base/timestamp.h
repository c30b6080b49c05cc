#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Instants and their text.

namespace guerdon::base {

// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
using TimeMs = int64_t;

inline constexpr TimeMs kTimeMin = 0;                  // 1970-01-01T00:00:00Z, the first accepted
inline constexpr TimeMs kTimeEnd = 4'102'444'800'000;  // 2100-01-01T00:00:00Z, the first refused
inline constexpr int64_t kMsPerSecond = 1'000;
inline constexpr int64_t kMsPerDay = 86'400'000;

// Reads an instant in [kTimeMin, kTimeEnd), strictly, the whole of `text`:
//   2010-12-01T08:26:00Z          RFC 3339; 'T' may be 't' or a space, 'Z' may be 'z'
//   2010-12-01T08:26:00.123+07:00 fraction of 1 to 9 digits, cut (not rounded) to milliseconds;
//                                 offset up to 23:59
//   1291191960000                 1 to 13 digits: milliseconds since 1970
// Dates must exist; hour <= 23, minute <= 59, second <= 59 (a leap second is refused: engine time
// does not count them). Returns false and leaves *out alone where the text is anything else.
// Pure arithmetic, no state; the 20-byte form ending in Z has its own fast path.
bool parse_timestamp(std::string_view text, TimeMs* out);

// "2010-12-01T08:26:00Z", or "2010-12-01T08:26:00.123Z" where the milliseconds are not zero.
// What it prints, parse_timestamp reads back. REQUIRES: a year within 0..9999.
std::string format_timestamp(TimeMs t);

}  // namespace guerdon::base
