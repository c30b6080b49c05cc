#include "engine/pipeline/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/ledger/leg.h"
#include "tests/generate/rng.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::pipeline {
namespace {

// Two clauses of one wallet: earn and stamp.
const plan::Program& program() {
  static const plan::Program made = plan::compiled(plan::shop(
      "rule r\n  on sale\n  credit account 1 point\n  credit account 2 points as stamp\n"));
  return made;
}

ledger::Entry entry(uint64_t lsn, uint64_t account, uint32_t n) {
  ledger::Entry one;
  one.lsn = lsn;
  one.account = account;
  one.n = n;
  one.amount = static_cast<int64_t>(lsn * 100 + account * 10 + n + 1);
  one.effective = 5;
  one.kind = plan::kClawbackKind + 1;
  return one;
}

// A job whose log holds the LSNs from first to last, an event each.
void log_events(Job& job, uint64_t first, uint64_t last) {
  job.first_lsn = first;
  for (uint64_t lsn = first; lsn <= last; ++lsn) {
    job.batch.log.push_back({lsn, 0, static_cast<uint32_t>(lsn - first), event::LogKind::kEvent});
    event::Record record;
    record.lsn = lsn;
    record.key_place = static_cast<uint32_t>(lsn);
    job.batch.records.push_back(record);
  }
}

std::string id(const ledger::Entry& e) {
  return std::to_string(e.lsn) + "," + std::to_string(e.account) + "," + std::to_string(e.n);
}

base::Hash128 hash_of(const std::vector<ledger::Entry>& entries) {
  Tail tail(program());
  Job job(0, 1);
  log_events(job, 1, 60);
  job.entries[0] = entries;
  tail.finish(job);
  return tail.entries_hash();
}

TEST(TailTest, ASinkGetsEntriesByLsnThenAccountThenNumber) {
  Tail tail(program());
  std::vector<std::string> got;
  tail.set_sink([&](const ledger::Entry& e, const ledger::EntryLot*) { got.push_back(id(e)); });
  Job job(0, 3);
  job.entries[0] = {entry(2, 9, 0), entry(4, 1, 0)};
  job.entries[1] = {entry(2, 5, 0), entry(2, 5, 1), entry(3, 5, 0)};
  job.entries[2] = {entry(2, UINT64_MAX, 0)};
  log_events(job, 2, 4);
  tail.finish(job);
  EXPECT_EQ(got,
            (std::vector<std::string>{"2,5,0", "2,5,1", "2,9,0",
                                      "2," + std::to_string(UINT64_MAX) + ",0", "3,5,0", "4,1,0"}));
}

TEST(TailTest, NeitherOrderNorSpreadOverShardsAndJobsShowsInTheHash) {
  generate::Rng rng(91);
  std::vector<ledger::Entry> entries;
  for (uint64_t lsn = 1; lsn < 60; ++lsn) {
    for (uint32_t n = 0; n < rng.below(4); ++n) entries.push_back(entry(lsn, rng.below(5), n));
  }
  const base::Hash128 whole = hash_of(entries);
  for (int draw = 0; draw < 20; ++draw) {
    for (size_t i = entries.size(); i > 1; --i) std::swap(entries[i - 1], entries[rng.below(i)]);
    Tail tail(program());
    const auto shards = static_cast<uint32_t>(1 + rng.below(5));
    const auto jobs = 1 + rng.below(4);
    for (uint64_t j = 0; j < jobs; ++j) {
      Job job(0, shards);
      log_events(job, 1, 60);
      job.number = j;
      for (size_t i = j; i < entries.size(); i += jobs) {
        job.entries[rng.below(shards)].push_back(entries[i]);
      }
      tail.finish(job);
    }
    EXPECT_EQ(tail.entries_hash(), whole);
    EXPECT_EQ(tail.entries(), entries.size());
  }
}

TEST(TailTest, EveryPartOfAnEntryShowsInTheHash) {
  const ledger::Entry usual = entry(7, 3, 1);
  std::vector<ledger::Entry> changed(8, usual);
  ++changed[0].lsn;
  ++changed[1].account;
  ++changed[2].n;
  ++changed[3].amount;
  ++changed[4].effective;
  ++changed[5].clause;  // the second effect
  ++changed[6].period;
  changed[7].note = ledger::Note::kFloor;
  std::vector<base::Hash128> hashes{hash_of({usual})};
  for (const ledger::Entry& one : changed) hashes.push_back(hash_of({one}));
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(hashes[i], hashes[j]) << i << " and " << j;
  }
}

TEST(TailTest, TheSameEntryTwiceIsNotNothing) {
  EXPECT_NE(hash_of({entry(1, 1, 0), entry(1, 1, 0)}), base::Hash128{});
  EXPECT_EQ(hash_of({}), base::Hash128{});
}

