// Lots: which go first, when they expire, when they mature, what comes back where.
#include <gtest/gtest.h>

#include "tests/unit/ledger/wallet_story.h"

namespace guerdon::ledger {
namespace {

constexpr WalletRules kPlain;
constexpr WalletRules kGrace{.returns = Returns::kGrace};
constexpr WalletRules kOldest{.order = SpendOrder::kOldestEarned};
constexpr WalletRules kMerging{.merges_equal_lots = true};

// The last day is whole: a lot to 31 January is valid before 1 February.
TEST(ExpiryStoryTest, ASpendIsTiedToLotsSoOnlyTheRestExpires) {
  tell(kPlain,
       {
           {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
           {"1 Jan", "credit 50 until 1 Mar", "+50 earn", "150 = 100 until 1 Feb, 50 until 1 Mar"},
           {"10 Jan", "spend s 70", "-70 redeem", "80 = 30 until 1 Feb, 50 until 1 Mar"},
           {"31 Jan 23:59", "", "", "80 = 30 until 1 Feb, 50 until 1 Mar"},
           {"1 Feb", "", "-30 expire", "50 = 50 until 1 Mar"},
       });
}

TEST(ExpiryStoryTest, AStrictRefundOfWhatIsPastItsDateExpiresAtOnce) {
  tell(kPlain,
       {
           {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
           {"1 Jan", "credit 50 until 1 Mar", "+50 earn", "150 = 100 until 1 Feb, 50 until 1 Mar"},
           {"10 Jan", "spend s 70", "-70 redeem", "80 = 30 until 1 Feb, 50 until 1 Mar"},
           {"5 Feb", "refund s 40", "-30 expire, +40 refund, -40 expire", "50 = 50 until 1 Mar"},
           {"5 Feb", "refund s 31", "LIMIT 30", "50 = 50 until 1 Mar"},
           {"5 Feb", "refund s 30", "+30 refund, -30 expire", "50 = 50 until 1 Mar"},
       });
}

TEST(ExpiryStoryTest, WithGraceItGetsANewDate) {
  tell(kGrace,
       {
           {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
           {"1 Jan", "credit 50 until 1 Mar", "+50 earn", "150 = 100 until 1 Feb, 50 until 1 Mar"},
           {"10 Jan", "spend s 70", "-70 redeem", "80 = 30 until 1 Feb, 50 until 1 Mar"},
           {"20 Jan", "refund s 10 until 20 Mar", "+10 refund",
            "90 = 40 until 1 Feb, 50 until 1 Mar"},
           {"5 Feb", "refund s 40 until 7 Mar", "-40 expire, +40 refund",
            "90 = 50 until 1 Mar, 40 until 7 Mar"},
           {"7 Mar", "", "-50 expire, -40 expire", "0"},
       });
}

TEST(ExpiryStoryTest, WhatWasSpentLastComesBackFirst) {
  tell(kPlain,
       {
           {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
           {"1 Jan", "credit 50 until 1 Mar", "+50 earn", "150 = 100 until 1 Feb, 50 until 1 Mar"},
           {"10 Jan", "spend s 120", "-120 redeem", "30 = 30 until 1 Mar"},
           {"11 Jan", "refund s 30", "+30 refund", "60 = 10 until 1 Feb, 50 until 1 Mar"},
           {"11 Jan", "refund s 91", "LIMIT 90", "60 = 10 until 1 Feb, 50 until 1 Mar"},
           {"11 Jan", "refund t 1", "UNKNOWN", "60 = 10 until 1 Feb, 50 until 1 Mar"},
           {"12 Jan", "refund s 90", "+90 refund", "150 = 100 until 1 Feb, 50 until 1 Mar"},
       });
}

TEST(ExpiryStoryTest, AHeldLotDoesNotExpireAndIsCapturedAfterItsDate) {
  tell(kPlain, {
                   {"1 Feb", "credit 50 until 1 Mar", "+50 earn", "50 = 50 until 1 Mar"},
                   {"20 Feb", "hold h 50", "", "50 available 0 held 50"},
                   {"1 Mar", "", "", "50 available 0 held 50"},
                   {"1 Mar 10:00", "capture h 50", "-50 redeem", "0"},
               });
}

TEST(ExpiryStoryTest, VoidedAfterItsDateItExpiresAtOnce) {
  tell(kPlain, {
                   {"1 Feb", "credit 50 until 1 Mar", "+50 earn", "50 = 50 until 1 Mar"},
                   {"20 Feb", "hold h 50", "", "50 available 0 held 50"},
                   {"1 Mar 10:00", "void h", "-50 expire", "0"},
               });
}

TEST(ExpiryStoryTest, TimedOutAfterItsDateItExpiresAtOnce) {
  tell(kPlain,
       {
           {"1 Feb", "credit 50 until 1 Mar", "+50 earn", "50 = 50 until 1 Mar"},
           {"20 Feb", "hold h 20 until 3 Mar", "", "50 available 30 held 20 = 30 until 1 Mar"},
           {"1 Mar", "", "-30 expire", "20 available 0 held 20"},
           {"3 Mar", "", "0 timeout, -20 expire", "0"},
       });
}

TEST(ExpiryStoryTest, AtOneInstantTheHoldTimesOutAndThenTheWholeLotExpires) {
  tell(kPlain,
       {
           {"1 Feb", "credit 50 until 1 Mar", "+50 earn", "50 = 50 until 1 Mar"},
           {"20 Feb", "hold h 20 until 1 Mar", "", "50 available 30 held 20 = 30 until 1 Mar"},
           {"1 Mar", "capture h 20", "0 timeout, -50 expire, EXPIRED", "0"},
       });
}

TEST(ExpiryStoryTest, WhatIsOverOfACaptureExpiresIfItsDateIsPast) {
  tell(kPlain, {
                   {"1 Feb", "credit 50 until 1 Mar", "+50 earn", "50 = 50 until 1 Mar"},
                   {"20 Feb", "hold h 50", "", "50 available 0 held 50"},
                   {"2 Mar", "capture h 30", "-30 redeem, -20 expire", "0"},
               });
}

TEST(ExpiryStoryTest, EarliestExpiryFirstThenEarliestEarnedAndWithoutDateLast) {
  tell(kPlain, {
                   {"1 Jan", "credit 10", "+10 earn", "10"},
                   {"2 Jan", "credit 20 until 1 Mar", "+20 earn", "30 = 20 until 1 Mar, 10"},
                   {"3 Jan", "credit 30 until 1 Feb", "+30 earn",
                    "60 = 30 until 1 Feb, 20 until 1 Mar, 10"},
                   {"4 Jan", "credit 40 until 1 Feb earned 1 Jan", "+40 earn",
                    "100 = 40 until 1 Feb, 30 until 1 Feb, 20 until 1 Mar, 10"},
                   {"5 Jan", "spend s 75", "-75 redeem", "25 = 15 until 1 Mar, 10"},
                   {"6 Jan", "spend t 20", "-20 redeem", "5"},
               });
}

TEST(ExpiryStoryTest, OldestEarnedFirst) {
  tell(kOldest, {
                    {"1 Jan", "credit 10", "+10 earn", "10"},
                    {"2 Jan", "credit 20 until 1 Mar", "+20 earn", "30 = 20 until 1 Mar, 10"},
                    {"3 Jan", "credit 30 until 1 Feb", "+30 earn",
                     "60 = 20 until 1 Mar, 30 until 1 Feb, 10"},
                    {"5 Jan", "spend s 25", "-25 redeem", "35 = 25 until 1 Feb, 10"},
                    {"1 Feb", "", "-25 expire", "10"},
                });
}

TEST(ExpiryStoryTest, EachLotExpiresByAnEntryOfItsOwnInTheOrderOfTheDates) {
  tell(kPlain, {
                   {"1 Jan", "credit 1 until 3 Jan", "+1 earn", "1 = 1 until 3 Jan"},
                   {"1 Jan", "credit 2 until 2 Jan", "+2 earn", "3 = 2 until 2 Jan, 1 until 3 Jan"},
                   {"1 Jan", "credit 4 until 2 Jan", "+4 earn",
                    "7 = 2 until 2 Jan, 4 until 2 Jan, 1 until 3 Jan"},
                   {"4 Jan", "", "-2 expire, -4 expire, -1 expire", "0"},
               });
}

TEST(ExpiryStoryTest, ACreditThatComesAfterItsDateExpiresAtOnce) {
  tell(kPlain, {
                   {"1 Mar", "credit 5 until 1 Feb earned 1 Jan", "+5 earn, -5 expire", "0"},
               });
}

TEST(ExpiryStoryTest, WhatHasNotMaturedIsThereButNotToBeSpent) {
  tell(kPlain, {
                   {"1 Jan", "credit 10 until 1 Mar", "+10 earn", "10 = 10 until 1 Mar"},
                   {"1 Jan", "credit 5 from 15 Jan until 1 Feb", "+5 earn",
                    "15 available 10 pending 5 = 5 from 15 Jan until 1 Feb, 10 until 1 Mar"},
                   {"2 Jan", "spend s 11", "INSUFFICIENT 10",
                    "15 available 10 pending 5 = 5 from 15 Jan until 1 Feb, 10 until 1 Mar"},
                   {"2 Jan", "spend s 9", "-9 redeem",
                    "6 available 1 pending 5 = 5 from 15 Jan until 1 Feb, 1 until 1 Mar"},
                   {"15 Jan", "spend t 6", "-6 redeem", "0"},
               });
}

TEST(ExpiryStoryTest, WhatHasMaturedAndNeverExpiresIsUndated) {
  tell(kPlain,
       {
           {"1 Jan", "credit 5 from 15 Jan", "+5 earn", "5 available 0 pending 5 = 5 from 15 Jan"},
           {"15 Jan", "credit 1", "+1 earn", "6"},
       });
}

TEST(ExpiryStoryTest, ALotCanExpireBeforeItMatures) {
  tell(kPlain, {
                   {"1 Jan", "credit 5 from 15 Jan until 10 Jan", "+5 earn",
                    "5 available 0 pending 5 = 5 from 15 Jan until 10 Jan"},
                   {"20 Jan", "", "-5 expire", "0"},
               });
}

TEST(ExpiryStoryTest, AClawbackTakesPendingThenItsOwnThenTheUsualOrder) {
  tell(kPlain,
       {
           {"1 Jan", "credit 10 until 1 Feb for other", "+10 earn", "10 = 10 until 1 Feb"},
           {"1 Jan", "credit 10 until 1 Mar for order", "+10 earn",
            "20 = 10 until 1 Feb, 10 until 1 Mar"},
           {"1 Jan", "credit 10 from 20 Jan until 1 Apr for order", "+10 earn",
            "30 available 20 pending 10 = 10 until 1 Feb, 10 until 1 Mar, 10 from 20 Jan "
            "until 1 Apr"},
           {"2 Jan", "clawback 4 for order", "-4 clawback",
            "26 available 20 pending 6 = 10 until 1 Feb, 10 until 1 Mar, 6 from 20 Jan "
            "until 1 Apr"},
           {"3 Jan", "clawback 8 for order", "-8 clawback", "18 = 10 until 1 Feb, 8 until 1 Mar"},
           {"4 Jan", "clawback 11 for order", "-11 clawback", "7 = 7 until 1 Feb"},
           {"5 Jan", "clawback 8 for order", "-7 clawback (floor)", "0"},
       });
}

TEST(ExpiryStoryTest, BurningIsOneEntryHoweverManyLots) {
  tell({.shortage = Shortage::kCarry},
       {
           {"1 Jan", "credit 7 until 1 Feb", "+7 earn", "7 = 7 until 1 Feb"},
           {"1 Jan", "credit 5 until 1 Mar", "+5 earn", "12 = 7 until 1 Feb, 5 until 1 Mar"},
           {"2 Jan", "burn 3", "-3 burn", "9 = 4 until 1 Feb, 5 until 1 Mar"},
           {"3 Jan", "burn 20", "-9 burn (floor)", "0"},
           {"4 Jan", "burn 1", "", "0"},
       });
}

TEST(ExpiryStoryTest, LotsOfEqualDatesAreOneOnlyWhereTheRulesSaySo) {
  tell(kPlain, {
                   {"1 Jan", "credit 1 until 1 Feb", "+1 earn", "1 = 1 until 1 Feb"},
                   {"1 Jan", "credit 2 until 1 Feb", "+2 earn", "3 = 1 until 1 Feb, 2 until 1 Feb"},
               });
  tell(kMerging,
       {
           {"1 Jan", "credit 1 until 1 Feb", "+1 earn", "1 = 1 until 1 Feb"},
           {"1 Jan", "credit 2 until 1 Feb", "+2 earn", "3 = 3 until 1 Feb"},
           {"1 Jan", "credit 4 until 2 Feb", "+4 earn", "7 = 3 until 1 Feb, 4 until 2 Feb"},
           {"1 Feb", "", "-3 expire", "4 = 4 until 2 Feb"},
       });
}

// 30 are held, so that 70 are told of; what comes back comes to a lot that was told of.
TEST(ExpiryStoryTest, ALotIsToldOfOnceWithWhatIsFreeInIt) {
  tell(
      kPlain,
      {
          {"1 Jan", "credit 100 until 1 Feb warns 25 Jan", "+100 earn", "100 = 100 until 1 Feb"},
          {"20 Jan", "hold h 30 until 27 Jan", "", "100 available 70 held 30 = 70 until 1 Feb"},
          {"24 Jan 23:59", "", "", "100 available 70 held 30 = 70 until 1 Feb"},
          {"26 Jan", "", "0 expiring of 70 on 25 Jan", "100 available 70 held 30 = 70 until 1 Feb"},
          {"28 Jan", "", "0 timeout", "100 = 100 until 1 Feb"},
          {"28 Jan", "spend s 100", "-100 redeem", "0"},
          {"29 Jan", "refund s 60", "+60 refund", "60 = 60 until 1 Feb"},
          {"1 Feb", "", "-60 expire", "0"},
      });
}

TEST(ExpiryStoryTest, WhatWasAwayWhenItsLotWasDueIsToldOfWhenItComesBack) {
  tell(kPlain,
       {
           {"1 Jan", "credit 100 until 1 Feb warns 25 Jan", "+100 earn", "100 = 100 until 1 Feb"},
           {"20 Jan", "spend s 100", "-100 redeem", "0"},
           {"26 Jan", "", "", "0"},
           {"27 Jan", "refund s 40", "+40 refund, 0 expiring of 40 on 27 Jan",
            "40 = 40 until 1 Feb"},
           {"28 Jan", "refund s 10", "+10 refund", "50 = 50 until 1 Feb"},
           {"1 Feb", "refund s 50", "-50 expire, +50 refund, -50 expire", "0"},
       });
}

TEST(ExpiryStoryTest, ANewDateIsANewNotice) {
  tell(kGrace,
       {
           {"1 Jan", "credit 10 until 1 Feb warns 25 Jan", "+10 earn", "10 = 10 until 1 Feb"},
           {"26 Jan", "spend s 10", "0 expiring of 10 on 25 Jan, -10 redeem", "0"},
           {"5 Feb", "refund s 10 until 7 Mar warns 1 Mar", "+10 refund", "10 = 10 until 7 Mar"},
           {"1 Mar", "", "0 expiring of 10 on 1 Mar", "10 = 10 until 7 Mar"},
           {"7 Mar", "", "-10 expire", "0"},
       });
}

// What goes at an instant goes first, and is not told of.
TEST(ExpiryStoryTest, NoticesStandBehindWhatExpiresAtTheirInstant) {
  tell(kPlain, {
                   {"1 Jan", "credit 1 until 1 Mar warns 1 Feb", "+1 earn", "1 = 1 until 1 Mar"},
                   {"1 Jan", "credit 2 until 1 Feb warns 1 Feb", "+2 earn",
                    "3 = 2 until 1 Feb, 1 until 1 Mar"},
                   {"1 Jan", "credit 4 until 3 Feb warns 31 Jan", "+4 earn",
                    "7 = 2 until 1 Feb, 4 until 3 Feb, 1 until 1 Mar"},
                   {"4 Feb", "",
                    "0 expiring of 4 on 31 Jan, -2 expire, 0 expiring of 1 on 1 Feb, -4 expire",
                    "1 = 1 until 1 Mar"},
                   {"5 Feb", "credit 8 until 6 Feb warns 1 Feb",
                    "+8 earn, 0 expiring of 8 on 5 Feb", "9 = 8 until 6 Feb, 1 until 1 Mar"},
                   {"5 Feb", "credit 16 until 4 Feb warns 1 Feb", "+16 earn, -16 expire",
                    "9 = 8 until 6 Feb, 1 until 1 Mar"},
               });
}

// What came late is told of as of when its notice time began, which may be behind the event and
// before the clock; never as of a day that is still to come.
TEST(ExpiryStoryTest, ANoticeOfWhatCameLateIsOfWhenItsNoticeTimeBegan) {
  tell(kPlain, {
                   {"5 Mar", "credit 9 until 11 Mar warns 4 Mar earned 1 Mar",
                    "+9 earn, 0 expiring of 9 on 4 Mar", "9 = 9 until 11 Mar"},
                   {"6 Mar", "credit 2 until 13 Mar warns 2 Mar earned 3 Mar",
                    "+2 earn, 0 expiring of 2 on 3 Mar", "11 = 9 until 11 Mar, 2 until 13 Mar"},
                   {"6 Mar", "credit 4 until 5 Mar warns 2 Mar earned 3 Mar", "+4 earn, -4 expire",
                    "11 = 9 until 11 Mar, 2 until 13 Mar"},
               });
}

}  // namespace
}  // namespace guerdon::ledger
