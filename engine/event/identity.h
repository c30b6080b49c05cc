// How an event is known again: its key and its payload, whichever form it came in.
//
// Both are part of what is compared between a first delivery and a second one, so every codec (CSV,
// lines, RESP) makes them here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/base/int128.h"

namespace guerdon::event {

// The key of (source, id): the sum of two 128-bit hashes, that of the source laid down with a tag
// so that the two cannot change places. Immutable.
class KeyHasher {
 public:
  explicit KeyHasher(std::string_view source);

  base::Hash128 key(std::string_view id) const {
    base::Hash128 hash = base::hash128(id);
    hash += source_;
    return hash;
  }

 private:
  base::Hash128 source_;
};

// One attribute as sent, from the hash (base::hash64) of its name and from its value. An event's
// payload is the sum of its attributes', modulo 2^64: their order does not matter. The id and
// attributes without a value are left out.
//
// Values of up to 32 bytes, which nearly all are, are read as words that may overlap and folded by
// multiplication; longer ones are hashed first. Source: wyhash (public domain, Wang Yi).
inline uint64_t attribute_hash(uint64_t name_hash, std::string_view value);

// Whether events may come from a source of this name: 1 to 64 bytes of [A-Za-z0-9._-].
bool is_source_name(std::string_view name);

// The source of the commands that the engine itself makes of a file of goals
// (docs/decisions/0040-drop-folder.md). It is no source's name, so no request can have it: else an
// id that is a file's checksum could be taken before the file comes, which would never be applied.
inline constexpr std::string_view kFilesSource = "*targets";
// Whether the log may have it.
inline bool is_logged_source(std::string_view name) {
  return is_source_name(name) || name == kFilesSource;
}

// The name under which a trace's events are known: its file name without folders and without
// .csv, .gz, .zst, of more than 64 bytes the last 64; whatever is not in [A-Za-z0-9._-] becomes
// '_'.
// "-" is "stdin".
std::string source_name(std::string_view path);

// ---- Inline parts

namespace words {

inline uint64_t fold(uint64_t a, uint64_t b) {
  const base::UInt128 product = base::UInt128{a} * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

}  // namespace words

inline uint64_t attribute_hash(uint64_t name_hash, std::string_view value) {
  constexpr uint64_t kSecretA = 0xa0761d6478bd642f;
  constexpr uint64_t kSecretB = 0xe7037ed1a0b428db;
  const char* p = value.data();
  const size_t n = value.size();
  uint64_t a;
  uint64_t b;
  if (n > 32) {
    a = base::hash64(value);
    b = 0;
  } else if (n > 16) {
    a = words::fold(base::load<uint64_t>(p) ^ kSecretA, base::load<uint64_t>(p + 8) ^ kSecretB);
    b = words::fold(base::load<uint64_t>(p + n - 16) ^ kSecretB,
                    base::load<uint64_t>(p + n - 8) ^ kSecretA);
  } else if (n >= 8) {
    a = base::load<uint64_t>(p);
    b = base::load<uint64_t>(p + n - 8);
  } else if (n >= 4) {
    a = base::load<uint32_t>(p);
    b = base::load<uint32_t>(p + n - 4);
  } else {  // 1 to 3 bytes
    GUERDON_ASSERT(n != 0);
    a = base::load<uint8_t>(p);
    b = base::load<uint8_t>(p + n / 2) << 8 | base::load<uint8_t>(p + n - 1);
  }
  return words::fold(a ^ name_hash, b ^ ((name_hash + n) * kSecretA));
}

}  // namespace guerdon::event
