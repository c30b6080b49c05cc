// The whole state of the stages as a snapshot, and out of one.
//
//   SnapshotWriter out(disk, header_of(state, position...));
//   save(state, out);
//   if (!out.finish(summary_of(state))) ...       // given up; the engine goes on
//
//   std::string error;
//   if (!load(reader, state, &error)) ...         // the state is not to be used: build another
//
// What stands there is the logical content alone, one section after the other (Section), in an
// order that follows from it: so its bytes are the same for any shards, threads and batches, and it
// can be loaded with any shards. After that the state is as if the log had been replayed to the
// snapshot's LSN: same hashes, same answers to everything that follows.
//
// Each class saves and loads what is its own; this says in which order, and cares for what no class
// has: the plans and the layout of the accounts, which must be those of the program that loads, and
// the accounts, which are in many shards.
//
// Errors: load() refuses with a sentence what is damaged, what does not add up, and what was
// written under other plans, another layout or another number of keys or objects; the reader's
// problem() tells which of these it is. For the last ones the log, replayed from its beginning, is
// the way.
//
// Thread-safety: one thread, while no stage is running (Assembly::drain).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/bookkeeping/book_keeper.h"
#include "engine/pipeline/admission.h"
#include "engine/pipeline/tail.h"
#include "engine/program/program.h"
#include "engine/shard/shard.h"
#include "engine/snapshot/snapshot_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::pipeline {

// In the order of the file. A number is never used for something else again.
enum class Section : uint32_t {
  kPlans = 1,   // name, text and zone of each
  kLayout,      // what the numbers of wallets, kinds, subjects and cells stand for
  kAdmission,   // clock, LSN, sweep, outcomes, symbols
  kKeys,        // of events that are remembered
  kTail,        // hash and counts of the entries, and how many each event made that is remembered
  kObjects,     // versions and roles of those that are remembered
  kStaged,      // rows of files of goals that wait, before accounts: only where some do
  kAccounts,    // by hash and name
  kCommands,    // refusals that keys remember; only where there was a command
  kBook,        // where each account's newest entry stands in the book; only where one is kept
  kShop,        // rates that commands brought, stocks, what was granted of budgets; only where
                // plans have such
  kFileRows,    // rows of tables from files; only where plans have such
  kLate,        // of events that were late; only where there is something to say
  kSeals,       // when periods were through, and what they came to; only where plans have such
  kJackpots,    // what challenges carry over; only where some do
  kTrees,       // who stands above whom; only where plans have relations
  kSystem = 17  // totals of the system accounts over all shards; last: with them the books add up
};

// "plans", "accounts", ...; empty for a number that is none.
std::string_view section_name(uint32_t section);

// A version of a plan that was published, as a snapshot has it.
struct SavedVersion {
  uint64_t lsn = 0;
  std::string plan;
  std::string text;
  std::vector<plan::NumberedText> texts;  // that it names first
};

struct State {
  const plan::Program& program;
  Admission& admission;
  std::vector<std::unique_ptr<shard::Shard>>& shards;
  Tail& tail;
  bookkeeping::BookKeeper* book =
      nullptr;  // null: none is kept, and what a snapshot says of one is passed over
  // As LogReplay::Publish; gives the program. Empty: such a snapshot is not loaded.
  std::function<const plan::Program*(const SavedVersion&, std::string* error)> publish = {};
  shard::Budgets* budgets = nullptr;  // null: no plan has any
};

// A header for the state as it is; log, epoch, chain and created_at are the caller's to fill in.
snapshot::SnapshotHeader header_of(const State& state);

// Puts all sections. Stops early where the writer has failed. REQUIRES: the writer's header has the
// state's LSN and clock.
void save(const State& state, snapshot::SnapshotWriter& out);

// A line a figure, "name value": accounts, entries, the entries of the book where one is kept, and
// for each wallet kind the sum of its balances.
std::string summary_of(const State& state);

// Of a snapshot that was written beside a book: how many entries that had; else nothing.
std::optional<uint64_t> book_entries_of(std::string_view summary);

// REQUIRES: the reader is open and nothing of it was read; the stages are new; the book, if there
// is one, is open behind this state.
bool load(snapshot::SnapshotReader& reader, const State& state, std::string* error);

// What identifies the plans of a program, their order included.
base::Hash128 plans_hash(const plan::Program& program);

// Rows of files of goals that wait (checkpoint_goals.cc): no section where none does. False: what
// was saved is none.
void save_staged(const State& state, snapshot::SnapshotWriter& out);
bool load_staged(const State& state, snapshot::SectionReader& in);

// Plans, their versions and layout; of what is read, that it is the program's.
void save_plans(const plan::Program& program, snapshot::SnapshotWriter& out);
// Those that the log began with; then the program with the versions that were published, by
// state.publish. Null: in.fail() was told.
bool check_plans(const plan::Program& program, snapshot::SectionReader& in);
const plan::Program* load_versions(const State& state, snapshot::SectionReader& in);
void save_layout(const plan::Program& program, snapshot::SnapshotWriter& out);
bool check_layout(const plan::Program& program, snapshot::SectionReader& in);

}  // namespace guerdon::pipeline
