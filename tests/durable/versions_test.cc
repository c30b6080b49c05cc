// Versions of a plan that are published between events, on a disk that forgets: whatever stops the
// engine, and wherever, a start gives what an engine that was never stopped has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/feed/event_reader.h"
#include "engine/runtime/core.h"
#include "tests/generate/rng.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"

namespace guerdon {
namespace {

using runtime::Core;
using support::CrashDisk;
using ::testing::HasSubstr;

constexpr std::string_view kDeclarations = R"(  zone UTC

unit GBP, 2 decimals

event purchase
  account, seller : account
  amount : GBP
  sku : text
)";

PlanText plan_of(std::string_view header, std::string_view more, std::string_view rules) {
  std::string text = "plan club" + std::string(header) + "\n";
  text.append(kDeclarations).append(more).append("\n").append(rules);
  return {"club.plan", std::move(text)};
}

constexpr std::string_view kSpent =
    "measure spent per account per month = sum of amount on purchase\n\n";
// A goal of a month ends and begins with months.
constexpr std::string_view kGoal = R"(
rule goal per account per month
  credit account by spent
    below 100.00 : none
    otherwise    : 3.00 GBP
)";

PlanText first() {
  return plan_of("", "", std::string(kSpent) + R"(rule base
  on purchase
  credit account 5% of amount
)" + std::string(kGoal));
}

PlanText second() {
  return plan_of(" version 2 from 2026-03-01", "", std::string(kSpent) + R"(rule base
  on purchase
  credit account 10% of amount

rule of_mugs
  on purchase
  when sku = "mug"
  credit seller 1.00 GBP
)" + std::string(kGoal));
}

// Asks for an attribute, and for a text that nobody has named before; the goal ends.
PlanText third() {
  return plan_of(" version 3 from 2026-05-01", "  channel : text\n",
                 std::string(kSpent) + R"(rule base
  on purchase
  credit account 10% of amount

rule web
  on purchase
  when channel = "web"
  credit account 0.50 GBP
)");
}

// What is done in its turn: events, with a version in front of some of them.
constexpr uint64_t kEvents = 60;
constexpr uint64_t kSecondAt = 20;
constexpr uint64_t kThirdAt = 35;

Options some_options(uint32_t shards = 1, uint32_t workers = 0) {
  Options options;
  options.shards = shards;
  options.workers = workers;
  options.keys = 1'000;
  options.objects = 50;
  options.segment_bytes = kSegmentBytesMin;
  return options;
}

std::unique_ptr<Core> open(CrashDisk* disk, const Options& options,
                           const std::vector<PlanText>& plans, std::string* error) {
  runtime::OpenFault fault;
  runtime::Disks disks;
  if (disk != nullptr) disks.log = std::make_unique<support::BorrowedDisk>(*disk);
  std::unique_ptr<Core> core = Core::open(options, plans, std::move(disks), 1, {}, &fault);
  *error = fault.sentence;
  return core;
}

std::unique_ptr<Core> must_open(CrashDisk* disk, const Options& options = some_options(),
                                const std::vector<PlanText>& plans = {first()}) {
  std::string error;
  std::unique_ptr<Core> core = open(disk, options, plans, &error);
  EXPECT_NE(core, nullptr) << error;
  return core;
}

// Before a version is published events are of its yesterdays; some are late.
std::string time_of(uint64_t number) {
  const uint64_t month = number < kSecondAt  ? 1 + number % 2
                         : number < kThirdAt ? 2 + number % 3
                                             : 3 + number % 4;
  return "2026-0" + std::to_string(month) + "-1" + std::to_string(number % 8) + "T10:00:00Z";
}

