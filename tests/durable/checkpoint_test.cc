// A state that was saved and loaded is the state, whatever the shards before and after.
#include <gtest/gtest.h>

#include "tests/durable/checkpoint_works.h"
#include "tests/support/turns.h"

namespace guerdon::pipeline {
namespace {

using support::CrashDisk;

constexpr law::DrawShape kShape{.plans_max = 3, .events_min = 40, .events_max = 250};

constexpr Setting kSettings[] = {{1, 256, 0}, {2, 1, 0}, {7, 16, 0}, {16, 3, 3}, {2, 256, 1}};

// Few keys in some draws, so that they are forgotten.
Setting setting_of(size_t number, uint64_t seed) {
  Setting setting = kSettings[number % std::size(kSettings)];
  setting.keys = seed % 3 == 0 ? 15 : 1'000;
  return setting;
}

struct Halves {
  explicit Halves(const Events& events)
      : first(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2)),
        second(events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2), events.end()) {}
  Events first;
  Events second;
};

TEST(CheckpointTest, ItsBytesAreTheSameForAnyShardsThreadsAndBatches) {
  for (uint64_t seed = 1; seed <= support::part(60); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    const plan::Program program = compiled(drawn);
    CrashDisk::Bytes expected;
    for (size_t s = 0; s < std::size(kSettings); ++s) {
      Works works(program, setting_of(s, seed));
      works.feed(drawn.events);
      const CrashDisk::Bytes bytes = works.saved();
      if (s == 0) expected = bytes;
      ASSERT_TRUE(bytes == expected) << "seed " << seed << ", shards " << works.setting.shards;
    }
  }
}

// What the draws must have had in them for the test to say something.
struct Coverage {
  uint64_t symbols = 0;
  uint64_t kept_frames = 0;
  uint64_t forgotten = 0;
  uint64_t duplicates = 0;

  void add(const Works& works) {
    symbols += works.admission.symbols().size() - works.program.symbols.size();
    for (const auto& shard : works.shards) kept_frames += shard->state().kept().size();
    if (works.admission.keys().floor() != INT64_MIN) ++forgotten;
    duplicates += works.admission.outcomes()[static_cast<size_t>(event::Outcome::kDuplicate)];
  }
};

TEST(CheckpointTest, WhatIsLoadedGoesOnAsIfItHadNeverStopped) {
  Coverage coverage;
  for (uint64_t seed = 1; seed <= support::part(100); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    const plan::Program program = compiled(drawn);
    const Halves events(drawn.events);
    Works never(program, setting_of(seed, seed));
    never.feed(events.first);
    CrashDisk disk;
    const std::string name = never.save_to(disk);
    const std::string seen = never.seen();
    const CrashDisk::Bytes half = disk.bytes(name);
    coverage.add(never);
    never.feed(events.second);
    const CrashDisk::Bytes whole = never.saved();
    never.feed(drawn.events);
    coverage.add(never);
    for (size_t s = 0; s < std::size(kSettings); ++s) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", setting " + std::to_string(s));
      Works loaded(program, setting_of(s, seed));
      ASSERT_EQ(loaded.load_from(disk, name), "");
      ASSERT_EQ(loaded.seen(), seen);
      ASSERT_TRUE(loaded.saved() == half) << "saved again, it is the same";
      loaded.feed(events.second);
      ASSERT_TRUE(loaded.saved() == whole);
      loaded.feed(drawn.events);  // most of it is known
      ASSERT_EQ(loaded.seen(), never.seen());
      ASSERT_TRUE(loaded.saved() == never.saved());
    }
  }
  EXPECT_GT(coverage.symbols, support::share(100));
  EXPECT_GT(coverage.kept_frames, support::share(100));
  EXPECT_GT(coverage.forgotten, support::share(20));
  EXPECT_GT(coverage.duplicates, support::share(1'000));
}

TEST(CheckpointTest, AStateWithoutEventsComesBack) {
  generate::Rng rng(5);
  const plan::Program program = compiled(law::random_case(rng, kShape));
  Works empty(program, {3});
  CrashDisk disk;
  const std::string name = empty.save_to(disk);
  Works loaded(program, {2});
  EXPECT_EQ(loaded.load_from(disk, name), "");
  EXPECT_EQ(loaded.seen(), empty.seen());
}

// Refused by a sentence that says what to do.
class OtherwiseTest : public testing::Test {
 protected:
  OtherwiseTest() {
    for (uint64_t seed = 1; drawn_.plans.size() != 2; ++seed) {
      generate::Rng rng(seed);
      drawn_ = law::random_case(rng, kShape);
    }
    const plan::Program program = compiled(drawn_);
    Works works(program, {2});
    works.feed(drawn_.events);
    name_ = works.save_to(disk_);
  }

  std::string load_under(const std::vector<std::string>& plans, uint64_t keys = 1'000,
                         uint64_t objects = 1'000) {
    const plan::Program program = compiled({plans, {}, {}});
    Works works(program, {1, 256, 0, keys, objects});
    return works.load_from(disk_, name_);
  }

  generate::Case drawn_;
  CrashDisk disk_;
  std::string name_;
};

TEST_F(OtherwiseTest, OtherPlansAreRefused) {
  EXPECT_EQ(load_under(drawn_.plans), "");
  std::vector<std::string> plans = drawn_.plans;
  plans.back() += "# changed\n";
  EXPECT_EQ(load_under(plans),
            name_ +
                ": it was written under another text of plan p1; give the plans it was "
                "written under");
  plans = {drawn_.plans[1], drawn_.plans[0]};
  EXPECT_NE(load_under(plans).find("another plan than p1; give the plans"), std::string::npos);
  plans = {drawn_.plans[0]};
  EXPECT_EQ(load_under(plans), name_ +
                                   ": it was written under 2 plans, not 1; give those it was "
                                   "written under");
}

TEST_F(OtherwiseTest, AnotherNumberOfKeysIsRefused) {
  EXPECT_EQ(
      load_under(drawn_.plans, 999),
      name_ +
          ": it was written by an engine that remembers 1000 keys, not 999; give --keys 1000, "
          "or move the snap-*.snap files out of the folder, so that the whole log is "
          "replayed");
}

TEST_F(OtherwiseTest, AnotherNumberOfObjectsIsRefused) {
  EXPECT_EQ(load_under(drawn_.plans, 1'000, 1'001),
            name_ +
                ": it was written by an engine that remembers 1000 objects, not 1001; give "
                "--objects 1000, or move the snap-*.snap files out of the folder, so that the "
                "whole log is replayed");
}

TEST_F(OtherwiseTest, AnotherLayoutIsRefused) {
  plan::Program program = compiled(drawn_);
  program.subjects.back().labels.back() += "x";
  Works works(program, {1});
  EXPECT_EQ(works.load_from(disk_, name_),
            name_ +
                ": this version lays accounts out in another way than the one that wrote it; "
                "move the snap-*.snap files out of the folder, so that the whole log is replayed");
}

TEST_F(OtherwiseTest, DamageIsRefused) {
  disk_.bytes(name_)[os::kDiskBlock + 100] ^= std::byte{1};
  EXPECT_EQ(load_under(drawn_.plans), name_ + " at 4096: a block is damaged");
}

}  // namespace
}  // namespace guerdon::pipeline
