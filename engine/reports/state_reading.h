// What a report takes of the state, while all stages are at rest: who takes part, how far accounts
// have come, what wallets hold, and the entries that are due and that no sweep has made yet.
//
// Every account is looked at, once for all programs: a microsecond each, and as much again for each
// target's period. Thread-safety: one thread.
#pragma once

#include <string_view>
#include <vector>

#include "engine/ledger/entry.h"
#include "engine/reports/plan_report.h"
#include "engine/runtime/core.h"

namespace guerdon::reports {

// Adds to the reports, of which each has its plan and its period; `due`: of all programs.
// REQUIRES: all stages are at rest.
void read_state(const runtime::Core& core, std::vector<PlanReport>* reports,
                std::vector<ledger::Entry>* due);

}  // namespace guerdon::reports
