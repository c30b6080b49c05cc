// A version of a plan that corrects what was before it was published: the balances are those of an
// engine to which it was given in time; and whatever stops the job, a start goes on with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/runtime/corrections.h"
#include "engine/runtime/reversals.h"
#include "tests/durable/booked_core.h"
#include "tests/generate/rng.h"

namespace guerdon::booked {
namespace {

using runtime::Core;
using ::testing::HasSubstr;

constexpr std::string_view kDeclarations = R"(  zone UTC
  penalties on

unit GBP, 2 decimals
unit points, 0 decimals

event purchase
  account, seller : account
  amount : GBP
  sku : text

event placed, changed
  order : object versioned
  account, agent : account
  total : GBP
  status : text

holder
  segment : text

)";

std::string first() {
  return "plan club\n" + std::string(kDeclarations) + R"(param rate = 5%

table prices by sku
  "mug"     : 1.00 GBP
  "cup"     : 2.00 GBP
  otherwise : none

measure spent per account per month = sum of amount on purchase

rule base
  on purchase
  credit account rate of amount

rule sold
  on purchase
  credit seller prices for sku

rule fee
  on purchase
  when amount > 80.00
  debit account 1.00 GBP as fee

rule extra
  on purchase
  when sku = "mug"
  credit account 3 points

rule done per order
  when status = "paid"
  credit agent 10% of total

rule told per order
  credit account 0.25 GBP

rule goal per account per month
  credit account by spent
    below 100.00 : none
    otherwise    : 3.00 GBP
)";
}

// Each rule is another: one ends, one is new, one pays in another unit.
std::string second() {
  return "plan club version 2 from 2026-03-01\n  change retro\n" + std::string(kDeclarations) +
         R"(param rate = 6%
  from 2026-04-01 : 8%

table prices by sku
  "mug"     : 1.50 GBP
  "pen"     : 0.20 GBP
  otherwise : none

measure spent per account per month = sum of amount on purchase

rule base
  on purchase
  credit account rate of amount
    times 2 when account's segment = "gold"

rule sold
  on purchase
  credit seller prices for sku

rule fee
  on purchase
  when amount > 90.00
  debit account 2.00 GBP as fee

rule thanks
  on purchase
  when amount > 50.00
  credit seller 5 points
  credit account 1 points

rule done per order
  when status = "paid" or status = "sent"
  credit agent 12% of total

rule goal per account per month
  credit account by spent
    below 150.00 : none
    otherwise    : 5.00 GBP
)";
}

using Words = std::vector<std::string>;

constexpr size_t kEvents = 120;
constexpr size_t kPublished = 80;

// What a year's beginning brings: purchases and orders, some late, some taken back.
std::vector<Words> story(uint64_t seed, size_t count) {
  generate::Rng rng(seed);
  std::vector<Words> all;
  for (const char* const account : {"a0", "a3"}) {
    all.push_back({"HOLDER", "account=" + std::string(account), "attribute=segment", "value=gold",
                   "effective=2026-01-01T00:00:00Z", "time=2026-02-01T00:00:00Z"});
  }
  std::map<uint64_t, uint64_t> versions;
  std::vector<std::string> purchases;
  for (size_t n = 0; n < count; ++n) {
    const uint64_t day = n * 80 / count + rng.below(10);  // from the middle of February
    const uint64_t month = 2 + (14 + day) / 28;
    const std::string number = std::to_string((14 + day) % 28 + 1);
    const std::string time = "time=2026-0" + std::to_string(month) + "-" +
                             (number.size() < 2 ? "0" : "") + number + "T10:00:00Z";
    const std::string id = "e" + std::to_string(n);
    const uint64_t kind = rng.below(10);
    if (kind < 5) {
      constexpr const char* kSkus[] = {"mug", "cup", "pen", "hat"};
      all.push_back({"EVENT", "purchase", id, "account=a" + std::to_string(rng.below(5)),
                     "seller=s" + std::to_string(rng.below(3)),
                     "amount=" + std::to_string(10 + rng.below(90)) + ".37",
                     std::string("sku=") + kSkus[rng.below(4)], time});
      purchases.push_back(id);
    } else if (kind < 9 || purchases.empty() || all.size() >= kPublished) {
      constexpr const char* kStates[] = {"new", "paid", "sent"};
      const uint64_t order = rng.below(count / 6 + 1);
      const uint64_t version = ++versions[order];
      Words words = {"EVENT", version == 1 ? "placed" : "changed", id,
                     "object=o" + std::to_string(order), "version=" + std::to_string(version),
                     "total=" + std::to_string(rng.below(200)) + ".15",
                     std::string("status=") + kStates[rng.below(3)], time};
      // Later events leave the roles out, or give the order to another agent.
      if (version == 1) words.push_back("account=a" + std::to_string(rng.below(5)));
      if (version == 1 || rng.below(4) == 0) {
        words.push_back("agent=s" + std::to_string(rng.below(3)));
      }
      all.push_back(std::move(words));
    } else {
      all.push_back({"REVERSE", "event=" + purchases[rng.below(purchases.size())], "id=r" + id,
                     "reason=wrong", "actor=boss"});
    }
  }
  return all;
}

