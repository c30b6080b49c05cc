// What happens where more is to be taken than there is, and where more comes than there is room.
#include <gtest/gtest.h>

#include "tests/unit/ledger/wallet_story.h"

namespace guerdon::ledger {
namespace {

constexpr WalletRules kReject{.shortage = Shortage::kReject};
constexpr WalletRules kClamp{.shortage = Shortage::kClamp};
constexpr WalletRules kCarry{.shortage = Shortage::kCarry};
constexpr WalletRules kNegative{.shortage = Shortage::kNegative, .negative_limit = 500};

// A part of an order is cancelled, then all of it: 400 and 700 from 1,000.
TEST(FloorStoryTest, Reject) {
  tell(kReject, {
                    {"1 Jan", "credit 1000", "+1000 earn", "1000"},
                    {"2 Jan", "penalty 400", "-400 penalty", "600"},
                    {"3 Jan", "penalty 700", "", "600"},
                });
}

TEST(FloorStoryTest, Clamp) {
  tell(kClamp, {
                   {"1 Jan", "credit 1000", "+1000 earn", "1000"},
                   {"2 Jan", "penalty 400", "-400 penalty", "600"},
                   {"3 Jan", "penalty 700", "-600 penalty (floor)", "0"},
                   {"4 Jan", "credit 250", "+250 earn", "250"},
               });
}

TEST(FloorStoryTest, Carry) {
  tell(kCarry,
       {
           {"1 Jan", "credit 1000", "+1000 earn", "1000"},
           {"2 Jan", "penalty 400", "-400 penalty", "600"},
           {"3 Jan", "penalty 700", "-600 penalty (floor), -100 penalty from debt", "0 debt 100"},
           {"4 Jan", "credit 250", "+100 earn to debt, +150 earn", "150"},
       });
}

TEST(FloorStoryTest, Negative) {
  tell(kNegative, {
                      {"1 Jan", "credit 1000", "+1000 earn", "1000"},
                      {"2 Jan", "penalty 400", "-400 penalty", "600"},
                      {"3 Jan", "penalty 700", "-700 penalty", "-100"},
                      {"4 Jan", "spend s 1", "INSUFFICIENT 0", "-100"},
                      {"5 Jan", "credit 250 until 1 Feb", "+250 earn", "150 = 150 until 1 Feb"},
                  });
}

TEST(FloorStoryTest, DownToTheLimitAndNotBeyond) {
  tell(kNegative, {
                      {"1 Jan", "penalty 499", "-499 penalty", "-499"},
                      {"2 Jan", "penalty 2", "-1 penalty (floor)", "-500"},
                      {"3 Jan", "penalty 2", "", "-500"},
                      {"4 Jan", "burn 2", "", "-500"},
                  });
}

TEST(FloorStoryTest, DebtsArePaidInTheOrderOfAgeBeforeALotIsMade) {
  tell(kCarry,
       {
           {"1 Jan", "penalty 30", "-30 penalty from debt", "0 debt 30"},
           {"2 Jan", "clawback 20", "-20 clawback from debt", "0 debt 50"},
           {"3 Jan", "credit 10 until 1 Feb", "+10 earn to debt", "0 debt 40"},
           {"4 Jan", "credit 25 until 1 Feb", "+20 earn to debt, +5 earn to debt", "0 debt 15"},
           {"5 Jan", "credit 25 until 1 Feb", "+15 earn to debt, +10 earn", "10 = 10 until 1 Feb"},
       });
}

TEST(FloorStoryTest, WhatComesBackPaysDebtsToo) {
  tell(kCarry,
       {
           {"1 Jan", "credit 50 until 1 Feb", "+50 earn", "50 = 50 until 1 Feb"},
           {"2 Jan", "spend s 50", "-50 redeem", "0"},
           {"3 Jan", "clawback 20", "-20 clawback from debt", "0 debt 20"},
           {"4 Jan", "refund s 30", "+20 refund to debt, +10 refund", "10 = 10 until 1 Feb"},
       });
}

TEST(FloorStoryTest, ExpiryMakesNoDebt) {
  tell(kCarry, {
                   {"1 Jan", "credit 50 until 1 Feb", "+50 earn", "50 = 50 until 1 Feb"},
                   {"1 Feb", "", "-50 expire", "0"},
               });
}

// Below zero while something is held: what is set free covers it first.
TEST(FloorStoryTest, WhatIsReleasedCoversAnOverdraft) {
  tell(kNegative, {
                      {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
                      {"1 Jan", "hold h 100", "", "100 available 0 held 100"},
                      {"2 Jan", "penalty 30", "-30 penalty", "70 available 0 held 100"},
                      {"3 Jan", "void h", "", "70 = 70 until 1 Feb"},
                  });
}

TEST(FloorStoryTest, AndACaptureLeavesIt) {
  tell(kNegative, {
                      {"1 Jan", "credit 100 until 1 Feb", "+100 earn", "100 = 100 until 1 Feb"},
                      {"1 Jan", "hold h 100", "", "100 available 0 held 100"},
                      {"2 Jan", "penalty 30", "-30 penalty", "70 available 0 held 100"},
                      {"3 Jan", "capture h 100", "-100 redeem", "-30"},
                  });
}

// The largest balance is 2^62.
TEST(RangeStoryTest, WhatIsBeyondTheRangeGoesToSuspenseWhole) {
  tell(kClamp,
       {
           {"1 Jan", "credit 4611686018427387903", "+4611686018427387903 earn",
            "4611686018427387903"},
           {"1 Jan", "credit 2", "+2 earn to suspense (overflow)", "4611686018427387903"},
           {"1 Jan", "credit 1 until 1 Feb", "+1 earn",
            "4611686018427387904 = 1 until 1 Feb, 4611686018427387903"},
           {"1 Jan", "spend s 1", "-1 redeem", "4611686018427387903"},
           {"1 Jan", "credit 1", "+1 earn", "4611686018427387904"},
           {"1 Jan", "refund s 1", "+1 refund to suspense (overflow)", "4611686018427387904"},
           {"1 Jan", "credit 9223372036854775807",
            "+9223372036854775807 earn to suspense (overflow)", "4611686018427387904"},
           {"1 Jan", "penalty 9223372036854775807", "-4611686018427387904 penalty (floor)", "0"},
       });
}

TEST(RangeStoryTest, DebtAndOverdraftHaveTheSameRange) {
  tell(kCarry,
       {
           {"1 Jan", "penalty 9223372036854775807", "-4611686018427387904 penalty from debt",
            "0 debt 4611686018427387904"},
           {"1 Jan", "penalty 1", "", "0 debt 4611686018427387904"},
           {"1 Jan", "credit 9223372036854775807",
            "+4611686018427387904 earn to debt, +4611686018427387903 earn", "4611686018427387903"},
       });
  tell({.shortage = Shortage::kNegative, .negative_limit = money::kBalanceMax},
       {
           {"1 Jan", "penalty 9223372036854775807", "-4611686018427387904 penalty (floor)",
            "-4611686018427387904"},
           {"1 Jan", "credit 9223372036854775807", "+9223372036854775807 earn",
            "4611686018427387903"},
       });
}

}  // namespace
}  // namespace guerdon::ledger
