// What one clause made of one event, step by step: the numbers that it read and what came of them.
//
// Not for the hot path: Machine::run_traced() is the same code as run(), with a hook at each
// instruction.
#pragma once

#include <cstdint>
#include <optional>
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

struct ClauseTrace {
  uint32_t clause = 0;  // which is wanted
  std::vector<ReadInput> inputs;
  // What the amount is a share of, where it is one, and the share: of `5% of amount` the amount and
  // 0.05; of `1 point per full 10.00 of amount` the amount, 1, and 10.00 in `per`. Parts of a table
  // have a basis and rates of their own.
  std::optional<TracedNumber> basis;
  std::optional<TracedNumber> rate;
  std::optional<TracedNumber> per;
  // Over the clause's denominator. Nothing: the event did not come to it.
  std::optional<base::Int128> amount;
  // What it was before `at most` and what that says, where the clause has one.
  std::optional<base::Int128> uncapped;
  std::optional<base::Int128> cap;
  int64_t posted = 0;         // of an entitlement: before the event
  std::vector<int64_t> keys;  // of an entitlement: the further keys of its subject
};

}  // namespace guerdon::plan
