#include "tests/reference/engine.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/money/limits.h"
#include "tests/unit/reference/scenario.h"

namespace guerdon::reference {
namespace {

Engine engine_of(const std::vector<std::string>& texts) {
  std::vector<plan::Plan> plans;
  plans.reserve(texts.size());
  for (const std::string& text : texts) plans.push_back(load(text));
  return Engine(std::move(plans));
}

std::string plan_text(const std::string& name, const std::string& rest) {
  return "plan " + name + R"(
unit GBP, 2 decimals
unit points, 0 decimals

event purchase, refund
  account, agent : account
  amount : GBP
  adjustment : GBP signed
  sku : text
  qty : count
)" + rest;
}

constexpr const char* kTenth = "\nrule tenth\n  on purchase\n  credit account 10% of amount\n";

Result send(Engine& engine, const std::string& words) { return engine.apply(event_of(words)); }

// ---- admission ----------------------------------------------------------------------------------

TEST(ReferenceEngineTest, PlansTakeTheFirstNumbersAndRefusalsTakeNone) {
  Engine engine = engine_of({plan_text("p", kTenth), plan_text("q", kTenth)});
  EXPECT_EQ(engine.last_lsn(), 2u);
  EXPECT_FALSE(engine.clock().has_value());
  EXPECT_EQ(send(engine, "2026-01-01 purchase account=A amount=1.00").lsn, 3u);
  EXPECT_EQ(send(engine, "2026-01-01 purchase account=A amount=1.001"),
            (Result{Outcome::kRefused, "INVALID", 0}));
  EXPECT_EQ(send(engine, "2026-01-01 purchase amount=10000000000000.01"),
            (Result{Outcome::kRefused, "OVERFLOW", 0}));
  EXPECT_EQ(send(engine, "2026-01-32 purchase account=A"),
            (Result{Outcome::kRefused, "INVALID", 0}));
  EXPECT_EQ(send(engine, "2026-01-02 mystery"), (Result{Outcome::kIgnored, "", 4}));
  EXPECT_EQ(base::format_timestamp(*engine.clock()), "2026-01-02T12:00:00Z");
  EXPECT_EQ(send(engine, "2026-01-01 purchase account=A amount=1.00").lsn, 5u);
  EXPECT_EQ(base::format_timestamp(*engine.clock()), "2026-01-02T12:00:00Z");
}

TEST(ReferenceEngineTest, TheSameEventAgainIsADuplicateAndAnotherAConflict) {
  Engine engine = engine_of({plan_text("p", kTenth)});
  const Event first = event_of("2026-01-01 purchase id=77 account=A amount=1.00 sku=");
  EXPECT_EQ(engine.apply(first), (Result{Outcome::kAccepted, "", 2}));
  Event again = first;
  std::reverse(again.values.begin(), again.values.end());
  again.values.erase(again.values.begin());  // the empty one
  EXPECT_EQ(engine.apply(again), (Result{Outcome::kDuplicate, "", 2}));
  Event other = first;
  other.values[1].second = "1.0";  // the same amount, but sent otherwise
  EXPECT_EQ(engine.apply(other), (Result{Outcome::kConflict, "", 0}));
  other.source = "elsewhere";
  EXPECT_EQ(engine.apply(other).outcome, Outcome::kAccepted);
  EXPECT_EQ(balances_of(engine), "A 20");
}

TEST(ReferenceEngineTest, ARefusedEventKeepsNoKey) {
  Engine engine = engine_of({plan_text("p", kTenth)});
  EXPECT_EQ(send(engine, "2026-01-01 purchase id=1 account=A amount=x").code, "INVALID");
  EXPECT_EQ(send(engine, "2026-01-01 purchase id=1 account=A amount=1").outcome,
            Outcome::kAccepted);
}

TEST(ReferenceEngineTest, PlansReadOneAttributeEachInItsOwnWay) {
  Engine engine = engine_of({plan_text("p", kTenth), R"(plan q
unit yen, 0 decimals
event purchase
  account : account
  amount : yen
rule all
  on purchase
  credit account amount
)"});
  EXPECT_EQ(send(engine, "2026-01-01 purchase account=A amount=7.5").code, "INVALID");
  run(engine, {{"2026-01-01 purchase account=A amount=7", "A +70; A +7"}});
  EXPECT_EQ(engine.entries()[0].program, "p");
  EXPECT_EQ(engine.entries()[1].program, "q");
  EXPECT_EQ(engine.entries()[1].n, 1);
}

// ---- order within an event ----------------------------------------------------------------------

TEST(ReferenceEngineTest, RolesComeInTheOrderDeclaredAndNumberTheirEntries) {
  Engine engine = engine_of({plan_text("p", R"(
rule both
  on purchase
  credit agent 1 point
  credit account 2 points
  credit agent 3 points

rule last
  on purchase
  credit account 4 points
)")});
  run(engine, {{"2026-01-01 purchase account=A agent=B", "A +2; A +4; B +1; B +3"},
               {"2026-01-01 purchase agent=B", "B +1; B +3"},
               {"2026-01-01 purchase", ""},
               {"2026-01-01 purchase account=A agent=A", "A +2; A +4; A +1; A +3"}});
  std::vector<int> numbers;
  for (const Entry& entry : engine.entries()) numbers.push_back(entry.n);
  EXPECT_EQ(numbers, (std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1, 2, 3}));
}

TEST(ReferenceEngineTest, MeasuresMoveBeforeRulesAndRemember) {
  Engine engine = engine_of({plan_text("p", R"(
measure bought per account per sku = sum of qty on purchase less qty on refund where qty > 1

rule reached
  on purchase
  when bought before < 10 and bought after >= 10
  credit account 1 point
)")});
  run(engine, {{"2026-01-01 purchase account=A sku=X qty=9", ""},
               {"2026-01-01 purchase account=A sku=Y qty=9", ""},
               {"2026-01-01 purchase account=A sku=X qty=1", ""},  // does not count
               {"2026-01-01 purchase account=A sku=X qty=2", "A +1"},
               {"2026-01-01 purchase account=A sku=X qty=2", ""},
               {"2026-01-01 refund account=A sku=X qty=5", ""},
               {"2026-01-01 purchase account=A sku=X qty=2", "A +1"},
               {"2026-01-01 purchase account=A qty=50", ""}});  // names no sku
}

TEST(ReferenceEngineTest, AnEventThatDoesNotCountMovesNothing) {
  Engine engine = engine_of({R"(plan p
unit points, 0 decimals
event purchase
  account : account
  gift : flag
  when not gift
measure visits per account = number of purchase
rule third per account
  when visits >= 2
  credit account 5 points
)"});
  run(engine, {{"2026-01-01 purchase account=A gift=false", ""},
               {"2026-01-01 purchase account=A gift=true", ""},
               {"2026-01-01 purchase account=A", ""},  // unknown is not true
               {"2026-01-01 purchase account=A gift=false", "A +5"},
               {"2026-01-01 purchase account=A gift=false", ""}});
}

// ---- periods ------------------------------------------------------------------------------------

TEST(ReferenceEngineTest, TwoPeriodsBackIsKeptAndThreeIsTooLate) {
  Engine engine = engine_of({plan_text("p", R"(
measure spent per account per month = sum of amount on purchase

rule share per account per month
  credit account 10% of spent

rule first
  on purchase
  when spent before = 0.00
  credit account 1 point
)")});
  run(engine, {{"2026-01-15 purchase account=A amount=1.00", "A +10; A +1"},
               {"2026-03-31T23:59:59Z purchase account=B amount=1.00", "B +10; B +1"},
               {"2026-01-31 purchase account=A amount=2.00", "A +20 correct"},
               {"2026-04-01T00:00:00Z purchase account=B amount=1.00", "B +10; B +1"},
               {"2026-01-31 purchase account=A amount=2.00", ""},
               {"2026-02-01T00:00:00Z purchase account=A amount=2.00", "A +20 correct; A +1"}});
  EXPECT_EQ(engine.measures().size(), 3u);  // January is no longer there
}

TEST(ReferenceEngineTest, ASweepBeginsAtAnEndOfAPeriodAndTakesEvery32ndPlace) {
  Engine engine =
      engine_of({plan_text("p", "\nmeasure n per account per day = number of purchase\n")});
  const auto visit = [&](const char* time) {
    return send(engine, std::string(time) + " purchase account=A").lsn;
  };
  EXPECT_EQ(visit("2026-01-01T23:59:59.999Z"), 2u);  // the first of all begins none
  EXPECT_EQ(visit("2026-01-02T00:00:00Z"), 3u);
  for (uint64_t lsn = 4; lsn <= 35; ++lsn) EXPECT_EQ(visit("2026-01-02T01:00:00Z"), lsn);
  EXPECT_EQ(engine.last_lsn(), 36u);  // a SWEEP after the 32nd
  EXPECT_EQ(send(engine, "2026-01-02T01:00:00Z mystery").lsn, 37u);
  engine.tick(*engine.clock());
  EXPECT_EQ(engine.last_lsn(), 38u);
  for (int i = 0; i < 29; ++i) visit("2026-01-02T01:00:00Z");
  EXPECT_EQ(engine.last_lsn(), 67u);
  visit("2026-01-03T00:00:00Z");  // the 32nd: its slice is the first of a new sweep
  EXPECT_EQ(engine.last_lsn(), 69u);
  for (int i = 0; i < 64 * 32; ++i) visit("2026-01-03T00:00:01Z");
  EXPECT_EQ(engine.last_lsn(), 68u + 64 * 33);
  for (int i = 0; i < 100; ++i) visit("2026-01-03T00:00:01Z");
  EXPECT_EQ(engine.last_lsn(), 168u + 64 * 33);  // it has ended
}

// ---- the ledger ---------------------------------------------------------------------------------

TEST(ReferenceEngineTest, AWalletIsNeverBelowZero) {
  Engine engine = engine_of({plan_text("p", R"(
rule signed
  on purchase
  credit account 100% of adjustment

rule counted
  on refund
  credit account 3 points
)")});
  run(engine, {{"2026-01-01 purchase account=A adjustment=-1.00", ""},
               {"2026-01-01 purchase account=A adjustment=1.00", "A +100"},
               {"2026-01-01 purchase account=A adjustment=-0.40", "A -40 clawback"},
               {"2026-01-01 refund account=A", "A +3"},  // another wallet
               {"2026-01-01 purchase account=A adjustment=-0.61", "A -60 clawback (floor)"}});
  EXPECT_EQ(balances_of(engine), "A 3");
}

TEST(ReferenceEngineTest, ACreditOwesAtLeastNothing) {
  Engine engine = engine_of({plan_text("p", R"(
measure net per account = sum of adjustment on purchase

rule share per account
  credit account 100% of net
)")});
  run(engine, {{"2026-01-01 purchase account=A adjustment=1.00", "A +100"},
               {"2026-01-01 purchase account=A adjustment=-3.00", "A -100 clawback"},
               {"2026-01-01 purchase account=A adjustment=2.50", "A +50"}});
}

// Five of the largest values that a plan can name are more than a measure or a wallet holds.
constexpr const char* kTurnover =
    "\nmeasure turnover per account = "
    "sum of min(amount * qty, 9_999_999_999_999_999.99) on purchase less amount on refund\n";
constexpr const char* kMost =
    "2026-01-01 purchase account=A amount=10000000000000.00 qty=1000000000";

TEST(ReferenceEngineTest, MeasuresStayWithinTheirBounds) {
  Engine engine = engine_of({plan_text("p", std::string(kTurnover) + R"(
rule saturated
  on purchase
  when turnover before = turnover after
  credit account 1 point
)")});
  run(engine, {{kMost, ""},
               {kMost, ""},
               {kMost, ""},
               {kMost, ""},
               {kMost, ""},
               {kMost, "A +1"},
               {"2026-01-01 refund account=A amount=0.01", ""}});
  EXPECT_EQ(engine.measures().begin()->second, money::kMeasureMax - 1);
}

TEST(ReferenceEngineTest, WhatAWalletCannotHoldGoesToSuspense) {
  Engine engine = engine_of({plan_text("p", std::string(kTurnover) + R"(
rule all per account
  credit account 100% of turnover

rule one
  on purchase
  credit account 0.01 GBP
)")});
  run(engine, {{kMost, "A +999999999999999999; A +1"},
               {kMost, "A +999999999999999999; A +1"},
               {kMost, "A +999999999999999999; A +1"},
               {kMost, "A +999999999999999999; A +1"},
               {kMost, "A +611686018427387908 (overflow); A +1"},
               {kMost, "A +1"}});
  EXPECT_EQ(balances_of(engine), "A 4000000000000000002");
}

}  // namespace
}  // namespace guerdon::reference
