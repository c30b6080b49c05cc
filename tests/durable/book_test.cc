// The book of an engine: its bytes follow from the log, whatever the shards, threads, batches,
// starts and stops; and whatever is wrong with it, everybody pays on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/book/verify.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/ledger/entry.h"
#include "tests/durable/booked_core.h"
#include "tests/durable/visits.h"
#include "tests/support/turns.h"

namespace guerdon::booked {
namespace {

using support::CrashDisk;
using ::testing::HasSubstr;

constexpr law::DrawShape kShape{.plans_max = 3, .events_min = 60, .events_max = 250};
constexpr Setting kSettings[] = {{1, 256, 0}, {2, 1, 0}, {7, 16, 0}, {7, 3, 3}, {2, 256, 1}};

generate::Case drawn_by(uint64_t seed) {
  generate::Rng rng(seed);
  return law::random_case(rng, kShape);
}

uint64_t entries_of(Folder& folder) { return book::verify(*folder.book).entries; }

void write_snapshot(runtime::Core& core) {
  std::string error;
  ASSERT_TRUE(core.write_snapshot(&error)) << error;
}

// Live, and from the log: byte for byte.
TEST(BookTest, ItsBytesAreTheSameForAnyShardsThreadsAndBatches) {
  uint64_t entries = 0;
  for (uint64_t seed = 1; seed <= support::part(32); ++seed) {
    const generate::Case drawn = drawn_by(seed);
    const Folder start = begun(drawn.plans);
    Segments expected;
    for (const Setting& setting : kSettings) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", shards " + std::to_string(setting.shards));
      Folder folder = start.copy();
      ASSERT_TRUE(feed(*open(folder, drawn.plans, setting), drawn.events));
      const Segments live = segments_of(*folder.book);
      if (&setting == kSettings) {
        expected = live;
        entries += entries_of(folder);
      }
      ASSERT_TRUE(live == expected) << "live";
      Folder again = folder.without_book();
      open(again, drawn.plans, kSettings[seed % std::size(kSettings)]);
      ASSERT_TRUE(segments_of(*again.book) == expected) << "derived again";
    }
  }
  EXPECT_GT(entries, support::share(1'000));
}

// What stands there is what the engine told of each entry, with the validity that its lots got.
TEST(BookTest, ItHoldsEachEntryAsTheEngineMadeIt) {
  uint64_t with_validity = 0;
  uint64_t with_lot = 0;
  uint64_t moved = 0;
  for (uint64_t seed = 1; seed <= support::part(30); ++seed) {
    const generate::Case drawn = drawn_by(seed);
    Folder folder = begun(drawn.plans);
    const auto core = open(folder, drawn.plans, {2});
    std::vector<ledger::Entry> told;
    std::vector<book::BookEntry> wanted;
    core->tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot* lot) {
      told.push_back(entry);
      wanted.push_back(bookkeeping::book_entry_of(core->program(), entry, lot));
    });
    ASSERT_TRUE(feed(*core, drawn.events));
    ASSERT_EQ(core->book()->settle(), book::Append::kDone);
    book::BookReader reader(*folder.book);
    ASSERT_TRUE(reader.open());
    book::BookScan scan(reader, {});
    std::map<std::pair<uint64_t, uint16_t>, int64_t> balances;
    std::map<uint64_t, book::Position> newest;
    for (size_t i = 0; i < told.size(); ++i) {
      const ledger::Entry& entry = told[i];
      ASSERT_EQ(scan.next(), book::BookScan::Step::kEntry);
      const book::BookEntry& kept = scan.entry().entry;
      ASSERT_EQ(kept, wanted[i]);
      EXPECT_EQ(bookkeeping::clause_of(kept), entry.clause);
      if (kept.matures_at != 0 || kept.expires_at != 0) ++with_validity;
      if (kept.lot_lsn != 0) ++with_lot;
      if (bookkeeping::moves_balance(entry.note)) {
        balances[{entry.account, entry.wallet}] += entry.amount;
      }
      newest[entry.account] = scan.entry().position;
    }
    EXPECT_EQ(scan.next(), book::BookScan::Step::kEnd);
    for (const auto& [account, position] : newest) {
      EXPECT_EQ(core->book()->newest(account), position);
    }
    EXPECT_EQ(core->book()->figures().accounts, newest.size());
    for (const auto& [place, sum] : balances) {
      std::string name;
      const shard::AccountState& state = core->shard_of(place.first).state();
      ASSERT_TRUE(state.accounts().find_name(place.first, &name));
      const shard::BlockHeader* account = state.accounts().find(place.first, name);
      EXPECT_EQ(shard::cells_of(account)[place.second], sum) << name;
      if (sum != 0) ++moved;
    }
  }
  EXPECT_GT(with_validity, support::share(500));
  EXPECT_GT(with_lot, support::share(100));
  EXPECT_GT(moved, support::share(500));
}

