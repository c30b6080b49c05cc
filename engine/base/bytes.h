// Short texts as words: read, compared and copied without a call, which would cost more than the
// work. Nothing beside the text is touched: words overlap instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace guerdon::base {

// The same bytes as characters; they stay where they are.
inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {static_cast<const char*>(static_cast<const void*>(bytes.data())), bytes.size()};
}

template <typename Word>
uint64_t load(const char* p) {
  Word word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// 1 to 8 bytes as the low bytes of a word, the first the lowest; zeros above. Overlapping loads put
// the same byte into the same place.
inline uint64_t load_few(const char* p, size_t n) {
  if (n == 8) return load<uint64_t>(p);
  if (n >= 4) return load<uint32_t>(p) | load<uint32_t>(p + n - 4) << (8 * (n - 4));
  const size_t middle = n / 2;
  return load<uint8_t>(p) | load<uint8_t>(p + middle) << (8 * middle) |
         load<uint8_t>(p + n - 1) << (8 * (n - 1));
}

// a == b.
inline bool is_same(std::string_view a, std::string_view b) {
  const size_t n = a.size();
  if (n != b.size()) return false;
  if (n > 16) return a == b;
  const char* p = a.data();
  const char* q = b.data();
  if (n >= 8) {
    const uint64_t front = load<uint64_t>(p) ^ load<uint64_t>(q);
    const uint64_t back = load<uint64_t>(p + n - 8) ^ load<uint64_t>(q + n - 8);
    return (front | back) == 0;
  }
  return n == 0 || load_few(p, n) == load_few(q, n);
}

// Copies n bytes. REQUIRES: the two do not overlap.
inline void copy(char* to, const char* from, size_t n) {
  if (n > 16 || n < 4) {
    if (n != 0) std::memcpy(to, from, n);
  } else if (n >= 8) {
    const auto front = load<uint64_t>(from);
    const auto back = load<uint64_t>(from + n - 8);
    std::memcpy(to, &front, 8);
    std::memcpy(to + n - 8, &back, 8);
  } else {
    const auto front = static_cast<uint32_t>(load<uint32_t>(from));
    const auto back = static_cast<uint32_t>(load<uint32_t>(from + n - 4));
    std::memcpy(to, &front, 4);
    std::memcpy(to + n - 4, &back, 4);
  }
}

}  // namespace guerdon::base
