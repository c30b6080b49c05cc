// Seals: what closing a period came to, as one hash, and where in the log it was through.
//
// A clock has seals where its periods pay or are judged at their end: a rule pays `on close` or
// `at close` (plan::ClosingKind), or a challenge is settled. A seal is a sum modulo 2^128 of the
// hashes of
//   closed    each account for which the period was closed, in each role;
//   attained  each measure not 0 that its rules read then;
//   won       each prize, with the score that won it;
//   entry     each entry that the close or the prize made: but for its LSN and number;
// and of the name of the period. So neither the order of accounts shows, nor their spread over
// shards, nor which record closed the period for whom.
//
// A period that is opened again has none until it is closed again; then a new one, of what that
// close has found and made.
//
// Each shard adds what its accounts come to (SealSums). When all of them are through follows from
// the log: admission counts slices of sweeps (SealDates). Both are read where the stages are at
// rest.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/entry_writer.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::shard {

// So many periods of a clock, the newest that are closed, have seals that are kept.
inline constexpr int32_t kSealsKept = 1024;

struct SealSum {
  base::Hash128 hash;
  uint64_t accounts = 0;  // for which it was closed, in each role
  uint64_t entries = 0;   // that the close and prizes made

  bool is_empty() const { return accounts == 0 && entries == 0 && hash == base::Hash128(); }
  void add(const SealSum& other) {
    hash += other.hash;
    accounts += other.accounts;
    entries += other.entries;
  }
};

// What a seal is made of.
base::Hash128 sealed_period(const plan::Program& program, uint32_t clock, int32_t period);
base::Hash128 sealed_close(std::string_view account, std::string_view role);
// `keys`: further names of what was measured, counts by their digits.
base::Hash128 sealed_measure(std::string_view account, std::string_view role,
                             std::string_view label, const std::vector<std::string>& keys,
                             int64_t value);
base::Hash128 sealed_prize(std::string_view account, std::string_view challenge, int64_t score,
                           int effect, int64_t amount);
base::Hash128 sealed_entry(const plan::Program& program, std::string_view account,
                           const ledger::Entry& entry);

// Those behind the first `before`.
void add_entries(const plan::Program& program, std::string_view account,
                 const ledger::EntryWriter& entries, size_t before, SealSum& seal);

// Of the accounts of one shard.
class SealSums {
 public:
  // Made where it is new. Periods that can have no seal any more are let go of.
  SealSum& at(uint32_t clock, int32_t period);
  const SealSum* find(uint32_t clock, int32_t period) const;
  // The period is opened again: what it came to is void.
  void forget(uint32_t clock, int32_t period) {
    if (clock < by_clock_.size()) by_clock_[clock].erase(period);
  }

 private:
  std::vector<std::map<int32_t, SealSum>> by_clock_;
};

// Which periods are through, and since which LSN.
class SealDates {
 public:
  explicit SealDates(const plan::Program& program) { know(program); }

  // Goes on under a program that was compiled from this one (compile_again), whose further clocks
  // have seals from the periods on that are open at `at`; nothing: no record came yet.
  void adopt(const plan::Program& program, std::optional<base::TimeMs> at);

  // The first record comes: what is closed by then has no seal.
  void begin(base::TimeMs at);
  // The first deadline of a period behind `at`; INT64_MAX: there is none.
  base::TimeMs next_deadline(base::TimeMs at);
  // A record of this clock comes: what is closed by then is through when all slices were swept.
  void close(base::TimeMs at);
  // The period is opened again by the record `lsn`, and closed again at `until` or when
  // close_again() says so: until all slices were swept behind that its seal is void. REQUIRES:
  // has_seal().
  void reopen(uint32_t clock, int32_t period, uint64_t lsn, base::TimeMs until);
  void close_again(uint32_t clock);
  bool has_seal(uint32_t clock, int32_t period) const;
  // A SETTLE: where nothing else is due at the end of the period, it is through.
  void settle(uint32_t clock, int32_t period, uint64_t lsn);
  // A SWEEP of so many slices.
  void sweep(uint32_t slices, uint64_t lsn);

  struct Date {
    uint32_t clock = 0;  // of Program::clocks
    int32_t period = 0;
    uint64_t lsn = 0;  // of a void one: of the REOPEN
    bool is_void = false;
  };
  // Those that are kept at the clock `at`, by clock and period.
  std::vector<Date> dates(base::TimeMs at) const;
  // The first of its periods that can have a seal then.
  static int32_t first_kept(const plan::Clock& clock, base::TimeMs at);

  bool empty() const { return clocks_.empty(); }
  // Of Program::clocks, in the order in which they were known.
  std::vector<uint32_t> clocks() const;
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

 private:
  // Periods that wait for a sweep.
  struct Waiting {
    int32_t first = 0;
    int32_t last = 0;
    uint64_t until = 0;  // so many slices in all
  };
  struct Kept {
    uint32_t clock = 0;
    calendar::ClosingCursor closing;
    bool is_swept = false;          // something is due for each account
    std::optional<int32_t> closed;  // up to here it was noted; nothing: no record came yet
    std::vector<Waiting> waiting;
    std::map<int32_t, uint64_t> through;  // LSNs
    // The period that was opened again last, while its seal is void.
    struct Void {
      int32_t period = 0;
      uint64_t lsn = 0;  // of the REOPEN
      base::TimeMs until = 0;
      bool is_closed = false;  // it waits for a sweep
    };
    std::optional<Void> again;
  };

  void know(const plan::Program& program);
  static void note(Kept& kept, int32_t period, uint64_t lsn);
  static bool load_waiting(snapshot::SectionReader& in, Kept& kept);
  static bool load_through(snapshot::SectionReader& in, Kept& kept);
  static bool load_void(snapshot::SectionReader& in, Kept& kept);
  void wait_again(Kept& kept);

  std::vector<Kept> clocks_;  // in the order in which they were known
  uint64_t swept_ = 0;        // slices
};

}  // namespace guerdon::shard
