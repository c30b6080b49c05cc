// What an event would do, were it sent now, without its being done: the answer to DRYRUN.
//
// It is admitted and applied as any other, but beside the engine: admission notes nothing, and the
// accounts that it visits are copied into a shard of their own, which is thrown away. So what comes
// of it is what comes of the same event sent next, and nothing is changed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/event/batch.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/entry_lot.h"
#include "engine/pipeline/admission.h"
#include "engine/pipeline/tail.h"
#include "engine/program/program.h"
#include "engine/shard/shard.h"

namespace guerdon::runtime {

struct Rehearsed {
  event::Outcome outcome = event::Outcome::kOk;
  uint64_t lsn = 0;                    // that it would get; of a duplicate that of the first
  std::vector<ledger::Entry> entries;  // what is due before it comes included; by account and n
  std::vector<ledger::EntryLot> lots;  // what they have to do with lots
  std::vector<std::pair<uint64_t, std::string>> names;  // of the accounts it visits, by their hash
};

// Of the one event of the batch, whose texts and outcome are as its reader left them; it is written
// to. `now`: its engine time, where the wall says it. REQUIRES: all stages are at rest.
Rehearsed rehearse(const plan::Program& program, const pipeline::Admission& admission,
                   const pipeline::Tail& tail,
                   std::span<const std::unique_ptr<shard::Shard>> shards,
                   const shard::Budgets& budgets, event::Batch& batch,
                   std::optional<base::TimeMs> now);

}  // namespace guerdon::runtime
