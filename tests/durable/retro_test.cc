// A version of a plan that corrects what was before it was published: the balances are those of an
// engine to which it was given in time; and whatever stops the job, a start goes on with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/book/book_scan.h"
#include "engine/history/derivation.h"
#include "engine/history/log_record.h"
#include "engine/runtime/revisions.h"
#include "tests/durable/asked_core.h"
#include "tests/durable/booked_core.h"
#include "tests/generate/rng.h"
#include "tests/support/turns.h"

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

list now = "new", "sent"

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

rule greet per order
  when status in now
  credit account 2 points
  credit agent 1 points

rule goal per account per month
  credit account by spent
    below 100.00 : none
    otherwise    : 3.00 GBP
)";
}

// Each rule but the fee is another: two end, one is new, one pays in another unit.
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
  when amount > 80.00
  debit account 1.00 GBP as fee

rule thanks
  on purchase
  when amount > 50.00
  credit seller 5 points
  credit account 1 points

rule done per order
  when status = "paid"
  credit agent 15% of total
    times 2 when agent's segment = "gold"
  at most 20.00 GBP

rule told per order
  credit account by status
    "sent"    : 0.10 GBP
    otherwise : 0.40 GBP

rule goal per account per month
  credit account by spent
    below 150.00 : none
    otherwise    : 5.00 GBP
)";
}

constexpr size_t kEvents = 120;
constexpr size_t kPublished = 80;

