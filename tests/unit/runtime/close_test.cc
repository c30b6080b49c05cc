// What is paid when a period is closed, whoever finds it due: mostly through the public interface.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/feed/event_reader.h"
#include "engine/net/line_words.h"
#include "engine/runtime/core.h"
#include "tests/unit/runtime/shop.h"

namespace guerdon {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kMonthsPlan = R"(plan month_end

unit points, 0 decimals

event sale
  account : account
  qty : count

measure pieces per account per month = sum of qty on sale

rule at_once
  on sale
  credit account 1 points

rule bonus per account per month
  on close
  when pieces >= 3
  credit account 10 points * pieces as bonus
  at most 1000 points

rule idle per account per month
  on close
  when pieces = 0
  credit account 2 points as idle
)";

int64_t at(const std::string& text) {
  base::TimeMs time = 0;
  EXPECT_TRUE(base::parse_timestamp(text, &time));
  return time;
}

struct Shop {
  explicit Shop(uint32_t shards = 1) {
    Options options;
    options.shards = shards;
    engine = open_engine({kMonthsPlan}, options);
    engine->on_entry([this](const Entry& entry) {
      entries.push_back(engine->account_name(entry.account) + " " + std::to_string(entry.amount) +
                        " " + std::string(entry.kind) + " " +
                        base::format_timestamp(entry.effective));
    });
  }

  Answer sale(const std::string& id, const std::string& time, const std::string& account, int qty) {
    Answer answer;
    std::string error;
    const std::string when = "time=" + time;
    const std::string of = "account=" + account;
    const std::string pieces = "qty=" + std::to_string(qty);
    EXPECT_TRUE(engine->request({"EVENT", "sale", id, of, pieces, when}, &answer, &error)) << error;
    return answer;
  }

  void tick(const std::string& time) {
    std::string error;
    EXPECT_TRUE(engine->tick(at(time), &error)) << error;
  }

  std::vector<std::string> take() { return std::exchange(entries, {}); }

  std::unique_ptr<Engine> engine;
  std::vector<std::string> entries;
};

TEST(CloseTest, ATickClosesForEverybodyOnce) {
  Shop shop;
  shop.sale("1", "2026-01-10T00:00:00Z", "A", 3);
  shop.sale("2", "2026-01-11T00:00:00Z", "B", 1);
  shop.take();
  shop.tick("2026-01-31T23:59:59Z");
  EXPECT_THAT(shop.take(), IsEmpty());
  shop.tick("2026-02-01T00:00:00Z");
  EXPECT_THAT(shop.take(), ElementsAre("A 30 bonus 2026-02-01T00:00:00Z"));
  shop.tick("2026-02-02T00:00:00Z");
  EXPECT_THAT(shop.take(), IsEmpty());
  EXPECT_EQ(shop.engine->check_books(), "");
}

TEST(CloseTest, WhatIsDueIsNoPartOfTheAnswer) {
  Shop shop;
  EXPECT_EQ(shop.sale("1", "2026-01-10T00:00:00Z", "A", 3).entries, 1u);
  EXPECT_EQ(shop.sale("2", "2026-02-10T00:00:00Z", "A", 1).entries, 1u);
  EXPECT_THAT(shop.take(),
              ElementsAre("A 1 earn 2026-01-10T00:00:00Z", "A 30 bonus 2026-02-01T00:00:00Z",
                          "A 1 earn 2026-02-10T00:00:00Z"));
  // A correction is what the event has done.
  EXPECT_EQ(shop.sale("3", "2026-01-11T00:00:00Z", "A", 1).entries, 2u);
}

TEST(CloseTest, AReadSeesWhatIsDue) {
  Shop shop;
  shop.sale("1", "2026-01-10T00:00:00Z", "A", 3);
  shop.sale("2", "2026-03-10T00:00:00Z", "B", 1);
  const std::vector<Balance> balances = shop.engine->balances();
  ASSERT_EQ(balances.size(), 2u);
  EXPECT_EQ(balances[0].amount, 1 + 30 + 2);
  EXPECT_EQ(balances[1].amount, 1);
  const std::string state = shop.engine->state_hash().to_hex();
  EXPECT_EQ(shop.entries.size(), 2u);
  shop.tick("2026-03-10T00:00:00Z");
  EXPECT_EQ(shop.entries.size(), 4u);
  EXPECT_EQ(shop.engine->state_hash().to_hex(), state);
}

