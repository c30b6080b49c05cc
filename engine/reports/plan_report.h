// The figures of a program in one period: what REPORT shows (docs/reports.md says what each means).
//
// Amounts are in minor units of their wallet's unit; sums over accounts, so wider than an amount.
// Accounts are named by their hashes: their names are looked up when the report is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "engine/base/int128.h"
#include "engine/reports/report_query.h"

namespace guerdon::reports {

using base::Int128;

// Of one unit. Of entries that are dated in the period, unless it says otherwise.
struct UnitFigures {
  uint16_t wallet = 0;                // of Program::wallets
  Int128 credited = 0;                // by rules
  Int128 taken_back = 0;              // of what they credited, then or before; not negative
  Int128 before = 0;                  // credited less taken back, in the period before
  Int128 at_close = 0;                // the same, of what closing periods paid that end in this one
  std::map<uint8_t, Int128> by_kind;  // of Program::kinds: all that moved a balance
  Int128 balance = 0;                 // at the end of the period, or now

  // As the state has it now.
  std::map<int32_t, Int128> expiring;  // by the index of the month in which it expires
  Int128 undated = 0;                  // never expires
  Int128 held = 0;                     // set aside by holds
  Int128 owed = 0;                     // by holders

  Int128 net() const { return credited - taken_back; }
  Int128 liability() const {
    Int128 sum = undated + held;
    for (const auto& [month, amount] : expiring) sum += amount;
    return sum;
  }
};

// Of one target in one period that ends in that of the report, or holds the clock with it.
struct TargetFigures {
  uint32_t target = 0;  // of Program::targets
  int32_t period = 0;   // of its clock
  bool is_closed = false;
  bool is_too_much = false;       // of some account there are more rows than are looked at
  std::vector<uint64_t> in_band;  // as TargetKind::bands: how many rows
  uint64_t in_none = 0;           // without a goal, or without a sample
  // By all rows, in the period itself: not what was left over by the one before. Of sums alone.
  Int128 achieved = 0;
};

// What an account won, over all entries of the same prize.
struct WonPrize {
  uint32_t clause = 0;  // of Program::clauses
  int32_t period = 0;   // of the challenge's clock
  uint64_t account = 0;
  Int128 amount = 0;
};

struct BadgeFigures {
  uint16_t wallet = 0;
  Int128 given = 0;
  Int128 taken_back = 0;
};

// Of a budget that many accounts share.
struct BudgetFigures {
  std::string budget;
  std::string unit;
  int scale = 0;
  std::string period;  // of the budget
  Int128 limit = 0;
  Int128 used = 0;
};

// What is found in the log alone, of events that came in the period.
struct LogFigures {
  uint64_t late = 0;     // a period in which they counted was closed
  uint64_t refused = 0;  // of these: by the plan's late policy
  // Events whose keys a table from a file had no row for; by Schema::tables.
  std::map<uint32_t, uint64_t> unmatched;
};

struct PlanReport {
  uint32_t plan = 0;  // of Program::plans
  ReportedPeriod period;
  absl::flat_hash_set<uint64_t> participants;  // those there were before its end
  absl::flat_hash_set<uint64_t> active;        // those with a credit in it
  std::vector<UnitFigures> units;              // by wallet
  std::vector<BadgeFigures> badges;            // the same
  std::vector<TargetFigures> targets;          // as the program has them, then by period
  uint64_t targets_gone = 0;                   // periods of targets of which nothing is kept
  std::vector<WonPrize> winners;
  std::vector<BudgetFigures> budgets;
  std::optional<LogFigures> log;  // nothing: the log could not be read so far
};

}  // namespace guerdon::reports
