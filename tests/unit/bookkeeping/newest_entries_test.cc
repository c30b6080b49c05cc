#include "engine/bookkeeping/newest_entries.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>

namespace guerdon::bookkeeping {
namespace {

std::map<uint64_t, book::Position> content_of(const NewestEntries& newest) {
  std::map<uint64_t, book::Position> content;
  newest.visit_all([&](uint64_t account, book::Position position) {
    EXPECT_TRUE(content.emplace(account, position).second) << account;
  });
  return content;
}

TEST(NewestEntries, AnAccountWithoutEntriesHasNoPosition) {
  NewestEntries newest;
  EXPECT_EQ(newest.find(7), book::kNoPosition);
  book::Position& position = newest.place(7);
  EXPECT_EQ(position, book::kNoPosition);
  position = 200;
  EXPECT_EQ(newest.find(7), 200u);
  EXPECT_EQ(newest.find(0), book::kNoPosition);
  newest.place(0) = 300;
  EXPECT_EQ(newest.find(0), 300u);
  EXPECT_EQ(newest.size(), 2u);
}

// Accounts that all want one slot, and others, as a map has them.
TEST(NewestEntries, AsAMap) {
  NewestEntries newest;
  std::map<uint64_t, book::Position> expected;
  uint64_t state = 1;
  for (uint64_t i = 1; i <= 20'000; ++i) {
    state = state * 6'364'136'223'846'793'005u + 1;
    const uint64_t account = i % 3 == 0 ? (state >> 50) << 40 : state >> 51;
    newest.prefetch(account);
    ASSERT_EQ(newest.find(account), expected[account]) << account;
    newest.place(account) = expected[account] = i;
  }
  EXPECT_EQ(content_of(newest), expected);
  EXPECT_EQ(newest.size(), expected.size());
  EXPECT_GE(newest.bytes(), 21 * newest.size());
  EXPECT_LE(newest.bytes(), 43 * newest.size());
}

// What is not laid down after all leaves the account without a position.
TEST(NewestEntries, APlaceThatIsNotTakenIsFree) {
  NewestEntries newest;
  newest.place(5);
  EXPECT_EQ(newest.find(5), book::kNoPosition);
  newest.place(5 + 64) = 9;
  EXPECT_EQ(newest.find(5), book::kNoPosition);
  EXPECT_EQ(content_of(newest), (std::map<uint64_t, book::Position>{{5 + 64, 9}}));
}

}  // namespace
}  // namespace guerdon::bookkeeping
