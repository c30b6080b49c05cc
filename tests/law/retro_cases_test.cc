// Versions that correct what was, at random: as many as are wanted, which the compiler takes, and
// which have something to correct. What comes of them on engines of every number of shards is what
// comes of them on the slow twin.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/generate/case_files.h"
#include "tests/law/compare_reference.h"
#include "tests/law/draw.h"
#include "tests/law/laws.h"
#include "tests/support/turns.h"

namespace guerdon::law {
namespace {

using generate::Case;

Case case_of(uint64_t seed, VersionTally* tally) {
  generate::Rng rng(seed);
  return random_case(rng, kCorrectingShape, tally);
}

// By plan and name.
std::set<std::pair<std::string, std::string>> order_rules(const Case& drawn) {
  std::set<std::pair<std::string, std::string>> rules;
  for (const std::vector<std::string>& texts : {drawn.plans, drawn.versions}) {
    for (const plan::Plan& plan : load_all(texts)) {
      for (const plan::Rule& rule : plan.rules) {
        if (rule.subject.is_object()) rules.emplace(plan.name, rule.name);
      }
    }
  }
  return rules;
}

// What was met, by name.
struct Met {
  std::map<std::string, uint64_t> count;

  void note(const Case& drawn, const ReferenceRun& run) {
    const std::set<std::pair<std::string, std::string>> of_orders = order_rules(drawn);
    for (const reference::Entry& entry : run.engine.entries()) {
      if (entry.kind != "correct") continue;
      ++count["corrections"];
      if (of_orders.contains({entry.plan, entry.rule})) ++count["of orders"];
      ++count[entry.amount > 0 ? "more" : "less"];
    }
    for (const reference::Result& result : run.answers) {
      if (result.outcome == reference::Outcome::kAccepted) ++count["commands"];
      const bool is_corrected =
          result.outcome == reference::Outcome::kConflict && result.amount < 0;
      if (is_corrected) ++count["a REVERSE of what is corrected"];
    }
  }
};

TEST(RetroCasesTest, EachNumberOfShardsIsAsTheSlowTwin) {
  Met met;
  const auto seeds = static_cast<uint64_t>(support::part(120));
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Case drawn = case_of(seed, nullptr);
    ASSERT_TRUE(goes_together(drawn)) << "seed " << seed;
    const ReferenceRun expected(drawn);
    met.note(drawn, expected);
    // Threads, which law2_harness tries with each, are slow where others want the processors.
    const Variant variant{kShardCounts[seed % kShardCounts.size()],
                          kBatchSizes[seed % kBatchSizes.size()], seed % 20 == 0 ? 2U : 0U};
    ASSERT_EQ(difference(expected, run(drawn, variant)), "") << "seed " << seed;
  }
  const std::map<std::string, uint64_t> wanted = {
      {"corrections", 12}, {"more", 5}, {"less", 5}, {"commands", 100}};
  for (const auto& [name, least] : wanted) {
    RecordProperty(name, std::to_string(met.count[name]));
    EXPECT_GE(met.count[name], std::max<uint64_t>(support::share(least), 1)) << name;
  }
  // Few seeds have one.
  constexpr const char* kReverse = "a REVERSE of what is corrected";
  RecordProperty(kReverse, std::to_string(met.count[kReverse]));
  EXPECT_TRUE(support::kIsInstrumented || met.count[kReverse] > 0);
}

constexpr const char* kDeals = R"(
  zone UTC
unit points, 0 decimals
event deal, refund
  account, agent : account
  amount : points
  the_order as "order" : object
event visit
  account : account
  the_order as "order" : object
)";

// Each rule as it is first, and as versions may have it; "": left out.
const std::vector<std::vector<std::string>> kDealRules = {
    {"rule share per the_order\n  when amount >= 20 points\n"
     "  credit account 10% of amount\n  credit agent 5 points\n",
     "rule share per the_order\n  when amount >= 20 points\n"
     "  credit account 15% of amount\n  credit agent 2 points\n",
     "rule shares per the_order\n  was share\n  when amount >= 20 points\n"
     "  credit account 5% of amount\n  credit agent 9 points\n",
     ""},
    {"rule kept per the_order\n  void on refund\n  credit account 30 points\n",
     "rule kept per the_order\n  void on refund\n  credit account 40 points\n  at most 35 points\n",
     ""},
    {"rule at_once\n  on deal\n  credit account 1 point\n",
     "rule at_once\n  on deal\n  credit account 3 points\n"}};

std::string deals(generate::Rng& rng, const std::string& header, bool is_first) {
  std::string text = "plan deals" + header + kDeals;
  for (const std::vector<std::string>& rule : kDealRules) {
    text += is_first ? rule.front() : rng.pick(rule);
  }
  return text;
}

