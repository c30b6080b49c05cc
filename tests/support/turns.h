// How long a test goes on: as it says; longer where the long checks ask for it (tests/soak), and
// less where sanitizers make it some ten times slower.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace guerdon::support {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsInstrumented = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kIsInstrumented = true;
#else
inline constexpr bool kIsInstrumented = false;
#endif
#else
inline constexpr bool kIsInstrumented = false;
#endif

// Of the turns of a long test: a third where it is instrumented, at least one. tests/soak/run does
// all of them, uninstrumented.
constexpr uint64_t part(uint64_t whole) { return kIsInstrumented ? (whole + 2) / 3 : whole; }

// How far apart the places are that a test looks at one by one: three times as far where it is
// instrumented.
constexpr uint64_t stride(uint64_t whole) { return kIsInstrumented ? 3 * whole : whole; }

// Of what is counted in all turns, what is met in that part whatever the seeds: half of a third.
constexpr uint64_t share(uint64_t whole) { return kIsInstrumented ? whole / 6 : whole; }

// The number that the environment variable has; without one, `otherwise`.
inline uint64_t longer(const char* variable, uint64_t otherwise) {
  const char* const text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): before threads
  return text == nullptr || *text == '\0' ? otherwise : std::stoull(text);
}

}  // namespace guerdon::support
