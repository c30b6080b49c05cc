// What a clause may post over more than one event (checked.h, Limit): the step of one limit, and of
// all limits of a clause, as functions of what is kept. They read no state and change none. And
// what all accounts share (shop.h, Budget).
//
// Thread-safety: functions of their arguments.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "engine/plan/checked.h"

namespace guerdon::plan {

struct LimitKind {
  uint32_t subject = 0;  // whose frame holds what was asked of it
  uint32_t cell = 0;
  bool counts = false;
  bool or_nothing = false;
  int64_t most = 0;       // minor units, or times
  std::string words;      // as it stands in the plan
  int opened_clock = -1;  // of a rule per object: it goes by when that opened, by this clock
};

// One limit: its cell as it is and as it becomes, and what it lets through of what comes to it.
struct LimitStep {
  int64_t was = 0;
  int64_t becomes = 0;
  int64_t came = 0;
  int64_t passed = 0;
};

// Of an amount, not a number of times.
LimitStep limit_amount(const LimitKind& limit, int64_t was, int64_t came);

// All limits of a clause.
struct LimitRun {
  std::array<LimitStep, kLimitsPerEffectMax> steps;
  size_t reached = 0;  // so many of the steps say something
  bool asks = false;   // false: nothing is asked for, and no cell changes
  int64_t owed = 0;    // what the clause has asked for after that: now, unless one refused it
  int64_t passed = 0;  // what is posted
};

// `before` and `now`: what the clause asks for in all without the event and with it: of a one-shot
// rule 0 and its amount, of one that is taken back its amount and 0, of an entitlement what it owed
// and owes. `cells`: of each limit.
void run_limits(std::span<const LimitKind> limits, std::span<const int64_t> cells, int64_t before,
                int64_t now, LimitRun* run);

// ---- budgets ------------------------------------------------------------------------------------

struct BudgetKind {
  uint32_t plan = 0;  // of Program::plans
  std::string name;
  uint16_t wallet = 0;                // of Program::wallets: its unit
  int clock = -1;                     // of Program::clocks; below 0: for good, and its period is 0
  std::vector<BudgetAmount> amounts;  // by version; the first holds since ever
  int64_t most_of_visit = 0;          // of one role of an event no more is asked for
};

// What a run takes of a pool, or gives back to it.
struct Draw {
  uint32_t budget = 0;  // of Program::budgets
  int32_t period = 0;
  int64_t amount = 0;
  uint32_t clause = 0;  // for which
};

// How much a clause asks a budget for where it asks at all, whatever is kept for the account.
struct AskRange {
  int64_t least = 0;
  int64_t most = 0;  // 0: it does not ask
};

// What was granted of each pool before the visit at hand.
class Pools {
 public:
  virtual ~Pools() = default;
  // Below 0: it cannot bind, whatever the visit asks for.
  virtual int64_t granted(uint32_t budget, int32_t period) const = 0;
};

// What a pool grants that has granted `granted`, for x above 0.
int64_t grant(const BudgetAmount& amount, int64_t granted, int64_t x);

}  // namespace guerdon::plan
