#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string error_of(Engine& engine, const std::string& path, const ReplayHooks& hooks = {}) {
  std::string error = "left from before";
  const bool whole = engine.replay(path, hooks, &error);
  EXPECT_EQ(whole, error.empty()) << error;
  return error;
}

std::string some_rows(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    rows += sale_row(std::to_string(i), "anna" + std::to_string(i % 9), "5.00");
  }
  return rows;
}

// ---- files that cannot be read ------------------------------------------------------------------

TEST(ReplayTest, AFileThatIsNotThere) {
  const auto engine = open_shop();
  const std::string path = testing::TempDir() + "no-such-trace.csv";
  EXPECT_THAT(error_of(*engine, path), HasSubstr(path));
  EXPECT_THAT(error_of(*engine, path), HasSubstr("No such file"));
  EXPECT_EQ(engine->summary().events, 0u);
}

TEST(ReplayTest, AFolderIsNoTrace) {
  const auto engine = open_shop();
  EXPECT_THAT(error_of(*engine, testing::TempDir()), HasSubstr("irectory"));
}

TEST(ReplayTest, AWrongHeaderIsRefusedBeforeAnyRow) {
  const auto engine = open_shop();
  const std::string path = write_file("header.csv", "id,when,what\n1,2,3\n");
  EXPECT_THAT(error_of(*engine, path), HasSubstr(path + ": "));
  EXPECT_THAT(error_of(*engine, path), HasSubstr("event_id"));
  EXPECT_THAT(feed(*engine, "event_id,time\n"), HasSubstr("no column type"));
  EXPECT_NE(feed(*engine, ""), "");
  EXPECT_EQ(engine->summary().events, 0u);
}

TEST(ReplayTest, NoTextAtAllHasNoHeader) {
  const auto engine = open_shop();
  std::string error;
  EXPECT_FALSE(engine->replay_text(std::string_view(), "nothing", {}, &error));
  EXPECT_NE(error, "");
}