// What a year's beginning brings: purchases and orders, some late, some taken back.
std::vector<Words> story(uint64_t seed, size_t count) {
  generate::Rng rng(seed);
  std::vector<Words> all;
  for (const char* const account : {"a0", "a3", "s1"}) {
    all.push_back({"HOLDER", "account=" + std::string(account), "attribute=segment", "value=gold",
                   "effective=2026-01-01T00:00:00Z", "time=2026-02-01T00:00:00Z"});
  }
  std::map<uint64_t, uint64_t> versions;
  std::vector<std::string> purchases;
  for (size_t n = 0; n < count; ++n) {
    const uint64_t kind = rng.below(10);
    // From the middle of February. When an order opened goes by what came first, and not by time.
    const uint64_t day = n * 80 / count + rng.below(10);
    const uint64_t month = 2 + (14 + day) / 28;
    const std::string number = std::to_string((14 + day) % 28 + 1);
    const std::string time = "time=2026-0" + std::to_string(month) + "-" +
                             (number.size() < 2 ? "0" : "") + number + "T10:00:00Z";
    const std::string id = "e" + std::to_string(n);
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
      Words words = {"EVENT",
                     version == 1 ? "placed" : "changed",
                     id,
                     "object=o" + std::to_string(order),
                     "version=" + std::to_string(version),
                     "total=" + std::to_string(rng.below(200)) + ".15",
                     std::string("status=") + kStates[rng.below(3)],
                     time};
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

std::string seen(Core& core) {
  EXPECT_EQ(core.audit().difference, "");
  return "state " + core.state_hash().to_hex() + " entries " + core.entries_hash().to_hex() +
         " lsn " + std::to_string(core.admission().last_lsn());
}

// The version comes when most of the story is told, and its corrections some events later.
std::string told_late(Folder& folder, const std::vector<Words>& events, const Setting& setting,
                      Balances* balances, size_t later = 0) {
  const auto core = open(folder, {first()}, setting);
  for (size_t n = 0; n < events.size(); ++n) {
    std::string error;
    if (n == kPublished) {
      EXPECT_TRUE(publish(*core, second(), &error)) << error;
    }
    if (n == kPublished + later) {
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
  for (uint64_t seed = 1; seed <= static_cast<uint64_t>(support::part(6)); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::vector<Words> events = story(seed, kEvents);
    Folder late;
    Folder early;
    Balances corrected;
    told_late(late, events, {}, &corrected, seed % 2 == 0 ? 0 : 20);
    const auto core = open(early, {first()}, {});
    std::string error;
    ASSERT_TRUE(publish(*core, second(), &error)) << error;
    ASSERT_EQ(core->admission().uncorrected(), nullptr);
    for (const Words& words : events) send(*core, words);
    ASSERT_EQ(corrected, balances_of(*core));
    const auto again = open(late, {first()}, {});
    // Late events correct closed periods in both.
    const uint64_t of_late = core->summary().entries_by_kind["correct"];
    corrections += again->summary().entries_by_kind["correct"] - of_late;
  }
  EXPECT_GT(corrections, support::share(60));
}

// E18: 5 % of 100,000; 6 % since 1 March, published on the 10th, and 50,000 on the 12th.
TEST(RetroTest, ACorrectionNamesWhatItCorrects) {
  const auto plan = [](const std::string& header, const std::string& rate) {
    return "plan sales" + header +
           "\nunit points, 0 decimals\n\nevent sale\n  account : account\n" +
           "  amount : points\n\nrule commission\n  change retro\n  on sale\n  credit account " +
           rate + " of amount\n";
  };
  Folder folder;
  const auto core = open(folder, {plan("", "5%")}, {});
  const auto sale = [&](const std::string& id, const std::string& amount, const std::string& time) {
    EXPECT_EQ(send(*core, {"EVENT", "sale", id, "account=ana", "amount=" + amount, "time=" + time}),
              "OK");
  };
  sale("s-1", "100000", "2026-03-02T10:00:00Z");
  pipeline::Job& job = core->assembly().take();
  EXPECT_TRUE(base::parse_timestamp("2026-03-10T08:00:00Z", &job.tick.emplace()));
  core->assembly().submit(job);
  core->assembly().drain();
  const uint64_t before = core->admission().last_lsn();
  std::string error;
  ASSERT_TRUE(publish(*core, plan(" version 2 from 2026-03-01", "6%"), &error)) << error;
  ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
  EXPECT_EQ(core->admission().last_lsn(), before + 3);  // PLAN, and CORRECT of it and of the end
  sale("s-2", "50000", "2026-03-12T10:00:00Z");
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 9'000}}));
  ASSERT_EQ(core->book()->settle(), book::Append::kDone);
  book::BookReader book(core->book()->disk());
  ASSERT_TRUE(book.open());
  book::BookScan scan(book, {.kind = static_cast<uint8_t>(ledger::Kind::kCorrect)});
  ASSERT_EQ(scan.next(), book::BookScan::Step::kEntry);
  const book::BookEntry entry = scan.entry().entry;
  EXPECT_EQ(entry.amount, 1'000);
  EXPECT_EQ(entry.lsn, before + 2);
  EXPECT_EQ(base::format_timestamp(entry.effective), "2026-03-02T10:00:00Z");
  event::RecordWords words;
  ASSERT_TRUE(core->wait_until_durable(entry.lsn));
  ASSERT_TRUE(
      history::read_record(core->log_disk(), core->program().schema, entry.lsn, &words, &error))
      << error;
  EXPECT_THAT(words.attributes, ::testing::Contains(::testing::Pair("corrects", "2")));
  EXPECT_EQ(scan.next(), book::BookScan::Step::kEnd);
  // What is corrected stays so.
  EXPECT_EQ(send(*core, {"REVERSE", "event=s-1", "id=r", "reason=wrong", "actor=boss"}),
            "CONFLICT");
  EXPECT_EQ(core->audit().difference, "");
}

// What a rule owed before follows from corrections, too.
TEST(RetroTest, EachEntryIsExplained) {
  Folder folder;
  Balances balances;
  told_late(folder, story(2, kEvents), {}, &balances, 20);
  const auto core = open(folder, {first()}, {});
  ASSERT_EQ(core->book()->settle(), book::Append::kDone);
  book::BookReader book(core->book()->disk());
  ASSERT_TRUE(book.open());
  std::map<uint64_t, std::vector<book::BookEntry>> entries;  // by account
  book::BookScan scan(book, {});
  while (scan.next() == book::BookScan::Step::kEntry) {
    std::vector<book::BookEntry>& its = entries[scan.entry().entry.account];
    its.insert(its.begin(), scan.entry().entry);
  }
  size_t told = 0;
  for (const char* const account : {"a0", "a1", "a2", "a3", "a4", "s0", "s1", "s2"}) {
    const std::vector<book::BookEntry>& its = entries[base::hash64(account)];
    for (const history::Share& share :
         history::derive_shares(core->program(), core->log_disk(), account, its, its)) {
      EXPECT_EQ(share.problem, "") << account;
      if (!share.subject.empty()) ++told;
    }
  }
  EXPECT_GT(told, 50u);
}

TEST(RetroTest, ShardsAndBatchesMakeNoDifference) {
  const std::vector<Words> events = story(1, kEvents);
  const Folder empty = begun({first()});
  Folder one = empty.copy();
  Balances balances;
  const std::string all = told_late(one, events, {}, &balances);
  for (const Setting& setting : {Setting{2, 256, 0}, Setting{7, 1, 2}, Setting{16, 16, 3}}) {
    Folder folder = empty.copy();
    EXPECT_EQ(told_late(folder, events, setting, &balances), all) << setting.shards << " shards";
    EXPECT_TRUE(segments_of(*folder.book) == segments_of(*one.book));
    // And read again.
    EXPECT_EQ(seen(*open(folder, {first()}, {3, 16, 0})), all);
  }
}

// In each call to the disk of the log from the publication to the end of its corrections.
TEST(RetroTest, ACrashInEachCall) {
  const std::vector<Words> events = story(5, kEvents);
  Folder told;
  {
    const auto core = open(told, {first()}, {});
    for (size_t n = 0; n < kPublished; ++n) send(*core, events[n]);
    ASSERT_TRUE(core->flush());
    ASSERT_EQ(core->book()->settle(), book::Append::kDone);
  }
  const auto go_on = [&](Core& core) {
    std::string error;
    const bool is_done = publish(core, second(), &error) && runtime::correct_all(core, &error);
    for (size_t n = kPublished; is_done && n < events.size(); ++n) {
      if (!core.has_room()) return false;
      send(core, events[n]);
    }
    return is_done && core.flush();
  };
  Folder whole = told.copy();
  std::string wanted;
  uint64_t first_call = 0;
  {
    const auto core = open(whole, {first()}, {});
    first_call = whole.log->calls();
    ASSERT_TRUE(go_on(*core));
    wanted = seen(*core);
  }
  generate::Rng rng(1);
  uint64_t begun = 0;
  for (uint64_t call = first_call + 1; call <= whole.log->calls(); ++call) {
    Folder folder = told.copy();
    folder.log->crash_in_call(call);
    {
      const auto core = open(folder, {first()}, {});
      (void)go_on(*core);
    }
    Folder after{folder.log->after_crash(rng), folder.book->after_crash(rng)};
    const auto core = open(after, {first()}, {2, 256, 0});
    ASSERT_NE(core, nullptr) << "call " << call;
    if (const auto* left = core->admission().uncorrected(); left != nullptr) ++begun;
    ASSERT_TRUE(go_on(*core)) << "call " << call;
    ASSERT_EQ(seen(*core), wanted) << "call " << call;
  }
  EXPECT_GT(begun, 0u);
}

// A snapshot says how far it has come.
TEST(RetroTest, ASnapshotAmidCorrections) {
  const std::vector<Words> events = story(6, kEvents);
  for (const bool reads_log : {false, true}) {
    Folder folder;
    std::string wanted;
    {
      const auto core = open(folder, {first()}, {});
      for (size_t n = 0; n < kPublished; ++n) send(*core, events[n]);
      std::string error;
      ASSERT_TRUE(publish(*core, second(), &error)) << error;
      runtime::Corrections corrections(*core);
      ASSERT_TRUE(corrections.look());
      ASSERT_TRUE(corrections.begin(&error)) << error;
      ASSERT_TRUE(corrections.read(&error)) << error;
      pipeline::Job& job = core->assembly().take();
      corrections.put(job.batch);
      // Half of them.
      while (job.batch.records.size() > 20) job.batch.records.pop_back();
      job.batch.identities.resize(job.batch.records.size());
      core->assembly().submit(job);
      core->assembly().drain();
      ASSERT_TRUE(core->write_snapshot(&error)) << error;
      wanted = seen(*core);
      ASSERT_NE(core->admission().uncorrected(), nullptr);
    }
    if (reads_log) folder.remove_snapshots();
    const auto core = open(folder, {first()}, {});
    ASSERT_EQ(seen(*core), wanted);
    std::string error;
    ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
    for (size_t n = kPublished; n < events.size(); ++n) send(*core, events[n]);
    Folder other;
    Balances balances;
    told_late(other, events, {}, &balances);
    EXPECT_EQ(balances_of(*core), balances);
  }
}

// Two versions, one after the other: what the first one corrected the second one knows.
TEST(RetroTest, ACorrectionIsCorrected) {
  const auto plan = [](const std::string& header, const std::string& rate) {
    return "plan sales" + header + "\n  change retro\nunit points, 0 decimals\n\nevent sale\n" +
           "  account : account\n  amount : points\n\nrule commission\n  on sale\n  credit "
           "account " +
           rate + " of amount\n";
  };
  Folder folder;
  const auto core = open(folder, {plan("", "5%")}, {});
  for (const char* const id : {"s-1", "s-2"}) {
    send(*core, {"EVENT", "sale", id, "account=ana", "amount=1000", "time=2026-03-05T10:00:00Z"});
  }
  std::string error;
  ASSERT_TRUE(publish(*core, plan(" version 2 from 2026-03-01", "6%"), &error)) << error;
  // Not before the first is done.
  EXPECT_FALSE(publish(*core, plan(" version 3 from 2026-03-02", "2%"), &error));
  EXPECT_THAT(error, HasSubstr("corrects is not done yet"));
  ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 120}}));
  ASSERT_TRUE(publish(*core, plan(" version 3 from 2026-03-02", "2%"), &error)) << error;
  ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 40}}));
  // Two entries each time, and no more.
  EXPECT_EQ(core->summary().entries_by_kind["correct"], 4u);
}

TEST(RetroTest, WithoutALogOrABookItIsRefused) {
  Folder folder;
  const auto core = open(folder, {first()}, {}, false);
  send(*core, story(1, kEvents)[2]);
  std::string error;
  EXPECT_FALSE(publish(*core, second(), &error));
  EXPECT_THAT(error, HasSubstr("read from the log and the book"));
}

}  // namespace
}  // namespace guerdon::booked
