#include "engine/progress/jackpots.h"

#include <gtest/gtest.h>

#include "engine/money/limits.h"

namespace guerdon::progress {
namespace {

// A period that is opened again is ranked as if it had not been.
TEST(JackpotsTest, APeriodThatIsRankedOnceMore) {
  Jackpots jackpots;
  jackpots.of(0, "best", 10).won[0] = 10;
  jackpots.set_back(0, "best", 10);
  EXPECT_EQ(jackpots.find(0, "best"), nullptr);  // it began with that
  jackpots.of(0, "best", 10).won[1] = 10;
  jackpots.of(0, "best", 12).won[0] = 12;
  jackpots.set_back(0, "best", 11);  // not the last
  EXPECT_EQ(jackpots.find(0, "best")->won[0], 12);
  jackpots.set_back(0, "best", 12);
  EXPECT_EQ(jackpots.of(0, "best", 12).times(0, 12), 3);
  EXPECT_EQ(jackpots.find(0, "best")->times(1, 12), 2);
}

TEST(Jackpots, CountsThePeriodsSinceOneWasWon) {
  Jackpots jackpots;
  EXPECT_EQ(jackpots.find(0, "best"), nullptr);
  Jackpot& best = jackpots.of(0, "best", 672);
  EXPECT_EQ(best.times(0, 672), 1) << "it begins with the first that is ranked";
  EXPECT_EQ(jackpots.of(0, "best", 675).times(0, 675), 4) << "673 and 674 were passed over";
  jackpots.of(0, "best", 675).won[0] = 675;
  EXPECT_EQ(jackpots.find(0, "best")->times(0, 676), 1);
  EXPECT_EQ(jackpots.find(0, "best")->times(1, 676), 5) << "each ranking for itself";
}

TEST(Jackpots, EachChallengeHasItsOwn) {
  Jackpots jackpots;
  jackpots.of(0, "best", 10);
  jackpots.of(1, "best", 20).won[0] = 25;
  jackpots.load(1, "other", {{-3, -4}});
  EXPECT_EQ(jackpots.find(0, "best")->won, (std::array<int32_t, 2>{9, 9}));
  EXPECT_EQ(jackpots.find(1, "best")->won, (std::array<int32_t, 2>{25, 19}));
  EXPECT_EQ(jackpots.find(1, "other")->times(1, 0), 4);
  EXPECT_EQ(jackpots.find(0, "other"), nullptr);
  EXPECT_EQ(jackpots.all().size(), 3U);
}

TEST(Jackpots, NoMoreThanAnAmountMayBe) {
  EXPECT_EQ(carried(7, 1), 7);
  EXPECT_EQ(carried(7, 3), 21);
  EXPECT_EQ(carried(money::kAmountMax, 1), money::kAmountMax);
  EXPECT_EQ(carried(money::kAmountMax / 2, 3), money::kAmountMax);
  EXPECT_EQ(carried(money::kAmountMax, INT32_MAX), money::kAmountMax);
}

TEST(JackpotsDeathTest, APeriodThatWasWonIsOver) {
  Jackpots jackpots;
  jackpots.of(0, "best", 10).won[0] = 10;
  EXPECT_DEATH((void)jackpots.find(0, "best")->times(0, 10), "times > 0");
}

}  // namespace
}  // namespace guerdon::progress
