// A version of a plan that corrects what was before it was published: the balances are those of an
// engine to which it was given in time; and whatever stops the job, a start goes on with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/book/book_scan.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/history/derivation.h"
#include "engine/history/log_record.h"
#include "engine/runtime/revisions.h"
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

using Words = std::vector<std::string>;

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
    corrections += again->summary().entries_by_kind["correct"];
    EXPECT_EQ(core->summary().entries_by_kind["correct"], 0u);
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

// ---- Rules per order ----------------------------------------------------------------------------

std::string shop(const std::string& header, const std::string& rate) {
  return "plan shop" + header + R"(

unit GBP, 2 decimals

event placed, changed
  order : object versioned
  agent : account
  total : GBP
  status : text

event noted
  order : object versioned

rule done per order
)" + (header.empty() ? "" : "  change retro\n") +
         "  when status = \"paid\"\n  credit agent " + rate + " of total\n";
}

const std::string kSecondShop = " version 2 from 2026-03-01";

// Of another plan, of the same orders.
constexpr std::string_view kPost = R"(plan post

unit stamps, 0 decimals

event sent
  order : object versioned
  agent : account

rule sent_out per order
  credit agent 1 stamps
)";

class Orders {
 public:
  // `other`: a plan beside the shop's.
  explicit Orders(std::string_view other = kPost)
      : core_(open(folder_, {shop("", "10%"), std::string(other)}, {})) {}

  // "changed o1 2 2026-03-02 agent=ana ...": type, order, version, day.
  void event(const std::string& text) {
    const std::vector<std::string> words = split(text);
    Words all = {"EVENT",
                 words[0],
                 "e" + std::to_string(++events_),
                 "object=" + words[1],
                 "version=" + words[2],
                 "time=" + words[3] + "T10:00:00Z"};
    all.insert(all.end(), words.begin() + 4, words.end());
    EXPECT_EQ(send(*core_, all), "OK") << text;
  }
  void publish_next(const std::string& plan = shop(kSecondShop, "25%")) {
    std::string error;
    EXPECT_TRUE(publish(*core_, plan, &error)) << error;
  }
  void correct() {
    std::string error;
    EXPECT_TRUE(runtime::correct_all(*core_, &error)) << error;
    EXPECT_EQ(core_->audit().difference, "");
  }
  // What corrections have posted, in the order of the book.
  std::vector<book::BookEntry> corrections() {
    EXPECT_EQ(core_->book()->settle(), book::Append::kDone);
    book::BookReader book(core_->book()->disk());
    EXPECT_TRUE(book.open());
    book::BookScan scan(book, {.kind = static_cast<uint8_t>(ledger::Kind::kCorrect)});
    std::vector<book::BookEntry> entries;
    while (scan.next() == book::BookScan::Step::kEntry) entries.push_back(scan.entry().entry);
    return entries;
  }
  int64_t of(const std::string& account) { return balances_of(*core_)[{account, "GBP"}]; }
  Core& core() { return *core_; }

 private:
  static std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> words;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find(' ', at), text.size());
      words.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return words;
  }

  Folder folder_;
  std::unique_ptr<Core> core_;
  uint64_t events_ = 0;
};

// o1 opened before the day and stays; o2 is corrected as it stands; o3 has not opened.
TEST(RetroTest, AnOrderIsCorrectedOnceAsItStands) {
  Orders orders;
  orders.event("placed o1 1 2026-02-27 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-03-02 agent=ben total=100.00 status=paid");
  orders.event("placed o3 1 2026-03-02 agent=ben total=100.00 status=new");
  orders.event("changed o2 2 2026-03-03 total=300.00");
  orders.event("changed o2 3 2026-03-04 total=200.00");
  orders.event("noted o2 4 2026-03-06");
  orders.event("changed o1 2 2026-03-08 total=80.00");
  EXPECT_EQ(orders.of("ana"), 800);
  EXPECT_EQ(orders.of("ben"), 2000);
  orders.publish_next();
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 800);
  EXPECT_EQ(orders.of("ben"), 5000);
  const std::vector<book::BookEntry> entries = orders.corrections();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(entries[0].amount, 3000);
  // That of the newest of its events.
  EXPECT_EQ(base::format_timestamp(entries[0].effective), "2026-03-06T10:00:00Z");
  event::RecordWords words;
  std::string error;
  ASSERT_TRUE(orders.core().wait_until_durable(entries[0].lsn));
  ASSERT_TRUE(history::read_record(orders.core().log_disk(), orders.core().program().schema,
                                   entries[0].lsn, &words, &error))
      << error;
  EXPECT_THAT(words.attributes, ::testing::Contains(::testing::Pair("corrects", "8")));
  // And goes on under the version.
  orders.event("changed o2 5 2026-03-20 total=400.00");
  orders.event("changed o3 2 2026-03-20 status=paid");
  orders.event("changed o1 3 2026-03-20 total=90.00");
  EXPECT_EQ(orders.of("ben"), 10000 + 2500);
  EXPECT_EQ(orders.of("ana"), 900);
  orders.event("changed o2 6 2026-03-21 status=lost");
  EXPECT_EQ(orders.of("ben"), 2500);
  EXPECT_EQ(orders.corrections().size(), 1u);
}

