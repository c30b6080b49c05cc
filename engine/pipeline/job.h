// A batch with what the stages say about it: the thing that travels.
//
// A job belongs to one stage at a time: the feed fills the batch, admission writes log and routes,
// the shards read those and write `entries` (each its own), the tail puts them together and gives
// the job back. `workers_left` is how the shards' threads agree who was last.
//
// A query takes its place among the records and is answered there by the shard of its account. What
// has to see all shards at once comes with a job that is a barrier: nothing is admitted behind it
// until it is complete.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/accounts/answers.h"
#include "engine/accounts/budgets.h"
#include "engine/event/batch.h"
#include "engine/event/handovers.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/entry_lot.h"
#include "engine/pipeline/log_bytes.h"
#include "engine/program/rates.h"
#include "engine/shard/visit.h"

namespace guerdon::pipeline {

// Of an account, as it is before a record of the job.
struct Query {
  enum class What : uint8_t { kBalances, kLots, kProgress };
  static constexpr uint32_t kAsItIs = UINT32_MAX;

  uint32_t account = 0;   // index into Batch::texts
  uint32_t before = 0;    // index into Batch::records, or how many there are
  uint32_t in = kAsItIs;  // the wallet in whose unit balances of its program are shown, too
  uint32_t quotes = 0;    // by admission: of the first wallet, in Job::quotes
  What what = What::kBalances;
  // Of those lots alone that are in their notice time at this instant; kWhenAdmitted: at that of
  // the question.
  std::optional<event::TimeMs> warned_at = {};
  std::vector<shard::ProgressWanted> progress = {};  // of kProgress. Moved to the answer
};

// At which rate the balance of a wallet is shown in another, at the query's place in the log.
struct ShownIn {
  plan::Quote quote;  // kNoExchange: not at all
  uint16_t wallet = 0;
};

struct Job {
  Job(uint32_t number_of_it, uint32_t shards)
      : slot(number_of_it), routes(shards), entries(shards), lots(shards), asks(shards) {}

  const uint32_t slot;  // which of the assembly's jobs

  event::Batch batch;
  std::optional<event::TimeMs> tick;  // after the events: move the clock
  // Engine time of each record, where the wall clock or a log says it; else empty.
  std::vector<event::TimeMs> at;

  std::vector<Query> queries;  // by `before`
  bool is_barrier = false;
  bool is_followed = false;  // its feed submits the next soon, whether or not this becomes durable

  std::vector<event::LogItem> told;  // the items that a log says come of it; else empty
  // What its events found in tables from files as the log says: in their order each look-up's
  // value, or kNoValue.
  std::vector<int64_t> told_found;

  uint64_t first_lsn = 0;    // that it gets, if it gets any
  event::TimeMs before = 0;  // the clock before the job
  LogBytes log;              // what admission gave an LSN, where a log is kept

  std::vector<std::vector<shard::Visit>> routes;    // by shard, in the order of the log
  std::vector<std::vector<ledger::Entry>> entries;  // by shard
  std::vector<std::vector<ledger::EntryLot>> lots;  // by shard: beside them
  shard::Answers answers;
  std::vector<ShownIn> quotes;  // for those that name a unit, one a wallet
  // One a record where some record is a command, else none: of a command what its shard made of it,
  // or, of a duplicate, of the first.
  std::vector<event::CommandResult> results;
  uint64_t number = 0;  // jobs in the order of admission
  // What visits of one record say to those in other shards, and where each shard stands in its
  // route meanwhile; empty and not looked at where no record has visits that depend on others.
  event::Handovers handovers;
  std::vector<size_t> stands;
  shard::BudgetAsks asks;  // the same of visits that ask budgets
  std::atomic<uint32_t> workers_left{0};
  std::atomic<bool> is_complete{false};  // of a barrier, for who waits for it

  uint64_t last_lsn() const { return first_lsn + batch.log.size() - 1; }  // or the one before it

  // Nothing of it is applied.
  void drop() {
    for (std::vector<shard::Visit>& route : routes) route.clear();
    if (asks.any()) asks.drop();
  }

  void clear() {
    batch.clear();
    tick.reset();
    at.clear();
    queries.clear();
    quotes.clear();
    is_barrier = false;
    is_followed = false;
    told.clear();
    told_found.clear();
    log.clear();
    results.clear();
    handovers.clear();
    asks.clear();
    answers.lots.clear();
    answers.progress.clear();
    drop();
    for (std::vector<ledger::Entry>& list : entries) list.clear();
    for (std::vector<ledger::EntryLot>& list : lots) list.clear();
  }
};

}  // namespace guerdon::pipeline
