#include "engine/accounts/staged_goals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace guerdon::shard {
namespace {

StagedGoal said(int64_t value) { return {0, {0, 7, {}}, value}; }

std::vector<int64_t> waiting(const StagedGoals& staged, const BlockHeader& account) {
  std::vector<int64_t> found;
  staged.visit(account, [&](const StagedGoals::File& file, const StagedGoal& goal) {
    found.push_back(file.is_committed() ? goal.said : -goal.said);
  });
  return found;
}

TEST(StagedGoalsTest, RowsWaitForTheCommitOfTheirFile) {
  StagedGoals staged;
  BlockHeader anna{};
  BlockHeader bo{};
  staged.stage(anna, "one", said(1));
  staged.stage(anna, "one", said(2));
  EXPECT_FALSE(staged.is_due(anna));
  EXPECT_FALSE(staged.take_due(anna).has_value());
  EXPECT_FALSE(staged.has_committed());
  staged.commit(9, 100);
  EXPECT_TRUE(staged.is_due(anna));
  EXPECT_FALSE(staged.is_due(bo));
  EXPECT_EQ(staged.due_since(anna), 100);
  EXPECT_EQ(staged.due_since(bo), INT64_MAX);
  const auto first = staged.take_due(anna);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->goal.said, 1);
  EXPECT_EQ(first->lsn, 9u);
  EXPECT_EQ(first->at, 100);
  EXPECT_EQ(staged.take_due(anna)->goal.said, 2);
  EXPECT_FALSE(staged.take_due(anna).has_value());
  EXPECT_TRUE(staged.is_empty());
}

TEST(StagedGoalsTest, FilesAreDoneInTheOrderOfTheirCommits) {
  StagedGoals staged;
  BlockHeader anna{};
  staged.stage(anna, "one", said(1));
  staged.commit(1, 10);
  staged.stage(anna, "two", said(2));
  EXPECT_EQ(waiting(staged, anna), (std::vector<int64_t>{1, -2}));
  EXPECT_EQ(staged.take_due(anna)->at, 10);
  EXPECT_FALSE(staged.is_due(anna));
  staged.commit(2, 20);
  EXPECT_EQ(staged.take_due(anna)->at, 20);
}

TEST(StagedGoalsTest, WhatIsGivenUpIsGoneAndNoOther) {
  StagedGoals staged;
  BlockHeader anna{};
  BlockHeader bo{};
  staged.stage(anna, "one", said(1));
  staged.commit(1, 10);
  staged.stage(anna, "two", said(2));
  staged.stage(bo, "two", said(3));
  staged.give_up();
  EXPECT_EQ(waiting(staged, anna), (std::vector<int64_t>{1}));
  EXPECT_TRUE(waiting(staged, bo).empty());
  staged.stage(anna, "three", said(4));
  staged.stage(bo, "three", said(5));
  staged.commit(3, 30);
  EXPECT_EQ(staged.take_due(anna)->goal.said, 1);
  EXPECT_EQ(staged.take_due(anna)->goal.said, 4);
  EXPECT_EQ(staged.take_due(bo)->goal.said, 5);
  EXPECT_TRUE(staged.is_empty());
}

// While another file waits, and is touched by nobody.
TEST(StagedGoalsTest, WhatIsGivenUpMakesRoomWhenItsAccountHasItsTurn) {
  StagedGoals staged;
  BlockHeader anna{};
  BlockHeader bo{};
  staged.stage(anna, "waits", said(1));
  staged.commit(1, 10);
  uint64_t bytes = 0;
  for (int round = 0; round < 50; ++round) {
    staged.stage(anna, "wrong", said(2));
    staged.stage(bo, "wrong", said(3));
    staged.stage(bo, "wrong", said(4));
    staged.give_up();
    staged.forget_given_up(anna);
    staged.forget_given_up(bo);
    if (round == 0) bytes = staged.bytes();
    EXPECT_LE(staged.bytes(), bytes + 64) << round;
    EXPECT_EQ(waiting(staged, anna), (std::vector<int64_t>{1}));
    EXPECT_TRUE(waiting(staged, bo).empty());
  }
  staged.stage(anna, "last", said(5));
  staged.forget_given_up(anna);
  EXPECT_EQ(waiting(staged, anna), (std::vector<int64_t>{1, -5}));
  EXPECT_EQ(staged.take_due(anna)->goal.said, 1);
  staged.commit(2, 20);
  EXPECT_EQ(staged.take_due(anna)->goal.said, 5);
  EXPECT_TRUE(staged.is_empty());
}

TEST(StagedGoalsTest, NothingIsThereToCommitOrToGiveUp) {
  StagedGoals staged;
  staged.commit(1, 10);
  staged.give_up();
  EXPECT_TRUE(staged.is_empty());
}

TEST(StagedGoalsTest, WhatAnotherHasIsTheSameHere) {
  StagedGoals from;
  StagedGoals to;
  BlockHeader anna{};
  BlockHeader own{};
  from.stage(anna, "one", said(1));
  from.commit(1, 10);
  from.stage(anna, "two", said(2));
  from.visit(anna, [&](const StagedGoals::File& file, const StagedGoal& goal) {
    to.restore(own, file, goal);
  });
  EXPECT_EQ(waiting(to, own), waiting(from, anna));
  to.commit(2, 20);
  EXPECT_EQ(to.take_due(own)->at, 10);
  EXPECT_EQ(to.take_due(own)->lsn, 2u);
}

}  // namespace
}  // namespace guerdon::shard
