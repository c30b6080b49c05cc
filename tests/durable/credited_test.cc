// Who is paid by what another rule credits at the same event: how it came about is told by his own
// events, and by what the book has of the other's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/book/book_reader.h"
#include "engine/book/book_scan.h"
#include "engine/history/account_rerun.h"
#include "engine/history/derivation.h"
#include "tests/durable/booked_core.h"

namespace guerdon::booked {
namespace {

using history::Derivation;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Pair;

const char* const kShares = R"(plan shares
unit GBP, 2 decimals
event sale
  seller as "account" : account
  boss : account
  value : GBP
rule commission
  on sale
  credit seller 5% of value
  at most 100.00 per seller per month
rule share
  on sale
  credit boss 10% of commission.credited
  at most 12.00 per boss per month
)";

std::vector<reference::Event> sales() {
  std::vector<reference::Event> events;
  for (int i = 0; i < 40; ++i) {
    reference::Event event;
    event.source = "till";
    event.id = "e" + std::to_string(i);
    event.type = "sale";
    event.time = "2026-03-01T10:00:" + std::to_string(10 + i) + "Z";
    event.values = {{"account", "s" + std::to_string(i % 3)},
                    {"boss", "b"},
                    {"value", std::to_string(i * 37 % 900) + ".50"}};
    events.push_back(std::move(event));
  }
  return events;
}

TEST(CreditedTest, WhatTheOtherWasLetHaveIsReadInTheBook) {
  Folder folder = begun({kShares});
  const auto core = open(folder, {kShares}, {3});
  ASSERT_TRUE(feed(*core, sales()));
  ASSERT_EQ(core->book()->settle(), book::Append::kDone);
  book::BookReader book(core->book()->disk());
  ASSERT_TRUE(book.open());
  std::map<uint64_t, int64_t> commissions;  // by LSN
  std::vector<book::BookEntry> shares;
  book::BookScan scan(book, {});
  while (scan.next() == book::BookScan::Step::kEntry) {
    const book::BookEntry& entry = scan.entry().entry;
    if (entry.account == base::hash64("b")) {
      shares.push_back(entry);
    } else {
      commissions[entry.lsn] += entry.amount;
    }
  }
  ASSERT_GT(shares.size(), 5u);
  history::CreditsOfBook credits(core->program(), book);
  // The newest first, so that it goes back in the book.
  for (auto entry = shares.rbegin(); entry != shares.rend(); ++entry) {
    const Derivation told =
        history::derive(core->program(), *folder.log, "b", *entry, shares, {}, credits.asked());
    const int64_t let_have = commissions.at(entry->lsn);
    std::string cents = std::to_string(let_have % 100);
    if (cents.size() < 2) cents.insert(0, "0");
    const std::string basis = std::to_string(let_have / 100) + "." + cents;
    EXPECT_THAT(told.fields, Contains(Pair("basis", basis)));
    EXPECT_THAT(told.inputs, Contains(Pair("commission.credited", basis)));
    EXPECT_LE(entry->amount, let_have / 10);
  }
  const Derivation blind =
      history::derive(core->program(), *folder.log, "b", shares.front(), shares, {});
  EXPECT_THAT(blind.fields, Contains(Pair("problem", HasSubstr("stands in the book"))));
}

}  // namespace
}  // namespace guerdon::booked
