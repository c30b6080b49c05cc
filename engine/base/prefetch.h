#pragma once

// Asks the processor to bring the cache line at `address` near. A hint: it never faults, not even
// on an address that is not mapped.

namespace guerdon::base {

inline void prefetch(const void* address) { __builtin_prefetch(address, 0, 3); }
inline void prefetch_for_write(const void* address) { __builtin_prefetch(address, 1, 3); }

}  // namespace guerdon::base
