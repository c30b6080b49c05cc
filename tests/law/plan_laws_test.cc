// Laws of a plan's rules (engine/proofs/laws.h): they hold for random plans and events on the
// engine, and a rule that breaks one is found and made small.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/plan/checker.h"
#include "engine/proofs/laws.h"
#include "tests/law/draw.h"
#include "tests/law/run.h"
#include "tests/support/turns.h"

namespace guerdon::law {
namespace {

using plan::BrokenLaw;
using plan::LawEvent;
using plan::Payments;
using ::testing::HasSubstr;
using Events = std::vector<LawEvent>;

plan::Plan loaded(const std::string& text) {
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> plan = plan::load_plan(plan::SourceText("p", text), diagnostics);
  EXPECT_TRUE(plan.has_value());
  return *std::move(plan);
}

// By the engine.
Payments pay(const std::string& text, const Events& events) {
  generate::Case one{{text}, {}, {}};
  for (const LawEvent& event : events) {
    one.events.push_back(
        {"trace", event.id, event.type, event.time, {event.values.begin(), event.values.end()}});
  }
  const Run made = run(one, {3, 16});
  Payments paid;
  paid.refused = made.engine->summary().refused;
  for (const Entry& entry : made.entries) {
    const std::string account = made.engine->account_name(entry.account);
    if (!entry.note.empty()) paid.noted.insert(account);
    if (entry.rule.empty()) continue;
    const Payments::Key key{account, std::string(entry.rule), entry.effect};
    plan::add_posted(entry.amount, &paid.sums[key]);
    if (entry.amount < 0) paid.took.insert(key);
  }
  std::erase_if(paid.sums, [](const auto& sum) { return sum.second == 0; });
  return paid;
}

std::string words_of(const Events& events) {
  std::string words;
  for (const LawEvent& event : events) {
    words += event.type + " " + event.id + " " + event.time;
    for (const auto& [name, value] : event.values) words += " " + name + "=" + value;
    words += "\n";
  }
  return words;
}

TEST(PlanLawsTest, HoldForRandomPlans) {
  plan::LawTally tally;
  // Few plans take anything back: until some have.
  const auto goes_on = [&](uint64_t seed) {
    return seed <= support::part(100) || (seed <= 100 && tally.cancel <= support::share(15));
  };
  for (uint64_t seed = 1; goes_on(seed); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = random_case(rng, {.plans_max = 1,
                                                   .events_min = 40,
                                                   .events_max = 80,
                                                   .objects_percent = 10,
                                                   .has_breaks = false});
    Events events;
    for (const reference::Event& event : drawn.events) {
      LawEvent& one = events.emplace_back(LawEvent{event.id, event.time, event.type, {}});
      for (const auto& [name, value] : event.values) {
        if (!value.empty()) one.values[name] = value;
      }
    }
    const auto broken = plan::broken_law(
        loaded(drawn.plans[0]), events,
        [&](const Events& some) { return pay(drawn.plans[0], some); }, seed, &tally);
    ASSERT_FALSE(broken.has_value())
        << "seed " << seed << ": " << broken->law << ": " << broken->sentence << "\n"
        << words_of(broken->one) << "\n"
        << words_of(broken->other) << drawn.plans[0];
  }
  EXPECT_GT(tally.order, support::share(700));
  EXPECT_GT(tally.split, support::share(25));
  EXPECT_GT(tally.cancel, support::share(15));
}

// ---- Engines that are wrong ---------------------------------------------------------------------

constexpr const char* kShop = R"(plan shop
unit GBP, 2 decimals
event sale, refund
  agent : account
  amount : GBP
measure net per agent = sum of amount on sale less amount on refund
rule share per agent
  credit agent 10% of net
rule returnable
  on sale
  credit agent 5% of amount
  take back in proportion to amount on refund per agent
)";

Events sales() {
  Events events;
  for (int i = 0; i < 12; ++i) {
    events.push_back({"s-" + std::to_string(i),
                      "2026-03-01T10:" + std::to_string(10 + i) + ":00Z",
                      "sale",
                      {{"agent", i % 2 == 0 ? "ann" : "bo"}, {"amount", std::to_string(100 + i)}}});
  }
  return events;
}

std::optional<BrokenLaw> broken_by(const plan::Pays& pays, plan::LawTally* tally) {
  return plan::broken_law(loaded(kShop), sales(), pays, 1, tally);
}
std::optional<BrokenLaw> broken_by(const plan::Pays& pays) {
  plan::LawTally tally;
  return broken_by(pays, &tally);
}

TEST(PlanLawsTest, TheEngineKeepsThem) {
  plan::LawTally tally;
  const auto by_engine = [](const Events& some) { return pay(kShop, some); };
  EXPECT_FALSE(broken_by(by_engine, &tally).has_value());
  EXPECT_GT(tally.order, 0u);
  EXPECT_EQ(tally.split, 12u);
  EXPECT_EQ(tally.cancel, 24u);
}

// Ann is paid more by as much as the first event says, whoever sent it.
TEST(PlanLawsTest, AnOrderThatShowsIsFound) {
  const auto broken = broken_by([](const Events& some) {
    Payments paid = pay(kShop, some);
    if (!some.empty()) paid.sums[{"ann", "share", 0}] += std::stoll(some[0].values.at("amount"));
    return paid;
  });
  ASSERT_TRUE(broken.has_value());
  EXPECT_EQ(broken->law, "order");
  EXPECT_THAT(broken->sentence, HasSubstr("rule share pays ann"));
  EXPECT_EQ(broken->one.size(), 2u);
  EXPECT_EQ(broken->other, (Events{broken->one[1], broken->one[0]}));
}

// Each event is rounded by itself.
TEST(PlanLawsTest, AStepThatIsRoundedIsFound) {
  const auto broken = broken_by([](const Events& some) {
    Payments paid;
    for (const LawEvent& event : some) {
      if (event.type != "sale") continue;
      paid.sums[{event.values.at("agent"), "share", 0}] +=
          static_cast<int64_t>(std::stod(event.values.at("amount")) / 10);
    }
    return paid;
  });
  ASSERT_TRUE(broken.has_value());
  EXPECT_EQ(broken->law, "split");
  EXPECT_EQ(broken->one.size(), 1u);
  EXPECT_EQ(broken->other.size(), 2u);
}

// What comes back is forgotten.
TEST(PlanLawsTest, ATakingBackThatIsNotIsFound) {
  const auto broken = broken_by([](const Events& some) {
    Events kept;
    for (const LawEvent& event : some) {
      if (event.type == "sale") kept.push_back(event);
    }
    return pay(kShop, kept);
  });
  ASSERT_TRUE(broken.has_value());
  EXPECT_EQ(broken->law, "cancel");
  EXPECT_EQ(broken->one.size(), 1u);
  ASSERT_EQ(broken->other.size(), 3u);
  EXPECT_EQ(broken->other[1].type, "refund");
}

}  // namespace
}  // namespace guerdon::law
