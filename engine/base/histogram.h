// Counts of values over the whole range of 64 bits, in a table of fixed size.
//
// Buckets are equal within a power of two and twice as wide in the next: 0..255 have one each, then
// 128 to a power of two. So a quantile is never below the exact one, and above it by less than
// 1/128 of it (0.8 %); the greatest value is kept exactly.
//
// Source: the log-linear buckets of HdrHistogram (Gil Tene).
//
// Cost: an addition a value. Memory: 58 KiB, inside the object. Thread-safety: one thread at a
// time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/base/int128.h"

namespace guerdon::base {

class Histogram {
 public:
  static constexpr int kPrecisionBits = 7;  // of the relative error: 2^-7
  static constexpr uint32_t kWhole = 1'000'000;

  void record(uint64_t value, uint64_t count = 1) {
    counts_[bucket_of(value)] += count;
    count_ += count;
    if (count > 0) max_ = std::max(max_, value);
  }

  // As if all that the other holds had been recorded here.
  void add(const Histogram& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }

  // The least value such that `millionths` of all values (rounded up, at least one) are not
  // greater: 500'000 is the median. 0 where nothing was recorded. REQUIRES: millionths <= kWhole.
  uint64_t quantile(uint32_t millionths) const {
    GUERDON_ASSERT(millionths <= kWhole);
    const UInt128 scaled = UInt128{count_} * millionths + (kWhole - 1);
    uint64_t wanted = std::max<uint64_t>(static_cast<uint64_t>(scaled / kWhole), 1);
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] >= wanted) return std::min(last_of(i), max_);
      wanted -= counts_[i];
    }
    GUERDON_ASSERT(count_ == 0);
    return 0;
  }

 private:
  static constexpr size_t kHalf = size_t{1} << kPrecisionBits;  // buckets of a power of two
  static constexpr size_t kBuckets = (64 - kPrecisionBits + 1) * kHalf;

  // How many low bits of the values in this bucket differ.
  static constexpr int shift_of(uint64_t value) {
    return std::max(static_cast<int>(std::bit_width(value)) - kPrecisionBits - 1, 0);
  }
  static constexpr size_t bucket_of(uint64_t value) {
    const int shift = shift_of(value);
    return static_cast<size_t>(shift) * kHalf + static_cast<size_t>(value >> shift);
  }
  // The greatest value of the bucket.
  static constexpr uint64_t last_of(size_t bucket) {
    if (bucket < 2 * kHalf) return bucket;
    const size_t shift = bucket / kHalf - 1;
    return ((uint64_t{bucket - shift * kHalf} + 1) << shift) - 1;
  }
  static_assert(kBuckets == 7'424);

  std::array<uint64_t, kBuckets> counts_ = {};
  uint64_t count_ = 0;
  uint64_t max_ = 0;
};

}  // namespace guerdon::base
