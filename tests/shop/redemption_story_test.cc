// E21 and every edge of a redemption, as tables.
#include <gtest/gtest.h>

#include "tests/shop/shop_story.h"

namespace guerdon::shop {
namespace {

const std::string kRewards = R"(plan rewards
unit points, 0 decimals
unit remote_day as "REMOTE_DAY", 0 decimals

event earn
  account : account
  earned : points

wallet points
  expire 31 days after earning

rule earning
  on earn
  credit account earned

item remote_day_off "A day of remote work"
  price 800 points
  gives 1 remote_day
  stock 1

item mug
  price 100 points
  at most 2 times per account per month
  at most 3 times per account

item lamp
  price 50 points
  stock 5
  at most once per account per year
  from 2026-03-01 until 2026-04-01
)";

TEST(Redemption, E21TheLastRemoteDay) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000              -> OK 1
    EVENT earn b account=B earned=1000              -> OK 1
    REDEEM account=A item=remote_day_off id=r1      -> OK 2
    = A points 200
    = A REMOTE_DAY 1
    = stock remote_day_off 0
    REDEEM account=B item=remote_day_off id=r2      -> OUTOFSTOCK 0
    = B points 1000
    = B REMOTE_DAY 0
    UNREDEEM account=A item=remote_day_off of=r1    -> OK 2
    = A points 1000
    = A REMOTE_DAY 0
    = stock remote_day_off 1
    REDEEM account=B item=remote_day_off id=r2      -> OUTOFSTOCK 0   # the answer to that id
    REDEEM account=B item=remote_day_off id=r3      -> OK 2
    = B points 200
    = stock remote_day_off 0
    = system points redemption 800
    = system REMOTE_DAY redemption -1
  )");
}

// All in one batch, so that legs meet: of many who ask for the last one, the first in the log has
// it.
TEST(Redemption, TheLastOneIsSoldOnce) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn e1 account=anna earned=900            -> OK 1
    EVENT earn e2 account=bert earned=900            -> OK 1
    EVENT earn e3 account=carl earned=700            -> OK 1
    EVENT earn e4 account=dora earned=900            -> OK 1
    REDEEM account=carl item=remote_day_off id=r0    -> INSUFFICIENT 700
    REDEEM account=anna item=remote_day_off id=r1    -> OK 2
    REDEEM account=bert item=remote_day_off id=r2    -> OUTOFSTOCK 0
    ITEM item=remote_day_off add=1 id=came-1         -> OK 0
    REDEEM account=dora item=remote_day_off id=r3    -> OK 2
    REDEEM account=bert item=remote_day_off id=r4    -> OUTOFSTOCK 0
    UNREDEEM account=anna item=remote_day_off of=r1  -> OK 2
    REDEEM account=bert item=remote_day_off id=r5    -> OK 2
    REDEEM account=bert item=remote_day_off id=r6    -> INSUFFICIENT 100
    = anna points 900
    = bert points 100
    = carl points 700
    = dora points 100
    = stock remote_day_off 0
    ITEM item=remote_day_off stock=7                 -> OK 0
    = stock remote_day_off 7
  )");
}

TEST(Redemption, AResendHasTheFirstAnswerAndAnotherContentIsAConflict) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000              -> OK 1
    REDEEM account=A item=mug id=r1                 -> OK 1
    REDEEM account=A item=mug id=r1                 -> DUP 1
    REDEEM account=A item=mug qty=2 id=r1           -> CONFLICT
    = A points 900
    REDEEM account=A item=mug qty=2 id=r2           -> LIMIT 1
    REDEEM account=A item=mug qty=2 id=r2           -> LIMIT 1
    = A points 900
  )");
}

