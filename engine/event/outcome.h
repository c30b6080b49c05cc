// What became of an event or a command: one list of codes, one phrase a code.
//
// The codes are the words that answers on the wire begin with and that reports count by; their
// sentences are made at the edge (`explain` in problem.h), where the text of the event is at hand.
#pragma once

#include <cstdint>
#include <string_view>

namespace guerdon::event {

// name, word, phrase
#define GUERDON_OUTCOMES(X)                                                           \
  X(kOk, "OK", "accepted")                                                            \
  X(kIgnored, "IGNORED", "no plan declares this event type")                          \
  X(kDuplicate, "DUP", "the same event came before; it is not applied again")         \
  X(kSyntax, "SYNTAX", "the text cannot be read")                                     \
  X(kUnknown, "UNKNOWN", "a name that no plan declares")                              \
  X(kInvalid, "INVALID", "a value that is not what its attribute declares")           \
  X(kTooLong, "TOOLONG", "longer than its limit")                                     \
  X(kConflict, "CONFLICT", "the same id came before with another content")            \
  X(kTooOld, "TOOOLD", "older than what is still remembered of its id or its object") \
  X(kStale, "STALE", "this version of its object, or a later one, came before")       \
  X(kLate, "LATE", "its period is closed")                                            \
  X(kFuture, "FUTURE", "further ahead of the clock than is allowed")                  \
  X(kOverflow, "OVERFLOW", "larger than an amount or a count may be")                 \
  X(kLimit, "LIMIT", "a stated limit of the engine is reached")                       \
  X(kInsufficient, "INSUFFICIENT", "more than is available")                          \
  X(kCaptured, "CAPTURED", "the hold was captured")                                   \
  X(kVoided, "VOIDED", "the hold was voided")                                         \
  X(kExpired, "EXPIRED", "its time is over")                                          \
  X(kClosed, "CLOSED", "the wallet, or the period, is closed")                        \
  X(kRemainder, "REMAINDER", "something is left in the wallet")                       \
  X(kOutOfStock, "OUTOFSTOCK", "fewer are left")                                      \
  X(kNoRate, "NORATE", "no rate is dated there")                                      \
  X(kNotEligible, "NOTELIGIBLE", "the plan does not let this account have it")        \
  X(kNoPerm, "NOPERM", "the plan lets others do this")                                \
  X(kOpen, "OPEN", "the period is open")                                              \
  X(kUnsealed, "UNSEALED", "the period has no seal")                                  \
  X(kFinal, "FINAL", "what was settled with the period stays as it is")

enum class Outcome : uint8_t {
#define GUERDON_OUTCOME_NAME(name, word, phrase) name,
  GUERDON_OUTCOMES(GUERDON_OUTCOME_NAME)
#undef GUERDON_OUTCOME_NAME
};

inline constexpr int kOutcomes = [] {
  int count = 0;
#define GUERDON_OUTCOME_COUNT(name, word, phrase) ++count;
  GUERDON_OUTCOMES(GUERDON_OUTCOME_COUNT)
#undef GUERDON_OUTCOME_COUNT
  return count;
}();

std::string_view outcome_word(Outcome outcome);
std::string_view outcome_phrase(Outcome outcome);

}  // namespace guerdon::event
