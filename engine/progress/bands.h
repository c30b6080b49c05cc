// Bands: the colours in which people see how far they have come. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace guerdon::progress {

// Shown of an account whose percent is below `below` and in no band before.
struct Band {
  std::string name;
  int64_t below = 0;  // of the last: kNoEnd

  static constexpr int64_t kNoEnd = INT64_MAX;

  bool operator==(const Band&) const = default;
};

// Of a target that says nothing else: red, from 90 % orange, from 100 % green.
std::span<const Band> default_bands();

// The one that holds at this percent, a whole one that was rounded down: so 99.999 is never green
// early. REQUIRES: bands ascend, the last has no end; percent not negative.
const Band& band_at(std::span<const Band> bands, int64_t percent);

}  // namespace guerdon::progress
