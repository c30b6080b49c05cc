// Why a row or a request was refused for what it says, exactly enough to word it later.
//
// An Outcome is what programs branch on; a Reason is what a person needs. Each reason belongs to
// one outcome. The sentences are in problem.h.
#pragma once

#include <cstdint>

#include "engine/event/outcome.h"

namespace guerdon::event {

// name, outcome. `limit` and `bytes` of the Refusal are meant where a comment says so.
#define GUERDON_REASONS(X)                                                            \
  X(kTooManyFields,                                                                   \
    kSyntax) /* limit: columns of the header; bytes: fields of the row, if counted */ \
  X(kTooFewFields, kSyntax) /* the same */                                            \
  X(kOpenQuote, kSyntax)                                                              \
  X(kTextAfterQuote, kSyntax)                                                         \
  X(kQuoteInside, kSyntax)                                                            \
  X(kRowTooLong, kTooLong) /* limit: bytes */                                         \
  X(kEmpty, kInvalid)                                                                 \
  X(kNotUtf8, kInvalid)                                                               \
  X(kControlCharacter, kInvalid)                                                      \
  X(kFieldTooLong, kTooLong) /* limit: bytes */                                       \
  X(kNotATime, kInvalid)                                                              \
  X(kNotANumber, kInvalid)                                                            \
  X(kTooManyDecimals, kInvalid) /* limit: decimals */                                 \
  X(kAmountTooLarge, kOverflow) /* limit: decimals */                                 \
  X(kNotACount, kInvalid)                                                             \
  X(kCountTooLarge, kOverflow)                                                        \
  X(kNegative, kInvalid)                                                              \
  X(kNotAFlag, kInvalid)                                                              \
  X(kNotALength, kInvalid)                                                            \
  X(kSecondObject, kInvalid)                                                          \
  X(kTooManyLines, kLimit) /* limit: lines */                                         \
  X(kLineFields, kInvalid) /* limit: fields of a line */                              \
  X(kNotALineFlag, kInvalid)                                                          \
  X(kLinesTooLarge, kOverflow)

enum class Reason : uint8_t {
#define GUERDON_REASON_NAME(name, outcome) name,
  GUERDON_REASONS(GUERDON_REASON_NAME)
#undef GUERDON_REASON_NAME
};

constexpr Outcome outcome_of(Reason reason) {
  constexpr Outcome kOutcomeOf[] = {
#define GUERDON_REASON_OUTCOME(name, outcome) Outcome::outcome,
      GUERDON_REASONS(GUERDON_REASON_OUTCOME)
#undef GUERDON_REASON_OUTCOME
  };
  return kOutcomeOf[static_cast<int>(reason)];
}

// How much of a field is kept for its sentence, and how much of that is shown: four more are kept,
// so that it shows whether a character or the text was cut.
inline constexpr int kExcerptShownMax = 64;
inline constexpr int kExcerptKeptMax = kExcerptShownMax + 4;

struct Refusal {
  uint32_t record = 0;   // index into Batch::records
  uint32_t excerpt = 0;  // index into Batch::texts: the field's first kExcerptKeptMax bytes
  uint32_t bytes = 0;  // of the whole field, quotes taken away; fields of the row where it says so
  uint32_t limit = 0;
  Reason reason = Reason::kEmpty;
  uint16_t type = 0xffff;  // of the record, as far as it was read; else kNoType
  // Of a list of lines (field.h): which line, and which field of it, from 1; 0: none in particular.
  uint16_t line = 0;
  uint16_t part = 0;
};

}  // namespace guerdon::event
