#include <gtest/gtest.h>

#include "tests/unit/reference/scenario.h"

// The worked examples E1, E2, E3, E7 and E10 of the semantics, as far as this version goes: without
// cancels that take back by themselves, dated rows and cliffs. Amounts are minor units.

namespace guerdon::reference {
namespace {

Engine engine_of(const std::string& text) {
  std::vector<plan::Plan> plans;
  plans.push_back(load(text));
  return Engine(std::move(plans));
}

constexpr const char* kShop = R"(plan shop
  zone Europe/Moscow

unit RUB, 2 decimals

event purchase, refund
  account : account
  amount : RUB
)";

// E1: 5 % up to 50,000.00 inclusive, 7 % of the whole above.
TEST(ExamplesTest, E1SlabPerPurchase) {
  Engine engine = engine_of(std::string(kShop) + R"(
rule cashback
  on purchase
  credit account by amount
    up to 50_000.00 : 5% of amount
    otherwise       : 7% of amount
)");
  run(engine, {{"2026-01-01 purchase account=A amount=50000.00", "A +250000"},
               {"2026-01-01 purchase account=A amount=50000.01", "A +350000"},
               {"2026-01-01 purchase account=A amount=49999.99", "A +249999"},
               {"2026-01-01 purchase account=A amount=100000.00", "A +700000"},
               {"2026-01-01 purchase account=A amount=0.19", ""}});
  EXPECT_EQ(balances_of(engine), "A 1549999");
}

constexpr const char* kBought = R"(
measure bought per account per year = sum of amount on purchase less amount on refund

table rate by bought_this_year
  up to 100_000.00 : 3%
  up to 300_000.00 : 5%
  otherwise        : 7%
)";

TEST(ExamplesTest, E2Graduated) {
  Engine engine = engine_of(std::string(kShop) + kBought + R"(
rule graduated per account per year
  credit account rate for each part of bought
)");
  run(engine, {{"2026-01-01 purchase account=A amount=80000.00", "A +240000"},
               {"2026-02-01 purchase account=A amount=50000.00", "A +210000"},
               {"2026-03-01 purchase account=A amount=200000.00", "A +1060000"},
               {"2026-04-01 refund account=A amount=100000.00", "A -560000 clawback"}});
  EXPECT_EQ(balances_of(engine), "A 950000");
}

TEST(ExamplesTest, E2SlabProspective) {
  Engine engine = engine_of(std::string(kShop) + kBought + R"(
rule prospective
  on purchase
  credit account (rate for bought after) of amount
)");
  run(engine, {{"2026-01-01 purchase account=A amount=80000.00", "A +240000"},
               {"2026-02-01 purchase account=A amount=50000.00", "A +250000"},
               {"2026-03-01 purchase account=A amount=200000.00", "A +1400000"}});
  EXPECT_EQ(balances_of(engine), "A 1890000");
}

TEST(ExamplesTest, E2SlabRetroactive) {
  Engine engine = engine_of(std::string(kShop) + kBought + R"(
rule retroactive per account per year
  credit account (rate for bought) of bought
)");
  run(engine, {{"2026-01-01 purchase account=A amount=80000.00", "A +240000"},
               {"2026-02-01 purchase account=A amount=50000.00", "A +410000"},
               {"2026-03-01 purchase account=A amount=200000.00", "A +1660000"}});
  EXPECT_EQ(balances_of(engine), "A 2310000");
}

// A year of the plan's zone ends; what it paid stays, the next begins at nothing.
TEST(ExamplesTest, E2TheYearIsTheSubject) {
  Engine engine = engine_of(std::string(kShop) + kBought + R"(
rule graduated per account per year
  credit account rate for each part of bought
)");
  run(engine, {{"2026-12-31T20:59:59.999Z purchase account=A amount=100000.00", "A +300000"},
               {"2026-12-31T21:00:00Z purchase account=A amount=100.00", "A +300"},
               {"2026-12-31T20:00:00Z purchase account=A amount=100.00", "A +500 correct"}});
}

TEST(ExamplesTest, E3BandsWithStatedBounds) {
  Engine engine = engine_of(R"(plan sales
unit USD, 2 decimals

event order.confirmed
  operator : account
  total : USD

rule confirmed
  on order.confirmed
  credit operator by total
    below 200.00 : none
    up to 400.00 : 30.00 USD
    above 400.00 : 40.00 USD
)");
  run(engine, {{"2026-01-01 order.confirmed operator=O total=199.99", ""},
               {"2026-01-01 order.confirmed operator=O total=200.00", "O +3000"},
               {"2026-01-01 order.confirmed operator=O total=400.00", "O +3000"},
               {"2026-01-01 order.confirmed operator=O total=400.01", "O +4000"}});
}

TEST(ExamplesTest, E7CityPrices) {
  Engine engine = engine_of(R"(plan deliveries
unit RUB, 0 decimals

event delivered
  courier : account
  city : text

table price by city
  "Moscow"        : 300 RUB
  "St Petersburg" : 250 RUB
  otherwise       : 150 RUB

rule delivery
  on delivered
  credit courier price for city
)");
  Event to_petersburg = event_of("2026-05-31 delivered courier=C");
  to_petersburg.values.emplace_back("city", "St Petersburg");
  run(engine, {{"2026-05-31 delivered courier=C city=Moscow", "C +300"}});
  EXPECT_EQ(engine.apply(to_petersburg).outcome, Outcome::kAccepted);
  run(engine, {{"2026-05-31 delivered courier=C city=Kazan", "C +150"},
               {"2026-05-31 delivered courier=C", "C +150"}});
  EXPECT_EQ(engine.apply(to_petersburg).outcome, Outcome::kDuplicate);
  EXPECT_EQ(balances_of(engine), "C 850");
}

constexpr const char* kPoints = R"(plan points
unit RUB, 2 decimals
unit points, 0 decimals

event purchase, refund
  account : account
  amount : RUB
)";

TEST(ExamplesTest, E10PerFullSumWithTheRemainderCarried) {
  Engine engine = engine_of(std::string(kPoints) + R"(
measure spent per account = sum of amount on purchase less amount on refund

rule points_for_spend per account
  credit account 5 points per full 100.00 of spent
)");
  run(engine, {{"2026-01-01 purchase account=A amount=250.00", "A +10"},
               {"2026-01-01 purchase account=A amount=49.99", ""},
               {"2026-01-01 purchase account=A amount=0.01", "A +5"},
               {"2026-01-01 refund account=A amount=100.01", "A -10 clawback"}});
  EXPECT_EQ(balances_of(engine), "A 5");
  EXPECT_EQ(engine.measures().begin()->second, 19'999);
}

TEST(ExamplesTest, E10PerFullSumOfEachEvent) {
  Engine engine = engine_of(std::string(kPoints) + R"(
rule points_for_spend
  on purchase
  credit account 5 points per full 100.00 of amount
)");
  run(engine, {{"2026-01-01 purchase account=A amount=250.00", "A +10"},
               {"2026-01-01 purchase account=A amount=49.99", ""},
               {"2026-01-01 purchase account=A amount=0.01", ""}});
}

TEST(ExamplesTest, E10OnePerThousand) {
  Engine engine = engine_of(std::string(kPoints) + R"(
rule points_for_spend
  on purchase
  credit account 1 point per full 10.00 of amount
)");
  run(engine, {{"2026-01-01 purchase account=A amount=29.99", "A +2"},
               {"2026-01-01 purchase account=A amount=30.00", "A +3"}});
}

}  // namespace
}  // namespace guerdon::reference
