#include "engine/money/allotment.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/money/limits.h"

namespace guerdon::money {
namespace {

using base::Int128;

// The sum of the weights. At most 2^63 * 2^32: exact.
Int128 sum_of(std::span<const int64_t> weights) {
  Int128 sum = 0;
  for (const int64_t weight : weights) {
    GUERDON_ASSERT(weight >= 0);
    sum += weight;
  }
  return sum;
}

}  // namespace

void allot(int64_t total, std::span<const int64_t> weights, std::span<int64_t> out) {
  GUERDON_ASSERT(weights.size() == out.size() && weights.size() <= UINT32_MAX);
  GUERDON_ASSERT(total <= kBalanceMax && total >= -kBalanceMax);
  const Int128 weight_sum = sum_of(weights);
  if (weight_sum == 0) {
    std::fill(out.begin(), out.end(), 0);
    return;
  }
  const int64_t sign = total < 0 ? -1 : 1;
  const int64_t magnitude = sign * total;

  // |total| <= 2^62 and a weight < 2^63, so each product is below 2^125.
  std::vector<Int128> fractions(weights.size());
  int64_t left = magnitude;
  for (size_t i = 0; i < weights.size(); ++i) {
    const Int128 product = Int128{magnitude} * weights[i];
    const auto share = static_cast<int64_t>(product / weight_sum);
    fractions[i] = product % weight_sum;
    out[i] = sign * share;
    left -= share;
  }
  if (left == 0) return;

  // The fractions sum to left * weight_sum and each is below weight_sum, so fewer are left than
  // there are shares with a fraction: nobody gets two, and a weight of zero gets none.
  GUERDON_ASSERT(left > 0 && static_cast<size_t>(left) < weights.size());
  std::vector<uint32_t> order(weights.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto larger_first = [&](uint32_t a, uint32_t b) {
    return fractions[a] != fractions[b] ? fractions[a] > fractions[b] : a < b;
  };
  std::nth_element(order.begin(), order.begin() + (left - 1), order.end(), larger_first);
  for (int64_t k = 0; k < left; ++k) out[order[static_cast<size_t>(k)]] += sign;
}

int64_t share_of(int64_t total, std::span<const int64_t> weights, size_t which) {
  GUERDON_ASSERT(which < weights.size());
  GUERDON_ASSERT(total <= kBalanceMax && total >= -kBalanceMax);
  const Int128 weight_sum = sum_of(weights);
  if (weight_sum == 0) return 0;
  const int64_t sign = total < 0 ? -1 : 1;
  const auto fraction = [&](size_t i) { return Int128{sign * total} * weights[i] % weight_sum; };
  const Int128 own = fraction(which);
  // The fractions are below weight_sum each, and add up to as many times it as there are units
  // left.
  Int128 fractions = 0;
  Int128 before = 0;  // how many are served before this one
  for (size_t i = 0; i < weights.size(); ++i) {
    const Int128 other = fraction(i);
    fractions += other;
    if (other > own || (other == own && i < which)) ++before;
  }
  const auto share = static_cast<int64_t>(Int128{sign * total} * weights[which] / weight_sum);
  return sign * (share + (before < fractions / weight_sum ? 1 : 0));
}

}  // namespace guerdon::money
