#include "tests/generate/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/generate/case_files.h"
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
  for (const reference::Event& event : found.events) {
    if (event.source == kPublishSource) {
      engine.publish(reference::load(found.versions.at(std::stoul(event.id))));
    } else {
      engine.apply(event);
    }
  }
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

// 9 pieces become no fewer than pay 8; what needs not be odd becomes round.
TEST(ShrinkTest, MakesNumbersRounder) {
  Case found;
  found.plans = {
      "plan p\nunit points, 0 decimals\nevent purchase\n  account : account\n"
      "  qty : count\nrule second\n  on purchase\n  when qty > 37\n"
      "  credit account 8 points\n"};
  found.events = {reference::event_of("2026-01-01 purchase account=A qty=5678")};
  const auto needs_two_digits = [](const Case& one) {
    return pays_eight(one) && one.events[0].values.size() == 2 &&
           one.events[0].values[1].second.size() >= 2;
  };
  ASSERT_TRUE(needs_two_digits(found));
  const Case small = shrink(found, needs_two_digits);
  EXPECT_EQ(small.events[0].values[1].second, "10");
  EXPECT_NE(small.plans[0].find("credit account 8 points"), std::string::npos);
  EXPECT_EQ(small.plans[0].find("37"), std::string::npos);
}

std::string text_of_version(const std::string& header, int paid) {
  return "plan p" + header + "\nunit points, 0 decimals\nevent purchase\n  account : account\n" +
         "rule first\n  on purchase\n  credit account 2 points\n" +
         "rule second\n  on purchase\n  credit account " + std::to_string(paid) + " points\n";
}

// Of three versions, the second.
Case case_of_versions() {
  const auto text = text_of_version;
  Case found;
  found.plans = {text("", 1)};
  found.versions = {text(" version 2 from 2026-02-01", 3), text(" version 3 from 2026-03-01", 8),
                    text(" version 4 from 2026-04-01", 4)};
  for (const std::string month : {"01", "02", "03", "04"}) {
    found.events.push_back(reference::event_of("2026-" + month + "-05 purchase account=A"));
    if (month == "04") break;
    found.events.push_back({kPublishSource, std::to_string(month[1] - '1'), "", "", {}});
  }
  return found;
}

// With the event that publishes it, which is of number 0 then.
TEST(ShrinkTest, KeepsTheVersionThatTheFailureNeeds) {
  const auto needs_version = [](const Case& tried) {
    return !tried.versions.empty() && pays_eight(tried) &&
           tried.plans[0].find("credit account 8") == std::string::npos;
  };
  const Case found = case_of_versions();
  ASSERT_TRUE(needs_version(found));
  const Case small = shrink(found, needs_version);
  ASSERT_EQ(small.versions.size(), 1u);
  EXPECT_NE(small.versions[0].find("credit account 8 points"), std::string::npos);
  EXPECT_EQ(small.versions[0].find("rule first"), std::string::npos);
  EXPECT_EQ(small.plans[0].find("rule first"), std::string::npos);
  ASSERT_EQ(small.events.size(), 2u);
  EXPECT_EQ(small.events[0].source, kPublishSource);
  EXPECT_EQ(small.events[0].id, "0");
}

TEST(ShrinkTest, AVersionThatFailsFromTheBeginningIsThePlan) {
  const Case small = shrink(case_of_versions(), pays_eight);
  EXPECT_TRUE(small.versions.empty());
  EXPECT_TRUE(small.plans[0].starts_with("plan p\nunit points")) << small.plans[0];
  ASSERT_EQ(small.events.size(), 1u);
  EXPECT_EQ(small.events[0].type, "purchase");
}

TEST(ShrinkTest, FilesAreTheCaseAgain) {
  Case found;
  found.plans = {"plan p\n", "plan q\n"};
  found.versions = {"plan p version 2 from 2026-03-01\n"};
  found.events = {{"crm", "1", "visit", "2026-01-01T00:00:00Z", {{"account", "A \"b\" \\"}}},
                  {"tick", "", "", "1767225600000", {}},
                  {kPublishSource, "0", "", "", {}},
                  {"crm", "2", "", "x", {{"account", "line\nfeed"}, {"sku", "\u00e9"}}},
                  {"till", "3 4", "visit", "2026-01-01T00:00:00Z", {}}};
  EXPECT_EQ(as_lines(found, "tick"),
            "SOURCE crm\n"
            "EVENT visit 1 account=\"A \\\"b\\\" \\\\\" time=2026-01-01T00:00:00Z\n"
            "TICK 1767225600000\n"
            "PUBLISH 0.version.plan\n"
            "EVENT \"\" 2 account=\"line\\x0afeed\" sku=\u00e9 time=x\n"
            "SOURCE till\n"
            "EVENT visit \"3 4\" time=2026-01-01T00:00:00Z\n");
  const std::string folder = ::testing::TempDir() + "shrink_test_case";
  std::string error;
  Case again;
  ASSERT_TRUE(write_files(found, "tick", folder, &error)) << error;
  ASSERT_TRUE(read_files(folder, "tick", &again, &error)) << error;
  EXPECT_EQ(again.plans, found.plans);
  EXPECT_EQ(again.versions, found.versions);
  EXPECT_EQ(again.events, found.events);
  EXPECT_FALSE(read_files(folder + "/nowhere", "tick", &again, &error));
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
