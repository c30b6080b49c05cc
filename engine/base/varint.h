// Integers in as few bytes as they need: seven bits a byte, the lowest first, the high bit set
// where more follow. Signed ones are folded first (0, -1, 1, -2, ... are 0, 1, 2, 3, ...).
//
// Source: LEB128 (DWARF), zigzag (Protocol Buffers).
#pragma once

#include <cstddef>
#include <cstdint>

namespace guerdon::base {

inline constexpr size_t kVarintBytesMax = 10;

constexpr uint64_t zigzag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
constexpr int64_t unzigzag(uint64_t folded) {
  return static_cast<int64_t>(folded >> 1 ^ (~(folded & 1) + 1));
}

// Writes at most kVarintBytesMax bytes and returns what is behind them.
inline char* put_varint(char* out, uint64_t value) {
  while (value >= 0x80) {
    *out++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<char>(value);
  return out;
}

// Reads one from [at, end) and returns what is behind it; null where there is none that fits 64
// bits, or where it has a byte more than it needs.
inline const char* get_varint(const char* at, const char* end, uint64_t* value) {
  if (at != end && static_cast<uint8_t>(*at) < 0x80) {  // as most are
    *value = static_cast<uint8_t>(*at);
    return at + 1;
  }
  *value = 0;
  for (int shift = 0; shift < 64 && at != end; shift += 7) {
    const auto byte = static_cast<uint8_t>(*at++);
    const uint64_t bits = byte & 0x7fu;
    if (shift == 63 && bits > 1) return nullptr;
    *value |= bits << shift;
    if (byte < 0x80) return byte == 0 && shift != 0 ? nullptr : at;
  }
  return nullptr;
}

}  // namespace guerdon::base
