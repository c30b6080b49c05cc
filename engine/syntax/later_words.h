// Words of the plan language that this version does not have yet, with what to write instead.
//
// A plan owner who has read of `target` should be told that it is not there, not that it is
// misspelt. None of these words is reserved: where a name can stand they are names; the parser
// looks here only where it would refuse the word anyway.
#pragma once

#include <cstdint>
#include <string_view>

namespace guerdon::plan {

// Where a word would stand. A word may be one of several places.
enum class LaterPlace : uint8_t {
  kDeclaration,  // begins a line at the margin
  kSetting,      // begins a line under `plan`
  kAttribute,    // begins or ends a line under `event`
  kClause,       // begins a line under `rule`, or under a `credit`
  kTarget,       // stands in a line under `target`
  kChallenge,    // stands in a line under `challenge`
  kLadder,       // stands in a line under `ladder`
  kStreak,       // begins a line under `streak`
  kBadge,        // stands in a line under `badge`
  kRow,          // begins a row of a table
  kSubject,      // stands after `per`
  kOperand,      // stands where a value is expected
  kOn,           // stands after `on` in a rule
  kLimit,        // stands in an `at most` line
  kWallet,       // begins a line under `wallet`
  kItem,         // begins a line under `item`
  kBudget,       // stands in a line under `budget`
  kTail,         // stands where a line should have ended
};

struct LaterWord {
  LaterPlace place;
  std::string_view word;
  std::string_view shown;   // as the message calls it; a phrase of the plan, or `a` and a noun
  std::string_view advice;  // what can be written instead; may be empty
};

// The word of that place, or null.
const LaterWord* later_word(LaterPlace place, std::string_view word);

}  // namespace guerdon::plan