TEST(Redemption, LimitsCountForTheMemberAndItsPeriod) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000              -> OK 1
    EVENT earn b account=B earned=1000              -> OK 1
    REDEEM account=A item=mug qty=3 id=r1           -> LIMIT 2
    REDEEM account=A item=mug qty=2 id=r2           -> OK 1
    REDEEM account=A item=mug id=r3                 -> LIMIT 0
    REDEEM account=B item=mug id=r4                 -> OK 1
    UNREDEEM account=A item=mug of=r2               -> OK 1    # makes room again
    REDEEM account=A item=mug qty=2 id=r5           -> OK 1
    = A points 800
    2026-04-01T00:00:00Z                                        # another month, the same life
    EVENT earn c account=A earned=1000              -> OK 1
    REDEEM account=A item=mug qty=2 id=r6           -> LIMIT 1
    REDEEM account=A item=mug id=r7                 -> OK 1
    UNREDEEM account=A item=mug of=r5               -> OK 1    # of March: room in life, not in April
    REDEEM account=A item=mug qty=2 id=r8           -> LIMIT 1
    REDEEM account=A item=mug id=r9                 -> OK 1
    REDEEM account=A item=mug id=r10                -> LIMIT 0
  )");
}

TEST(Redemption, AnItemCanBeHadInItsTime) {
  tell(kRewards, R"(
    2026-02-28T23:59:59Z
    EVENT earn a account=A earned=1000              -> OK 1
    REDEEM account=A item=lamp id=r1                -> EXPIRED 0
    2026-03-01T00:00:00Z
    REDEEM account=A item=lamp id=r2                -> OK 1
    = stock lamp 4
    2026-03-31T23:59:59.999Z
    EVENT earn b account=B earned=1000              -> OK 1
    REDEEM account=B item=lamp id=r3                -> OK 1
    2026-04-01T00:00:00Z
    EVENT earn c account=C earned=1000              -> OK 1
    REDEEM account=C item=lamp id=r4                -> EXPIRED 0
    UNREDEEM account=B item=lamp of=r3              -> OK 1    # to give back is no redemption
    = stock lamp 4
    = B points 1000
  )");
}

// Points come back to the lots they came from, with their own dates; what is over expires at once.
TEST(Redemption, CancellingGoesBackToTheLots) {
  tell(kRewards, R"(
    2026-03-01T00:00:00Z
    EVENT earn a account=A earned=60                -> OK 1
    2026-03-20T00:00:00Z
    EVENT earn b account=A earned=60                -> OK 1
    REDEEM account=A item=mug id=r1                 -> OK 1    # 60 of the first lot, 40 of the second
    = A points 20
    UNREDEEM account=A item=mug of=r1               -> OK 1
    = A points 120
    REDEEM account=A item=mug id=r2                 -> OK 1
    2026-04-02T00:00:00Z                                        # the first lot is over
    = A points 20
    UNREDEEM account=A item=mug of=r2               -> OK 2    # 100 come, 60 expire
    = A points 60
    = system points breakage 60
    2026-04-21T00:00:00Z
    EVENT earn c account=B earned=1                 -> OK 1
    = A points 0
  )");
}

TEST(Redemption, OnlyWhatWasRedeemedIsCancelledAndOnce) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000              -> OK 1
    EVENT earn b account=B earned=1000              -> OK 1
    REDEEM account=A item=lamp id=r1                -> OK 1
    HOLD account=A unit=points amount=50 id=h1      -> OK 0
    CAPTURE account=A hold=h1                       -> OK 1
    UNREDEEM account=B item=lamp of=r1              -> UNKNOWN 0
    UNREDEEM account=A item=mug of=r1               -> UNKNOWN 0
    UNREDEEM account=A item=lamp of=h1              -> UNKNOWN 0
    UNREDEEM account=A item=lamp of=r9              -> UNKNOWN 0
    UNREDEEM account=A item=lamp of=r1 id=u1        -> OK 1
    UNREDEEM account=A item=lamp of=r1 id=u1        -> DUP 1
    UNREDEEM account=A item=lamp of=r1 id=u2        -> VOIDED 0
    = A points 950
    = stock lamp 5
  )");
}

// What it gave is taken back with it, or nothing is.
TEST(Redemption, WhatWasGivenComesBackWithIt) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000              -> OK 1
    REDEEM account=A item=remote_day_off id=r1      -> OK 2
    HOLD account=A unit=REMOTE_DAY amount=1 id=h1   -> OK 0
    UNREDEEM account=A item=remote_day_off of=r1    -> INSUFFICIENT 0
    = stock remote_day_off 0
    VOID account=A hold=h1                          -> OK 0
    UNREDEEM account=A item=remote_day_off of=r1    -> OK 2
    = stock remote_day_off 1
    = A points 1000
  )");
}

