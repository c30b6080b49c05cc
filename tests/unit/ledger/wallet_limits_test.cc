// How little a wallet needs, and how many lots, holds and debts it has at most.
#include <gtest/gtest.h>

#include <vector>

#include "engine/ledger/wallet.h"
#include "engine/ledger/wallet_operations.h"
#include "tests/generate/rng.h"

namespace guerdon::ledger {
namespace {

constexpr When kNow{1'000, 1'000};

class WalletLimitsTest : public testing::Test {
 protected:
  void credit(int64_t amount, TimeMs expires_at) {
    wallet_.credit({.amount = amount, .expires_at = expires_at, .origin = {++lsn_, 0}}, kNow,
                   legs_);
  }
  void expect_sound() { EXPECT_EQ(state_.broken(posted_), nullptr) << state_.broken(posted_); }

  WalletRules rules_{.shortage = Shortage::kCarry};
  int64_t posted_ = 0;
  WalletState state_{SpendOrder::kEarliestExpiry};
  Wallet wallet_{rules_, posted_, state_};
  std::vector<Leg> legs_;
  uint64_t lsn_ = 0;
};

TEST_F(WalletLimitsTest, ALotTooManyGoesToSuspense) {
  for (size_t i = 0; i < kLotsMax; ++i) credit(1, 2'000 + static_cast<TimeMs>(i));
  EXPECT_EQ(state_.lots().size(), kLotsMax);
  legs_.clear();
  credit(5, 9'000'000);
  ASSERT_EQ(legs_.size(), 1u);
  EXPECT_EQ(legs_[0].receiver, Receiver::kSuspense);
  EXPECT_EQ(legs_[0].note, Note::kOverflow);
  credit(5, kNever);  // no lot, no limit
  EXPECT_EQ(posted_, static_cast<int64_t>(kLotsMax) + 5);
  rules_.merges_equal_lots = true;
  credit(7, 2'000);  // joins one
  EXPECT_EQ(posted_, static_cast<int64_t>(kLotsMax) + 12);
  expect_sound();
}

TEST_F(WalletLimitsTest, AHoldTooManyIsRefused) {
  credit(int64_t{1} << 20, kNever);
  for (size_t i = 0; i < kHoldsMax; ++i) {
    ASSERT_TRUE(wallet_.hold({.id = i, .amount = 1}, kNow).ok());
  }
  const Verdict full{Code::kLimit, 0};
  EXPECT_EQ(wallet_.hold({.id = kHoldsMax, .amount = 1}, kNow), full);
  EXPECT_EQ(wallet_.spend({.id = kHoldsMax, .amount = 1}, kNow, legs_), full);
  expect_sound();
}

TEST_F(WalletLimitsTest, BeyondSoManyDebtsTheNewestGrows) {
  for (size_t i = 0; i < kDebtsMax + 2; ++i) {
    wallet_.debit({.amount = 10, .origin = {++lsn_, 0}}, kNow, legs_);
  }
  EXPECT_EQ(state_.claims().debts.size(), kDebtsMax);
  EXPECT_EQ(state_.claims().debts.back().amount, 30);
  EXPECT_EQ(state_.claims().debts.back().origin, Origin(kDebtsMax, 0));
  EXPECT_EQ(state_.debt(), static_cast<int64_t>(kDebtsMax + 2) * 10);
  expect_sound();
}

TEST_F(WalletLimitsTest, WhatIsRememberedForEverIsNeverDue) {
  rules_.remember_ms = kNever;
  credit(10, kNever);
  ASSERT_TRUE(wallet_.spend({.id = 1, .amount = 4}, kNow, legs_).ok());
  EXPECT_EQ(state_.next_due(), kNever);
  EXPECT_TRUE(wallet_.refund({.id = 1, .amount = 4}, {kNever - 1, 1'000}, legs_).ok());
  expect_sound();
}

// What a wallet costs beside the 8 bytes of its balance.
TEST_F(WalletLimitsTest, TwoLotsCost184Bytes) {
  EXPECT_EQ(state_.bytes(), 72u);
  credit(1, 2'000);
  credit(1, 3'000);
  EXPECT_EQ(state_.bytes(), 72u + 2 * 56u);
}

// The fast path of a wallet that is a number: the same balance, the same entry.
TEST(PlainWalletTest, PostDoesWhatTheWalletDoes) {
  generate::Rng rng(5);
  const WalletRules rules;
  int64_t balance = 0;
  int64_t posted = 0;
  WalletState state(rules.order);
  Wallet wallet(rules, posted, state);
  for (int i = 0; i < 10'000; ++i) {
    const int64_t amount = rng.chance(10) ? rng.between(1, INT64_MAX - 1) : rng.between(1, 100);
    const bool gives = rng.chance(60);
    std::vector<Leg> legs;
    if (gives) {
      wallet.credit({.amount = amount}, kNow, legs);
    } else {
      wallet.debit({.amount = amount}, kNow, legs);
    }
    const Posting posting = post(balance, gives ? amount : -amount);
    balance += posting.to_wallet;
    ASSERT_EQ(balance, posted);
    ASSERT_EQ(legs.size(), posting.amount == 0 ? 0u : 1u);
    if (legs.empty()) continue;
    ASSERT_EQ(legs[0].amount, posting.amount);
    ASSERT_EQ(legs[0].note, posting.note);
    ASSERT_EQ(legs[0].receiver == Receiver::kSuspense, posting.to_suspense != 0);
  }
  EXPECT_TRUE(state.is_plain());
}

TEST(WalletDeathTest, WhatIsDueComesFirst) {
  const WalletRules rules;
  int64_t posted = 0;
  WalletState state(rules.order);
  Wallet wallet(rules, posted, state);
  std::vector<Leg> legs;
  wallet.credit({.amount = 1, .expires_at = 2'000}, kNow, legs);
  EXPECT_DEATH(wallet.credit({.amount = 1}, {2'000, 2'000}, legs), "assertion");
  EXPECT_DEATH(wallet.credit({.amount = 0}, kNow, legs), "assertion");
  EXPECT_DEATH(wallet.debit({.amount = -1}, kNow, legs), "assertion");
  EXPECT_DEATH(wallet.spend({.amount = 0}, kNow, legs), "assertion");
  EXPECT_DEATH(wallet.hold({.amount = 1, .until = 1'000}, kNow), "assertion");
}

}  // namespace
}  // namespace guerdon::ledger