bool send(Core& core, uint64_t number) {
  if (!core.has_room()) return false;
  std::vector<std::string> words = {"EVENT",
                                    "purchase",
                                    "p-" + std::to_string(number),
                                    "account=a" + std::to_string(number % 7),
                                    "seller=s" + std::to_string(number % 3),
                                    "amount=" + std::to_string(10 + number) + ".00",
                                    number % 2 == 0 ? "sku=mug" : "sku=cup",
                                    "time=" + time_of(number)};
  if (number >= kThirdAt) words.push_back(number % 4 < 2 ? "channel=web" : "channel=shop");
  event::EventReader reader(core.program().schema);
  const event::Source source("test");
  pipeline::Job& job = core.assembly().take();
  const std::vector<std::string_view> views(words.begin(), words.end());
  EXPECT_TRUE(reader.read(views, source, 0, job.batch)) << reader.fault().sentence;
  core.assembly().submit(job);
  core.assembly().drain();
  return core.flush();
}

bool publish(Core& core, const PlanText& text) {
  uint64_t lsn = 0;
  std::string error;
  return core.has_room() && core.publish(text, &lsn, &error) && core.flush();
}

// Steps `from` to `to`; whether all were done. What was done before is a duplicate.
bool take_steps(Core& core, uint64_t from = 0, uint64_t to = kEvents) {
  for (uint64_t number = from; number < to; ++number) {
    if (number == kSecondAt && !publish(core, second())) return false;
    if (number == kThirdAt && !publish(core, third())) return false;
    if (!send(core, number)) return false;
  }
  return true;
}

std::string seen(const Core& core) {
  return "state " + core.state_hash().to_hex() + " entries " + core.entries_hash().to_hex() +
         " lsn " + std::to_string(core.admission().last_lsn()) + core.audit().difference;
}

std::string wanted() {
  const std::unique_ptr<Core> core = must_open(nullptr);
  EXPECT_TRUE(take_steps(*core));
  EXPECT_EQ(core->program().published.size(), 2u);
  // The first plan, the events, two versions; and a SWEEP, once the months before are over.
  EXPECT_EQ(core->admission().last_lsn(), 1 + kEvents + 2 + 1);
  return seen(*core);
}

TEST(VersionsTest, ShardsAndThreadsMakeNoDifference) {
  const std::string all = wanted();
  for (const uint32_t shards : {1u, 2u, 7u, 16u}) {
    for (const uint32_t workers : {0u, 2u}) {
      CrashDisk disk;
      const std::unique_ptr<Core> core = must_open(&disk, some_options(shards, workers));
      EXPECT_TRUE(take_steps(*core));
      EXPECT_EQ(seen(*core), all) << shards << " shards, " << workers << " workers";
    }
  }
}

TEST(VersionsTest, VersionsPayForTheirDaysAlone) {
  const std::unique_ptr<Core> core = must_open(nullptr);
  ASSERT_TRUE(take_steps(*core));
  ASSERT_TRUE(core->audit().difference.empty());
  // What the first version alone makes of the same events is less.
  const std::unique_ptr<Core> plain = must_open(nullptr);
  for (uint64_t number = 0; number < kThirdAt; ++number) ASSERT_TRUE(send(*plain, number));
  const std::unique_ptr<Core> early = must_open(nullptr);
  ASSERT_TRUE(take_steps(*early, 0, kThirdAt));
  int64_t fewer = 0;
  int64_t more = 0;
  for (const Balance& balance : plain->balances()) fewer += balance.amount;
  for (const Balance& balance : early->balances()) more += balance.amount;
  int64_t difference = 0;
  for (uint64_t number = kSecondAt; number < kThirdAt; ++number) {
    const bool is_new = time_of(number) >= "2026-03-01";
    if (is_new) difference += static_cast<int64_t>((10 + number) * 5);
    if (is_new && number % 2 == 0) difference += 100;
  }
  EXPECT_GT(difference, 0);
  EXPECT_EQ(more - fewer, difference);
}

