#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

// Ladders: levels over a measure (semantics, section 5). Up at once, as far as the measure goes;
// down only at a review, or where what raised one is taken back. Pure functions; any thread.

namespace guerdon::progress {

inline constexpr size_t kLevelsMin = 2;
inline constexpr size_t kLevelsMax = 16;

enum class LadderError : uint8_t {
  kNone,
  kTooFew,        // fewer than kLevelsMin
  kTooMany,       // more than kLevelsMax
  kNotFromZero,   // the lowest does not begin at 0
  kNotAscending,  // one does not begin above its predecessor
};

// A ladder is where its levels begin, inclusive; a level is a position in it, 0 the lowest. Below,
// REQUIRES: check_ladder gives kNone; levels are of the ladder.
LadderError check_ladder(std::span<const int64_t> begins);

// The highest level that the measure reaches; below 0 the lowest.
uint8_t level_of(std::span<const int64_t> begins, int64_t measure);

enum class Review : uint8_t {
  kOneDown,    // a step towards the measure
  kToMeasure,  // to what the measure says
  kNeverDown,
};

enum class RefundLowers : uint8_t { kAtReview, kAtOnce };

// What an account has.
struct HeldLevel {
  uint8_t level = 0;
  // What the last review left it although the measure did not reach so far; else 0. No refund takes
  // that away before the next review, for it was no sale that gave it.
  uint8_t kept = 0;
  friend bool operator==(const HeldLevel&, const HeldLevel&) = default;
};

// After an event that moved the measure. With kAtOnce one that made it fall lowers a level that the
// measure held until then; a level that it did not hold any more (days went by, or a review kept
// it) is left to the review.
// REQUIRES: both at the instant of the event, of a window of days too.
HeldLevel moved(std::span<const int64_t> begins, HeldLevel held, int64_t before, int64_t after,
                RefundLowers refund);

// After a review that found the measure as it is. A level that it reaches is kept, or reached now.
HeldLevel reviewed(std::span<const int64_t> begins, HeldLevel held, int64_t measure, Review review);

}  // namespace guerdon::progress
