// The proof of ranges against its slow twin: every table of up to four rows over small bounds is
// tried, and for each key it is counted how many rows reach it.

#include <gtest/gtest.h>

#include <array>

#include "tests/generate/rng.h"
#include "tests/unit/plan/loaded.h"

namespace guerdon::plan {
namespace {

enum Word { kUpTo, kBelow, kFrom, kAbove };
constexpr std::array<const char*, 4> kWords = {"up to", "below", "from", "above"};

struct Bound {
  Word word;
  int bound;
  bool is_upper() const { return word == kUpTo || word == kBelow; }
  // The last key an upper row reaches, the first that a lower one does, doubled to tell `up to 4`
  // from `below 5` in their order.
  int order() const { return 2 * bound + (word == kUpTo || word == kAbove ? 1 : 0); }
};

bool reaches(const std::vector<Bound>& rows, size_t i, int key) {
  const Bound& row = rows[i];
  const auto within_upper = [&](const Bound& b) {
    return b.word == kUpTo ? key <= b.bound : key < b.bound;
  };
  const auto within_lower = [&](const Bound& b) {
    return b.word == kFrom ? key >= b.bound : key > b.bound;
  };
  if (row.is_upper()) {
    return within_upper(row) && (i == 0 || !within_upper(rows[i - 1]));
  }
  return within_lower(row) && (i + 1 == rows.size() || !within_lower(rows[i + 1]));
}

// Ascending, and each key from the first row's first on has one row.
bool is_sound(const std::vector<Bound>& rows, bool otherwise) {
  for (size_t i = 1; i < rows.size(); ++i) {
    if (!rows[i - 1].is_upper() && rows[i].is_upper()) return false;
    if (rows[i - 1].bound > rows[i].bound) return false;
    if (rows[i - 1].is_upper() == rows[i].is_upper() && rows[i - 1].order() >= rows[i].order()) {
      return false;
    }
  }
  const int lowest = rows[0].is_upper() ? 0 : rows[0].bound + (rows[0].word == kAbove ? 1 : 0);
  for (int key = lowest; key <= 20; ++key) {
    int found = 0;
    for (size_t i = 0; i < rows.size(); ++i) found += reaches(rows, i, key) ? 1 : 0;
    if (found > 1 || (found == 0 && !otherwise)) return false;
  }
  return true;
}

std::string table_of(const std::vector<Bound>& rows, bool otherwise) {
  std::string text = "table t by basis\n";
  for (const Bound& row : rows) {
    text += std::string("  ") + kWords[row.word] + " " + std::to_string(row.bound) + " : 1%\n";
  }
  return text + (otherwise ? "  otherwise : 2%\n" : "");
}

TEST(Ranges, AgreeWithCountingTheRowsOfEachKey) {
  generate::Rng rng(20240607);
  int sound_ones = 0;
  for (int draw = 0; draw < 20'000; ++draw) {
    std::vector<Bound> rows(static_cast<size_t>(rng.small(1, 4)));
    const bool sorted = rng.chance(70);
    int bound = rng.small(0, 3);
    for (Bound& row : rows) {
      row = {static_cast<Word>(rng.below(4)), sorted ? bound : rng.small(0, 8)};
      bound += rng.small(0, 2);
    }
    const bool otherwise = rng.chance(30);
    const Loaded loaded("plan p\n" + table_of(rows, otherwise));
    const bool sound = is_sound(rows, otherwise);
    sound_ones += sound ? 1 : 0;
    ASSERT_EQ(loaded.plan.has_value(), sound) << table_of(rows, otherwise) << loaded.said();
  }
  EXPECT_GT(sound_ones, 2'000);
}

// Two keys of one of three values or `any`: two rows tie when they fit a pair equally well.
TEST(Ranges, TiesAgreeWithTryingEveryPair) {
  generate::Rng rng(7);
  constexpr std::array<const char*, 4> kCells = {"any", "\"a\"", "\"b\"", "\"c\""};
  int sound_ones = 0;
  for (int draw = 0; draw < 20'000; ++draw) {
    std::vector<std::array<int, 2>> rows(static_cast<size_t>(rng.small(2, 6)));
    rows[0] = {1, 1};  // so that no key is `any` in every row
    for (size_t i = 1; i < rows.size(); ++i) rows[i] = {rng.small(0, 3), rng.small(0, 3)};
    std::string text = "plan p\ntable t by x, y\n";
    for (const auto& row : rows) {
      text += std::string("  ") + kCells[static_cast<size_t>(row[0])] + ", " +
              kCells[static_cast<size_t>(row[1])] + " : 1%\n";
    }
    bool sound = true;
    for (int x = 1; x <= 4; ++x) {  // 4 is a value that no row names
      for (int y = 1; y <= 4; ++y) {
        std::array<int, 3> fitting{};  // by number of `any`
        for (const auto& row : rows) {
          if ((row[0] != 0 && row[0] != x) || (row[1] != 0 && row[1] != y)) continue;
          ++fitting[(row[0] == 0 ? 1u : 0u) + (row[1] == 0 ? 1u : 0u)];
        }
        const int best = fitting[0] > 0 ? 0 : (fitting[1] > 0 ? 1 : 2);
        sound = sound && fitting[static_cast<size_t>(best)] <= 1;
      }
    }
    // A row that is written twice is refused even where a better one hides both.
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = 0; j < i; ++j) sound = sound && rows[i] != rows[j];
    }
    sound_ones += sound ? 1 : 0;
    const Loaded loaded(text);
    ASSERT_EQ(loaded.plan.has_value(), sound) << text << loaded.said();
  }
  EXPECT_GT(sound_ones, 2'000);
}

}  // namespace
}  // namespace guerdon::plan
