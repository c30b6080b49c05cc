// Rules per order in versions that correct what was before: an order is asked once, as it stands;
// and what such rules have paid where others are corrected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/book/book_scan.h"
#include "engine/history/log_record.h"
#include "engine/runtime/revisions.h"
#include "tests/durable/asked_core.h"
#include "tests/durable/booked_core.h"

namespace guerdon::booked {
namespace {

using runtime::Core;

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
TEST(RetroOrdersTest, AnOrderIsCorrectedOnceAsItStands) {
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
TEST(RetroOrdersTest, AnOrderThatGoesOnMeanwhileIsNotPaidTwice) {
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
TEST(RetroOrdersTest, AnotherPlanMayHaveSeenALaterEvent) {
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
TEST(RetroOrdersTest, AnOrderWhoseNewestEventIsOfBeforeTheDay) {
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
TEST(RetroOrdersTest, AnotherPlanCallsATextAsARole) {
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

TEST(RetroOrdersTest, AnOrderThatIsOverStays) {
  Orders orders;
  orders.event("placed o1 1 2026-03-02 agent=ana total=100.00 status=paid");
  orders.event("placed o2 1 2026-09-02 agent=ben total=100.00 status=paid");
  orders.publish_next();
  orders.correct();
  EXPECT_EQ(orders.of("ana"), 1000);
  EXPECT_EQ(orders.of("ben"), 2500);
}

TEST(RetroOrdersTest, ARulePerOrderThatIsLeftOut) {
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
TEST(RetroOrdersTest, AnOrderIsCorrectedByTwoVersions) {
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

// ---- What else stands in the plan ---------------------------------------------------------------

// A rule per period that reads what a group gives is corrected; the rule per order beside it is
// not, and what it has paid stays.
TEST(RetroOrdersTest, WhatOrdersWerePaidStandsWhereOthersAreCorrected) {
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
TEST(RetroOrdersTest, RolesAreThoseOfTheirTime) {
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
