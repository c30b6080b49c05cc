// What a report takes of the entries: those of the book, and those that are due.
//
// Each entry is seen once, whatever the order: every figure is a sum, or a set of accounts. So the
// number of shards does not show.
//
// Memory: a hash an account and report, and each prize that was won. Thread-safety: one thread at a
// time.
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/ledger/entry.h"
#include "engine/program/program.h"
#include "engine/reports/plan_report.h"

namespace guerdon::reports {

class EntryTally {
 public:
  // Of each report plan and period stand, and there are the units and badges of the plan. Both must
  // outlive it.
  EntryTally(const plan::Program& program, std::vector<PlanReport>* reports);

  void add(const ledger::Entry& entry);
  // Once, behind the last: the winners come to their reports, in the order of challenges, periods
  // and what was won.
  void finish();

 private:
  using Prize = std::tuple<uint32_t, int32_t, uint64_t>;  // clause, period, account

  void add_to_unit(const ledger::Entry& entry, PlanReport& report, UnitFigures& unit);
  static void add_to_badge(const ledger::Entry& entry, const ReportedPeriod& period,
                           BadgeFigures& badge);
  // Whether the entry is for a period that ends in that of the report.
  bool is_of_end(const ledger::Entry& entry, int clock, const ReportedPeriod& period);

  const plan::Program& program_;
  std::vector<PlanReport>& reports_;
  struct Place {
    int report = -1;  // -1: it is not asked for
    size_t figures = 0;
  };
  std::vector<Place> places_;      // by wallet: of units, or of badges
  std::vector<int> clock_of_;      // by clause: of what is paid at its end; else kNoClock
  std::vector<uint8_t> is_prize_;  // by clause
  absl::flat_hash_map<std::pair<int, int32_t>, base::TimeMs> ends_;  // by clock and period
  std::vector<std::map<Prize, Int128>> won_;                         // by report
};

}  // namespace guerdon::reports