// ---- Starts -------------------------------------------------------------------------------------

Folder after_crash(const Folder& folder, generate::Rng& rng) {
  return {folder.log->after_crash(rng), folder.book->after_crash(rng)};
}

// Both disks stop at once, anywhere; sometimes a snapshot was written before. What comes of it is
// what the log alone gives.
TEST(BookTest, AfterACrashItIsWhatTheLogGives) {
  uint64_t with_snapshot = 0;
  uint64_t with_loss = 0;
  for (uint64_t seed = 1; seed <= support::part(80); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    Folder folder = begun(drawn.plans);
    const auto half = drawn.events.begin() + static_cast<std::ptrdiff_t>(drawn.events.size() / 2);
    {
      const auto core = open(folder, drawn.plans, kSettings[seed % 5]);
      ASSERT_TRUE(feed(*core, {drawn.events.begin(), half}));
      if (rng.below(2) == 0) {
        write_snapshot(*core);
        ++with_snapshot;
      }
      folder.log->crash_in_call(folder.log->calls() + 1 + rng.below(12));
      folder.book->crash_in_call(folder.book->calls() + 1 + rng.below(4));
      if (!feed(*core, {half, drawn.events.end()})) ++with_loss;
    }
    Folder after = after_crash(folder, rng);
    ASSERT_TRUE(feed(*open(after, drawn.plans, kSettings[(seed + 1) % 5]), drawn.events));
    const book::VerifyReport report = book::verify(*after.book);
    ASSERT_TRUE(report.is_sound()) << report.problem.sentence();
    Folder again = after.without_book();
    again.remove_snapshots();
    open(again, drawn.plans, kSettings[(seed + 2) % 5]);
    ASSERT_TRUE(segments_of(*again.book) == segments_of(*after.book));
  }
  EXPECT_GT(with_snapshot, support::share(10));
  EXPECT_GT(with_loss, support::share(10));
}

// A snapshot brings the positions back: what comes later is linked to what was before.
TEST(BookTest, ASnapshotKnowsWhereTheNewestEntriesStand) {
  for (uint64_t seed = 1; seed <= support::part(20); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const generate::Case drawn = drawn_by(seed);
    Folder folder = begun(drawn.plans);
    Folder straight = folder.copy();
    const auto half = drawn.events.begin() + static_cast<std::ptrdiff_t>(drawn.events.size() / 2);
    {
      const auto core = open(folder, drawn.plans, {2});
      ASSERT_TRUE(feed(*core, {drawn.events.begin(), half}));
      write_snapshot(*core);
    }
    {
      const auto core = open(folder, drawn.plans, {3});
      EXPECT_EQ(core->notes(), "");
      EXPECT_EQ(core->recovery_ns() > 0, true);
      ASSERT_TRUE(feed(*core, {half, drawn.events.end()}));
    }
    {
      const auto core = open(straight, drawn.plans, {1});
      ASSERT_TRUE(feed(*core, {drawn.events.begin(), half}));
      ASSERT_TRUE(feed(*core, {half, drawn.events.end()}));
    }
    ASSERT_TRUE(segments_of(*folder.book) == segments_of(*straight.book));
  }
}

// ---- What is wrong with one ---------------------------------------------------------------------

// Visits pay a guest and a guide: an engine with some, and a snapshot behind half of them.
class WrongBookTest : public ::testing::Test {
 protected:
  static constexpr uint64_t kVisits = 8'000;
  static constexpr size_t kInTheFirstEntries = book::kBlockBytes + 200;  // of a segment

  WrongBookTest() : folder_(begun(plans_)) {
    const auto core = open(folder_, plans_, {2});
    EXPECT_TRUE(feed(*core, visits(0, kVisits / 2)));
    write_snapshot(*core);
    EXPECT_TRUE(feed(*core, visits(kVisits / 2, kVisits)));
    lsn_ = core->admission().last_lsn();
  }

