// The last stage: puts the shards' entries of a job together, counts and hashes them.
//
// `entries_hash` is a sum over entries, so no order shows in it; a sink gets the entries in the one
// order that they have, (LSN, account, n). What the sum is at every kRecordsBetweenDigests-th LSN
// is kept as a digest: it follows from the log alone, however that was cut into jobs.
//
// It also says how many entries each event made, so that whoever sends one again gets the first
// answer again: `entries` of a record that is accepted or a duplicate. A number for each key that
// admission remembers, by the key's place in its ring; jobs come in their order, so what stands at
// a place is of the event that admission found there, however far ahead admission is. A replay of
// the log brings them back. Entries of a sweep and of a SETTLE are no event's, nor is what fell due
// before one came.
//
// A command that the state refused, and an event that was late, keep their keys, too, and are
// answered again as they were: what became of them (a code, an amount) stands beside the number.
//
// Memory: 4 bytes a key; some 50 more for one that was refused so.
// Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/ledger/entry.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/key_table.h"
#include "engine/pipeline/sweeper.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"
#include "engine/wal/format.h"

namespace guerdon::pipeline {

class Tail {
 public:
  // `lot`: null where it follows (ledger/entry_lot.h).
  using Sink = std::function<void(const ledger::Entry&, const ledger::EntryLot* lot)>;

  static constexpr uint64_t kRecordsBetweenDigests = 1024;
  // A job, each of its records with a SETTLE and a SWEEP and its tick with those of all slices, has
  // one of those LSNs at most.
  static_assert(3 * (event::kBatchRecordsMax + 1) + Sweeper::kOfTick < kRecordsBetweenDigests);

  // `reserved_keys`: take the memory for so many now.
  explicit Tail(const plan::Program& program, uint64_t reserved_keys = 0);

  // Goes on under a program that was compiled from this one (compile_again).
  void adopt(const plan::Program& program) {
    program_ = &program;
    by_kind_.resize(program.kinds.size());
  }

  void set_sink(Sink sink) { sink_ = std::move(sink); }
  // REQUIRES: jobs come in the order of their numbers.
  void finish(Job& job);

  uint32_t entries_of_key(uint32_t place) const {
    GUERDON_ASSERT(place < by_key_.size());
    return by_key_[place] & ~kIsRefused;
  }
  // What an event was answered, where it is sent again. REQUIRES: a duplicate; the first is done.
  void answer_again(event::Record& record) const;
  void set_entries_of_key(uint32_t place, uint32_t entries) {
    if (place >= by_key_.size()) [[unlikely]]
      by_key_.resize(place + size_t{1});
    if ((by_key_[place] & kIsRefused) != 0) [[unlikely]]
      refusals_.erase(place);  // of the key that was there before
    by_key_[place] = entries;
  }
  uint64_t bytes() const {
    constexpr uint64_t kSlot = sizeof(std::pair<uint32_t, event::CommandResult>) + 1;
    return by_key_.capacity() * sizeof(uint32_t) + refusals_.capacity() * kSlot;
  }
  // What was counted, and that again; for each key that is remembered, too, in the order of `keys`.
  // REQUIRES, for load: nothing was finished; the keys are loaded. False: the section is none that
  // was saved, and the tail is not to be used.
  void save(const KeyTable& keys, snapshot::SnapshotWriter& out) const;
  bool load(const KeyTable& keys, snapshot::SectionReader& in);
  // The same of what was refused by state, in a section of its own, where there were commands.
  void save_refusals(const KeyTable& keys, snapshot::SnapshotWriter& out) const;
  bool load_refusals(const KeyTable& keys, snapshot::SectionReader& in);
  // The same of events that were late; without commands those that keys remember stand here, too.
  bool has_late(const KeyTable& keys, bool has_commands) const;
  void save_late(const KeyTable& keys, bool has_commands, snapshot::SnapshotWriter& out) const;
  bool load_late(const KeyTable& keys, bool has_commands, snapshot::SectionReader& in);

  // Over what each key that is remembered is answered, in the order of `keys`, and how many were
  // refused by state.
  base::Hash128 answers_hash(const KeyTable& keys) const;

  base::Hash128 entries_hash() const { return hash_; }
  // The newest; LSN 0 before the first.
  const wal::Digest& digest() const { return digest_; }
  uint64_t entries() const { return entries_; }
  const std::vector<uint64_t>& by_kind() const { return by_kind_; }  // Program::kinds
  const std::array<uint64_t, ledger::kNotes>& by_note() const { return by_note_; }
  // Commands that were refused by state, by outcome: admission has accepted them.
  const std::array<uint64_t, event::kOutcomes>& refused() const { return refused_; }
  // Events that were sent again, and again are late: for admission they are duplicates.
  uint64_t late_again() const { return late_again_; }

 private:
  // In by_key_: what became of the event or command stands in refusals_.
  static constexpr uint32_t kIsRefused = uint32_t{1} << 31;

  void add_refusal(uint32_t place, const event::CommandResult& result);
  uint64_t count_refusals(const KeyTable& keys) const;
  void save_remembered(const KeyTable& keys, snapshot::SnapshotWriter& out) const;
  bool load_remembered(const KeyTable& keys, bool is_of_events, snapshot::SectionReader& in);
  void answer_command(Job& job, uint32_t index);
  uint64_t lineage_of(const ledger::Entry& entry) const;
  base::Hash128 count(const ledger::Entry& entry);
  void count_all(const Job& job);
  void answer(Job& job);

  const plan::Program* program_;
  std::vector<uint64_t> wallet_lineages_;  // by wallet
  Sink sink_;
  std::vector<ledger::Entry> merged_;
  std::vector<ledger::EntryLot> merged_lots_;
  uint64_t next_job_ = 0;
  base::Hash128 hash_;
  wal::Digest digest_;
  uint64_t entries_ = 0;
  std::vector<uint64_t> by_kind_;
  std::array<uint64_t, ledger::kNotes> by_note_{};
  std::vector<uint32_t> by_key_;  // by its place: the entries of its event
  absl::flat_hash_map<uint32_t, event::CommandResult> refusals_;  // by the place of its key
  std::array<uint64_t, event::kOutcomes> refused_{};
  uint64_t late_again_ = 0;
};

}  // namespace guerdon::pipeline
