#include "engine/program/rates.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "engine/base/timestamp.h"
#include "engine/money/exchange.h"
#include "engine/snapshot/format.h"
#include "engine/snapshot/snapshot_reader.h"
#include "tests/support/crash_disk.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::plan {
namespace {

constexpr std::string_view kPlan =
    "plan shop\n"
    "unit points, 0 decimals\n"  // wallet 0
    "unit USD, 2 decimals\n"     // wallet 1
    "unit VND, 0 decimals\n"     // wallet 2
    "unit EUR, 2 decimals\n"     // wallet 3
    "event sale\n"
    "  account : account\n"
    "  amount : USD\n"
    "rule r\n"
    "  on sale\n"
    "  credit account 1 point per full 1.00 of amount\n"
    "exchange points to USD\n"
    "  rate 1 point = 0.01 USD\n"
    "  from 2026-07-01 : 120 points = 1.00 USD\n"
    "exchange USD to VND\n"
    "  rate from file\n"
    "  stale up to 3 days\n"
    "  show only\n"
    "exchange EUR to USD\n"
    "  rate from file\n";

constexpr uint16_t kPoints = 0;
constexpr uint16_t kUsd = 1;
constexpr uint16_t kVnd = 2;
constexpr uint16_t kEur = 3;
constexpr money::Ratio kDongACent{509, 2};  // 25,450 a dollar

TimeMs at(std::string_view text) {
  TimeMs t = 0;
  EXPECT_TRUE(base::parse_timestamp(text, &t)) << text;
  return t;
}

class RatesTest : public testing::Test {
 protected:
  bool set(uint16_t from, uint16_t to, std::string_view since, std::string_view until,
           money::Ratio rate) {
    return rates_.set(rates_.find(from, to).value(), at(since), at(until), rate);
  }
  std::string shown(int64_t amount, uint16_t from, uint16_t to, std::string_view when) {
    const Quote quote = rates_.quote_shown(from, to, at(when));
    if (quote.fault == RateFault::kNoExchange) return "no exchange";
    if (quote.fault == RateFault::kNoRate) return "no rate";
    if (quote.fault == RateFault::kTooFine) return "too fine";
    const std::optional<int64_t> value = money::shown(amount, quote.rate);
    return value ? std::to_string(*value) : "too much";
  }

  const Program program_ = compiled(std::string(kPlan));
  Rates rates_{program_};
};

TEST_F(RatesTest, E19ShowsPointsInDongByWayOfDollars) {
  set(kUsd, kVnd, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", kDongACent);
  EXPECT_EQ(shown(1'000, kPoints, kVnd, "2026-03-02T10:00:00Z"), "254500");
  EXPECT_EQ(shown(3'007, kUsd, kVnd, "2026-03-02T10:00:00Z"), "765281");
  EXPECT_EQ(shown(1'000, kPoints, kUsd, "2026-03-02T10:00:00Z"), "1000");
  EXPECT_EQ(rates_.quote_shown(kPoints, kVnd, at("2026-03-02T10:00:00Z")).from,
            at("2026-03-02T00:00:00Z"));
}

TEST_F(RatesTest, WhatNoRateIsDatedForIsRefusedUnlessTheLastOneIsYoungEnough) {
  set(kUsd, kVnd, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", kDongACent);
  EXPECT_EQ(shown(100, kUsd, kVnd, "2026-03-01T23:59:59Z"), "no rate");
  EXPECT_EQ(shown(100, kUsd, kVnd, "2026-03-02T00:00:00Z"), "25450");
  EXPECT_EQ(shown(100, kUsd, kVnd, "2026-03-03T00:00:00Z"), "25450") << "stale up to 3 days";
  EXPECT_EQ(shown(100, kUsd, kVnd, "2026-03-05T23:59:59.999Z"), "25450");
  EXPECT_EQ(shown(100, kUsd, kVnd, "2026-03-06T00:00:00Z"), "no rate");
  set(kEur, kUsd, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", {11, 10});
  EXPECT_EQ(shown(100, kEur, kUsd, "2026-03-02T12:00:00Z"), "110");
  EXPECT_EQ(shown(100, kEur, kUsd, "2026-03-03T00:00:00Z"), "no rate")
      << "it says nothing of stale";
}

TEST_F(RatesTest, OneDirectionIsNotTheOther) {
  EXPECT_EQ(shown(100, kUsd, kPoints, "2026-03-02T10:00:00Z"), "no exchange");
  EXPECT_EQ(shown(100, kVnd, kEur, "2026-03-02T10:00:00Z"), "no exchange");
  EXPECT_FALSE(rates_.find(kVnd, kUsd).has_value());
}

TEST_F(RatesTest, ARateOfThePlanHoldsUntilTheNext) {
  EXPECT_EQ(shown(120, kPoints, kUsd, "2026-06-30T23:59:59Z"), "120");
  EXPECT_EQ(shown(120, kPoints, kUsd, "2026-07-01T00:00:00Z"), "100");
  EXPECT_EQ(shown(120, kPoints, kUsd, "2099-07-01T00:00:00Z"), "100");
}

TEST_F(RatesTest, WhatIsTooFineOrTooLargeIsSaid) {
  const std::string_view from = "2026-03-02T00:00:00Z";
  set(kUsd, kVnd, from, "2026-03-03T00:00:00Z", {INT64_MAX, 2});
  EXPECT_EQ(shown(1'000'000, kUsd, kVnd, from), "too much");
  set(kEur, kUsd, from, "2026-03-03T00:00:00Z", {INT64_MAX, 2});
  EXPECT_EQ(shown(1, kEur, kVnd, from), "too fine");
}

TEST_F(RatesTest, AreTheSameOutOfASnapshot) {
  EXPECT_FALSE(rates_.has_any());
  EXPECT_EQ(rates_.content_hash(), base::Hash128{});
  set(kUsd, kVnd, "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z", kDongACent);
  set(kUsd, kVnd, "2026-03-04T00:00:00Z", "2026-03-05T00:00:00Z", {255, 1});
  set(kEur, kUsd, "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z", {11, 10});
  EXPECT_TRUE(rates_.has_any());
  support::CrashDisk disk;
  snapshot::SnapshotWriter out(disk, {});
  out.begin_section(1);
  rates_.save(out);
  ASSERT_TRUE(out.finish("")) << out.error();
  std::unique_ptr<os::DiskFile> file;
  ASSERT_TRUE(disk.open(snapshot::snapshot_name(0), &file).ok());
  snapshot::SnapshotReader reader(std::move(file), "snapshot");
  ASSERT_TRUE(reader.open());
  snapshot::SectionReader in(reader);
  Rates other(program_);
  EXPECT_NE(other.content_hash(), rates_.content_hash());
  ASSERT_TRUE(in.begin(1) && other.load(in) && in.end());
  EXPECT_EQ(other.content_hash(), rates_.content_hash());
  const uint32_t exchange = rates_.find(kUsd, kVnd).value();
  EXPECT_EQ(other.quote(exchange, at("2026-03-04T10:00:00Z")).rate, (money::Ratio{255, 1}));
}

}  // namespace
}  // namespace guerdon::plan
