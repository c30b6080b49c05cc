#include "engine/progress/ranking_rules.h"

#include <gtest/gtest.h>

namespace guerdon::progress {
namespace {

TEST(RankingRules, NamesAreReadBack) {
  for (const RankStyle each : {RankStyle::kSkips, RankStyle::kDense, RankStyle::kOrdinal}) {
    EXPECT_EQ(rank_style_named(rank_style_name(each)), each);
  }
  for (const TiePolicy each : {TiePolicy::kShareFull, TiePolicy::kSplit, TiePolicy::kEarliest,
                               TiePolicy::kMoreOf, TiePolicy::kHolderId}) {
    EXPECT_EQ(tie_policy_named(tie_policy_name(each)), each);
  }
  EXPECT_EQ(rank_style_named("1-1-3"), RankStyle::kSkips);
  EXPECT_EQ(rank_style_named("1-1-2"), RankStyle::kDense);
  EXPECT_EQ(rank_style_named("1-2-3"), RankStyle::kOrdinal);
  EXPECT_EQ(rank_style_named("1-1-1"), std::nullopt);
  EXPECT_EQ(tie_policy_named("share"), TiePolicy::kShareFull);
  EXPECT_EQ(tie_policy_named(""), std::nullopt);
}

TEST(RankingRules, WhichPoliciesLeaveNoTies) {
  EXPECT_FALSE(breaks_ties(TiePolicy::kShareFull));
  EXPECT_FALSE(breaks_ties(TiePolicy::kSplit));
  EXPECT_TRUE(breaks_ties(TiePolicy::kEarliest));
  EXPECT_TRUE(breaks_ties(TiePolicy::kMoreOf));
  EXPECT_TRUE(breaks_ties(TiePolicy::kHolderId));
}

}  // namespace
}  // namespace guerdon::progress
