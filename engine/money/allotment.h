#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// Sharing a whole number of units exactly, by largest remainder (Hamilton's method).

namespace guerdon::money {

// Writes to out[i] the share of `total` that falls to weights[i]: the exact share cut toward zero,
// then the units left over one each to the largest fractions, ties to the earlier position. A
// negative total is the mirror image of the positive one. The shares sum to `total` exactly, except
// that with all weights zero nothing can be shared and all of out is zero.
//
// REQUIRES: out.size() == weights.size(); weights not negative; |total| <= 2^62.
// Allocates scratch of 16 bytes a share, and 4 more where units are left over.
void allot(int64_t total, std::span<const int64_t> weights, std::span<int64_t> out);

// One share of these, without scratch: what allot would write to out[which]. Takes time in the
// number of weights.
int64_t share_of(int64_t total, std::span<const int64_t> weights, size_t which);

}  // namespace guerdon::money
