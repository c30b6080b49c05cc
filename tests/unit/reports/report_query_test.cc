// Which period a report is of, by its name or by the clock.
#include "engine/reports/report_query.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::reports {
namespace {

using calendar::PeriodKind;

// A program with one plan, whose weeks begin on Sunday.
plan::Program made_program() {
  plan::Program program;
  plan::LoadedPlan& club = program.plans.emplace_back();
  club.name = "club";
  club.program = "club";
  club.calendar.week_start = 6;
  plan::WalletKind& points = program.wallets.emplace_back();
  points.program = "club";
  points.unit = "points";
  return program;
}

base::TimeMs at(const char* text) {
  base::TimeMs time = 0;
  EXPECT_TRUE(base::parse_timestamp(text, &time)) << text;
  return time;
}

ReportedPeriod period_of(std::string_view each, std::string_view period) {
  const plan::Program program = made_program();
  ReportQuery query;
  const auto fault = read_report(program, {"", each, period, ""}, &query);
  EXPECT_FALSE(fault) << fault->sentence;
  return reported_period(program.plans[0], query, at("2026-11-18T12:00:00Z"));
}

TEST(ReportQueryTest, ByItsNameOrTheClock) {
  struct Case {
    const char* each;
    const char* period;
    const char* kind;
    const char* label;
    const char* before;
  };
  for (const Case& c : {
           Case{"", "", "month", "2026-11", "2026-10"},
           Case{"", "2026-01", "month", "2026-01", "2025-12"},
           Case{"", "2026-11-01", "day", "2026-11-01", "2026-10-31"},  // a Sunday: a week, too
           Case{"week", "2026-11-01", "week", "2026-11-01", "2026-10-25"},
           Case{"week", "", "week", "2026-11-15", "2026-11-08"},
           Case{"", "2026-Q1", "quarter", "2026-Q1", "2025-Q4"},
           Case{"", "2026", "year", "2026", "2025"},
           Case{"year", "", "year", "2026", "2025"},
       }) {
    const ReportedPeriod period = period_of(c.each, c.period);
    EXPECT_EQ(period.each, c.kind) << c.each << c.period;
    EXPECT_EQ(period.label, c.label) << c.each << c.period;
    EXPECT_EQ(period.before, c.before) << c.each << c.period;
  }
}

TEST(ReportQueryTest, ItsEndIsTheFirstInstantThatIsNotInIt) {
  const ReportedPeriod november = period_of("", "2026-11");
  EXPECT_TRUE(november.has(at("2026-11-01T00:00:00Z")));
  EXPECT_FALSE(november.has(at("2026-12-01T00:00:00Z")));
  EXPECT_TRUE(november.has_before(at("2026-10-31T23:59:59Z")));
  EXPECT_FALSE(november.has_before(at("2026-09-30T23:59:59Z")));
  // What ends with it is told of in it, what ends as it begins in the one before.
  EXPECT_TRUE(november.has_end(at("2026-12-01T00:00:00Z")));
  EXPECT_FALSE(november.has_end(at("2026-11-01T00:00:00Z")));
}

TEST(ReportQueryTest, WhatIsWrong) {
  const plan::Program program = made_program();
  const auto sentence = [&](const ReportWords& words) {
    ReportQuery query;
    const auto fault = read_report(program, words, &query);
    return fault ? std::string(fault->code) + " " + fault->sentence : "";
  };
  EXPECT_EQ(sentence({"clab", "", "", ""}), "UNKNOWN there is no program clab; there is club");
  EXPECT_EQ(
      sentence({"", "moon", "", ""}).find("INVALID no report is made each moon; write one of"), 0);
  EXPECT_EQ(sentence({"", "month", "2026-W07", ""}),
            "INVALID 2026-W07 is no period of program club; write one such as 2025-02");
  EXPECT_EQ(sentence({"", "", "", "GBP"}), "UNKNOWN no plan has a unit GBP; there is points");
  EXPECT_EQ(sentence({"club", "week", "2026-11-01", "points"}), "");
}

}  // namespace
}  // namespace guerdon::reports
