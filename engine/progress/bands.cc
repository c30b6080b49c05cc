#include "engine/progress/bands.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::progress {

std::span<const Band> default_bands() {
  static const std::vector<Band> kBands = {{"red", 90}, {"orange", 100}, {"green", Band::kNoEnd}};
  return kBands;
}

const Band& band_at(std::span<const Band> bands, int64_t percent) {
  GUERDON_ASSERT(!bands.empty() && bands.back().below == Band::kNoEnd && percent >= 0);
  return *std::ranges::upper_bound(bands, percent, {}, &Band::below);
}

}  // namespace guerdon::progress
