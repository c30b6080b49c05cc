// E19, payouts and every edge of an exchange, as tables.
#include <gtest/gtest.h>

#include "tests/shop/shop_story.h"

namespace guerdon::shop {
namespace {

const std::string kRates = R"(plan shop
unit points, 0 decimals
unit USD, 2 decimals
unit VND, 0 decimals
unit EUR, 2 decimals

event earn
  account : account
  earned : points

wallet points
  expire 31 days after earning

rule earning
  on earn
  credit account earned

exchange points to USD
  rate 1 point = 0.01 USD
  from 2026-07-01 : 120 points = 1.00 USD

exchange points to EUR
  rate 100 points = 1.00 EUR
  spread 0.5%

exchange USD to VND
  rate from file
  stale up to 3 days

exchange USD to EUR
  rate from file

exchange EUR to USD
  rate 1.00 EUR = 1.10 USD
  show only
)";

TEST(ExchangeStory, E19FourPostings) {
  tell(kRates, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000                           -> OK 1
    EXCHANGE account=A unit=points to=USD amount=1000 id=x1      -> OK 2
    = A points 0
    = A USD 1000
    = system points fx-in 1000
    = system USD fx-out -1000
    = system USD spread 0
    EXCHANGE account=A unit=points to=USD amount=1000 id=x1      -> DUP 2
    EXCHANGE account=A unit=points to=USD amount=999 id=x1       -> CONFLICT
    = A USD 1000
  )");
}

TEST(ExchangeStory, RoundsInTheHousesFavourBothWays) {
  tell(kRates, R"(
    2026-07-02T10:00:00Z
    EVENT earn a account=A earned=1000                           -> OK 1
    EXCHANGE account=A unit=points to=USD amount=100 id=x1       -> OK 2    # 83.33 cents
    = A USD 83
    EXCHANGE account=A unit=points to=USD get=0.01 id=x2         -> OK 2    # 1.2 points
    = A points 898
    = A USD 84
    EXCHANGE account=A unit=points to=USD amount=1 id=x3         -> LIMIT 1 # 0.83 cents are none
    EXCHANGE account=A unit=points to=USD get=8.00 id=x4         -> INSUFFICIENT 898
    = A points 898
  )");
}

TEST(ExchangeStory, TheSpreadIsAPostingOfItsOwn) {
  tell(kRates, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=10000                          -> OK 1
    EXCHANGE account=A unit=points to=EUR amount=4000 id=x1      -> OK 2
    = A points 6000
    = A EUR 3980
    = system EUR fx-out -4000
    = system EUR spread 20
    EXCHANGE account=A unit=points to=EUR get=40.00 id=x2        -> OK 2    # 4,020.1 points
    = A points 1979
    = A EUR 7980
    = system points fx-in 8021
    = system EUR fx-out -8021
    = system EUR spread 41
  )");
}

TEST(ExchangeStory, WithoutARateThatIsDatedThereIsNoExchange) {
  tell(kRates, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000                           -> OK 1
    EXCHANGE account=A unit=points to=USD amount=1000 id=x0      -> OK 2
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x1         -> NORATE 0
    RATE from=USD to=VND rate=25450/1 effective=2026-03-02T00:00:00Z id=q1 -> OK 0
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x1         -> NORATE 0    # the answer to that id
    EXCHANGE account=A unit=USD to=VND amount=1.01 id=x2         -> OK 2
    = A VND 25704                                                             # 25,704.5
    = A USD 899
    RATE from=USD to=EUR rate=0.92 effective=2026-03-02T00:00:00Z -> OK 0
    EXCHANGE account=A unit=USD to=EUR amount=1.00 id=x3         -> OK 2
    = A EUR 92
    2026-03-03T00:00:00Z                                                      # the day is over
    EXCHANGE account=A unit=USD to=EUR amount=1.00 id=x4         -> NORATE 0
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x5         -> OK 2      # stale up to 3 days
    2026-03-05T23:59:59.999Z
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x6         -> OK 2
    2026-03-06T00:00:00Z
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x7         -> NORATE 0
    = A VND 76604
  )");
}

TEST(ExchangeStory, ALaterRateHoldsFromItsPlaceInTheLog) {
  tell(kRates, R"(
    2026-03-02T10:00:00Z
    EVENT earn a account=A earned=1000                           -> OK 1
    EXCHANGE account=A unit=points to=USD amount=1000 id=x0      -> OK 2
    RATE from=USD to=VND rate=25000 effective=2026-03-01T00:00:00Z until=2026-04-01T00:00:00Z -> OK 0
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x1         -> OK 2
    RATE from=USD to=VND rate=26000 effective=2026-03-02T10:00:00Z until=2026-03-02T10:00:01Z -> OK 0
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x2         -> OK 2
    2026-03-02T10:00:01Z
    EXCHANGE account=A unit=USD to=VND amount=1.00 id=x3         -> OK 2
    = A VND 76000
  )");
}

TEST(ExchangeStory, WhatCannotBeReadIsSaidWithItsWord) {
  tell(kRates, R"(
    2026-03-02T10:00:00Z
    EXCHANGE account=A unit=points to=VND amount=1 id=x1         -> UNKNOWN word 4, to: no plan says `exchange points to VND`
    EXCHANGE account=A unit=EUR to=USD amount=1 id=x1            -> INVALID word 4, to: EUR to USD is `show only`
    EXCHANGE account=A unit=points to=USD id=x1                  -> INVALID word 6, amount: it is missing
    EXCHANGE account=A unit=points to=USD amount=1 get=1 id=x1   -> INVALID word 8, amount: both are given
    EXCHANGE account=A unit=points to=USD get=0.001 id=x1        -> INVALID word 5, get:
    EXCHANGE account=A unit=points to=USD get=0 id=x1            -> INVALID word 5, get: 0 is not above 0
    RATE from=points to=USD rate=1 effective=2026-03-02T00:00:00Z -> INVALID word 3, to: the rates of points to USD stand in the plan
    RATE from=VND to=USD rate=1 effective=2026-03-02T00:00:00Z   -> UNKNOWN word 3, to:
    RATE from=USD to=VND rate=-1 effective=2026-03-02T00:00:00Z  -> INVALID word 4, rate: -1 is no rate
    RATE from=USD to=VND rate=1/0 effective=2026-03-02T00:00:00Z -> INVALID word 4, rate: 1/0 is no rate
    RATE from=USD to=VND rate=1                                  -> INVALID word 5, effective: it is missing
    RATE from=USD to=VND rate=1 effective=2026-03-02T00:00:00Z until=2026-03-02T00:00:00Z -> INVALID word 6, until:
  )");
}

// A return has the rate that the exchange had, whatever holds now, and its own lots.
TEST(ExchangeStory, ComesBackAtTheRateItHad) {
  tell(kRates, R"(
    2026-06-20T10:00:00Z
    EVENT earn a account=A earned=500                            -> OK 1
    2026-06-30T10:00:00Z
    EVENT earn b account=A earned=600                            -> OK 1
    EXCHANGE account=A unit=points to=USD amount=1000 id=x1      -> OK 2
    EXCHANGE account=A unit=points to=EUR amount=99 id=x2        -> OK 2
    = A EUR 98
    2026-07-22T00:00:00Z                                                   # the rate and lot a are over
    EXCHANGE RETURN account=A unit=points to=EUR of=x1           -> UNKNOWN 0
    EXCHANGE RETURN account=B unit=points to=USD of=x1           -> UNKNOWN 0
    HOLD account=A unit=USD amount=0.01 id=h1                    -> OK 0
    EXCHANGE RETURN account=A unit=points to=USD of=x1           -> INSUFFICIENT 999
    VOID account=A hold=h1                                       -> OK 0
    EXCHANGE RETURN account=A unit=points to=USD of=x1 id=u1     -> OK 3   # and 500 expire
    EXCHANGE RETURN account=A unit=points to=USD of=x1 id=u1     -> DUP 3
    EXCHANGE RETURN account=A unit=points to=USD of=x1 id=u2     -> VOIDED 0
    = A points 501
    = A USD 0
    = system points fx-in 99
    = system USD fx-out 0
    EXCHANGE RETURN account=A unit=points to=EUR of=x2           -> OK 2
    = system EUR fx-out 0
    = system EUR spread 0
    = system points fx-in 0
    = A points 600
    = A EUR 0
  )");
}

TEST(PayoutStory, PaysOutAndComesBackWithItsLots) {
  tell(kRates, R"(
    2026-03-01T00:00:00Z
    EVENT earn a account=A earned=60                             -> OK 1
    2026-03-20T00:00:00Z
    EVENT earn b account=A earned=60                             -> OK 1
    PAYOUT account=A unit=points amount=100 id=p1                -> OK 1
    PAYOUT account=A unit=points amount=100 id=p1                -> DUP 1
    PAYOUT account=A unit=points amount=21 id=p2                 -> INSUFFICIENT 20
    = A points 20
    = system points payout 100
    PAYOUT RETURN account=A of=p2 unit=points                    -> UNKNOWN 0
    PAYOUT RETURN account=B of=p1 unit=points                    -> UNKNOWN 0
    2026-04-02T00:00:00Z
    PAYOUT RETURN account=A of=p1 unit=points                    -> OK 2     # 60 expire
    PAYOUT RETURN account=A of=p1 unit=points                    -> VOIDED 0
    = A points 60
    = system points payout 0
    = system points breakage 60
  )");
}

// As many imports of the largest amount as bring a wallet to within one of the most it holds. The
// clock goes on: more ids than are remembered, all of one instant, would be too old at last.
std::string nearly_full(const std::string& unit, const std::string& largest) {
  std::string story;
  for (int i = 0; i < 4'611; ++i) {
    if (i % 1'000 == 0) story += "2026-03-02T1" + std::to_string(i / 1'000) + ":00:00Z\n";
    story += "IMPORT account=A unit=" + unit + " amount=" + largest + " id=i" + std::to_string(i) +
             " -> OK 1\n";
  }
  return story;
}

TEST(ExchangeStory, WhatHasNoRoomIsNotExchanged) {
  tell(kRates, nearly_full("USD", "10000000000000.00") + R"(
    IMPORT account=A unit=points amount=1000000000000000 id=p    -> OK 1
    EXCHANGE account=A unit=points to=USD amount=686018427387905 id=x1 -> OVERFLOW 0
    = A points 1000000000000000
    = A USD 4611000000000000000
    = system USD suspense 0
    EXCHANGE account=A unit=points to=USD amount=686018427387904 id=x2 -> OK 2
    = A USD 4611686018427387904
    = system USD suspense 0
  )");
}

TEST(PayoutStory, OfAllAtOnce) {
  tell(kRates, R"(
    2026-03-01T00:00:00Z
    EVENT earn a account=A earned=60                             -> OK 1
    EVENT earn b account=B earned=100                            -> OK 1
    EVENT earn c account=C earned=10                             -> OK 1
    EVENT earn d account=D earned=30                             -> OK 1
    HOLD account=A unit=points amount=20 id=h1                   -> OK 0
    PAYOUT ALL unit=points min=30 id=b1                          -> OK 3
    PAYOUT ALL unit=points min=30 id=b1                          -> DUP 3
    = A points 20
    = B points 0
    = C points 10
    = D points 0
    = system points payout 170
    PAYOUT RETURN account=B of=b1 unit=points                    -> OK 1
    PAYOUT RETURN account=C of=b1 unit=points                    -> UNKNOWN 0
    PAYOUT RETURN account=B of=b1 unit=points                    -> VOIDED 0
    2026-03-20T00:00:00Z
    PAYOUT ALL unit=points id=b2                                 -> OK 2
    = B points 0
    = C points 0
    2026-04-01T00:00:00Z
    EVENT earn e account=E earned=10                             -> OK 1
    2026-05-02T00:00:00Z                                         # what is due for an account comes first
    PAYOUT ALL unit=points id=b3                                 -> OK 0
    = E points 0
    = system points breakage 10
    PAYOUT ALL unit=points min=-1 id=b4                          -> INVALID word 4, min:
    PAYOUT ALL unit=points                                       -> INVALID word 4, id: it is missing
  )");
}

}  // namespace
}  // namespace guerdon::shop