TEST(Redemption, WhatIsHeldBuysNothing) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=100               -> OK 1
    HOLD account=A unit=points amount=1 id=h1       -> OK 0
    REDEEM account=A item=mug id=r1                 -> INSUFFICIENT 99
    REDEEM account=nobody item=mug id=r2            -> INSUFFICIENT 0
    = A points 100
  )");
}

// A price beyond what a wallet can hold is one that nobody has, not the most that a wallet holds.
TEST(Redemption, MoreThanAnyWalletHoldsIsNotPaidWithAllThatOneHolds) {
  tell(R"(plan dear
unit points, 0 decimals
event earn
  account : account
  earned : points
rule earning
  on earn
  credit account earned
item villa
  price 1000000000000000 points
)",
       R"(
    2026-03-02T10:00:00Z
    REDEEM account=A item=villa qty=4612 id=r1      -> LIMIT 4611
    REDEEM account=A item=villa qty=1000000000 id=r2 -> LIMIT 4611
    REDEEM account=A item=villa qty=4611 id=r3      -> INSUFFICIENT 0
  )");
}

TEST(Redemption, WhatCannotBeReadIsSaidWithItsWord) {
  tell(kRewards, R"(
    2026-03-02T10:00:00Z
    REDEEM account=A item=house id=r1               -> UNKNOWN word 3, item: no plan has an item
    REDEEM account=A item=mug                       -> INVALID word 4, id: it is missing
    REDEEM account=A item=mug qty=0 id=r1           -> INVALID word 4, qty: nothing is redeemed
    REDEEM account=A item=mug qty=1.5 id=r1         -> INVALID word 4, qty:
    REDEEM item=mug id=r1                           -> INVALID word 4, account: it is missing
    ITEM item=mug stock=5                           -> INVALID word 2, item: its plan gives it no stock
    ITEM item=lamp                                  -> INVALID word 3, stock: it is missing
    ITEM item=lamp stock=5 add=5                    -> INVALID word 5, stock: both are given
    ITEM item=lamp add=5                            -> INVALID word 4, id: it is missing
    REDEEM account=A item=rewards/mug id=r1         -> INSUFFICIENT 0
    ITEM item=lamp add=999999999 id=came-9          -> LIMIT 999999995
  )");
}

const std::string kForSome = kRewards + R"(
holder
  segment : text
  grade : count

item vip_mug
  price 10 points
  stock 2
  when account's segment = "gold" or account's grade >= 3
)";

// By what is known of the account at the instant of the redemption, before its limits and the
// stock.
TEST(Redemption, WhoCanHaveIt) {
  tell(kForSome, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=100                -> OK 1
    EVENT earn b account=B earned=5                  -> OK 1
    REDEEM account=A item=vip_mug id=r1              -> NOTELIGIBLE 0
    REDEEM account=nobody item=vip_mug id=r1-n       -> NOTELIGIBLE 0
    HOLDER account=A attribute=segment value=gold effective=2026-03-02T10:00:00Z until=2026-03-10T00:00:00Z -> OK 0
    REDEEM account=A item=vip_mug id=r1              -> NOTELIGIBLE 0   # the answer to that id
    REDEEM account=A item=vip_mug id=r2              -> OK 1
    = A points 90
    = stock vip_mug 1
    REDEEM account=B item=vip_mug id=r3              -> NOTELIGIBLE 0
    HOLDER account=B attribute=grade value=3         -> OK 0
    REDEEM account=B item=vip_mug id=r4              -> INSUFFICIENT 5
    2026-03-10T00:00:00Z
    REDEEM account=A item=vip_mug id=r5              -> NOTELIGIBLE 0
    UNREDEEM account=A item=vip_mug of=r2            -> OK 1
    = A points 100
    = stock vip_mug 2
    HOLDER account=A attribute=grade value=2 effective=2026-03-10T00:00:00Z -> OK 0
    REDEEM account=A item=vip_mug id=r6              -> NOTELIGIBLE 0
    HOLDER account=A attribute=grade value=4 effective=2026-03-10T00:00:00Z -> OK 0
    REDEEM account=A item=vip_mug qty=2 id=r7        -> OK 1
    REDEEM account=A item=vip_mug id=r8              -> OUTOFSTOCK 0
    = A points 80
  )");
}

}  // namespace
}  // namespace guerdon::shop
