#include "tests/unit/book/small_book.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace guerdon::book {
namespace {

using generate::Rng;

constexpr TimeMs kSpring = 1'772'000'000'000;
constexpr int64_t kDay = base::kMsPerDay;

void fill_usual(Rng& rng, uint64_t number, BookEntry& entry) {
  entry.amount = rng.between(-2'000, 20'000);
  entry.effective = kSpring + static_cast<TimeMs>(number) * 40 - rng.between(0, 5'000);
  entry.wallet = static_cast<uint16_t>(rng.below(6));
  entry.kind = static_cast<uint8_t>(rng.below(5));
  entry.note = rng.chance(2) ? 1 : 0;
  entry.clause = static_cast<uint32_t>(rng.below(300));
  entry.period = rng.chance(20) ? 0 : 675 - (rng.chance(5) ? 1 : 0);
  if (rng.chance(50)) entry.expires_at = (entry.effective / kDay + 366) * kDay;
  if (rng.chance(20)) entry.matures_at = entry.effective + 14 * kDay;
  if (entry.amount >= 0 || number < 2 || rng.chance(20)) return;
  entry.lot_lsn = 1 + rng.below(number - 1);
  entry.lot_n = rng.chance(90) ? 0 : 1;
  if (rng.chance(20)) entry.other_lots = 1 + static_cast<uint32_t>(rng.below(3));
}

// Any number, and the greatest and least often.
template <typename Number>
Number wild(Rng& rng) {
  const uint64_t fate = rng.below(4);
  if (fate == 0) return std::numeric_limits<Number>::max();
  if (fate == 1) return std::numeric_limits<Number>::min();
  if (fate == 2) return static_cast<Number>(rng.below(3));
  return static_cast<Number>(rng.next());
}

void fill_wild(Rng& rng, BookEntry& entry) {
  entry.amount = wild<int64_t>(rng);
  if (rng.chance(10)) entry.amount = 0;
  if (entry.amount == 0) entry.about = wild<int64_t>(rng);
  entry.effective = wild<TimeMs>(rng);
  entry.matures_at = wild<TimeMs>(rng);
  entry.expires_at = wild<TimeMs>(rng);
  entry.lot_lsn = wild<uint64_t>(rng);
  entry.lot_n = entry.lot_lsn == 0 ? 0 : wild<uint32_t>(rng);
  entry.other_lots = wild<uint32_t>(rng);
  entry.clause = wild<uint32_t>(rng);
  entry.period = wild<int32_t>(rng);
  entry.wallet = wild<uint16_t>(rng);
  entry.kind = wild<uint8_t>(rng);
  entry.note = wild<uint8_t>(rng);
}

}  // namespace

std::vector<BookEntry> some_entries(uint64_t seed, size_t count, Draw draw) {
  Rng rng(seed);
  std::vector<uint64_t> accounts(1 + rng.below(40));
  std::generate(accounts.begin(), accounts.end(), [&] { return rng.next(); });
  std::vector<BookEntry> entries;
  uint64_t lsn = 0;
  while (entries.size() < count) {
    const bool is_far = draw == Draw::kWild && rng.chance(2);
    lsn += is_far ? rng.next() % (uint64_t{1} << 50) : 1 + rng.below(3);
    std::vector<BookEntry> of_event(rng.below(4));
    for (BookEntry& entry : of_event) {
      entry.lsn = lsn;
      entry.account = rng.pick(accounts);
      if (draw == Draw::kUsual) fill_usual(rng, lsn, entry);
      if (draw == Draw::kWild) fill_wild(rng, entry);
    }
    std::stable_sort(of_event.begin(), of_event.end(),
                     [](const auto& a, const auto& b) { return a.account < b.account; });
    for (size_t i = 1; i < of_event.size(); ++i) {
      const bool is_same = of_event[i].account == of_event[i - 1].account;
      of_event[i].n = is_same ? of_event[i - 1].n + 1 : 0;
    }
    entries.insert(entries.end(), of_event.begin(), of_event.end());
  }
  entries.resize(count);
  return entries;
}

StatePoint point_of(const std::vector<BookEntry>& all, size_t entries) {
  return {entries == 0 ? 0 : all[entries - 1].lsn, entries};
}

Heads heads_of(const std::vector<BookEntry>& all, const std::vector<Position>& positions,
               size_t entries) {
  Heads heads;
  for (size_t i = 0; i < entries; ++i) heads[all[i].account] = positions[i];
  return heads;
}

Append append_all(BookWriter& book, const std::vector<BookEntry>& all, size_t from, Heads& heads,
                  std::vector<Position>* positions) {
  for (size_t i = from; i < all.size(); ++i) {
    Position& newest = heads[all[i].account];
    const Append done = book.append(all[i], &newest);
    if (done != Append::kDone) return done;
    if (positions != nullptr) positions->push_back(newest);
  }
  return Append::kDone;
}

std::unique_ptr<support::CrashDisk> book_of(const std::vector<BookEntry>& all,
                                            const BookShape& shape,
                                            std::vector<Position>* positions) {
  auto disk = std::make_unique<support::CrashDisk>();
  BookWriter book(*disk, shape);
  EXPECT_TRUE(book.open({})) << book.problem().sentence();
  Heads heads;
  EXPECT_EQ(append_all(book, all, 0, heads, positions), Append::kDone);
  EXPECT_EQ(book.flush(), Append::kDone) << book.problem().sentence();
  return disk;
}

std::vector<BookEntry> read_all(os::Disk& disk, std::string* problem) {
  std::vector<BookEntry> entries;
  BookReader reader(disk);
  if (!reader.open()) {
    *problem = reader.problem().sentence();
    return entries;
  }
  BookScan scan(reader, {});
  while (scan.next() == BookScan::Step::kEntry) entries.push_back(scan.entry().entry);
  *problem = scan.problem().sentence();
  return entries;
}

std::map<std::string, support::CrashDisk::Bytes> segments_of(const support::CrashDisk& disk) {
  std::map<std::string, support::CrashDisk::Bytes> segments;
  for (const auto& [name, content] : disk.files()) {
    if (number_of_name(name)) segments[name] = content.bytes;
  }
  return segments;
}

}  // namespace guerdon::book
