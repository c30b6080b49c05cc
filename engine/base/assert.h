#pragma once

// Assertions for our own bugs. They stay on in release builds: a ledger that goes on after a broken
// invariant does more harm than one that stops. What the world does wrong (bad input, a full disk)
// is never asserted; it becomes an outcome code or a diagnostic.
//
// Cost: one predicted branch; the failing side is a cold call out of line.
// Thread-safety: any thread may fail; the message is one write to standard error, then abort().

namespace guerdon::base {

// Prints "file:line: assertion `condition' failed" to standard error and aborts.
[[noreturn, gnu::cold, gnu::noinline]] void assertion_failed(const char* file, int line,
                                                             const char* condition) noexcept;

}  // namespace guerdon::base

#define GUERDON_ASSERT(cond)                    \
  (__builtin_expect(static_cast<bool>(cond), 1) \
       ? (void)0                                \
       : ::guerdon::base::assertion_failed(__FILE__, __LINE__, #cond))

// For a place that no path may reach, such as the end of a switch over a whole enum.
#define GUERDON_UNREACHABLE() ::guerdon::base::assertion_failed(__FILE__, __LINE__, "unreachable")
