// Keeps the book: takes the entries of each job and writes them to the register on the disk, on a
// thread of its own, and knows where each account's newest one stands.
//
//   BookKeeper book(std::move(disk), program);
//   if (!book.open(log, {lsn, entries})) ... book.problem() ...    // and the engine goes on
//   ... book.take(entries) of each job, in their order, of a log that is replayed, too ...
//   book.end_replay();                            // what nobody derived again is taken off
//   book.settle();                                // all that was taken is on the disk
//
// Nobody who is answered waits for the book: what is taken is copied, and the rest is the thread's.
// But it is bounded: take() waits while kBehindMax entries wait already.
//
// Errors: while the disk is full it is tried again every kRetryMs; where by then kBehindMax entries
// wait, the book is given up. Given up is it also by all else that is wrong with it. Then take()
// does nothing, problem() says why, and everybody pays on: what is missing is derived again from
// the log by a later start.
//
// Memory: twice kBehindMax entries, each with what stands beside it (50 MB), or the entries of one
// job that has more; a buffer of a megabyte, and 21 to 43 bytes an account that has entries.
// History is on the disk.
//
// Thread-safety: open(), end_replay(), save() and load() while no stage runs; take() the tail's
// thread; all else any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "engine/book/book_writer.h"
#include "engine/bookkeeping/newest_entries.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/entry_lot.h"
#include "engine/os/disk.h"
#include "engine/os/thread.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::bookkeeping {

class BookKeeper {
 public:
  static constexpr size_t kBehindMax = size_t{1} << 18;  // entries
  static constexpr size_t kWakeAt = size_t{1} << 13;     // entries that are not waited on for more
  static constexpr int kGatherMs = 10;                   // that fewer are
  static constexpr int kIdleMs = 1'000;  // without entries: what is there is flushed
  static constexpr int kRetryMs = 100;
  static constexpr uint64_t kSegmentBytes = uint64_t{16} << 20;

  // The program must outlive it. `segment_bytes`: of a book that is begun.
  BookKeeper(std::unique_ptr<os::Disk> disk, const plan::Program& program,
             uint64_t segment_bytes = kSegmentBytes);
  // Goes on under a program that was compiled from this one (plan::compile_again): entries that are
  // queued still are written under it, too, since numbers of clauses stay.
  void adopt(const plan::Program& program) { program_ = &program; }
  // What was taken is on the disk, unless that refuses.
  ~BookKeeper();
  BookKeeper(const BookKeeper&) = delete;
  BookKeeper& operator=(const BookKeeper&) = delete;

  // Goes on behind a state. False: problem(); where its fault is kMissing, another state, one
  // before, may be tried.
  bool open(const book::LogId& log, const book::StatePoint& state);
  bool is_open() const { return writer_ != nullptr; }
  // For good, and why: instead of open(), or before it.
  void give_up(std::string why);
  // All of the log is applied: what stands behind that is none of its entries.
  void end_replay();

  // Of a job, by shard: its entries, and what stands beside them.
  void take(std::span<const std::vector<ledger::Entry>> job,
            std::span<const std::vector<ledger::EntryLot>> lots);

  // Waits until all that was taken is durable. kFull, kFailed: it is not, problem() says why.
  book::Append settle();
  bool is_given_up() const;
  book::Problem problem() const;

  // Of the account's newest entry; kNoPosition: none. It is on the disk, unless that refuses: where
  // it came after the last settle(), that is done again.
  book::Position newest(uint64_t account);

  // Where each account's newest entry stands, by account. REQUIRES: settled.
  void save(snapshot::SnapshotWriter& out) const;
  // False: the section is none that was saved. REQUIRES: open, nothing was taken.
  bool load(snapshot::SectionReader& in);

  struct Figures {
    uint64_t entries = 0;  // in the book
    uint64_t durable = 0;  // of those
    uint64_t waiting = 0;  // taken, and not put down yet
    uint64_t bytes = 0;    // of its blocks
    uint64_t accounts = 0;
    uint64_t memory = 0;   // of the accounts' positions
    bool is_full = false;  // the disk is
  };
  Figures figures() const;
  // For who reads: a reader has its own handles.
  os::Disk& disk() { return *disk_; }

 private:
  using Lock = std::unique_lock<std::mutex>;

  void run();
  void gather(Lock& lock);
  void work(Lock& lock);
  void put_down();
  void drop_waiting();
  book::Append append_with_patience(const book::BookEntry& entry, book::Position* newest);
  book::Append flush_with_patience();
  bool wait_for_room();
  void note_room();
  void note_failure();
  void note_figures();

  const std::unique_ptr<os::Disk> disk_;
  std::atomic<const plan::Program*> program_;
  const uint64_t segment_bytes_;

  // ---- The thread's, or whose turn it is while that has nothing to do
  std::unique_ptr<book::BookWriter> writer_;
  std::vector<ledger::Entry> work_;
  std::vector<ledger::EntryLot> work_lots_;
  uint64_t gone_unflushed_ = 0;  // turns since it was flushed

  mutable std::mutex newest_mutex_;  // guards it; never taken under mutex_
  NewestEntries newest_;

  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::condition_variable room_;
  std::condition_variable settled_;
  std::vector<ledger::Entry> waiting_;
  std::vector<ledger::EntryLot> waiting_lots_;
  size_t in_work_ = 0;
  bool is_idle_ = false;
  uint64_t asked_ = 0;     // settle() was called so often
  uint64_t answered_ = 0;  // and of those so many are served
  bool is_full_ = false;
  bool is_given_up_ = false;
  bool is_closing_ = false;
  book::Problem problem_;
  Figures figures_;
  book::Position durable_end_ = book::kNoPosition;  // all before it is on the disk

  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::bookkeeping