// What was read before an archive breaks off is applied, and complete.
TEST(ReplayTest, AnArchiveThatBreaksOff) {
  const std::string text = kHeader + some_rows(20'000);
  const std::string packed = gzipped(text);
  const std::string path = write_file("cut.csv.gz", packed.substr(0, packed.size() * 3 / 4));
  for (const uint32_t workers : {0u, 2u}) {
    Options options;
    options.workers = workers;
    options.shards = 3;
    const auto engine = open_shop(options);
    EXPECT_THAT(error_of(*engine, path), HasSubstr("ends in the middle of its gzip data"));
    const Summary summary = engine->summary();
    EXPECT_GT(summary.accepted, 0u);
    EXPECT_LT(summary.accepted, 20'000u);
    EXPECT_EQ(summary.refused, 0u);
    EXPECT_GE(summary.entries, summary.accepted);
    EXPECT_EQ(engine->check_books(), "");
    // The whole file then: what came before is known again.
    EXPECT_EQ(error_of(*engine, write_file("cut.csv.gz", packed)), "");
    EXPECT_EQ(engine->summary().accepted, 20'000u);
    EXPECT_EQ(engine->summary().duplicates, summary.accepted);
    write_file("cut.csv.gz", packed.substr(0, packed.size() * 3 / 4));
  }
}

TEST(ReplayTest, AnArchiveWithWrongBytes) {
  std::string packed = gzipped(kHeader + some_rows(20'000));
  for (size_t i = packed.size() / 2; i < packed.size() / 2 + 64; ++i) packed[i] ^= 0x55;
  const auto engine = open_shop();
  EXPECT_THAT(error_of(*engine, write_file("wrong.csv.gz", packed)),
              HasSubstr("not whole gzip data"));
  EXPECT_EQ(engine->check_books(), "");
}

TEST(ReplayTest, AnEngineGoesOnAfterAFileThatWasNone) {
  const auto engine = open_shop();
  EXPECT_NE(error_of(*engine, testing::TempDir() + "no-such-trace.csv"), "");
  EXPECT_EQ(feed(*engine, kHeader + some_rows(3)), "");
  EXPECT_EQ(engine->summary().accepted, 3u);
}

// ---- sources ------------------------------------------------------------------------------------

TEST(ReplayTest, PackedAndPlainAreTheSameTrace) {
  const std::string text = kHeader + some_rows(700);
  const auto engine = open_shop();
  EXPECT_EQ(error_of(*engine, write_file("same.csv", text)), "");
  EXPECT_EQ(error_of(*engine, write_file("same.csv.gz", gzipped(text))), "");
  EXPECT_EQ(engine->summary().accepted, 700u);
  EXPECT_EQ(engine->summary().duplicates, 700u);
}

TEST(ReplayTest, OneIdInTwoTracesIsTwoEvents) {
  const auto engine = open_shop();
  const std::string trace = kHeader + sale_row("1", "anna", "5.00");
  EXPECT_EQ(feed(*engine, trace, "monday"), "");
  EXPECT_EQ(feed(*engine, trace, "tuesday"), "");
  EXPECT_EQ(feed(*engine, trace, "monday"), "");
  EXPECT_EQ(engine->summary().accepted, 2u);
  EXPECT_EQ(engine->summary().duplicates, 1u);
}

TEST(ReplayTest, ATextIsTheTraceOfItsNameWhereverItsFileLies) {
  const auto engine = open_shop();
  const std::string trace = kHeader + sale_row("1", "anna", "5.00");
  EXPECT_EQ(error_of(*engine, write_file("named.csv", trace)), "");
  EXPECT_EQ(feed(*engine, trace, "guerdon-runtime-named"), "");
  EXPECT_EQ(feed(*engine, trace, "other/folder/guerdon-runtime-named.csv.zst"), "");
  EXPECT_EQ(engine->summary().accepted, 1u);
  EXPECT_EQ(engine->summary().duplicates, 2u);
}

TEST(ReplayTest, ATraceWithoutRowsIsWhole) {
  const auto engine = open_shop();
  EXPECT_EQ(feed(*engine, kHeader), "");
  EXPECT_EQ(feed(*engine, kHeader.substr(0, kHeader.size() - 1)), "");
  EXPECT_EQ(engine->summary().events, 0u);
  EXPECT_EQ(engine->summary().last_lsn, 1u);
}

TEST(ReplayTest, TheLastRowNeedsNoLineEnd) {
  const auto engine = open_shop();
  const std::string row = sale_row("1", "anna", "5.00");
  EXPECT_EQ(feed(*engine, kHeader + row.substr(0, row.size() - 1)), "");
  EXPECT_EQ(engine->summary().accepted, 1u);
}

// ---- hooks --------------------------------------------------------------------------------------

TEST(ReplayTest, RefusalsAreToldInTheOrderOfTheRowsWithPlaceCodeAndSentence) {
  std::string trace = kHeader;
  trace += sale_row("1", "anna", "5.00");
  trace += sale_row("2", "anna", "5.001");  // line 3
  trace += sale_row("1", "anna", "6.00");   // line 4
  trace += sale_row("1", "anna", "5.00");   // a duplicate is no refusal
  trace += "9,2026-01-05T10:00:00Z,weather,anna,,,\n";
  trace += sale_row("3", "anna", "99999999999999999.00");  // line 7
  for (const uint32_t workers : {0u, 3u}) {
    Options options;
    options.workers = workers;
    options.batch = 2;
    const auto engine = open_shop(options);
    std::vector<std::string> told;
    ReplayHooks hooks;
    hooks.refusal = [&](const Refusal& refusal) {
      EXPECT_EQ(refusal.source, "shop");
      EXPECT_EQ(refusal.sentence.rfind(refusal.code, 0), 0u) << refusal.sentence;
      EXPECT_THAT(refusal.sentence, HasSubstr("line " + std::to_string(refusal.line)));
      told.push_back(std::to_string(refusal.line) + " " + refusal.code);
    };
    EXPECT_EQ(feed(*engine, trace, "shop", hooks), "");
    EXPECT_THAT(told, ElementsAre("3 INVALID", "4 CONFLICT", "7 OVERFLOW"));
  }
}

// What one plan cannot read is refused for all, so the sentence says which plan reads what.
TEST(ReplayTest, WherePlansReadAColumnInDifferentWaysTheRefusalNamesThem) {
  const std::string count =
      "plan visits\nunit points, 0 decimals\nevent sale\n  account : account\n  amount : count\n"
      "rule r\n  on sale\n  credit account 1 point * amount\n";
  std::string error;
  const auto engine =
      Engine::open({}, {{"shop.plan", shop_plan()}, {"visits.plan", count}}, &error);
  ASSERT_NE(engine, nullptr) << error;
  std::vector<std::string> told;
  ReplayHooks hooks;
  hooks.refusal = [&](const Refusal& refusal) { told.push_back(refusal.sentence); };
  const std::string trace = kHeader + sale_row("1", "anna", "5.00") + sale_row("2", "anna", "5") +
                            "3,soon,sale,anna,,5,\n";
  EXPECT_EQ(feed(*engine, trace, "shop", hooks), "");
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0],
            "INVALID line 2, column amount: 5.00 is not a whole number; write digits alone; plans "
            "disagree on column amount of sale: plan shop reads it as an amount with 2 decimals "
            "(shop.plan:8), plan visits as a "
            "count (visits.plan:5)");
  EXPECT_THAT(told[1], HasSubstr("column time: soon is not a time"));
}

TEST(ReplayTest, ProgressEndsWithWhatTheWholeTraceHad) {
  const auto engine = open_shop();
  const std::string text = kHeader + some_rows(40'000);
  std::vector<ReplayProgress> told;
  ReplayHooks hooks;
  hooks.progress = [&](const ReplayProgress& progress) { told.push_back(progress); };
  EXPECT_EQ(error_of(*engine, write_file("long.csv", text), hooks), "");
  ASSERT_GE(told.size(), 3u);
  for (size_t i = 1; i < told.size(); ++i) {
    EXPECT_GE(told[i].events, told[i - 1].events);
    EXPECT_GE(told[i].bytes_read, told[i - 1].bytes_read);
  }
  EXPECT_EQ(told.back().events, 40'000u);
  EXPECT_EQ(told.back().bytes_read, text.size());
  EXPECT_EQ(told.back().bytes_total, text.size());
}

TEST(ReplayTest, ColumnsThatNoPlanReadsAreNamedOnce) {
  const auto engine = open_shop();
  EXPECT_TRUE(engine->ignored_columns().empty());
  const std::string row = "2026-01-05T10:00:00Z,sale,a,1.00,x,y\n";
  EXPECT_EQ(feed(*engine, "event_id,time,type,account,amount,note,colour\n1," + row), "");
  EXPECT_EQ(feed(*engine, "event_id,time,type,account,amount,note,size\n2," + row), "");
  EXPECT_THAT(engine->ignored_columns(), ElementsAre("colour", "note", "size"));
}

TEST(ReplayTest, WhatPlansAndTracesDoNotShareIsNamed) {
  const auto engine = open_shop();
  EXPECT_THAT(engine->absent_attributes(), IsEmpty());
  const std::string header = "event_id,time,type,account,amuont\n";
  const std::string rows =
      "1,2026-01-05T10:00:00Z,sale,a,1.00\n"
      "2,2026-01-05T10:00:00Z,slae,a,1.00\n"
      "3,2026-01-05T10:00:00Z,slae,a,1.00\n";
  EXPECT_EQ(feed(*engine, header + rows, "january"), "");
  EXPECT_EQ(feed(*engine, header + rows, "january"), "");
  EXPECT_EQ(feed(*engine, kHeader + sale_row("1", "a", "1.00"), "february"), "");
  EXPECT_THAT(engine->ignored_columns(), ElementsAre("amuont"));
  EXPECT_THAT(engine->ignored_types(), ElementsAre(Pair("slae", 4)));
  EXPECT_EQ(engine->summary().ignored, 4u);
  const std::vector<AbsentAttribute> expected = {
      {"january", "sale", "agent"}, {"january", "sale", "amount"}, {"january", "sale", "sku"}};
  EXPECT_EQ(engine->absent_attributes(), expected);
}

}  // namespace
}  // namespace guerdon