// Orders that are open, changed hands, refunded or over when a version is published.
Case case_of_orders(uint64_t seed) {
  generate::Rng rng(seed);
  Case drawn{{deals(rng, "", true)},
             {deals(rng, " version 2 from 2026-03-04\n  change retro", false)},
             {}};
  const auto publish_at = 30 + rng.below(50);
  const auto named = [&](const std::string& of, uint64_t kinds, int percent) {
    return rng.chance(percent) ? of + std::to_string(rng.below(kinds)) : "";
  };
  static const std::vector<std::string> kTypes = {"deal", "deal", "deal", "refund", "visit"};
  base::TimeMs time = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
  for (uint64_t i = 0; i < 110; ++i) {
    if (i == publish_at) drawn.events.push_back({generate::kPublishSource, "0", "", "", {}});
    const bool is_long = rng.chance(1);
    time += is_long ? 150 * base::kMsPerDay : rng.between(0, 8) * 3'600'000;
    const base::TimeMs late = rng.chance(15) ? rng.between(0, 4) * base::kMsPerDay : 0;
    reference::Event event{
        "shop", std::to_string(i), rng.pick(kTypes), std::to_string(time - late), {}};
    event.values = {{"account", named("a", 3, 60)}, {"order", named("o", 9, 90)}};
    if (event.type != "visit") {
      event.values.emplace_back("agent", named("b", 2, 40));
      event.values.emplace_back("amount", rng.chance(70) ? std::to_string(rng.below(90)) : "");
    }
    drawn.events.push_back(std::move(event));
  }
  return drawn;
}

TEST(RetroCasesTest, OrdersAreAskedAsTheyStand) {
  Met met;
  const auto seeds = static_cast<uint64_t>(support::part(60));
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const Case drawn = case_of_orders(seed);
    if (!goes_together(drawn)) continue;  // no rule is another
    const ReferenceRun expected(drawn);
    met.note(drawn, expected);
    ++met.count["cases"];
    const Variant variant{kShardCounts[seed % kShardCounts.size()],
                          kBatchSizes[seed % kBatchSizes.size()], 0U};
    ASSERT_EQ(difference(expected, run(drawn, variant)), "") << "seed " << seed;
  }
  const std::map<std::string, uint64_t> wanted = {
      {"cases", 40}, {"of orders", 150}, {"more", 60}, {"less", 60}};
  for (const auto& [name, least] : wanted) {
    RecordProperty(name, std::to_string(met.count[name]));
    EXPECT_GE(met.count[name], support::share(least)) << name;
  }
}

TEST(RetroCasesTest, MostAreTakenAndTheirDayIsOver) {
  VersionTally sum;
  uint64_t late = 0;  // published behind their day
  // Drawn and not run: all of them also where that is slow, for a part says little of shares.
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    VersionTally tally;
    const Case drawn = case_of(seed, &tally);
    sum.taken += tally.taken;
    sum.refused += tally.refused;
    sum.correcting += tally.correcting;
    sum.may_be_over += tally.may_be_over;
    sum.not_retro += tally.not_retro;
    base::TimeMs latest = base::kTimeMin;
    for (const reference::Event& event : drawn.events) {
      base::TimeMs time = 0;
      if (base::parse_timestamp(event.time, &time)) latest = std::max(latest, time);
      if (event.source != generate::kPublishSource) continue;
      const std::string& text = drawn.versions.at(std::stoul(event.id));
      if (load_all({text}).front().from <= latest) ++late;
    }
  }
  RecordProperty("not_retro", static_cast<int>(sum.not_retro));
  EXPECT_GT(sum.correcting, support::share(60));
  EXPECT_GT(sum.may_be_over, support::share(55));
  EXPECT_GT(late, support::share(40));
  if (!support::kIsInstrumented) {
    EXPECT_GT(sum.not_retro, 0u);
  }
  EXPECT_LT(sum.not_retro * 5, sum.taken);
  EXPECT_LT(sum.refused, sum.taken);
}

// Commands and versions stand in the files of a case, too.
TEST(RetroCasesTest, FilesOfACaseAreTheCase) {
  const std::string folder = ::testing::TempDir() + "/retro_case";
  std::filesystem::remove_all(folder);
  uint64_t commands = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Case drawn = case_of(seed, nullptr);
    std::erase_if(drawn.events, [](const reference::Event& event) {
      // Of an event that is wrong not all can be said in lines.
      return event.source != generate::kPublishSource && event.source != generate::kCommandSource;
    });
    std::string error;
    ASSERT_TRUE(generate::write_files(drawn, kTickSource, folder, &error)) << error;
    Case read;
    ASSERT_TRUE(generate::read_files(folder, kTickSource, &read, &error)) << error;
    EXPECT_EQ(read.events, drawn.events);
    read.versions.resize(drawn.versions.size());  // of a case before it there may be more
    EXPECT_EQ(read.versions, drawn.versions);
    commands += static_cast<uint64_t>(std::count_if(
        drawn.events.begin(), drawn.events.end(),
        [](const reference::Event& event) { return event.source == generate::kCommandSource; }));
  }
  EXPECT_GT(commands, 40u);
}

}  // namespace
}  // namespace guerdon::law
