#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/assert.h"

// The one source of chance of the generators: splitmix64. The same seed draws the same on every
// platform, so a number is enough to name a failing case.
//
// Or bytes that a fuzzer chooses: each decision takes as few of them as it needs, so that a byte
// changed is a decision changed. When they are used up, a fixed seed goes on.
// Source: Sebastiano Vigna, "splitmix64", https://prng.di.unimi.it/splitmix64.c

namespace guerdon::generate {

class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}
  // Borrows the bytes.
  explicit Rng(std::span<const uint8_t> bytes) : state_(0), bytes_(bytes) {}

  uint64_t next() {
    if (!bytes_.empty()) return take_bytes(UINT64_MAX);
    state_ += 0x9e3779b97f4a7c15;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  // 0 .. n - 1. REQUIRES: n > 0. (The bias of the remainder does not matter here.)
  uint64_t below(uint64_t n) {
    GUERDON_ASSERT(n > 0);
    return (bytes_.empty() ? next() : take_bytes(n - 1)) % n;
  }
  // low .. high, both included.
  int64_t between(int64_t low, int64_t high) {
    GUERDON_ASSERT(low <= high);
    return low + static_cast<int64_t>(below(static_cast<uint64_t>(high - low) + 1));
  }
  int small(int low, int high) { return static_cast<int>(between(low, high)); }

  bool chance(int percent) { return static_cast<int>(below(100)) < percent; }

  template <class T>
  const T& pick(const std::vector<T>& from) {
    GUERDON_ASSERT(!from.empty());
    return from[static_cast<size_t>(below(from.size()))];
  }

  // An independent stream.
  Rng split() { return Rng(next()); }

 private:
  // As many bytes as `top` has, or as there are.
  uint64_t take_bytes(uint64_t top) {
    uint64_t value = 0;
    for (; top > 0 && !bytes_.empty(); top >>= 8) {
      value = value << 8 | bytes_.front();
      bytes_ = bytes_.subspan(1);
    }
    return value;
  }

  uint64_t state_;
  std::span<const uint8_t> bytes_;
};

}  // namespace guerdon::generate
