// When a day is through, and what it came to.
#include "engine/accounts/seals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/event/batch.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::shard {
namespace {

using plan::kDay;

const plan::Program& sealed_program() {
  static const plan::Program made = plan::compiled(plan::shop(R"(
measure day_sales per account per day = number of sale

rule bonus per account per day
  on close
  credit account 1 point * day_sales as bonus
)"));
  return made;
}

// "100 at 7": which day, and the LSN.
std::vector<std::string> shown(const SealDates& dates, int32_t day) {
  std::vector<std::string> all;
  for (const SealDates::Date& date : dates.dates(day * kDay)) {
    all.push_back(std::to_string(date.period) + " at " + std::to_string(date.lsn) +
                  (date.is_void ? ", void" : ""));
  }
  return all;
}

using Lines = std::vector<std::string>;

TEST(SealDatesTest, ADayIsThroughWithTheLastSlice) {
  SealDates dates(sealed_program());
  ASSERT_FALSE(dates.empty());
  dates.begin(100 * kDay);
  EXPECT_EQ(dates.next_deadline(100 * kDay), 101 * kDay);
  dates.sweep(event::kSlices, 5);
  EXPECT_EQ(shown(dates, 100), Lines()) << "what was closed by the first record has no seal";
  dates.close(101 * kDay);
  dates.sweep(event::kSlices - 1, 6);
  EXPECT_EQ(shown(dates, 101), Lines());
  dates.sweep(1, 7);
  EXPECT_EQ(shown(dates, 101), Lines({"100 at 7"}));
}

// One that begins while another is under way waits for all slices from there on.
TEST(SealDatesTest, EachDayWaitsForAllSlices) {
  SealDates dates(sealed_program());
  dates.begin(100 * kDay);
  dates.close(101 * kDay);
  dates.sweep(1000, 5);
  dates.close(103 * kDay);
  dates.sweep(event::kSlices - 1000, 6);
  EXPECT_EQ(shown(dates, 103), Lines({"100 at 6"}));
  dates.sweep(1000, 7);
  EXPECT_EQ(shown(dates, 103), Lines({"100 at 6", "101 at 7", "102 at 7"}));
}

TEST(SealDatesTest, TheNewestAreKept) {
  SealDates dates(sealed_program());
  dates.begin(100 * kDay);
  dates.close(3000 * kDay);
  dates.sweep(event::kSlices, 9);
  const Lines all = shown(dates, 3000);
  ASSERT_EQ(all.size(), size_t{kSealsKept});
  EXPECT_EQ(all.back(), "2999 at 9");
  EXPECT_EQ(shown(dates, 3001).size(), size_t{kSealsKept} - 1) << "one more could be there";
}

// From the REOPEN until all slices were swept behind the second close, by command or by time.
TEST(SealDatesTest, ADayThatIsOpenAgainHasNone) {
  SealDates dates(sealed_program());
  dates.begin(100 * kDay);
  dates.close(101 * kDay);
  dates.sweep(event::kSlices, 5);
  const uint32_t clock = dates.clocks().front();
  EXPECT_TRUE(dates.has_seal(clock, 100));
  dates.reopen(clock, 100, 6, 102 * kDay - 1);
  EXPECT_FALSE(dates.has_seal(clock, 100));
  EXPECT_EQ(dates.next_deadline(101 * kDay), 102 * kDay - 1);
  dates.sweep(event::kSlices, 7);
  EXPECT_EQ(shown(dates, 101), Lines({"100 at 6, void"})) << "it is open";
  dates.close_again(clock);
  EXPECT_EQ(dates.next_deadline(101 * kDay), 102 * kDay);
  dates.sweep(event::kSlices - 1, 8);
  EXPECT_EQ(shown(dates, 101), Lines({"100 at 6, void"}));
  dates.sweep(1, 9);
  EXPECT_EQ(shown(dates, 101), Lines({"100 at 9"}));
  dates.reopen(clock, 100, 10, 102 * kDay - 1);
  dates.close(102 * kDay);
  dates.sweep(event::kSlices, 11);
  EXPECT_EQ(shown(dates, 102), Lines({"100 at 11", "101 at 11"}));
}

TEST(SealDatesTest, NothingIsSettledWhereASweepIsDue) {
  SealDates dates(sealed_program());
  dates.begin(100 * kDay);
  dates.settle(dates.clocks().front(), 100, 4);
  EXPECT_EQ(shown(dates, 101), Lines());
}

TEST(SealSumsTest, TheOldestAreLetGoOf) {
  SealSums sums;
  for (int32_t day = 0; day <= kSealsKept; ++day) ++sums.at(3, day).accounts;
  EXPECT_EQ(sums.find(3, 0), nullptr);
  ASSERT_NE(sums.find(3, 1), nullptr);
  EXPECT_EQ(sums.find(3, 1)->accounts, 1u);
  EXPECT_EQ(sums.find(2, 1), nullptr);
  EXPECT_EQ(sums.find(9, 1), nullptr);
}

// What is put in differs wherever it should.
TEST(SealTest, EachPartTells) {
  const base::Hash128 one = sealed_measure("anna", "agent", "sales", {"tea"}, 5);
  EXPECT_NE(one, sealed_measure("bo", "agent", "sales", {"tea"}, 5));
  EXPECT_NE(one, sealed_measure("anna", "agent", "sales", {"ale"}, 5));
  EXPECT_NE(one, sealed_measure("anna", "agent", "sales", {"tea"}, 6));
  EXPECT_NE(one, sealed_measure("anna", "agent", "visits", {"tea"}, 5));
  EXPECT_NE(sealed_close("anna", "agent"), sealed_close("anna", "courier"));
  const base::Hash128 prize = sealed_prize("anna", "best", 10, 0, 5);
  EXPECT_NE(prize, sealed_prize("bo", "best", 10, 0, 5));
  EXPECT_NE(prize, sealed_prize("anna", "first", 10, 0, 5));
  EXPECT_NE(prize, sealed_prize("anna", "best", 11, 0, 5));
  EXPECT_NE(prize, sealed_prize("anna", "best", 10, 1, 5));
  EXPECT_NE(prize, sealed_prize("anna", "best", 10, 0, 6));
}

TEST(SealTest, EachPartOfAnEntryTells) {
  const plan::Program& program = sealed_program();
  ledger::Entry entry;
  entry.amount = 5;
  entry.effective = 101 * kDay;
  const base::Hash128 one = sealed_entry(program, "anna", entry);
  EXPECT_NE(one, sealed_entry(program, "bo", entry));
  const auto differs = [&](const auto& change) {
    ledger::Entry other = entry;
    change(other);
    return sealed_entry(program, "anna", other) != one;
  };
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.amount = 6; }));
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.wallet = 1; }));
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.kind = 1; }));
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.note = ledger::Note::kFloor; }));
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.clause = ledger::kOfDueWork; }));
  EXPECT_TRUE(differs([](ledger::Entry& other) { other.effective -= 1; }));
  // Which record did it, and what else it did, are nothing to the seal.
  EXPECT_FALSE(differs([](ledger::Entry& other) { other.lsn = 9; }));
  EXPECT_FALSE(differs([](ledger::Entry& other) { other.n = 1; }));
}

TEST(SealTest, EachPeriodTells) {
  const plan::Program& program = sealed_program();
  const uint32_t clock = SealDates(program).clocks().front();
  EXPECT_NE(sealed_period(program, clock, 100), sealed_period(program, clock, 101));
  EXPECT_EQ(sealed_period(program, clock, 100), sealed_period(program, clock, 100));
}

}  // namespace
}  // namespace guerdon::shard