// What comes before its correction has paid as the version says.
TEST(RetroTest, AnOrderThatGoesOnMeanwhileIsNotPaidTwice) {
  Orders orders;
  for (const char* const order : {"o1", "o2", "o3", "o4"}) {
    orders.event("placed " + std::string(order) +
                 " 1 2026-03-02 agent=ana total=100.00 status=paid");
  }
  orders.publish_next();
  orders.event("changed o1 2 2026-03-09 total=200.00");
  orders.event("changed o2 2 2026-03-09 agent=ben");
  orders.event("changed o3 2 2026-03-09 status=lost");
  EXPECT_EQ(orders.of("ana"), 5000 + 1000);
  EXPECT_EQ(orders.of("ben"), 2500);
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 5000 + 2500);  // o4
  EXPECT_EQ(orders.of("ben"), 2500);
  EXPECT_EQ(orders.corrections().size(), 1u);
}

// The newest event of an order is that of a plan that says nothing of the rule, before the
// publication or behind it; it may give the order to another, whom the plan does not know.
TEST(RetroTest, AnotherPlanMayHaveSeenALaterEvent) {
  Orders orders;
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("sent o1 2 2026-03-03 agent=ben");
  orders.publish_next();
  orders.event("sent o2 2 2026-03-04 agent=ben");
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 5000);
  EXPECT_EQ(orders.of("ben"), 0);
  EXPECT_EQ(orders.corrections().size(), 2u);
}

// Its newest event is late, of a time before the day.
TEST(RetroTest, AnOrderWhoseNewestEventIsOfBeforeTheDay) {
  Orders orders;
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("changed o1 2 2026-02-20 total=200.00");
  orders.publish_next();
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 5000);
  const std::vector<book::BookEntry> entries = orders.corrections();
  ASSERT_EQ(entries.size(), 1u);
  EXPECT_EQ(base::format_timestamp(entries[0].effective), "2026-03-02T10:00:00Z");
}

// Who has a role is not read from a text of its name, which an event says to another plan.
TEST(RetroTest, AnotherPlanCallsATextAsARole) {
  Orders orders(R"(plan post

unit stamps, 0 decimals

event noted
  order : object versioned
  agent : text
  clerk : account

rule noted_down
  on noted
  credit clerk 1 stamps
)");
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("noted o1 2 2026-03-03 agent=desk clerk=cy");
  orders.event("changed o1 3 2026-03-04 total=200.00");
  EXPECT_EQ(orders.of("ana"), 2000);
  orders.publish_next();
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 5000);
}

TEST(RetroTest, AnOrderThatIsOverStays) {
  Orders orders;
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-09-02 agent=ben total=100.00 status=paid");
  orders.publish_next();
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 1000);
  EXPECT_EQ(orders.of("ben"), 2500);
}

TEST(RetroTest, ARulePerOrderThatIsLeftOut) {
  Orders orders;
  orders.event("placed o1 1 2026-02-27 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-03-02 agent=ben total=100.00 status=paid");
  std::string next = shop(kSecondShop, "25%");
  next.replace(next.find("rule done"), std::string::npos,
               "rule other per order\n  change pin\n  credit agent 0.01 GBP\n");
  next.insert(next.find("\n\nunit"), "\n  change retro");
  // `other` is new: it has a day that is to come.
  next.replace(next.find("2026-03-01"), 10, "2026-03-02");
  std::string error;
  EXPECT_FALSE(publish(orders.core(), next, &error));
  EXPECT_THAT(error, ::testing::HasSubstr("let it hold from a later day"));
  next.replace(next.find("rule other"), std::string::npos,
               "rule other\n  on changed\n  credit agent 0.01 GBP\n");
  orders.publish_next(next);
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 1000);
  EXPECT_EQ(orders.of("ben"), 0);
  ASSERT_EQ(orders.corrections().size(), 1u);
  EXPECT_EQ(orders.corrections()[0].amount, -1000);
  orders.event("changed o1 2 2026-03-20 total=200.00");
  orders.event("changed o2 2 2026-03-20 total=200.00");
  EXPECT_EQ(orders.of("ana"), 2001);
  EXPECT_EQ(orders.of("ben"), 1);
}