  static std::vector<reference::Event> visits(uint64_t from, uint64_t to) {
    std::vector<reference::Event> events;
    for (uint64_t n = from; n < to; ++n) {
      reference::Event event;
      event.source = "visits";
      event.id = "v" + std::to_string(n);
      event.time = std::to_string(visits::kBeginMs + static_cast<int64_t>(n) * visits::kHourMs);
      event.type = "visit";
      event.values = {{"account", "guest-" + std::to_string(n % 17)},
                      {"guide", "guide-" + std::to_string(n % 3)}};
      events.push_back(std::move(event));
    }
    return events;
  }

  // Opened, it pays on; what it says of its book.
  std::string problem_of(Folder& folder) {
    const auto core = open(folder, plans_, {3});
    EXPECT_GE(core->admission().last_lsn(), lsn_);
    EXPECT_TRUE(feed(*core, visits(kVisits, kVisits + 10)));
    EXPECT_GE(core->admission().last_lsn(), lsn_ + 10);
    EXPECT_EQ(core->audit().difference, "");
    const bool is_well = core->book()->settle() == book::Append::kDone;
    EXPECT_EQ(is_well, !core->book()->is_given_up());
    return is_well ? "" : core->book()->problem().sentence();
  }

  const std::vector<std::string> plans_{visits::plan_text("UTC")};
  Folder folder_;
  uint64_t lsn_ = 0;
};

TEST_F(WrongBookTest, OneThatIsEmptyIsDerivedAgainFromTheFirstRecord) {
  Folder emptied = folder_.without_book();
  const Segments expected = segments_of(*folder_.book);
  {
    const auto core = open(emptied, plans_, {3});
    EXPECT_THAT(core->notes(), HasSubstr("the book is derived again, from LSN 1"));
  }
  EXPECT_TRUE(segments_of(*emptied.book) == expected);
  EXPECT_EQ(problem_of(emptied), "");
}

// The engine has run without its book for a while: also then.
TEST_F(WrongBookTest, OneThatEndsBeforeTheSnapshotIsDerivedAgain) {
  {
    const auto core = open(folder_, plans_, {1}, false);
    ASSERT_TRUE(feed(*core, visits(kVisits, kVisits + 100)));
    write_snapshot(*core);
  }
  {
    const auto core = open(folder_, plans_, {3});
    EXPECT_THAT(core->notes(), HasSubstr("the book is derived again, from LSN 1"));
    EXPECT_FALSE(core->book()->is_given_up());
    write_snapshot(*core);  // of the same LSN: it takes the place of the one without a book
  }
  Folder derived = folder_.without_book();
  derived.remove_snapshots();
  {
    const auto core = open(folder_, plans_, {2});
    EXPECT_EQ(core->notes(), "") << "from now on the snapshot knows it";
  }
  open(derived, plans_, {1});
  EXPECT_TRUE(segments_of(*folder_.book) == segments_of(*derived.book));
}

TEST_F(WrongBookTest, WithoutTheBeginningOfTheLogItIsGivenUpWithASentence) {
  Folder cut = folder_.without_book();
  {
    // Another start, and a snapshot behind what is in the first segment.
    const auto core = open(cut, plans_, {1}, false);
    ASSERT_TRUE(feed(*core, visits(kVisits, kVisits + 50)));
    write_snapshot(*core);
    lsn_ = core->admission().last_lsn() + 1;
    ASSERT_TRUE(feed(*core, visits(kVisits + 50, kVisits + 51)));
  }
  std::vector<std::string> segments;
  for (const auto& [name, content] : cut.log->files()) {
    if (name.starts_with("wal-")) segments.push_back(name);
  }
  ASSERT_GE(segments.size(), 2u);
  ASSERT_TRUE(cut.log->remove(segments.front()).ok());
  const auto core = open(cut, plans_, {3});
  EXPECT_TRUE(core->book()->is_given_up());
  EXPECT_THAT(core->book()->problem().sentence(), HasSubstr("start with --no-book"));
  EXPECT_THAT(core->notes(), HasSubstr("no book is kept: "));
  EXPECT_TRUE(feed(*core, visits(kVisits + 60, kVisits + 70)));
}

