// The last stage: puts the shards' entries of a job together, counts and hashes them.
//
// `entries_hash` is a sum over entries, so no order shows in it; a sink gets the entries in the one
// order that they have, (LSN, account, n).
//
// Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/hash.h"
#include "engine/ledger/entry.h"
#include "engine/pipeline/job.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::pipeline {

class Tail {
 public:
  using Sink = std::function<void(const ledger::Entry&)>;

  explicit Tail(const plan::Program& program);

  void set_sink(Sink sink) { sink_ = std::move(sink); }
  // REQUIRES: jobs come in the order of their numbers.
  void finish(Job& job);

  // What was counted, and that again. REQUIRES, for load: nothing was finished. False: the section
  // is none that was saved, and the tail is not to be used.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

  base::Hash128 entries_hash() const { return hash_; }
  uint64_t entries() const { return entries_; }
  const std::vector<uint64_t>& by_kind() const { return by_kind_; }  // Program::kinds
  const std::array<uint64_t, ledger::kNotes>& by_note() const { return by_note_; }

 private:
  void count(const ledger::Entry& entry);

  const plan::Program& program_;
  Sink sink_;
  std::vector<ledger::Entry> merged_;
  uint64_t next_job_ = 0;
  base::Hash128 hash_;
  uint64_t entries_ = 0;
  std::vector<uint64_t> by_kind_;
  std::array<uint64_t, ledger::kNotes> by_note_{};
};

}  // namespace guerdon::pipeline
