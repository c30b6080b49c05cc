#pragma once

// Asks the processor to bring the cache line at `address` near. A hint: it never faults, not even
// on an address that is not mapped.

namespace guerdon::base {

// The empty statements say that something happens here: g++ takes a function that does nothing but
// prefetch for one without effect, and drops the calls to it.
inline void prefetch(const void* address) {
  __builtin_prefetch(address, 0, 3);
  asm volatile("" : : "r"(address));
}

inline void prefetch_for_write(const void* address) {
  __builtin_prefetch(address, 1, 3);
  asm volatile("" : : "r"(address));
}

}  // namespace guerdon::base
