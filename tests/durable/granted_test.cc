// What `guerdon verify` adds up of budgets: what a pool has granted, and what the entries of its
// rules come to. Both are of the log, so no file that is altered makes them differ (what is, is
// found: folder_proof_test.cc). An engine that is wrong does, in the same way each time it goes
// through the log: its snapshot, its log and its book agree with one another.
#include "engine/base/planted.h"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "engine/runtime/verification.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon::granted {
namespace {

constexpr const char* kPlan = R"(plan shop
unit points, 0 decimals
event sale
  account : account
  asked   : points
budget pot = 100 points
budget jar = 50 points per month
rule of_pot
  on sale
  credit account min(asked, 1000 points) from budget pot
rule of_jar
  on sale
  credit account min(asked, 20 points) from budget jar
)";

// The pot grants 60, 30 and, of 70, the 10 that are left; the first is taken back.
constexpr std::array<std::array<std::string_view, 6>, 4> kRequests = {{
    {"EVENT", "sale", "1", "account=anna", "asked=60", "time=2026-03-03T10:00:00Z"},
    {"EVENT", "sale", "2", "account=bert", "asked=30", "time=2026-03-11T10:00:00Z"},
    {"EVENT", "sale", "3", "account=anna", "asked=70", "time=2026-04-02T10:00:00Z"},
    {"REVERSE", "event=1", "reason=wrong", "actor=nobody", "id=r", "time=2026-04-03T10:00:00Z"},
}};

struct Folder {
  support::CrashDisk log;
  support::CrashDisk book;
};

void send(runtime::Core& core, std::span<const std::string_view> words) {
  event::EventReader events(core.program().schema);
  event::CommandReader commands(core.program().schema);
  const event::Source source("till");
  pipeline::Job& job = core.assembly().take();
  if (words[0] == "EVENT") {
    ASSERT_TRUE(events.read(words, source, 0, job.batch)) << events.fault().sentence;
  } else {
    ASSERT_TRUE(commands.read(words, source, job.batch)) << commands.fault().sentence;
    ASSERT_FALSE(runtime::complete_reversal(core, job.batch));
  }
  core.assembly().submit(job);
  core.assembly().drain();
  ASSERT_TRUE(core.flush());
}

Options three_shards() {
  Options options;
  options.shards = 3;
  options.segment_bytes = kSegmentBytesMin;
  return options;
}

void fill(Folder& folder) {
  runtime::Disks disks(std::make_unique<support::BorrowedDisk>(folder.log));
  disks.book = std::make_unique<support::BorrowedDisk>(folder.book);
  runtime::OpenFault fault;
  const auto core =
      runtime::Core::open(three_shards(), {{"shop.plan", kPlan}}, std::move(disks), 1, {}, &fault);
  ASSERT_NE(core, nullptr) << fault.sentence;
  for (const auto& words : kRequests) ASSERT_NO_FATAL_FAILURE(send(*core, words));
  std::string error;
  ASSERT_TRUE(core->write_snapshot(&error)) << error;
}

// Empty: all is proved.
std::string found_in(Folder& folder) {
  runtime::Verified verified;
  runtime::OpenFault fault;
  if (runtime::verify_folder(folder.log, &folder.book, three_shards(), &verified, &fault)) {
    EXPECT_FALSE(verified.snapshots.empty());
    EXPECT_EQ(verified.book_entries, 8u);
    return "";
  }
  EXPECT_EQ(fault.kind, runtime::OpenFault::Kind::kDamage);
  return fault.sentence;
}

TEST(GrantedTest, WhatPoolsHaveIsWhatTheirEntriesComeTo) {
  Folder folder;
  ASSERT_NO_FATAL_FAILURE(fill(folder));
  EXPECT_EQ(found_in(folder), "");
}

#ifdef GUERDON_PLANTED
TEST(GrantedTest, APoolThatItsEntriesDoNotComeToIsFound) {
  base::plant(base::PlantedBug::kBudgetKeepsReversed);
  Folder folder;
  fill(folder);
  const std::string found = found_in(folder);
  base::plant(base::PlantedBug::kNone);
  EXPECT_EQ(found, "budget pot has granted 100, and its entries come to 40");
}
#endif

}  // namespace
}  // namespace guerdon::granted
