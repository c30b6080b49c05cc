// What one clause made of one event, step by step: the numbers that it read and what came of them.
//
// Not for the hot path: Machine::run_traced() is the same code as run(), with a hook at each
// instruction.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/int128.h"
#include "engine/program/opcodes.h"

namespace guerdon::plan {

// A number that the rule's condition or the clause's amount read.
struct ReadInput {
  enum class What : uint8_t {
    kAttribute,
    kKnown,  // of the account
    kMeasureBefore,
    kMeasureAfter,
    kMeasureLast,     // in the period before; of a rule per object that was open: as of then
    kCapturedBefore,  // of a rule per object that was open: the measure as it was then
    kCapturedAfter,
    kCell,  // of a table
    kRow,   // of a table: the one that was chosen; row below 0: none fits
  };

  What what = What::kAttribute;
  uint32_t index = 0;   // slot of the event; subject; measure; table
  uint16_t column = 0;  // of the table
  int32_t row = 0;      // of the table, from 0; Lookup::kZeroRow
  bool is_missing = false;
  base::Int128 value = 0;  // of a cell: over the denominator of its column

  bool operator==(const ReadInput&) const = default;
};

// num / den of minor units, or of a plain number; `scale`: of its unit.
struct TracedNumber {
  base::Int128 num = 0;
  base::Int128 den = 1;
  int scale = 0;
};

// What a return finds, and how much of what was earned goes back by it: exactly
// earned * part / value - taken, of which what is whole is taken. Nothing is where value is 0.
struct TakenBack {
  base::Int128 returned = 0;  // of the event
  base::Int128 part = 0;      // of the value
  int64_t value = 0;
  int64_t earned = 0;
  int64_t taken = 0;  // before, of what was paid at the rate

  base::Int128 amount() const {
    if (value <= 0 || earned <= 0 || returned <= 0) return 0;
    const base::Int128 owed = earned * part / value - taken;
    return owed > 0 ? owed : 0;
  }
};

// An instruction that was come to, and what it compares.
struct PathStep {
  uint32_t at = 0;         // of Program::code
  base::Int128 left = 0;   // of register B
  base::Int128 right = 0;  // of register C
};

// What one limit made of what came to it.
struct TracedLimit {
  uint32_t limit = 0;        // of Clause::limits
  int64_t asked_before = 0;  // in its subject, before the event: LimitStep::was
  int64_t came = 0;
  int64_t passed = 0;
};

// What a clause of a group asked for, and what it was given.
struct TracedShare {
  uint32_t clause = 0;
  int64_t asked = 0;
  int64_t given = 0;
};

struct ClauseTrace {
  uint32_t clause = 0;  // which is wanted
  std::vector<ReadInput> inputs;
  // What the amount is a share of, where it is one, and the share: of `5% of amount` the amount and
  // 0.05; of `1 point per full 10.00 of amount` the amount, 1, and 10.00 in `per`. Parts of a table
  // have a basis and rates of their own.
  std::optional<TracedNumber> basis;
  std::optional<TracedNumber> rate;
  std::optional<TracedNumber> per;
  // Of a clause with multipliers what it came to before them, and those that apply: which of
  // Clause::times, and what it is.
  std::optional<TracedNumber> base;
  std::vector<std::pair<size_t, TracedNumber>> factors;
  // Over the clause's denominator. Nothing: the event did not come to it.
  std::optional<base::Int128> amount;
  // What it was before `at most` and what that says, where the clause has one.
  std::optional<base::Int128> uncapped;
  std::optional<base::Int128> cap;
  std::vector<TracedLimit> limits;      // those that it came to, in their order
  std::vector<TracedShare> group;       // all that asked in its group, by their places
  std::optional<int64_t> given;         // what the group gave it, where it is in one
  std::optional<int64_t> passed;        // what is posted, where it has limits or is in a group
  std::optional<TakenBack> taken_back;  // where the event is a return
  int64_t posted = 0;                   // of an entitlement: before the event
  // Of an entitlement, or of what is taken back: the further keys of its subject.
  std::vector<int64_t> keys;

  // Machine::trace_rule() alone: the way through the filter of the event, and through the rule.
  std::vector<PathStep> filter;
  std::vector<PathStep> path;
  bool is_filtered = false;  // the event does not count for the plan
};

}  // namespace guerdon::plan