// Its code, as it is answered.
std::string send(Core& core, const Words& words) {
  pipeline::Job& job = core.assembly().take();
  const std::vector<std::string_view> views(words.begin(), words.end());
  const event::Source source("test");
  std::string code;
  if (words.front() == "EVENT") {
    event::EventReader reader(core.program().schema);
    EXPECT_TRUE(reader.read(views, source, 0, job.batch)) << reader.fault().sentence;
  } else {
    event::CommandReader reader(core.program().schema);
    EXPECT_TRUE(reader.read(views, source, job.batch)) << reader.fault().sentence;
    if (words.front() == "REVERSE") {
      if (const auto fault = runtime::complete_reversal(core, job.batch)) {
        code = fault->code;
        job.batch.clear();
      }
    }
  }
  const auto was = core.admission().outcomes();
  core.assembly().submit(job);
  core.assembly().drain();
  const auto& now = core.admission().outcomes();
  for (size_t o = 0; o < now.size() && code.empty(); ++o) {
    if (now[o] != was[o]) code = event::outcome_word(static_cast<event::Outcome>(o));
  }
  return code;
}

bool publish(Core& core, const std::string& text, std::string* error) {
  uint64_t lsn = 0;
  return core.publish({"next.plan", text}, &lsn, error);
}

using Balances = std::map<std::tuple<std::string, std::string>, int64_t>;

Balances balances_of(const Core& core) {
  Balances balances;
  for (const Balance& one : core.balances()) balances[{one.account, one.unit}] = one.amount;
  return balances;
}

std::string seen(Core& core) {
  EXPECT_EQ(core.audit().difference, "");
  return "state " + core.state_hash().to_hex() + " entries " + core.entries_hash().to_hex() +
         " lsn " + std::to_string(core.admission().last_lsn());
}

// The version comes when most of the story is told.
std::string told_late(Folder& folder, const std::vector<Words>& events, const Setting& setting,
                      Balances* balances) {
  const auto core = open(folder, {first()}, setting);
  for (size_t n = 0; n < events.size(); ++n) {
    std::string error;
    if (n == kPublished) {
      EXPECT_TRUE(publish(*core, second(), &error)) << error;
      EXPECT_NE(core->admission().uncorrected(), nullptr);
      EXPECT_TRUE(runtime::correct_all(*core, &error)) << error;
      EXPECT_EQ(core->admission().uncorrected(), nullptr);
    }
    send(*core, events[n]);
  }
  *balances = balances_of(*core);
  return seen(*core);
}

TEST(RetroTest, AsIfItHadBeenPublishedInTime) {
  uint64_t corrections = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<Words> events = story(seed, kEvents);
    Folder late;
    Folder early;
    Balances corrected;
    told_late(late, events, {}, &corrected);
    const auto core = open(early, {first()}, {});
    std::string error;
    ASSERT_TRUE(publish(*core, second(), &error)) << error;
    ASSERT_EQ(core->admission().uncorrected(), nullptr);
    for (const Words& words : events) send(*core, words);
    ASSERT_EQ(corrected, balances_of(*core));
    const auto again = open(late, {first()}, {});
    corrections += again->summary().entries_by_kind["correct"];
    EXPECT_EQ(core->summary().entries_by_kind["correct"], 0u);
  }
  EXPECT_GT(corrections, 400u);
}

}  // namespace
}  // namespace guerdon::booked
