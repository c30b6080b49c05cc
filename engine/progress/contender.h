#pragma once

#include <cstdint>
#include <string_view>

#include "engine/base/timestamp.h"
#include "engine/progress/ranking_rules.h"

// One who is ranked, with all that decides between two of them.

namespace guerdon::progress {

// Scores of 0 and below have no rank.
constexpr bool has_rank(int64_t score) { return score > 0; }

// Frozen when its period was closed. Who has no rank is no contender.
struct Contender {
  std::string_view name;       // of the account; no two have the same. Not owned
  int64_t score = 0;           // that has a rank
  int64_t more = 0;            // what is achieved of the goal that `ties more` names
  base::TimeMs held_from = 0;  // occurred_at of what last changed the score,
  uint64_t lsn = 0;            // and its place in the log
  bool has_succeeded = false;  // reached all goals
  bool is_enough = true;       // not below the least for any prize
};

// Who of them is looked at.
enum class Field : uint8_t {
  kAll,        // with a score: what STANDINGS shows
  kEnough,     // may get a prize `even if not succeeded`
  kSucceeded,  // of these, those who reached all goals: may get any prize
};
bool is_in(const Contender& contender, Field field);

// Higher score first; equal ones by the policy, and what that leaves equal by the bytes of the
// names. So a total order, whatever the order of the list was.
bool comes_before(const Contender& a, const Contender& b, TiePolicy ties);

}  // namespace guerdon::progress
