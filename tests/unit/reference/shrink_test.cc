#include "tests/generate/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/reference/scenario.h"

namespace guerdon::generate {
namespace {

using reference::Engine;

constexpr const char* kPlan = R"(plan p
unit points, 0 decimals

event purchase, refund
  account : account
  sku : text
  qty : count

list few = "X", "Y"

rule first
  on purchase
  when sku in few
  credit account 1 point

rule second
  on purchase, refund
  let twice = 2 * qty
  when qty > 3
  credit account twice * 1 point
  at most 8 points
)";

// The failure: a rule `second` pays 8.
bool pays_eight(const Case& found) {
  std::vector<plan::Plan> plans;
  for (const std::string& text : found.plans) plans.push_back(reference::load(text));
  Engine engine(std::move(plans));
  for (const reference::Event& event : found.events) engine.apply(event);
  return std::any_of(engine.entries().begin(), engine.entries().end(),
                     [](const auto& entry) { return entry.rule == "second" && entry.amount == 8; });
}

TEST(ShrinkTest, LeavesOnlyWhatTheFailureNeeds) {
  Case found;
  found.plans = {std::string(kPlan), "plan q\nunit points, 0 decimals\n"};
  for (int i = 0; i < 40; ++i) {
    found.events.push_back(reference::event_of("2026-01-01 purchase account=A sku=X qty=" +
                                               std::to_string(i == 17 ? 9 : 1)));
  }
  ASSERT_TRUE(pays_eight(found));
  const Case small = shrink(found, pays_eight);
  EXPECT_TRUE(pays_eight(small));
  ASSERT_EQ(small.plans.size(), 1u);
  ASSERT_EQ(small.events.size(), 1u);
  EXPECT_EQ(small.events[0].values.size(), 2u);  // account and qty
  EXPECT_EQ(small.plans[0].find("first"), std::string::npos);
  EXPECT_EQ(small.plans[0].find("when"), std::string::npos);
  EXPECT_EQ(small.plans[0].find("list"), std::string::npos);
  EXPECT_NE(small.plans[0].find("at most 8 points"), std::string::npos);
}

TEST(ShrinkTest, PrintsTheCaseAsFiles) {
  Case found;
  found.plans = {"plan p\n"};
  found.events = {{"crm", "1", "visit", "2026-01-01T00:00:00Z", {{"account", "A"}}}};
  EXPECT_EQ(print_case(found),
            "==> 0.plan <==\nplan p\n==> trace.csv <==\nevent_id,time,type,account\n"
            "1,2026-01-01T00:00:00Z,visit,A\n");
}

}  // namespace
}  // namespace guerdon::generate