TEST(CloseTest, AYearIsClosedMonthByMonthInAnyShards) {
  std::string state;
  std::string entries;
  for (const uint32_t shards : {1u, 2u, 7u, 16u}) {
    Shop shop(shards);
    shop.sale("1", "2026-01-10T00:00:00Z", "A", 4);
    // Nothing is let go of that a close is still to read.
    shop.sale("2", "2027-01-10T00:00:00Z", "B", 1);
    shop.take();
    shop.tick("2027-01-11T00:00:00Z");
    const std::vector<std::string> made = shop.take();
    ASSERT_EQ(made.size(), 12u) << shards;
    EXPECT_EQ(made.front(), "A 40 bonus 2026-02-01T00:00:00Z");
    EXPECT_EQ(made[1], "A 2 idle 2026-03-01T00:00:00Z");
    EXPECT_EQ(made.back(), "A 2 idle 2027-01-01T00:00:00Z");
    if (shards == 1) {
      state = shop.engine->state_hash().to_hex();
      entries = shop.engine->entries_hash().to_hex();
    }
    EXPECT_EQ(shop.engine->state_hash().to_hex(), state) << shards;
    EXPECT_EQ(shop.engine->entries_hash().to_hex(), entries) << shards;
  }
}

// ---- Below the public interface -----------------------------------------------------------------

constexpr const char* kGraced = R"(plan graced
  zone Asia/Kathmandu
  grace 30 minutes
unit points, 0 decimals
event sale
  account : account
measure sales per account per day = number of sale
rule bonus per account per day
  on close
  credit account 10 points * sales
  at most 1000 points
)";

struct GracedCore {
  GracedCore() {
    runtime::OpenFault fault;
    core = runtime::Core::open({}, {{"graced.plan", kGraced}}, nullptr, 1, {}, &fault);
    EXPECT_NE(core, nullptr) << fault.sentence;
    pipeline::Job& job = core->assembly().take();
    event::EventReader events(core->program().schema);
    net::Words words;
    std::string unescaped;
    EXPECT_FALSE(
        net::cut_line("EVENT sale 1 account=A time=2026-03-01T18:20:00Z", &unescaped, &words));
    EXPECT_TRUE(
        events.read({words.views.data(), words.count}, event::Source("till"), 0, job.batch));
    core->assembly().submit(job);
    core->assembly().drain();
  }

  std::unique_ptr<runtime::Core> core;
};

// A server to which nothing comes ticks then: at the end of the day, which is over, it did.
TEST(CloseTest, SomethingIsDueWhenTheGraceIsOver) {
  const GracedCore graced;
  EXPECT_EQ(base::format_timestamp(graced.core->due_at()), "2026-03-01T18:45:00Z");
}

TEST(CloseTest, AnAuditFindsAMarkAheadOfTheClock) {
  const GracedCore graced;
  EXPECT_EQ(graced.core->audit().difference, "");
  const plan::ClosingKind& closing = graced.core->program().closings.front();
  const shard::Shard& shard = graced.core->shard_of(base::hash64("A"));
  // Nobody but the shard may change it: that is what is tampered with.
  auto& state = const_cast<shard::AccountState&>(shard.state());
  shard::BlockHeader* const account = state.accounts().find(base::hash64("A"), "A");
  int64_t& mark = state.find(*account, {closing.subject, 0, {}})[closing.cell];
  mark = plan::through_mark(plan::through_of(mark) + 1);
  EXPECT_THAT(graced.core->audit().difference,
              HasSubstr("account A, counter closed through day is " + std::to_string(mark)));
}

}  // namespace
}  // namespace guerdon
