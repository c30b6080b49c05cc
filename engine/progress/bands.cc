#include "engine/progress/bands.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::progress {

std::vector<Band> default_bands() { return {{"red", 0}, {"orange", 90}, {"green", 100}}; }

BandsError check_bands(std::span<const Band> bands) {
  if (bands.empty() || bands.front().from != 0) return BandsError::kNotFromZero;
  if (bands.size() > kBandsMax) return BandsError::kTooMany;
  for (size_t i = 1; i < bands.size(); ++i) {
    if (bands[i].from <= bands[i - 1].from) return BandsError::kNotAscending;
  }
  if (bands.back().from > kWrittenPercentMax) return BandsError::kTooHigh;
  for (size_t i = 1; i < bands.size(); ++i) {
    const auto has_its_name = [&](const Band& other) { return other.name == bands[i].name; };
    if (std::ranges::any_of(bands.first(i), has_its_name)) return BandsError::kNameTwice;
  }
  return BandsError::kNone;
}

size_t band_at(std::span<const Band> bands, int64_t percent) {
  GUERDON_ASSERT(!bands.empty() && bands.front().from == 0 && percent >= 0);
  const auto above = std::ranges::upper_bound(bands, percent, {}, &Band::from);
  return static_cast<size_t>(above - bands.begin()) - 1;
}

}  // namespace guerdon::progress
