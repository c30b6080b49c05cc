// How an event is known again: its key and its payload, whichever form it came in.
//
// Both are part of what is compared between a first delivery and a second one, so every codec (CSV,
// lines, RESP) makes them here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/hash.h"

namespace guerdon::event {

// Hash of (source, id), each laid down with its length before it: ("a", "bc") is not ("ab", "c").
// Equal to base::HashBuilder().text(source).text(id).finish(); what does not change from event to
// event is laid down once. One thread at a time.
class KeyHasher {
 public:
  explicit KeyHasher(std::string_view source);

  base::Hash128 key(std::string_view id);

 private:
  std::string content_;  // length and bytes of the source, then room for those of an id
  size_t id_at_;
};

// One attribute as sent, from the hashes (base::hash64) of its name and of its value. An event's
// payload is the sum of its attributes', modulo 2^64: their order does not matter. The id and
// attributes without a value are left out.
//
// For one name, different values' hashes give different results (each step can be undone). The
// mixing is the finalizer of MurmurHash3 (public domain, A. Appleby).
constexpr uint64_t attribute_hash(uint64_t name_hash, uint64_t value_hash) {
  uint64_t x = name_hash * 0x9e3779b97f4a7c15 ^ value_hash;
  x = (x ^ (x >> 33)) * 0xff51afd7ed558ccd;
  x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53;
  return x ^ (x >> 33);
}

// The name under which a trace's events are known: its file name without folders and without
// .csv, .gz, .zst; whatever is not in [A-Za-z0-9._-] becomes '_'. "-" is "stdin".
std::string source_name(std::string_view path);

}  // namespace guerdon::event
