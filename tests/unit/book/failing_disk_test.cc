// The disk fails, is full, or the machine stops, in each call there is.
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/book/verify.h"
#include "tests/support/turns.h"
#include "tests/unit/book/small_book.h"

namespace guerdon::book {
namespace {

using support::CrashDisk;
using Failure = CrashDisk::Failure;

const std::vector<BookEntry>& entries() {
  static const std::vector<BookEntry> kAll = some_entries(1, 2'600);
  return kAll;
}
const std::vector<Position>& positions() {
  static const std::vector<Position> kAll = [] {
    std::vector<Position> of_all;
    (void)book_of(entries(), kSmall, &of_all);
    return of_all;
  }();
  return kAll;
}

size_t state_before(size_t entry) {
  const std::vector<BookEntry>& all = entries();
  while (entry > 0 && entry < all.size() && all[entry - 1].lsn == all[entry].lsn) --entry;
  return entry;
}

// What somebody may rely on after a run.
struct Outcome {
  size_t durable = 0;  // entries of which a flush said so
  int full = 0;
  bool has_failed = false;
  Fault fault = Fault::kNone;
};

// A visit opens the book at a state, appends some, flushes now and then; some cut first.
void visit(CrashDisk& disk, generate::Rng& rng, Outcome& outcome) {
  const std::vector<BookEntry>& all = entries();
  BookWriter book(disk, kSmall);
  size_t next = state_before(outcome.durable - rng.below(outcome.durable / 3 + 1));
  Heads heads = heads_of(all, positions(), next);
  const auto fail = [&] {
    outcome.has_failed = true;
    outcome.fault = book.problem().fault;
  };
  if (!book.open(point_of(all, next))) return fail();
  if (rng.chance(30)) {
    // What is cut may come off or not.
    outcome.durable = next;
    const Append cut = book.cut();
    if (cut == Append::kFailed) return fail();
    if (cut == Append::kFull) {
      ++outcome.full;
      return;
    }
  }
  const size_t last = std::min(all.size(), next + 200 + rng.below(600));
  while (next < last) {
    const Append done = book.append(all[next], &heads[all[next].account]);
    if (done == Append::kFailed) return fail();
    if (done == Append::kFull) {
      ++outcome.full;
      continue;
    }
    ++next;
    if (rng.below(60) != 0) continue;
    const Append flushed = book.flush();
    if (flushed == Append::kFailed) return fail();
    if (flushed == Append::kFull) ++outcome.full;
    if (flushed == Append::kDone) outcome.durable = std::max(outcome.durable, next);
  }
}

Outcome run(CrashDisk& disk, uint64_t seed) {
  generate::Rng rng(seed);
  Outcome outcome;
  for (int i = 0; i < 6 && !outcome.has_failed; ++i) visit(disk, rng, outcome);
  return outcome;
}

// What was durable is there; what is there is a beginning of all; and it can be gone on with.
void check_recovered(CrashDisk& disk, const Outcome& outcome) {
  const std::vector<BookEntry>& all = entries();
  const size_t state = state_before(outcome.durable);
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open(point_of(all, state))) << book.problem().sentence();
  Heads heads = heads_of(all, positions(), state);
  ASSERT_EQ(append_all(book, all, state, heads), Append::kDone) << book.problem().sentence();
  ASSERT_EQ(book.flush(), Append::kDone);
  ASSERT_EQ(book.cut(), Append::kDone);
  static const auto kWhole = segments_of(*book_of(all));
  ASSERT_TRUE(segments_of(disk) == kWhole);
}

uint64_t calls_of_a_run(uint64_t seed) {
  CrashDisk disk;
  const Outcome outcome = run(disk, seed);
  EXPECT_FALSE(outcome.has_failed);
  EXPECT_GT(outcome.durable, 400u);
  return disk.calls();
}

TEST(BookFailingDiskTest, AStopInAnyCallLosesNothingThatWasDurable) {
  int torn = 0;
  for (uint64_t seed = 1; seed <= support::part(6); ++seed) {
    const uint64_t calls = calls_of_a_run(seed);
    ASSERT_GT(calls, 50u);
    for (uint64_t call = 1; call <= calls; ++call) {
      CrashDisk disk;
      disk.crash_in_call(call);
      const Outcome outcome = run(disk, seed);
      for (uint64_t draw = 1; draw <= 4; ++draw) {
        generate::Rng rng(seed * 100'000 + call * 10 + draw);
        const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
        torn += verify(*after).torn_bytes > 0 ? 1 : 0;
        check_recovered(*after, outcome);
        ASSERT_FALSE(HasFatalFailure())
            << "seed " << seed << ", call " << call << ", draw " << draw;
      }
    }
  }
  EXPECT_GT(torn, static_cast<int>(support::share(100)));
}

TEST(BookFailingDiskTest, AStopAfterAStopIsOneMoreStop) {
  for (uint64_t seed = 1; seed <= support::part(4); ++seed) {
    const uint64_t calls = calls_of_a_run(seed);
    generate::Rng rng(seed);
    for (uint64_t call = 1; call <= calls; ++call) {
      CrashDisk disk;
      disk.crash_in_call(call);
      Outcome outcome = run(disk, seed);
      const std::unique_ptr<CrashDisk> once = disk.after_crash(rng);
      once->crash_in_call(1 + rng.below(12));
      outcome.has_failed = false;
      visit(*once, rng, outcome);
      check_recovered(*once->after_crash(rng), outcome);
      ASSERT_FALSE(HasFatalFailure()) << "seed " << seed << ", call " << call;
    }
  }
}

// Once or for ever; with all of it done, none, or what is gone with the power.
TEST(BookFailingDiskTest, AnErrorInAnyCallIsFinalAndAnotherWriterGoesOn) {
  const uint64_t seed = 2;
  const uint64_t calls = calls_of_a_run(seed);
  uint64_t first = 0;  // the six ways begin at other calls, so that together they meet each
  for (const Failure failure : {Failure::kNothing, Failure::kApplied, Failure::kVisible}) {
    for (const bool for_ever : {false, true}) {
      first = first % support::stride(1) + 1;
      for (uint64_t call = first; call <= calls; call += support::stride(1)) {
        CrashDisk disk;
        disk.fail_call(call, EIO, for_ever, failure);
        const Outcome outcome = run(disk, seed);
        ASSERT_TRUE(outcome.has_failed) << call;
        ASSERT_EQ(outcome.fault, Fault::kDisk);
        ASSERT_EQ(outcome.full, 0) << "an error that is no lack of room does not pass";
        disk.heal();
        check_recovered(disk, outcome);
        ASSERT_FALSE(HasFatalFailure()) << "call " << call << ", without a crash";
        CrashDisk again;
        again.fail_call(call, EIO, for_ever, failure);
        const Outcome same = run(again, seed);
        again.heal();
        generate::Rng rng(call);
        check_recovered(*again.after_crash(rng), same);
        ASSERT_FALSE(HasFatalFailure()) << "call " << call << ", and a crash";
      }
    }
  }
}

TEST(BookFailingDiskTest, AFullDiskIsToldAndPasses) {
  const std::vector<BookEntry>& all = entries();
  CrashDisk disk;
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open({}));
  Heads heads;
  int refused = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    if (i % 5 == 0) disk.set_full(true);
    Position& newest = heads[all[i].account];
    const Position before = newest;
    Append done = book.append(all[i], &newest);
    if (done == Append::kDone && i % 10 == 0) done = book.flush();
    if (done == Append::kFull) {
      ++refused;
      EXPECT_EQ(book.problem().fault, Fault::kDisk);
      EXPECT_NE(book.problem().sentence().find("No space left"), std::string::npos);
      disk.set_full(false);
      if (newest == before) done = book.append(all[i], &newest);
      EXPECT_EQ(book.flush(), Append::kDone);
    }
    ASSERT_NE(done, Append::kFailed) << book.problem().sentence();
  }
  disk.set_full(false);
  ASSERT_EQ(book.flush(), Append::kDone);
  EXPECT_EQ(refused, 3) << "two segments and the copy of the last block";
  EXPECT_TRUE(segments_of(disk) == segments_of(*book_of(all)));
}

// It takes what its buffer holds, and then nothing, for as long as that lasts.
TEST(BookFailingDiskTest, WhileItIsFullTheBufferFillsAndNothingIsLost) {
  const std::vector<BookEntry> all = some_entries(9, 60'000);
  CrashDisk disk;
  BookWriter book(disk, kSmall);
  ASSERT_TRUE(book.open({}));
  disk.set_full(true);
  Heads heads;
  size_t taken = 0;
  while (book.append(all[taken], &heads[all[taken].account]) == Append::kDone) ++taken;
  EXPECT_GT(taken, 10'000u);
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(book.append(all[taken], &heads[all[taken].account]), Append::kFull);
    ASSERT_EQ(book.flush(), Append::kFull);
  }
  EXPECT_EQ(book.durable_entries(), 0u);
  disk.set_full(false);
  ASSERT_EQ(append_all(book, all, taken, heads), Append::kDone);
  ASSERT_EQ(book.flush(), Append::kDone);
  EXPECT_TRUE(segments_of(disk) == segments_of(*book_of(all)));
}

TEST(BookFailingDiskTest, AnErrorInAnyReadOfAStartIsTold) {
  const std::unique_ptr<CrashDisk> whole = book_of(entries());
  for (uint64_t read = 1;; ++read) {
    const std::unique_ptr<CrashDisk> disk = whole->copy();
    disk->fail_read(read);
    BookWriter book(*disk, kSmall);
    const bool is_open = book.open(point_of(entries(), entries().size()));
    if (disk->reads() < read) break;
    ASSERT_FALSE(is_open) << read;
    ASSERT_EQ(book.problem().fault, Fault::kDisk) << read;
    ASSERT_TRUE(segments_of(*disk) == segments_of(*whole));
  }
}

}  // namespace
}  // namespace guerdon::book
