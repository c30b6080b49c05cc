#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/progress/attainment.h"

// Bands: the colours in which people see how far they have come (semantics, section 5). Pure
// functions; any thread.

namespace guerdon::progress {

// Holds from this percent, inclusive, to where the next one begins.
struct Band {
  std::string name;
  int64_t from = 0;
  friend bool operator==(const Band&, const Band&) = default;
};

inline constexpr size_t kBandsMax = 16;

// Red, from 90 orange, from 100 green.
std::vector<Band> default_bands();

enum class BandsError : uint8_t {
  kNone,
  kNotFromZero,   // there is none, or the first does not begin at 0
  kTooMany,       // more than kBandsMax
  kNotAscending,  // one does not begin above its predecessor
  kTooHigh,       // one begins above kWrittenPercentMax
  kNameTwice,
};

// The first of the enum's order that applies.
BandsError check_bands(std::span<const Band> bands);

// Which of them holds at this percent, a whole one that was rounded down: so 99.999 is never green
// early. Without a goal no band holds; that is the caller's to ask.
// REQUIRES: check_bands gives kNone; percent not negative.
size_t band_at(std::span<const Band> bands, int64_t percent);

}  // namespace guerdon::progress
