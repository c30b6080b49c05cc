#include "engine/ledger/wallet.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "tests/generate/rng.h"

namespace guerdon::ledger {
namespace {

constexpr int64_t kMax = money::kBalanceMax;

struct Row {
  int64_t balance;
  int64_t asked;
  int64_t entry;     // what is written
  int64_t after;     // the balance then
  int64_t suspense;  // what goes there
  const char* note;
};

// What a bookkeeper would write down.
constexpr Row kRows[] = {
    // nothing asked, nothing written
    {0, 0, 0, 0, 0, ""},
    {100, 0, 0, 100, 0, ""},
    {kMax, 0, 0, kMax, 0, ""},
    // credits
    {0, 1, 1, 1, 0, ""},
    {100, 50, 50, 150, 0, ""},
    {0, kMax, kMax, kMax, 0, ""},
    {kMax - 1, 1, 1, kMax, 0, ""},
    // debits to the floor and not beyond
    {100, -1, -1, 99, 0, ""},
    {100, -99, -99, 1, 0, ""},
    {100, -100, -100, 0, 0, ""},
    {100, -101, -100, 0, 0, "floor"},
    {100, -kMax, -100, 0, 0, "floor"},
    {kMax, -kMax, -kMax, 0, 0, ""},
    {kMax - 1, -kMax, -(kMax - 1), 0, 0, "floor"},
    // an empty wallet has nothing to give: no entry
    {0, -1, 0, 0, 0, "floor"},
    {0, -kMax, 0, 0, 0, "floor"},
    // beyond the largest balance the credit goes to suspense whole
    {kMax, 1, 1, kMax, 1, "overflow"},
    {kMax - 1, 2, 2, kMax - 1, 2, "overflow"},
    {1, kMax, kMax, 1, kMax, "overflow"},
    {kMax, kMax, kMax, kMax, kMax, "overflow"},
    // the difference of two entitlements can be larger than any balance
    {0, INT64_MAX, INT64_MAX, 0, INT64_MAX, "overflow"},
    {kMax, INT64_MAX, INT64_MAX, kMax, INT64_MAX, "overflow"},
    {5, INT64_MIN, -5, 0, 0, "floor"},
};

TEST(WalletTest, TakesWhatItsFloorAndItsRangeAllow) {
  for (const Row& row : kRows) {
    const Posting posting = post(row.balance, row.asked);
    const std::string what = std::to_string(row.balance) + " asked " + std::to_string(row.asked);
    EXPECT_EQ(posting.amount, row.entry) << what;
    EXPECT_EQ(row.balance + posting.to_wallet, row.after) << what;
    EXPECT_EQ(posting.to_suspense, row.suspense) << what;
    EXPECT_EQ(note_name(posting.note), row.note) << what;
  }
}

// Whatever is asked: the entry is what wallet and suspense got together, the wallet stays within
// its range, and a note stands exactly where it got something else than was asked.
TEST(WalletTest, NothingIsLostWhateverIsAsked) {
  generate::Rng rng(3);
  const std::vector<int64_t> edges{0, 1, 2, kMax / 2, kMax - 1, kMax};
  for (int i = 0; i < 100'000; ++i) {
    const int64_t balance = rng.chance(50) ? rng.pick(edges) : rng.between(0, kMax);
    const int64_t size = rng.chance(50) ? rng.pick(edges) : rng.between(0, kMax);
    const int64_t asked = rng.chance(50) ? size : -size;
    const Posting posting = post(balance, asked);
    ASSERT_EQ(base::Int128{posting.to_wallet} + posting.to_suspense, posting.amount);
    const base::Int128 after = base::Int128{balance} + posting.to_wallet;
    ASSERT_TRUE(after >= 0 && after <= kMax) << balance << " asked " << asked;
    ASSERT_EQ(posting.note == Note::kNone, posting.to_wallet == asked);
    ASSERT_TRUE(posting.to_suspense == 0 || posting.to_suspense == asked);
  }
}

TEST(WalletDeathTest, ABalanceOutsideItsRangeIsABug) {
  EXPECT_DEATH(post(-1, 0), "assertion");
  EXPECT_DEATH(post(kMax + 1, 0), "assertion");
}

TEST(EntryTest, NotesHaveTheWordsOfTheRegister) {
  EXPECT_EQ(note_name(Note::kNone), "");
  EXPECT_EQ(note_name(Note::kFloor), "floor");
  EXPECT_EQ(note_name(Note::kOverflow), "overflow");
  EXPECT_EQ(note_name(Note::kDebt), "debt");
  EXPECT_EQ(note_name(Note::kClosed), "closed");
}

}  // namespace
}  // namespace guerdon::ledger