TEST_F(WrongBookTest, ADamagedOneIsGivenUpAndAllElseGoesOn) {
  folder_.book->bytes("book-00000000.seg")[kInTheFirstEntries] ^= std::byte{1};
  folder_.remove_snapshots();
  EXPECT_THAT(problem_of(folder_), HasSubstr("book-00000000.seg at 16384"));
}

// In the last segment it looks like what a crash leaves, and then the log has it.
TEST_F(WrongBookTest, DamageAtItsEndIsMended) {
  const Segments sound = segments_of(*folder_.book);
  ASSERT_GT(sound.size(), 1u);
  folder_.book->bytes(sound.rbegin()->first)[kInTheFirstEntries] ^= std::byte{1};
  open(folder_, plans_, {1});
  EXPECT_TRUE(segments_of(*folder_.book) == sound);
}

TEST_F(WrongBookTest, ThatOfAnotherLogIsGivenUp) {
  Folder other = begun(plans_);
  ASSERT_TRUE(feed(*open(other, plans_, {1}), visits(0, 5)));
  Folder mixed{folder_.log->copy(), other.book->copy()};
  EXPECT_THAT(problem_of(mixed), HasSubstr("this is the book of another log"));
}

// Entries that no replay makes: the first of them is named.
TEST_F(WrongBookTest, AnEntryThatIsNotDerivedAgainIsNamed) {
  Folder other = folder_.copy();
  Folder begin = begun(plans_);
  ASSERT_TRUE(feed(*open(begin, plans_, {1}), visits(0, 40)));
  Folder longer = begin.copy();
  ASSERT_TRUE(feed(*open(longer, plans_, {1}), visits(40, 60)));
  ASSERT_TRUE(feed(*open(begin, plans_, {1}), visits(41, 80)));  // otherwise from here on
  Folder mixed{begin.log->copy(), longer.book->copy()};
  const auto core = open(mixed, plans_, {2});
  EXPECT_TRUE(core->book()->is_given_up());
  EXPECT_THAT(core->book()->problem().sentence(),
              HasSubstr("an entry that is derived again is not the one that stands here"));
}

TEST_F(WrongBookTest, OnAFullDiskItIsTriedAgainAndNothingIsLost) {
  Folder fresh = folder_.without_book();
  fresh.remove_snapshots();
  {
    fresh.book->set_full(true);
    const auto core = open(fresh, plans_, {1});  // nothing can be derived: there is no segment
    EXPECT_EQ(core->book()->settle(), book::Append::kFull);
    EXPECT_TRUE(core->book()->figures().is_full);
    std::string error;
    EXPECT_FALSE(core->write_snapshot(&error)) << "no state is ahead of its book";
    EXPECT_THAT(error, HasSubstr("No space left"));
    EXPECT_TRUE(feed(*core, visits(kVisits, kVisits + 10))) << "everybody pays on";
    fresh.book->set_full(false);
    while (core->book()->settle() != book::Append::kDone) EXPECT_FALSE(core->book()->is_given_up());
    EXPECT_FALSE(core->book()->figures().is_full);
    write_snapshot(*core);
  }
  Folder again = fresh.without_book();
  again.remove_snapshots();
  open(again, plans_, {1});
  EXPECT_TRUE(segments_of(*again.book) == segments_of(*fresh.book));
}

TEST_F(WrongBookTest, AnErrorOfTheDiskGivesItUp) {
  {
    const auto core = open(folder_, plans_, {1});
    folder_.book->fail_call(folder_.book->calls() + 1, EIO, true);
    ASSERT_TRUE(feed(*core, visits(kVisits, kVisits + 10)));
    EXPECT_EQ(core->book()->settle(), book::Append::kFailed);
    EXPECT_THAT(core->book()->problem().sentence(), HasSubstr("Input/output error"));
    EXPECT_TRUE(feed(*core, visits(kVisits + 10, kVisits + 20)));
    write_snapshot(*core);  // without it
  }
  folder_.book->heal();
  const auto core = open(folder_, plans_, {1});
  EXPECT_FALSE(core->book()->is_given_up()) << core->book()->problem().sentence();
  EXPECT_GE(core->admission().last_lsn(), lsn_ + 20);
}

}  // namespace
}  // namespace guerdon::booked
