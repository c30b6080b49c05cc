#include "engine/plan/wallet_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/calendar/period.h"
#include "engine/money/limits.h"
#include "tests/unit/plan/loaded.h"
#include "tests/unit/plan/shop.h"

namespace guerdon::plan {
namespace {

using calendar::Step;
using calendar::Zone;

TimeMs at(std::string_view text) {
  TimeMs t = 0;
  EXPECT_TRUE(base::parse_timestamp(text, &t)) << text;
  return t;
}

// The rules of `points` below these lines.
WalletRules points_with(const std::string& lines, const std::string& settings = "") {
  std::string text = shop("wallet points\n" + lines);
  text.insert(text.find('\n') + 1, settings);
  const Loaded loaded(text);
  EXPECT_TRUE(loaded.plan) << loaded.said();
  return loaded.plan ? loaded.plan->wallets.at(1) : WalletRules{};
}

TEST(WalletRules, NothingSaidIsMatureAtOnceAndNeverExpires) {
  const WalletRules rules;
  EXPECT_TRUE(is_sound(rules));
  EXPECT_EQ(print_wallet_rules(rules), "");
  EXPECT_EQ(matures_at(rules, Zone::utc(), 5), 5);
  EXPECT_EQ(expires_at(rules, Zone::utc(), 5), calendar::kTimeEternity);
}

TEST(WalletRules, EveryUnitHasThem) {
  const Loaded loaded(shop("wallet points\n  spend oldest first\n"));
  ASSERT_TRUE(loaded.plan) << loaded.said();
  ASSERT_EQ(loaded.plan->wallets.size(), 2u);
  EXPECT_EQ(loaded.plan->wallets[0], WalletRules{});
  EXPECT_EQ(loaded.plan->wallets[1].spend, SpendOrder::kOldest);
}

// RS11: exactly days times 86,400 seconds, in the zone UTC.
TEST(WalletRules, NinetyDaysInUtcAreExactSeconds) {
  const WalletRules rules = points_with("  expire 90 days after earning\n  spend oldest first\n");
  const TimeMs earned = at("2011-01-31T13:37:00Z");
  EXPECT_EQ(expires_at(rules, Zone::utc(), earned), earned + 90 * base::kMsPerDay);
  EXPECT_EQ(print_wallet_rules(rules), "(expire 90 days) (spend oldest first)");
}

// Lot A of E12: to 31 January, end of the day, in Moscow.
TEST(WalletRules, AtTheEndOfTheDayIsTheStartOfTheLocalDayAfter) {
  const Zone moscow = Zone::load("Europe/Moscow").value();
  const WalletRules rules = points_with("  expire 30 days after earning at the end of the day\n");
  EXPECT_EQ(expires_at(rules, moscow, at("2026-01-01T10:00:00Z")), at("2026-01-31T21:00:00Z"));
  EXPECT_EQ(expires_at(rules, moscow, at("2025-12-31T21:00:00Z")), at("2026-01-31T21:00:00Z"));
  EXPECT_EQ(expires_at(rules, moscow, at("2025-12-31T20:59:59Z")), at("2026-01-30T21:00:00Z"));
}

TEST(WalletRules, DaysAreLocalAndHoursExact) {
  const Zone berlin = Zone::load("Europe/Berlin").value();
  const WalletRules days =
      points_with("  expire 30 days after earning\n  mature 1 day after earning\n");
  const WalletRules hours = points_with("  expire 720 hours after earning\n");
  const TimeMs earned = at("2026-03-28T11:00:00Z");  // summer time begins the night after
  EXPECT_EQ(matures_at(days, berlin, earned), at("2026-03-29T10:00:00Z"));
  EXPECT_EQ(expires_at(days, berlin, earned), at("2026-04-27T10:00:00Z"));
  EXPECT_EQ(expires_at(hours, berlin, earned), at("2026-04-27T11:00:00Z"));
}

TEST(WalletRules, AccountsOpenAsThePlanSaysUnlessTheWalletDoes) {
  EXPECT_TRUE(points_with("  spend oldest first\n").opens_on_first_credit);
  const std::string by_command = "  accounts open by command\n";
  EXPECT_FALSE(points_with("  spend oldest first\n", by_command).opens_on_first_credit);
  EXPECT_TRUE(points_with("  open on first credit\n", by_command).opens_on_first_credit);
  const Loaded loaded("plan p\n  accounts open by command\nunit points, 0 decimals\n");
  ASSERT_TRUE(loaded.plan) << loaded.said();
  EXPECT_FALSE(loaded.plan->wallets.at(0).opens_on_first_credit);
}

TEST(WalletRules, WhatIsEarnedCanBeSpentForAWhile) {
  WalletRules rules;
  rules.mature = {31, Step::kDay};
  EXPECT_TRUE(can_be_spent(rules));
  rules.expire = {1, Step::kMonth};  // 31 days at the most
  EXPECT_FALSE(can_be_spent(rules));
  rules.expire_at_end_of_day = true;
  EXPECT_TRUE(can_be_spent(rules));
  rules.mature = {30, Step::kDay};
  rules.expire_at_end_of_day = false;
  EXPECT_TRUE(can_be_spent(rules));
}

TEST(WalletRules, AreSoundWithinTheirLimits) {
  const auto sound = [](auto change) {
    WalletRules rules;
    rules.expire = {90, Step::kDay};
    change(rules);
    return is_sound(rules);
  };
  EXPECT_TRUE(sound([](WalletRules&) {}));
  EXPECT_FALSE(sound([](WalletRules& r) { r.expire->count = 0; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.expire->count = 36'501; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.mature = {90, Step::kDay}; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.hold.share = money::Ratio{0, 1}; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.hold.share = money::Ratio{3, 2}; }));
  EXPECT_TRUE(sound([](WalletRules& r) { r.hold.share = money::Ratio{1, 1}; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.hold.of = "total"; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.floor = -1; }));
  EXPECT_FALSE(sound([](WalletRules& r) {
    r.shortfall = Shortfall::kGoDownTo;
    r.floor = 1;
  }));
  EXPECT_FALSE(sound([](WalletRules& r) {
    r.shortfall = Shortfall::kGoDownTo;
    r.floor = -money::kBalanceMax - 1;
  }));
  EXPECT_FALSE(sound([](WalletRules& r) {
    r.expire.reset();
    r.warn = {3, Step::kDay};
  }));
  EXPECT_TRUE(sound([](WalletRules& r) { r.warn = {90, Step::kDay}; }));
  EXPECT_FALSE(sound([](WalletRules& r) { r.warn = {91, Step::kDay}; }));
}

TEST(WalletRules, TheNoticeTimeBeginsBeforeTheExpiry) {
  WalletRules rules;
  const TimeMs expires = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  EXPECT_EQ(warns_at(rules, calendar::Zone::utc(), expires), std::nullopt);
  rules.expire = {1, Step::kMonth};
  rules.warn = {7, Step::kDay};
  EXPECT_EQ(warns_at(rules, calendar::Zone::utc(), expires), expires - 7 * base::kMsPerDay);
  EXPECT_TRUE(warns_in_time(rules));
  rules.warn = {31, Step::kDay};
  EXPECT_TRUE(warns_in_time(rules));
  rules.warn = {32, Step::kDay};
  EXPECT_FALSE(warns_in_time(rules));
  rules.expire_at_end_of_day = true;
  EXPECT_TRUE(warns_in_time(rules));
}

}  // namespace
}  // namespace guerdon::plan