TEST(TailTest, CountsByKindAndByNote) {
  Tail tail(program());
  const std::vector<std::string>& kinds = program().kinds;
  ASSERT_EQ(tail.by_kind().size(), kinds.size());
  ASSERT_EQ(kinds.size(), ledger::kKinds + 1) << "those that have a name anyway, and the plan's";
  std::vector<ledger::Entry> entries(5, entry(1, 1, 0));
  entries[0].kind = plan::kClawbackKind;
  entries[1].kind = static_cast<uint8_t>(ledger::kKinds);
  entries[1].note = ledger::Note::kFloor;
  entries[2].note = ledger::Note::kOverflow;
  Job job(0, 2);
  job.entries = {{entries[0], entries[1]}, {entries[2], entries[3], entries[4]}};
  log_events(job, 1, 1);
  tail.finish(job);
  EXPECT_EQ(tail.entries(), 5u);
  std::vector<uint64_t> expected(kinds.size());
  expected.front() = 1;
  expected[plan::kClawbackKind + 1] = 3;
  expected.back() = 1;
  EXPECT_EQ(tail.by_kind(), expected);
  EXPECT_EQ(tail.by_note()[0], 3u);
  EXPECT_EQ(tail.by_note()[1], 1u);
  EXPECT_EQ(tail.by_note()[2], 1u);
}

// ---- answers ------------------------------------------------------------------------------------

event::Record record_of(event::Outcome outcome, uint32_t key_place) {
  event::Record record;
  record.outcome = outcome;
  record.key_place = key_place;
  return record;
}

TEST(TailTest, AnEventGetsTheEntriesOfAllShardsAtItsLsnAndASweepGetsNone) {
  Tail tail(program());
  Job job(0, 2);
  log_events(job, 5, 7);
  job.batch.log[1].kind = event::LogKind::kSweep;
  job.batch.log[1].record = 0;  // the slice
  job.entries = {{entry(5, 1, 0), entry(5, 1, 1), entry(6, 1, 0)},
                 {entry(5, 2, 0), entry(7, 2, 0)}};
  tail.finish(job);
  EXPECT_EQ(job.batch.records[0].entries, 3u);
  EXPECT_EQ(job.batch.records[2].entries, 1u);
}

TEST(TailTest, ADuplicateGetsTheFirstAnswerUntilItsPlaceIsAnothers) {
  Tail tail(program());
  Job first(0, 1);
  log_events(first, 1, 1);
  first.batch.records[0].key_place = 4;
  first.entries = {{entry(1, 1, 0), entry(1, 2, 0)}};
  tail.finish(first);
  Job second(0, 1);
  second.number = 1;
  log_events(second, 2, 2);
  event::Record fresh = second.batch.records[0];
  fresh.key_place = 4;
  const event::Record again = record_of(event::Outcome::kDuplicate, 4);
  second.batch.records = {again, record_of(event::Outcome::kStale, 4), fresh, again};
  second.batch.log[0].record = 2;
  second.entries = {{entry(2, 1, 0)}};
  tail.finish(second);
  std::vector<uint32_t> entries;
  for (const event::Record& record : second.batch.records) entries.push_back(record.entries);
  EXPECT_EQ(entries, (std::vector<uint32_t>{2, 0, 1, 1}));
}

TEST(TailTest, ALateEventIsLateAgainUntilItsPlaceIsAnothers) {
  using event::Outcome;
  Tail tail(program());
  Job first(0, 1);
  log_events(first, 1, 1);
  first.batch.records[0].outcome = Outcome::kLate;
  first.batch.records[0].key_place = 4;
  tail.finish(first);
  EXPECT_EQ(tail.late_again(), 0u) << "admission has counted it";
  Job second(0, 1);
  second.number = 1;
  log_events(second, 2, 2);
  event::Record fresh = second.batch.records[0];
  fresh.key_place = 4;
  const event::Record again = record_of(Outcome::kDuplicate, 4);
  second.batch.records = {again, again, fresh, again};
  second.batch.log[0].record = 2;
  second.entries = {{entry(2, 1, 0)}};
  event::Record asked = again;
  tail.answer_again(asked);
  EXPECT_EQ(asked.outcome, Outcome::kLate);
  tail.finish(second);
  std::vector<Outcome> outcomes;
  for (const event::Record& record : second.batch.records) outcomes.push_back(record.outcome);
  EXPECT_EQ(outcomes, (std::vector<Outcome>{Outcome::kLate, Outcome::kLate, Outcome::kOk,
                                            Outcome::kDuplicate}));
  EXPECT_EQ(tail.late_again(), 2u);
}

TEST(TailTest, WhatASnapshotKeepsIsTheSameAnswer) {
  Tail tail(program(), 10);
  tail.set_entries_of_key(3, 70'000);
  Job job(0, 1);
  job.batch.records = {record_of(event::Outcome::kDuplicate, 3)};
  tail.finish(job);
  EXPECT_EQ(job.batch.records[0].entries, 70'000u);
  EXPECT_GE(tail.bytes(), 11 * sizeof(uint32_t));
}

TEST(TailDeathTest, AnEntryBelongsToTheJob) {
  Tail tail(program());
  Job job(0, 1);
  log_events(job, 5, 6);
  job.entries = {{entry(7, 1, 0)}};
  EXPECT_DEATH(tail.finish(job), "assertion");
}

TEST(TailDeathTest, JobsComeInTheirOrder) {
  Tail tail(program());
  Job job(0, 1);
  job.number = 1;
  EXPECT_DEATH(tail.finish(job), "assertion");
}

}  // namespace
}  // namespace guerdon::pipeline
