#include "engine/base/hash.h"

// The library's functions are compiled into this file: the inputs are short, and a call through the
// shared library costs as much as hashing them.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "engine/base/assert.h"

namespace guerdon::base {

uint64_t hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Hash128 hash128(std::string_view bytes) {
  const XXH128_hash_t h = XXH3_128bits(bytes.data(), bytes.size());
  return {h.low64, h.high64};
}

Hash128 hash128(std::span<const uint64_t> numbers) {
  const XXH128_hash_t h = XXH3_128bits(numbers.data(), numbers.size_bytes());
  return {h.low64, h.high64};
}

std::string Hash128::to_hex() const {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(32, '0');
  for (unsigned i = 0; i < 16; ++i) {
    text[15 - i] = kDigits[(hi >> (4 * i)) & 15];
    text[31 - i] = kDigits[(lo >> (4 * i)) & 15];
  }
  return text;
}

struct HashBuilder::Spill {
  XXH3_state_t state;
};

void HashBuilder::drop_spill() {
  delete spill_;
  spill_ = nullptr;
}

void HashBuilder::spill(const void* bytes, size_t n) {
  GUERDON_ASSERT(used_ <= kInlineBytes);
  if (spill_ == nullptr) {
    spill_ = new Spill;
    XXH3_128bits_reset(&spill_->state);
  }
  XXH3_128bits_update(&spill_->state, buffer_, used_);
  XXH3_128bits_update(&spill_->state, bytes, n);
  used_ = 0;
}

Hash128 HashBuilder::finish() {
  if (spill_ == nullptr) {
    const Hash128 hash = hash128({buffer_, used_});
    used_ = 0;
    return hash;
  }
  XXH3_128bits_update(&spill_->state, buffer_, used_);
  const XXH128_hash_t h = XXH3_128bits_digest(&spill_->state);
  used_ = 0;
  drop_spill();
  return {h.low64, h.high64};
}

}  // namespace guerdon::base