// Stopped behind each step, with a snapshot or without, under other shards.
TEST(VersionsTest, AStartAtEachStep) {
  const std::string all = wanted();
  for (const bool writes_snapshot : {false, true}) {
    for (uint64_t stop = 0; stop <= kEvents; ++stop) {
      CrashDisk disk;
      {
        const std::unique_ptr<Core> core = must_open(&disk);
        ASSERT_TRUE(take_steps(*core, 0, stop));
        std::string error;
        if (writes_snapshot) {
          ASSERT_TRUE(core->write_snapshot(&error)) << error;
        }
      }
      const std::vector<PlanText> plans =
          stop > kThirdAt ? std::vector{first(), second(), third()} : std::vector{first()};
      const std::unique_ptr<Core> core = must_open(&disk, some_options(3), plans);
      ASSERT_TRUE(take_steps(*core, stop));
      ASSERT_EQ(seen(*core), all) << "stopped at " << stop;
    }
  }
}

// In each call to the disk, those of the publications and of a snapshot among them.
TEST(VersionsTest, ACrashInEachCall) {
  const std::string all = wanted();
  const auto run = [](Core& core) {
    std::string error;
    return take_steps(core, 0, kSecondAt + 3) && core.write_snapshot(&error) &&
           take_steps(core, kSecondAt + 3);
  };
  CrashDisk whole;
  {
    const std::unique_ptr<Core> core = must_open(&whole);
    ASSERT_TRUE(run(*core));
  }
  generate::Rng rng(1);
  for (uint64_t call = 1; call <= whole.calls(); ++call) {
    CrashDisk disk;
    disk.crash_in_call(call);
    std::string error;
    if (const std::unique_ptr<Core> core = open(&disk, some_options(), {first()}, &error)) {
      (void)run(*core);
    }
    const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
    const std::unique_ptr<Core> core = must_open(after.get());
    ASSERT_NE(core, nullptr) << "call " << call;
    ASSERT_TRUE(take_steps(*core)) << "call " << call;
    ASSERT_EQ(seen(*core), all) << "call " << call;
  }
}

TEST(VersionsTest, WhatIsRefusedLeavesNothing) {
  CrashDisk disk;
  const std::unique_ptr<Core> core = must_open(&disk);
  ASSERT_TRUE(take_steps(*core, 0, kSecondAt));
  const std::string before = seen(*core);
  PlanText wrong = second();
  wrong.text.replace(wrong.text.find("2026-03-01"), 10, "2026-02-01");
  uint64_t lsn = 7;
  std::string error;
  EXPECT_FALSE(core->publish(wrong, &lsn, &error));
  EXPECT_THAT(error, HasSubstr("is to hold from 2026-02-01"));
  EXPECT_FALSE(core->publish({"x.plan", "plan club version 2"}, &lsn, &error));
  EXPECT_EQ(seen(*core), before);
  ASSERT_TRUE(take_steps(*core, kSecondAt));
  EXPECT_EQ(seen(*core), wanted());
}

TEST(VersionsTest, TheEmbeddedEngineReadsByTheNewOne) {
  std::string error;
  const std::unique_ptr<Engine> engine = Engine::open(some_options(), {first()}, &error);
  ASSERT_NE(engine, nullptr) << error;
  Answer answer;
  const std::vector<std::string_view> words = {"EVENT",
                                               "purchase",
                                               "p",
                                               "account=al",
                                               "amount=10.00",
                                               "channel=web",
                                               "time=2026-05-10T10:00:00Z"};
  ASSERT_TRUE(engine->request(words, &answer, &error));
  EXPECT_FALSE(answer.is_applied());
  uint64_t lsn = 0;
  ASSERT_TRUE(engine->publish(second(), &lsn, &error)) << error;
  EXPECT_EQ(lsn, 2u);
  ASSERT_TRUE(engine->publish(third(), &lsn, &error)) << error;
  EXPECT_EQ(lsn, 3u);
  ASSERT_TRUE(engine->publish(second(), &lsn, &error)) << error;
  EXPECT_EQ(lsn, 2u);
  ASSERT_TRUE(engine->publish(first(), &lsn, &error)) << error;
  EXPECT_EQ(lsn, 1u);
  ASSERT_TRUE(engine->request(words, &answer, &error));
  EXPECT_EQ(answer.code, "OK") << answer.sentence;
  ASSERT_EQ(engine->balances().size(), 1u);
  EXPECT_EQ(engine->balances().front().amount, 150);
}

}  // namespace
}  // namespace guerdon
