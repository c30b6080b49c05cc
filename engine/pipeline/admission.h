// Gives every input its place in the one order: duplicates, clock, LSN, symbols, route.
//
// Admission is part of the state machine: what it keeps (keys, symbols, clock, sweep) follows from
// the log alone. It takes jobs one after the other and leaves in each the log items of its records
// and, for each shard, the visits that they ask of it.
//
// Order of the checks of a record that the parser accepted: known key (DUP or CONFLICT) -> below
// the floor of forgotten keys (TOOOLD) -> symbols used up (LIMIT). What is refused has no LSN and
// leaves no trace.
//
// Thread-safety: one thread at a time.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "engine/event/outcome.h"
#include "engine/event/record_codec.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/key_table.h"
#include "engine/pipeline/sweeper.h"
#include "engine/program/program.h"

namespace guerdon::pipeline {

class Admission {
 public:
  Admission(const plan::Program& program, uint32_t shards, KeyTable keys);

  // From the next job on: writes what it gives an LSN into Job::log, too. Then each record that is
  // accepted must have its identity.
  void keep_log() { keeps_log_ = true; }

  void admit(Job& job);

  // Clock, LSN, sweep, outcomes and symbols; keys have a section of their own. REQUIRES, for load:
  // nothing was admitted. False: what was saved is none, and admission is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);
  bool load_keys(snapshot::SectionReader& in) { return keys_.load(lsn_, in); }

  base::TimeMs clock() const { return clock_; }
  uint64_t last_lsn() const { return lsn_; }
  const plan::Symbols& symbols() const { return symbols_; }
  const KeyTable& keys() const { return keys_; }
  // Records by what became of them.
  const std::array<uint64_t, event::kOutcomes>& outcomes() const { return outcomes_; }

 private:
  void admit_record(Job& job, uint32_t index);
  event::Outcome check_key(const event::Record& record, size_t* place) const;
  bool has_room_for_symbols(const event::Record& record) const;
  void resolve_symbols(event::Batch& batch, const event::Record& record);
  void move_clock(base::TimeMs at) { clock_ = std::max(clock_, at); }
  // The clock has been moved already; an event is in Job::log already.
  void append(Job& job, event::LogKind kind, uint32_t record);
  // Its index in the log.
  uint32_t add_item(Job& job, event::LogKind kind, uint32_t record);
  void route(Job& job, uint32_t item);

  const plan::Program& program_;
  const uint32_t shards_;
  KeyTable keys_;
  plan::Symbols symbols_;
  Sweeper sweeper_;
  bool keeps_log_ = false;
  event::RecordWriter log_;
  base::TimeMs clock_ = 0;
  uint64_t lsn_;
  uint64_t jobs_ = 0;
  std::array<uint64_t, event::kOutcomes> outcomes_{};
};

}  // namespace guerdon::pipeline
