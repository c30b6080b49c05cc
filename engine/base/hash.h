#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

// Hashes of bytes and of canonical content (XXH3, https://xxhash.com). The values are part of what
// is compared between machines, so they depend on the content alone: every number is laid down
// little-endian and at full width, whatever the platform.
//
// Not keyed and not cryptographic: they find accidents, not forgeries.

namespace guerdon::base {

static_assert(std::endian::native == std::endian::little, "content is hashed as it lies in memory");

// XXH3_64bits with seed 0.
uint64_t hash64(std::string_view bytes);

// A 128-bit number. Sums are modulo 2^128, so a set of contents can be hashed in any order.
struct Hash128 {
  uint64_t lo = 0;
  uint64_t hi = 0;

  constexpr Hash128& operator+=(const Hash128& other) {
    lo += other.lo;
    hi += other.hi + (lo < other.lo ? 1 : 0);
    return *this;
  }
  constexpr Hash128& operator-=(const Hash128& other) {
    hi -= other.hi + (lo < other.lo ? 1 : 0);
    lo -= other.lo;
    return *this;
  }
  friend constexpr bool operator==(const Hash128&, const Hash128&) = default;

  // 32 lower-case hexadecimal digits, most significant first.
  std::string to_hex() const;
};

// XXH3_128bits with seed 0; of numbers as they lie in memory, eight bytes each.
Hash128 hash128(std::string_view bytes);
Hash128 hash128(std::span<const uint64_t> numbers);

// Accumulates one content, field by field, and hashes it once.
//
//   Hash128 h = HashBuilder().u32(kWalletTag).text(account).i64(balance).finish();
//
// A text is preceded by its length, so ("ab","c") and ("a","bc") differ; numbers have fixed widths.
// The result is hash128() of the bytes laid down, however many there are.
//
// Ownership: holds no reference to what it was given. Content up to kInlineBytes stays in the
// object itself (no allocation); beyond, it spills to a streaming state on the heap.
// Thread-safety: none; one thread at a time.
class HashBuilder {
 public:
  static constexpr size_t kInlineBytes = 256;

  HashBuilder() = default;
  ~HashBuilder() {
    if (spill_ != nullptr) [[unlikely]]
      drop_spill();
  }
  HashBuilder(const HashBuilder&) = delete;
  HashBuilder& operator=(const HashBuilder&) = delete;

  HashBuilder& u64(uint64_t x) {
    append(&x, sizeof x);
    return *this;
  }
  HashBuilder& i64(int64_t x) { return u64(static_cast<uint64_t>(x)); }
  HashBuilder& u32(uint32_t x) {
    append(&x, sizeof x);
    return *this;
  }
  HashBuilder& text(std::string_view bytes) {
    u64(bytes.size());
    append(bytes.data(), bytes.size());
    return *this;
  }

  // The hash of what was laid down so far; the builder is then empty and may be used again.
  Hash128 finish();

 private:
  struct Spill;

  void append(const void* bytes, size_t n) {
    if (n <= kInlineBytes - used_) [[likely]] {
      if (n != 0) std::memcpy(buffer_ + used_, bytes, n);
      used_ += n;
    } else {
      spill(bytes, n);
    }
  }
  void spill(const void* bytes, size_t n);
  void drop_spill();

  size_t used_ = 0;
  Spill* spill_ = nullptr;  // owned
  char buffer_[kInlineBytes];
};

}  // namespace guerdon::base
