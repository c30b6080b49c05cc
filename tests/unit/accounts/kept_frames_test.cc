// The twin is a std::map from (account, key) to cells.
#include "engine/accounts/kept_frames.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/base/hash.h"
#include "tests/generate/rng.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::shard {
namespace {

using plan::FrameKey;

constexpr uint32_t kKnown = 1;  // the subject that is taken for one of what is known

// Subjects with 1, 2 and 3 cells: for an account alone, by sku, by sku and city in a month.
const plan::Program& program() {
  static const plan::Program made = [] {
    plan::Program program = plan::compiled(plan::shop(R"(
measure a per account per month = number of sale
measure b per account per sku = number of sale
measure c per account per sku = sum of qty on sale
measure d per account per sku per city per month = number of sale
measure e per account per sku per city per month = sum of qty on sale
measure f per account per sku per city per month = sum of amount on sale
)"));
    program.subjects[kKnown].holds_known = true;
    return program;
  }();
  return made;
}

struct Fixture {
  Fixture() : accounts(program().block_cells, 0), frames(program()) {
    for (const std::string name : {"anna", "bert", "carl", "dora"}) {
      owners.push_back(accounts.add(base::hash64(name), name));
    }
  }
  AccountTable accounts;
  KeptFrames frames;
  std::vector<BlockHeader*> owners;
};

int visited(const KeptFrames& frames, const BlockHeader& account) {
  int count = 0;
  frames.visit(account, [&](const KeptFrame&) { ++count; });
  return count;
}

TEST(KeptFramesTest, AFrameBelongsToItsAccountAndItsWholeKey) {
  Fixture f;
  BlockHeader& anna = *f.owners[0];
  const FrameKey key{2, 7, {11, 12, 0}};
  KeptFrame* frame = f.frames.add(anna, key);
  frame->cells()[2] = 5;
  EXPECT_EQ(f.frames.find(anna, key), frame);
  EXPECT_EQ(f.frames.find(*f.owners[1], key), nullptr);
  for (const FrameKey& other : {FrameKey{1, 7, {11, 12, 0}}, FrameKey{2, 8, {11, 12, 0}},
                                FrameKey{2, 7, {12, 11, 0}}, FrameKey{2, 7, {11, 12, 1}}}) {
    EXPECT_EQ(f.frames.find(anna, other), nullptr);
  }
}

TEST(KeptFramesTest, APlaceThatWasLeftIsTakenAgainAndIsZero) {
  Fixture f;
  BlockHeader& anna = *f.owners[0];
  KeptFrame* old = f.frames.add(anna, {2, 1, {5, 6, 0}});
  for (int c = 0; c < 3; ++c) old->cells()[c] = 9;
  f.frames.remove_if(anna, [](const KeptFrame&) { return true; });
  EXPECT_EQ(f.frames.size(), 0u);
  EXPECT_EQ(anna.kept, 0u);
  KeptFrame* fresh = f.frames.add(*f.owners[1], {2, 2, {7, 8, 0}});
  EXPECT_EQ(fresh, old);
  for (int c = 0; c < 3; ++c) EXPECT_EQ(fresh->cells()[c], 0);
  EXPECT_EQ(f.frames.find(anna, {2, 1, {5, 6, 0}}), nullptr);
}

TEST(KeptFramesTest, FramesOfOtherAccountsStayWhenOneLosesItsOwn) {
  Fixture f;
  for (BlockHeader* owner : f.owners) {
    for (int32_t period = 0; period < 5; ++period) f.frames.add(*owner, {0, period, {}});
  }
  f.frames.remove_if(*f.owners[1], [](const KeptFrame& frame) { return frame.key.period != 2; });
  EXPECT_EQ(f.frames.size(), 16u);
  EXPECT_EQ(visited(f.frames, *f.owners[0]), 5);
  EXPECT_EQ(visited(f.frames, *f.owners[1]), 1);
  EXPECT_NE(f.frames.find(*f.owners[1], {0, 2, {}}), nullptr);
}

// However many others there are: none of them is looked at.
TEST(KeptFramesTest, WhatIsKnownIsFoundWithoutLookingAtOthers) {
  Fixture f;
  BlockHeader& anna = *f.owners[0];
  for (int64_t i = 0; i < 100; ++i) {
    f.frames.add(anna, {2, 1, {i, 0, 0}});
    if (i % 10 == 0) f.frames.add(anna, {kKnown, 0, {i, 0, 0}});
  }
  f.frames.remove_if(anna, [](const KeptFrame& frame) { return frame.key.keys[0] % 20 == 0; });
  std::vector<int64_t> known;
  f.frames.visit_known(anna, [&](const KeptFrame& frame) {
    EXPECT_EQ(frame.key.subject, kKnown);
    known.push_back(frame.key.keys[0]);
  });
  std::sort(known.begin(), known.end());
  EXPECT_EQ(known, (std::vector<int64_t>{10, 30, 50, 70, 90}));
  f.frames.visit_known(*f.owners[1], [](const KeptFrame&) { FAIL(); });
}

TEST(KeptFramesTest, IsAMapHoweverFramesComeAndGo) {
  Fixture f;
  generate::Rng rng(71);
  using Place = std::tuple<size_t, uint32_t, int32_t, int64_t>;
  std::map<Place, int64_t> twin;
  for (int i = 0; i < 60'000; ++i) {
    const size_t who = rng.below(f.owners.size());
    BlockHeader& account = *f.owners[who];
    const FrameKey key{
        static_cast<uint32_t>(rng.below(3)), rng.small(-3, 20), {rng.between(-1, 8), 0, 0}};
    const auto cell =
        f.frames.find(account, key) == nullptr
            ? nullptr
            : f.frames.find(account, key)->cells() + program().subjects[key.subject].cells - 1;
    const Place place{who, key.subject, key.period, key.keys[0]};
    const auto at = twin.find(place);
    ASSERT_EQ(cell == nullptr, at == twin.end());
    if (cell != nullptr) {
      ASSERT_EQ(*cell, at->second);
      *cell = at->second = i;
    } else {
      f.frames.add(account, key)->cells()[program().subjects[key.subject].cells - 1] = i;
      twin[place] = i;
    }
    if (rng.chance(1)) {
      const int32_t before = rng.small(-3, 21);
      f.frames.remove_if(account,
                         [&](const KeptFrame& frame) { return frame.key.period < before; });
      std::erase_if(twin, [&](const auto& item) {
        return std::get<0>(item.first) == who && std::get<2>(item.first) < before;
      });
    }
    ASSERT_EQ(f.frames.size(), twin.size());
  }
  for (size_t who = 0; who < f.owners.size(); ++who) {
    std::map<Place, int64_t> own;
    f.frames.visit(*f.owners[who], [&](const KeptFrame& frame) {
      const FrameKey& key = frame.key;
      own[{who, key.subject, key.period, key.keys[0]}] =
          frame.cells()[program().subjects[key.subject].cells - 1];
    });
    for (const auto& [place, value] : own) EXPECT_EQ(twin.at(place), value);
    EXPECT_EQ(own.size(),
              static_cast<size_t>(std::count_if(twin.begin(), twin.end(), [&](const auto& item) {
                return std::get<0>(item.first) == who;
              })));
  }
}

TEST(KeptFramesDeathTest, AFrameIsMadeOnce) {
  Fixture f;
  f.frames.add(*f.owners[0], {0, 1, {}});
  EXPECT_DEATH(f.frames.add(*f.owners[0], {0, 1, {}}), "assertion");
}

}  // namespace
}  // namespace guerdon::shard
