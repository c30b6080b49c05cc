// Files of goals in the log: nothing is seen of them before the COMMIT and all behind it, whenever
// an account is touched, the engine stopped, or a snapshot taken.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/event_reader.h"
#include "engine/ledger/of_file.h"
#include "tests/durable/asked_core.h"
#include "tests/durable/booked_core.h"

namespace guerdon::booked {
namespace {

constexpr const char* kPlan = R"(plan club

unit points, 0 decimals

event sale
  account : account
  pieces : count
  sku : text

target hill per account per month
  achieved sum of pieces on sale
  goal from file
  at 100% : credit account 10 points
  at 100% at close : credit account 5 points

target by_sku per account per sku per month
  achieved sum of pieces on sale
  goal from file otherwise 1000
  at 100% : credit account 1 points
)";

Words sale(int number, const std::string& account, int pieces, const std::string& day) {
  return {"EVENT",
          "sale",
          "s" + std::to_string(number),
          "account=" + account,
          "pieces=" + std::to_string(pieces),
          "sku=pen",
          "time=2026-" + day + "T10:00:00Z"};
}

Words goal(const std::string& word, const std::string& account, const std::string& period,
           int value) {
  Words words = {word, "account=" + account, "target=hill", "period=" + period,
                 "value=" + std::to_string(value)};
  if (word == "STAGE") words.push_back("of=f1");
  return words;
}

Words goal_of_sku(const std::string& word, const std::string& account, int value) {
  Words words = {word,
                 "account=" + account,
                 "target=by_sku",
                 "period=2026-01",
                 "key=pen",
                 "value=" + std::to_string(value)};
  if (word == "STAGE") words.push_back("of=f1");
  return words;
}

Words commit(int rows) {
  return {"COMMIT", "of=f1", "qty=" + std::to_string(rows), "id=f1", "time=2026-01-20T10:00:00Z"};
}

const std::vector<Words> kBefore = {sale(1, "anna", 10, "01-05"), sale(2, "bo", 3, "01-06"),
                                    sale(3, "cy", 7, "01-19")};

const std::vector<Words> kRows = {
    goal("STAGE", "anna", "2026-01", 8), goal("STAGE", "bo", "2026-01", 4),
    goal("STAGE", "dora", "2026-01", 1), goal_of_sku("STAGE", "anna", 9)};

// Amid them January is closed; anna's rows wait until the last.
const std::vector<Words> kBehind = {sale(4, "bo", 1, "01-25"), sale(5, "cy", 1, "02-02"),
                                    sale(6, "dora", 2, "02-03"), sale(7, "anna", 1, "02-04")};

void send_all(runtime::Core& core, const std::vector<Words>& all) {
  for (const Words& words : all) ASSERT_EQ(send(core, words), "OK") << words[0] << " " << words[2];
}

std::vector<Words> whole() {
  std::vector<Words> all = kBefore;
  all.insert(all.end(), kRows.begin(), kRows.end());
  all.push_back(commit(4));
  all.insert(all.end(), kBehind.begin(), kBehind.end());
  return all;
}

int64_t points(const runtime::Core& core, const std::string& account) {
  const Balances balances = balances_of(core);
  const auto found = balances.find({account, "points"});
  return found == balances.end() ? 0 : found->second;
}

// So many entries the answer of an event tells.
uint32_t entries_answered(runtime::Core& core, const Words& words) {
  pipeline::Job& job = core.assembly().take();
  const std::vector<std::string_view> views(words.begin(), words.end());
  event::EventReader reader(core.program().schema);
  EXPECT_TRUE(reader.read(views, event::Source("test"), 0, job.batch)) << reader.fault().sentence;
  core.assembly().submit(job);
  core.assembly().drain();
  return job.batch.records.back().entries;
}

class GoalFileTest : public ::testing::Test {
 protected:
  Folder folder_ = begun({kPlan});
};

TEST_F(GoalFileTest, NothingIsSeenOfItBeforeTheCommitAndAllBehindIt) {
  const auto core = open(folder_, {kPlan}, {3});
  send_all(*core, kBefore);
  send_all(*core, kRows);
  EXPECT_EQ(core->balances().size(), 0u);
  EXPECT_EQ(core->tail().entries(), 0u);
  EXPECT_EQ(send(*core, commit(4)), "OK");
  // Read, and not written yet: 10 of 8, and 10 of 9 pens.
  EXPECT_EQ(points(*core, "anna"), 11);
  EXPECT_EQ(points(*core, "bo"), 0);
  EXPECT_EQ(core->tail().entries(), 0u);
  send_all(*core, kBehind);
  EXPECT_EQ(points(*core, "anna"), 16);
  EXPECT_EQ(points(*core, "bo"), 15);
  EXPECT_EQ(points(*core, "dora"), 0) << "her goal was of January";
  EXPECT_EQ(send(*core, commit(4)), "DUP");
}

// However late an account is touched.
TEST_F(GoalFileTest, ItIsAsTargetsThatComeAtItsCommit) {
  const auto core = open(folder_, {kPlan}, {3});
  Folder other_folder = begun({kPlan});
  const auto other = open(other_folder, {kPlan}, {1});
  send_all(*core, kBefore);
  send_all(*core, kRows);
  EXPECT_EQ(send(*core, commit(4)), "OK");
  send_all(*other, kBefore);
  for (Words words : kRows) {
    words.front() = "TARGET";
    words.pop_back();
    words.emplace_back("time=2026-01-20T10:00:00Z");
    EXPECT_EQ(send(*other, words), "OK");
  }
  EXPECT_EQ(core->state_hash().to_hex(), other->state_hash().to_hex());
  for (const Words& words : kBehind) {
    EXPECT_EQ(send(*core, words), "OK");
    EXPECT_EQ(send(*other, words), "OK");
    EXPECT_EQ(core->state_hash().to_hex(), other->state_hash().to_hex()) << words[2];
  }
  EXPECT_EQ(balances_of(*core), balances_of(*other));
  EXPECT_TRUE(core->audit().difference.empty()) << core->audit().difference;
}

TEST_F(GoalFileTest, WhatIsGivenUpWasNever) {
  const auto core = open(folder_, {kPlan}, {2});
  send_all(*core, kBefore);
  const std::string before = core->state_hash().to_hex();
  send_all(*core, kRows);
  EXPECT_NE(core->state_hash().to_hex(), before);
  EXPECT_EQ(send(*core, {"ABORT", "of=f1"}), "OK");
  EXPECT_EQ(core->state_hash().to_hex(), before);
  EXPECT_EQ(send(*core, commit(4)), "UNKNOWN");
  EXPECT_EQ(send(*core, {"ABORT", "of=f1"}), "UNKNOWN");
  // It may be sent again.
  send_all(*core, kRows);
  EXPECT_EQ(send(*core, commit(4)), "OK");
  EXPECT_EQ(points(*core, "anna"), 11);
}

TEST_F(GoalFileTest, ItIsTakenWholeOrRefusedWhole) {
  const auto core = open(folder_, {kPlan}, {2});
  send_all(*core, kBefore);
  send_all(*core, kRows);
  EXPECT_EQ(send(*core, commit(3)), "INVALID") << "a row is missing";
  Words of_another = goal("TARGET", "eve", "2026-01", 1);
  of_another.front() = "STAGE";
  of_another.emplace_back("of=f2");
  EXPECT_EQ(send(*core, of_another), "CONFLICT");
  EXPECT_EQ(send(*core, goal("STAGE", "eve", "2025-08", 1)), "OK") << "the COMMIT looks";
  EXPECT_EQ(send(*core, commit(5)), "LATE");
  EXPECT_EQ(core->balances().size(), 0u);
  EXPECT_EQ(send(*core, {"ABORT", "of=f1"}), "OK");
}

// The number of entries that an answer tells is as if its goals had been said by TARGETs; the
// register has the mark.
TEST_F(GoalFileTest, EntriesOfItsGoalsAreNoneOfTheRecordThatTheyStandAt) {
  const auto core = open(folder_, {kPlan}, {3}, false);
  send_all(*core, kBefore);
  send_all(*core, kRows);
  EXPECT_EQ(send(*core, commit(4)), "OK");
  std::vector<std::string> told;
  core->tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot*) {
    told.push_back(std::to_string(entry.amount) + std::string(ledger::note_name(entry.note)) +
                   (ledger::is_of_file(entry.note) ? " of the file" : ""));
  });
  // By the record that touches her: 10 of 8 and of the pens, then what January's close pays.
  const Words touch = sale(7, "anna", 1, "02-04");
  EXPECT_EQ(entries_answered(*core, touch), 0u);
  EXPECT_EQ(told, (std::vector<std::string>{"10 of the file", "1 of the file", "5"}));
}

