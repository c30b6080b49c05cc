// Holds, captures and voids; frozen and closed wallets.
#include <gtest/gtest.h>

#include "tests/unit/ledger/wallet_story.h"

namespace guerdon::ledger {
namespace {

constexpr WalletRules kPlain;

// 15 minutes for a checkout; amounts in cents.
TEST(HoldStoryTest, ACheckout) {
  tell(
      kPlain,
      {
          {"1 Jan", "credit 25000", "+25000 earn", "25000"},
          {"2 Jan 10:00", "hold h 10000 until 2 Jan 10:15", "", "25000 available 15000 held 10000"},
          {"2 Jan 10:01", "hold i 20000 until 2 Jan 10:16", "INSUFFICIENT 15000",
           "25000 available 15000 held 10000"},
          {"2 Jan 10:02", "capture h 10001", "LIMIT 10000", "25000 available 15000 held 10000"},
          {"2 Jan 10:03", "capture h 8000", "-8000 redeem", "17000"},
          {"2 Jan 10:04", "capture h 1", "CAPTURED", "17000"},
          {"2 Jan 10:05", "void h", "CAPTURED", "17000"},
      });
}

TEST(HoldStoryTest, AHoldPastItsTime) {
  tell(kPlain, {
                   {"1 Jan", "credit 25000", "+25000 earn", "25000"},
                   {"2 Jan 10:00", "hold h 10000 until 2 Jan 10:15", "",
                    "25000 available 15000 held 10000"},
                   {"2 Jan 10:14", "", "", "25000 available 15000 held 10000"},
                   {"2 Jan 10:15", "", "0 timeout", "25000"},
                   {"2 Jan 10:16", "capture h 8000", "EXPIRED", "25000"},
                   {"2 Jan 10:16", "void h", "EXPIRED", "25000"},
                   {"2 Jan 10:16", "refund h 1", "EXPIRED", "25000"},
               });
}

// 30 % of an order of 30,000.
TEST(HoldStoryTest, AtMostAShareOfTheOrder) {
  tell(kPlain, {
                   {"1 Jan", "credit 25000", "+25000 earn", "25000"},
                   {"1 Jan", "hold h 10000 at-most 9000", "LIMIT 9000", "25000"},
                   {"1 Jan", "hold h 9000 at-most 9000", "", "25000 available 16000 held 9000"},
                   {"1 Jan", "hold i 30000 at-most 40000", "INSUFFICIENT 16000",
                    "25000 available 16000 held 9000"},
               });
}

TEST(HoldStoryTest, VoidedOnce) {
  tell(kPlain, {
                   {"1 Jan", "credit 10", "+10 earn", "10"},
                   {"1 Jan", "hold h 10", "", "10 available 0 held 10"},
                   {"2 Jan", "void h", "", "10"},
                   {"3 Jan", "void h", "VOIDED", "10"},
                   {"3 Jan", "capture h 10", "VOIDED", "10"},
                   {"3 Jan", "void i", "UNKNOWN", "10"},
                   {"3 Jan", "capture i 1", "UNKNOWN", "10"},
               });
}

TEST(HoldStoryTest, ACaptureTakesTheEarliestExpiryOfWhatWasSetAside) {
  tell(kPlain,
       {
           {"1 Jan", "credit 30 until 1 Feb", "+30 earn", "30 = 30 until 1 Feb"},
           {"1 Jan", "credit 50 until 1 Mar", "+50 earn", "80 = 30 until 1 Feb, 50 until 1 Mar"},
           {"2 Jan", "hold h 60", "", "80 available 20 held 60 = 20 until 1 Mar"},
           {"3 Jan", "capture h 40", "-40 redeem", "40 = 40 until 1 Mar"},
           {"4 Jan", "refund h 20", "+20 refund", "60 = 10 until 1 Feb, 50 until 1 Mar"},
       });
}

// What is set aside is promised: no rule can take it.
TEST(HoldStoryTest, APenaltyLeavesHoldsAlone) {
  tell(kPlain, {
                   {"1 Jan", "credit 100", "+100 earn", "100"},
                   {"1 Jan", "hold h 80", "", "100 available 20 held 80"},
                   {"2 Jan", "penalty 50", "-20 penalty (floor)", "80 available 0 held 80"},
                   {"3 Jan", "capture h 80", "-80 redeem", "0"},
               });
}

TEST(HoldStoryTest, WhatIsHeldCannotBeRefunded) {
  tell(kPlain, {
                   {"1 Jan", "credit 100", "+100 earn", "100"},
                   {"1 Jan", "hold h 80", "", "100 available 20 held 80"},
                   {"1 Jan", "refund h 1", "LIMIT 0", "100 available 20 held 80"},
               });
}

// Half a year after it was spent nobody asks for it back.
TEST(HoldStoryTest, ASpendIsRememberedForAsLongAsTheRulesSay) {
  tell({.remember_ms = 10 * base::kMsPerDay}, {
                                                  {"1 Jan", "credit 10", "+10 earn", "10"},
                                                  {"2 Jan", "spend s 10", "-10 redeem", "0"},
                                                  {"11 Jan", "refund s 4", "+4 refund", "4"},
                                                  {"12 Jan", "refund s 4", "UNKNOWN", "4"},
                                              });
}

TEST(FrozenStoryTest, RulesAndTimePostAndNothingIsAvailable) {
  tell(kPlain,
       {
           {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
           {"1 Jan", "spend s 10", "-10 redeem", "90 = 90 until 1 Feb"},
           {"1 Jan", "hold h 20 until 1 Mar", "", "90 available 70 held 20 = 70 until 1 Feb"},
           {"2 Jan", "freeze", "", "90 available 0 held 20 = 70 until 1 Feb"},
           {"3 Jan", "credit 5", "+5 earn", "95 available 0 held 20 = 70 until 1 Feb, 5"},
           {"3 Jan", "clawback 10", "-10 clawback", "85 available 0 held 20 = 60 until 1 Feb, 5"},
           {"3 Jan", "spend t 1", "INSUFFICIENT 0", "85 available 0 held 20 = 60 until 1 Feb, 5"},
           {"3 Jan", "hold i 1", "INSUFFICIENT 0", "85 available 0 held 20 = 60 until 1 Feb, 5"},
           {"3 Jan", "refund s 10", "+10 refund", "95 available 0 held 20 = 70 until 1 Feb, 5"},
           {"4 Jan", "capture h 20", "-20 redeem", "75 available 0 = 70 until 1 Feb, 5"},
           {"1 Feb", "", "-70 expire", "5 available 0"},
           {"2 Feb", "thaw", "", "5"},
       });
}

TEST(ClosedStoryTest, NotWhileABalanceIsLeft) {
  tell({.shortage = Shortage::kCarry},
       {
           {"1 Jan", "credit 10", "+10 earn", "10"},
           {"1 Jan", "hold h 10", "", "10 available 0 held 10"},
           {"1 Jan", "close", "REMAINDER 10", "10 available 0 held 10"},
           {"1 Jan", "penalty 1", "-1 penalty from debt", "10 available 0 held 10 debt 1"},
           {"1 Jan", "capture h 10", "-10 redeem", "0 debt 1"},
           {"1 Jan", "close", "REMAINDER 0", "0 debt 1"},
           {"1 Jan", "adjust 1", "+1 adjust to debt", "0"},
           {"1 Jan", "close", "", "0"},
           {"1 Jan", "close", "CLOSED", "0"},
       });
}

TEST(ClosedStoryTest, WhatWouldComeInGoesToSuspense) {
  tell({.shortage = Shortage::kCarry},
       {
           {"1 Jan", "credit 10", "+10 earn", "10"},
           {"1 Jan", "spend s 10", "-10 redeem", "0"},
           {"2 Jan", "close", "", "0"},
           {"3 Jan", "credit 5 until 1 Feb", "+5 earn to suspense (closed)", "0"},
           {"3 Jan", "refund s 4", "+4 refund to suspense (closed)", "0"},
           {"3 Jan", "refund s 7", "LIMIT 6", "0"},
           {"3 Jan", "penalty 5", "", "0"},
           {"3 Jan", "spend t 1", "CLOSED", "0"},
           {"3 Jan", "hold h 1", "CLOSED", "0"},
           {"3 Jan", "freeze", "CLOSED", "0"},
           {"3 Jan", "thaw", "CLOSED", "0"},
       });
}

}  // namespace
}  // namespace guerdon::ledger
