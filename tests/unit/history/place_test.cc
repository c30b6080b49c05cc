// A place in a register, in words.
#include <gtest/gtest.h>

#include "engine/bookkeeping/account_walk.h"

namespace guerdon::bookkeeping {
namespace {

WalkPlace some_place() {
  WalkPlace place;
  place.account = 17;
  place.balances = {0, -5, INT64_MAX, INT64_MIN};
  place.next = 16'520;
  return place;
}

book::BookEntry some_entry() {
  book::BookEntry entry;
  entry.lsn = 9;
  entry.n = 2;
  return entry;
}

TEST(PlaceTest, ComesBackAsItWas) {
  const std::string text = place_text(some_place(), some_entry());
  EXPECT_TRUE(text.starts_with("9.2.")) << text;
  const std::optional<WalkPlace> read = read_place(text, 17, 4);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->next, some_place().next);
  EXPECT_EQ(read->balances, some_place().balances);
}

TEST(PlaceTest, IsOfOneAccountAndOneProgram) {
  const std::string text = place_text(some_place(), some_entry());
  EXPECT_FALSE(read_place(text, 18, 4));
  EXPECT_FALSE(read_place(text, 17, 3));
  EXPECT_FALSE(read_place(text, 17, 5));
}

// Whichever byte is another, or left out.
TEST(PlaceTest, ASlipIsSeen) {
  const std::string text = place_text(some_place(), some_entry());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string other = text;
    other[i] = other[i] == '1' ? '2' : '1';
    EXPECT_FALSE(read_place(other, 17, 4)) << other;
    EXPECT_FALSE(read_place(text.substr(0, i), 17, 4));
    EXPECT_FALSE(read_place(text.substr(0, i) + text.substr(i + 1), 17, 4));
  }
}

}  // namespace
}  // namespace guerdon::bookkeeping
