// Which periods are open again, and what names them.
#include "engine/program/machine.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <span>

#include "engine/snapshot/format.h"
#include "engine/snapshot/snapshot_reader.h"
#include "engine/snapshot/snapshot_writer.h"
#include "tests/support/crash_disk.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/program/event_in_words.h"

namespace guerdon::plan {
namespace {

TEST(ReopeningsTest, OneIsOpenUpToItsTimeOrItsClose) {
  Reopenings all;
  EXPECT_TRUE(all.is_empty());
  EXPECT_EQ(all.newest(3), nullptr);
  all.reopen(3, {100, 7, 0, 500});
  EXPECT_EQ(all.count(3), 1u);
  EXPECT_EQ(all.count(2), 0u);
  EXPECT_TRUE(all.is_open(3, 100, 499));
  EXPECT_FALSE(all.is_open(3, 100, 500));
  EXPECT_FALSE(all.is_open(3, 99, 400));
  EXPECT_FALSE(all.is_open(2, 100, 400));
  all.close(3, 450, 9);
  EXPECT_FALSE(all.is_open(3, 100, 440));
  EXPECT_EQ(all.newest(3, 100)->until, 450);
}

// By the record, also where several have one clock.
TEST(ReopeningsTest, WhatWasOpenIsRemembered) {
  Reopenings all;
  all.reopen(0, {100, 7, 0, 500});
  all.close(0, 450, 9);
  all.reopen(0, {100, 12, 0, 500});
  EXPECT_FALSE(all.was_open(0, 100, 450, 6));
  EXPECT_TRUE(all.was_open(0, 100, 450, 8));
  EXPECT_FALSE(all.was_open(0, 100, 450, 10));
  EXPECT_TRUE(all.was_open(0, 100, 499, 13));
  EXPECT_FALSE(all.was_open(0, 100, 500, 14));
  EXPECT_FALSE(all.was_open(0, 101, 450, 8));
  EXPECT_EQ(all.newest(0, 100)->lsn, 12u);
}

TEST(ReopeningsTest, PeriodsAreFoundByTheirNames) {
  const Program made = compiled(shop(R"(
measure day_sales per account per day = number of sale

rule bonus per account per day
  on close
  credit account 1 point * day_sales as bonus
)"));
  using Fault = NamedPeriod::Fault;
  const std::string& plan = made.plans.front().name;
  const NamedPeriod found = find_period(made, plan, "day", "1970-01-03");
  EXPECT_EQ(found.fault, Fault::kNone);
  EXPECT_EQ(found.period, 2);
  EXPECT_TRUE(has_seals(made, found.clock));
  EXPECT_EQ(closes_again_at(made.clocks[found.clock], 2), 4 * kDay - 1);
  EXPECT_EQ(find_period(made, "other", "day", "1970-01-03").fault, Fault::kPlan);
  EXPECT_EQ(find_period(made, plan, "quarter", "1970-Q1").fault, Fault::kEach);
  EXPECT_EQ(find_period(made, plan, "day", "1970-1-3").fault, Fault::kPeriod);
}

// Days in UTC, as a snapshot of the tenth day, LSN 100, has them. Nothing: they are refused.
std::optional<Reopenings> loaded(const Reopenings& saved) {
  Clock days;
  days.calendar.zone = calendar::Zone::utc();
  days.rule = calendar::PeriodKind::kDay;
  snapshot::SnapshotHeader header;
  header.lsn = 100;
  header.clock = 10 * kDay;
  support::CrashDisk disk;
  snapshot::SnapshotWriter out(disk, header);
  out.begin_section(1);
  saved.save(out);
  EXPECT_TRUE(out.finish("")) << out.error();
  std::unique_ptr<os::DiskFile> file;
  EXPECT_TRUE(disk.open(snapshot::snapshot_name(header.lsn), &file).ok());
  snapshot::SnapshotReader reader(std::move(file), "snapshot");
  EXPECT_TRUE(reader.open());
  snapshot::SectionReader in(reader);
  Reopenings found;
  EXPECT_TRUE(in.begin(1));
  if (!found.load(std::span(&days, 1), in) || !in.end()) return std::nullopt;
  return found;
}

TEST(ReopeningsTest, ASnapshotHasThemAsTheyWere) {
  Reopenings all;
  all.reopen(0, {7, 50, 0, 9 * kDay - 1});
  all.close(0, 8 * kDay, 60);
  all.reopen(0, {9, 70, 0, 11 * kDay - 1});
  const std::optional<Reopenings> found = loaded(all);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count(0), 2u);
  EXPECT_EQ(*found->newest(0), *all.newest(0));
  EXPECT_TRUE(found->was_open(0, 7, 8 * kDay, 55));
}

TEST(ReopeningsTest, WhatCouldNotBeIsNoSnapshot) {
  const auto is_taken = [](std::initializer_list<Reopening> each) {
    Reopenings all;
    for (const Reopening& one : each) all.reopen(0, one);
    return loaded(all).has_value();
  };
  EXPECT_TRUE(is_taken({{9, 70, 0, 11 * kDay - 1}}));
  EXPECT_FALSE(is_taken({{9, 70, 0, 11 * kDay}}));                          // with the next one
  EXPECT_FALSE(is_taken({{9, 101, 0, 11 * kDay - 1}}));                     // behind the snapshot
  EXPECT_FALSE(is_taken({{9, 0, 0, 11 * kDay - 1}}));                       // no record
  EXPECT_FALSE(is_taken({{10, 70, 0, 12 * kDay - 1}}));                     // it is not closed yet
  EXPECT_FALSE(is_taken({{9, 70, 70, 10 * kDay}}));                         // by itself
  EXPECT_FALSE(is_taken({{9, 70, 101, 10 * kDay}}));                        // not yet
  EXPECT_FALSE(is_taken({{9, 70, 80, 10 * kDay + 1}}));                     // ahead of the clock
  EXPECT_TRUE(is_taken({{8, 60, 65, 9 * kDay}, {9, 70, 80, 10 * kDay}}));   // one by one
  EXPECT_FALSE(is_taken({{9, 60, 65, 10 * kDay}, {8, 70, 80, 9 * kDay}}));  // an older one
  EXPECT_FALSE(is_taken({{8, 60, 75, 9 * kDay}, {9, 70, 80, 10 * kDay}}));  // two at a time
}

}  // namespace
}  // namespace guerdon::plan