// What is earned may be ranked from the version on: until then rows may wait, and no more.
TEST_F(GoalFileTest, AVersionThatRanksWhatIsEarnedFindsNoRowsWaiting) {
  constexpr const char* kRanks = R"(
rule base
  on sale
  credit account 1 points

challenge best per account per month
  score points earned by base
  rank 1 : credit account 100 points
  ties id
)";
  const auto core = open(folder_, {kPlan}, {3});
  send_all(*core, kBefore);
  send_all(*core, kRows);
  EXPECT_EQ(send(*core, commit(4)), "OK");
  std::string next = std::string(kPlan) + kRanks;
  next.replace(next.find("plan club"), 9, "plan club version 2 from 2026-02-01");
  std::string error;
  ASSERT_TRUE(publish(*core, next, &error)) << error;
  EXPECT_EQ(core->tail().entries(), 2u) << "all rows are done before it";
}

// At each step: out of the log alone, and out of a snapshot, with other shards.
TEST_F(GoalFileTest, StartsAtEachStepGoOnAsIfTheyHadNeverStopped) {
  const std::vector<Words> all = whole();
  std::vector<std::string> hashes;
  {
    const auto never = open(folder_, {kPlan}, {3});
    for (const Words& words : all) {
      EXPECT_EQ(send(*never, words), "OK");
      hashes.push_back(never->state_hash().to_hex() + never->entries_hash().to_hex());
    }
  }
  for (const bool has_snapshot : {false, true}) {
    for (size_t stop = 1; stop < all.size(); ++stop) {
      SCOPED_TRACE(std::to_string(stop) + (has_snapshot ? " with a snapshot" : ""));
      Folder folder = begun({kPlan});
      {
        const auto first = open(folder, {kPlan}, {2});
        for (size_t i = 0; i < stop; ++i) EXPECT_EQ(send(*first, all[i]), "OK");
        std::string error;
        if (has_snapshot) {
          ASSERT_TRUE(first->write_snapshot(&error)) << error;
        }
        ASSERT_TRUE(first->flush());
      }
      const auto next = open(folder, {kPlan}, {7});
      EXPECT_EQ(next->state_hash().to_hex() + next->entries_hash().to_hex(), hashes[stop - 1]);
      for (size_t i = stop; i < all.size(); ++i) EXPECT_EQ(send(*next, all[i]), "OK");
      EXPECT_EQ(next->state_hash().to_hex() + next->entries_hash().to_hex(), hashes.back());
    }
  }
}

}  // namespace
}  // namespace guerdon::booked