// One after the other: all that it has posted is one sum.
TEST(RetroTest, AnOrderIsCorrectedByTwoVersions) {
  Orders orders;
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-03-04 agent=ben total=100.00 status=paid");
  orders.publish_next();
  orders.correct();
  orders.publish_next(shop(" version 3 from 2026-03-03", "20%"));
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 2500);
  EXPECT_EQ(orders.of("ben"), 2000);
  orders.event("changed o1 2 2026-03-20 status=lost");
  orders.event("changed o2 2 2026-03-20 agent=ana");
  EXPECT_EQ(orders.of("ana"), 2000);
  EXPECT_EQ(orders.of("ben"), 0);
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
         history::derive_shares(core->program(), core->log_disk(), account, its)) {
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

// ---- What else stands in the plan ---------------------------------------------------------------

// A rule per period that reads what a group gives is corrected; the rule per order beside it is
// not, and what it has paid stays.
TEST(RetroTest, WhatOrdersWerePaidStandsWhereOthersAreCorrected) {
  const auto deals = [](const std::string& header, const std::string& early,
                        const std::string& bonus) {
    const std::string change = header.empty() ? "" : "  change retro\n";
    return "plan deals" + header + R"(
unit points, 0 decimals
event deal
  account : account
  amount : points
  the_order as "order" : object
measure spent per account per month = sum of amount on deal
measure gained per account per month = points earned by one, two
group g : best
rule share per the_order
  credit account 50 points
rule one
  on deal
  in group g
  credit account 10% of amount
rule two
  on deal
  in group g
  credit account 3 points
rule early per account per month
)" + change +
           "  credit account " + early + " of spent\nrule bonus per account per month\n" + change +
           "  credit account " + bonus + " of gained\n";
  };
  Folder folder;
  const auto core = open(folder, {deals("", "1%", "10%")}, {});
  const auto deal = [&](const std::string& id, const std::string& account,
                        const std::string& amount) {
    EXPECT_EQ(send(*core, {"EVENT", "deal", id, "account=" + account, "amount=" + amount,
                           "order=o" + id, "time=2026-03-02T10:00:00Z"}),
              "OK");
  };
  deal("1", "ana", "100");
  deal("2", "ana", "200");
  deal("3", "ben", "300");
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 136}, {{"ben", "points"}, 86}}));
  std::string error;
  ASSERT_TRUE(publish(*core, deals(" version 2 from 2026-03-01", "2%", "50%"), &error)) << error;
  ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 151}, {{"ben", "points"}, 101}}));
  EXPECT_EQ(core->audit().difference, "");
}

// A later version of another plan calls an account what was a text when the events came.
TEST(RetroTest, RolesAreThoseOfTheirTime) {
  const auto bonus = [](const std::string& header, const std::string& points) {
    return "plan bonus" + header + R"(
unit points, 0 decimals
event deal
  account : account
  referrer : text
  the_order as "order" : object
rule referred
)" + (header.empty() ? "" : "  change retro\n") +
           "  on deal\n  when referrer = \"x\"\n  credit account " + points + " points\n";
  };
  const auto stamps = [](const std::string& header, const std::string& more) {
    return "plan stamps" + header + R"(
unit stamps, 0 decimals
event deal
  account : account
  the_order as "order" : object
)" + more + "rule stamped\n  on deal\n  credit account 1 stamps\n";
  };
  Folder folder;
  const auto core = open(folder, {bonus("", "10"), stamps("", "")}, {});
  const auto deal = [&](const std::string& id, const std::string& more) {
    Words words = {"EVENT", "deal", id, "account=ana", "order=o", "time=2026-03-02T10:00:00Z"};
    if (!more.empty()) words.push_back(more);
    EXPECT_EQ(send(*core, words), "OK");
  };
  deal("1", "referrer=x");
  deal("2", "");
  std::string error;
  ASSERT_TRUE(
      publish(*core, stamps(" version 2 from 2026-03-05", "  referrer : account\n"), &error))
      << error;
  ASSERT_TRUE(publish(*core, bonus(" version 2 from 2026-03-01", "20"), &error)) << error;
  ASSERT_TRUE(runtime::correct_all(*core, &error)) << error;
  EXPECT_EQ(balances_of(*core), (Balances{{{"ana", "points"}, 20}, {{"ana", "stamps"}, 2}}));
}

}  // namespace
}  // namespace guerdon::booked
