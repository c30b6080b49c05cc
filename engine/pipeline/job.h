// A batch with what the stages say about it: the thing that travels.
//
// A job belongs to one stage at a time: the feed fills the batch, admission writes log and routes,
// the shards read those and write `entries` (each its own), the tail puts them together and gives
// the job back. `workers_left` is how the shards' threads agree who was last.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/event/batch.h"
#include "engine/ledger/entry.h"
#include "engine/pipeline/log_bytes.h"
#include "engine/shard/visit.h"

namespace guerdon::pipeline {

struct Job {
  explicit Job(uint32_t shards) : routes(shards), entries(shards) {}

  event::Batch batch;
  std::optional<event::TimeMs> tick;  // after the events: move the clock
  // Engine time of each record, where the wall clock or a log says it; else empty.
  std::vector<event::TimeMs> at;

  std::vector<event::LogItem> told;  // the items that a log says come of it; else empty

  uint64_t first_lsn = 0;    // that it gets, if it gets any
  event::TimeMs before = 0;  // the clock before the job
  LogBytes log;              // what admission gave an LSN, where a log is kept

  std::vector<std::vector<shard::Visit>> routes;    // by shard, in the order of the log
  std::vector<std::vector<ledger::Entry>> entries;  // by shard
  uint64_t number = 0;                              // jobs in the order of admission
  std::atomic<uint32_t> workers_left{0};

  // Nothing of it is applied.
  void drop() {
    for (std::vector<shard::Visit>& route : routes) route.clear();
  }

  void clear() {
    batch.clear();
    tick.reset();
    at.clear();
    told.clear();
    log.clear();
    drop();
    for (std::vector<ledger::Entry>& list : entries) list.clear();
  }
};

}  // namespace guerdon::pipeline
