#include "engine/ledger/wallet_content.h"

#include <gtest/gtest.h>

#include <vector>

#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {
namespace {

constexpr WalletRules kRules{.shortage = Shortage::kCarry};
constexpr base::Hash128 kKey{1, 2};
constexpr When kNow{1'000, 1'000};

struct Purse {
  int64_t posted = 0;
  WalletState state{kRules.order};
  std::vector<Leg> legs;
  Wallet wallet() { return Wallet(kRules, posted, state); }
};

void credit(Purse& purse, int64_t amount, TimeMs expires_at, uint64_t lsn) {
  purse.wallet().credit({.amount = amount, .expires_at = expires_at, .origin = {lsn, 0}}, kNow,
                        purse.legs);
}

Lot lot_of(int64_t amount, TimeMs expires_at) {
  Lot lot;
  lot.amount = amount;
  lot.expires_at = expires_at;
  return lot;
}

TEST(WalletContentTest, AWalletThatNeedsNothingHasNoContent) {
  Purse purse;
  credit(purse, 100, kNever, 1);
  EXPECT_TRUE(purse.state.is_plain());
  EXPECT_EQ(hash_wallet(purse.state, kKey), base::Hash128{});
  credit(purse, 100, 2'000, 2);
  EXPECT_FALSE(purse.state.is_plain());
  EXPECT_NE(hash_wallet(purse.state, kKey), base::Hash128{});
  purse.wallet().settle(2'000, purse.legs);
  EXPECT_TRUE(purse.state.is_plain());
  EXPECT_EQ(hash_wallet(purse.state, kKey), base::Hash128{});
}

// A debt that was paid, a hold that was forgotten: as if they had never been.
TEST(WalletContentTest, WhatIsOverLeavesNothingBehind) {
  Purse purse;
  purse.wallet().debit({.amount = 5, .origin = {1, 0}}, kNow, purse.legs);
  EXPECT_FALSE(purse.state.is_plain());
  credit(purse, 25, kNever, 2);
  EXPECT_TRUE(purse.state.is_plain());
  ASSERT_TRUE(purse.wallet().spend({.id = 7, .amount = 20}, kNow, purse.legs).ok());
  EXPECT_FALSE(purse.state.is_plain());
  purse.wallet().settle(purse.state.next_due(), purse.legs);
  EXPECT_TRUE(purse.state.is_plain());
}

TEST(WalletContentTest, TheHashHoldsNoLsnAndNoCause) {
  Purse early;
  Purse late;
  early.wallet().credit({.amount = 5, .expires_at = 2'500, .cause = 1}, kNow, early.legs);
  late.wallet().credit({.amount = 5, .expires_at = 2'500, .cause = 2}, kNow, late.legs);
  for (Purse* const purse : {&early, &late}) {
    const uint64_t lsn = purse == &early ? 5 : 50'000;
    credit(*purse, 10, 3'000, lsn);
    credit(*purse, 20, 2'000, lsn + 1);
    ASSERT_TRUE(purse->wallet().spend({.id = 7, .amount = 25}, kNow, purse->legs).ok());
    purse->wallet().debit({.amount = 50, .origin = {lsn + 2, 0}}, kNow, purse->legs);
  }
  EXPECT_EQ(hash_wallet(early.state, kKey), hash_wallet(late.state, kKey));
  EXPECT_NE(hash_wallet(early.state, kKey), hash_wallet(late.state, {1, 3}));
}

// Each as much as the other, and yet another wallet.
TEST(WalletContentTest, TheHashTellsDatesAndHoldsApart) {
  std::vector<base::Hash128> seen;
  const auto add = [&seen](const WalletState& state) {
    const base::Hash128 hash = hash_wallet(state, kKey);
    for (const base::Hash128& other : seen) EXPECT_NE(hash, other);
    seen.push_back(hash);
  };
  const auto with = [&](const Credit& credit, TimeMs effective) {
    Purse purse;
    purse.wallet().credit(credit, {1'000, effective}, purse.legs);
    add(purse.state);
    return purse;
  };
  with({.amount = 10, .expires_at = 2'000}, 1'000);
  with({.amount = 10, .expires_at = 2'001}, 1'000);
  with({.amount = 10, .matures_at = 1'500, .expires_at = 2'000}, 1'000);
  with({.amount = 10, .expires_at = 2'000}, 999);
  Purse held = with({.amount = 11, .expires_at = 2'000}, 1'000);
  ASSERT_TRUE(held.wallet().hold({.id = 7, .amount = 1, .until = 1'500}, kNow).ok());
  add(held.state);
  ASSERT_TRUE(held.wallet().capture({.id = 7, .amount = 1}, kNow, held.legs).ok());
  add(held.state);
  held.wallet().freeze();
  add(held.state);
}

TEST(WalletLoaderTest, RefusesWhatIsNoWallet) {
  const auto loads = [](int64_t posted, const std::vector<Lot>& lots) {
    WalletLoader loader(kRules.order);
    for (const Lot& lot : lots) loader.lot(lot);
    WalletState state(kRules.order);
    return loader.finish(posted, &state);
  };
  EXPECT_TRUE(loads(30, {lot_of(10, 2'000), lot_of(20, 3'000)}));
  EXPECT_FALSE(loads(29, {lot_of(10, 2'000), lot_of(20, 3'000)})) << "more than the balance";
  EXPECT_FALSE(loads(30, {lot_of(20, 3'000), lot_of(10, 2'000)})) << "out of order";
  EXPECT_FALSE(loads(30, {lot_of(0, 2'000)})) << "a lot of nothing";
  EXPECT_FALSE(loads(30, {lot_of(-1, 2'000)})) << "less than nothing";
  EXPECT_FALSE(loads(30, {lot_of(1, kNever)})) << "no date";
  EXPECT_FALSE(loads(money::kBalanceMax, {lot_of(money::kBalanceMax, 2'000), lot_of(1, 3'000)}));
  EXPECT_FALSE(loads(30, {lot_of(INT64_MAX, 2'000)}));
  EXPECT_FALSE(loads(INT64_MIN, {}));
}

TEST(WalletLoaderTest, RefusesClaimsThatDoNotAddUp) {
  const auto loads = [](int64_t posted, const auto& fill) {
    WalletLoader loader(kRules.order);
    fill(loader);
    WalletState state(kRules.order);
    return loader.finish(posted, &state);
  };
  const Hold held{7, 2'000, 10, {}, HoldState::kHeld};
  const Lot part = lot_of(10, 1'500);
  EXPECT_TRUE(loads(10, [&](WalletLoader& in) { in.hold(held), in.part(part); }));
  EXPECT_FALSE(loads(9, [&](WalletLoader& in) { in.hold(held), in.part(part); }));
  EXPECT_FALSE(loads(10, [&](WalletLoader& in) { in.hold(held), in.part(lot_of(9, 1'500)); }));
  EXPECT_FALSE(loads(10, [&](WalletLoader& in) { in.part(part); })) << "of no hold";
  EXPECT_FALSE(loads(10, [&](WalletLoader& in) { in.hold({7, 2'000, 10, {}, HoldState{9}}); }));
  EXPECT_FALSE(loads(10, [&](WalletLoader& in) { in.hold({7, 2'000, -1, {}, HoldState::kHeld}); }));
  EXPECT_FALSE(loads(10, [](WalletLoader& in) { in.status(WalletStatus{7}); }));
  EXPECT_FALSE(loads(10, [](WalletLoader& in) { in.status(WalletStatus::kClosed); }));
  EXPECT_TRUE(loads(-10, [](WalletLoader& in) { in.overdraft(10); }));
  EXPECT_FALSE(loads(10, [](WalletLoader& in) { in.overdraft(10); })) << "something is free";
  EXPECT_FALSE(loads(-10, [](WalletLoader&) {})) << "below zero without an overdraft";
  EXPECT_FALSE(loads(0, [](WalletLoader& in) { in.debt({0, {}}); }));
}

}  // namespace
}  // namespace guerdon::ledger
