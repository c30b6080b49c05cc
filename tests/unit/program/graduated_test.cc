// Lookup::graduated: each part of an amount at the value of its own row. The first twin adds up
// unit by unit; the second, for amounts that have too many units for that, is the reference
// engine's.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "engine/money/limits.h"
#include "engine/program/lookup.h"
#include "tests/reference/tables.h"
#include "tests/unit/program/random_table.h"

namespace guerdon::plan {
namespace {

using generate::Rng;
using reference::Rational;
using tree::CellKind;

bool is_upper(const Row& row) {
  return row.cells[0].kind == CellKind::kUpTo || row.cells[0].kind == CellKind::kBelow;
}

// What one unit is worth that lies between the whole numbers `twice` / 2 - 1/2 and + 1/2 of
// 1/scale: its middle never falls on a bound.
Rational worth_of_unit(const Table& table, int64_t twice, int64_t scale) {
  const auto value = [](const Row& row) {
    return row.values[0] ? Rational(*row.values[0]) : Rational(0);
  };
  const Row* lower = nullptr;
  bool has_lower = false;
  for (const Row& row : table.rows) {
    if (row.cells[0].kind == CellKind::kAny) continue;
    const Int128 bound = Int128{row.cells[0].number} * scale * 2;
    if (is_upper(row)) {
      if (twice < bound) return value(row);
    } else {
      has_lower = true;
      if (twice > bound) lower = &row;
    }
  }
  if (lower != nullptr) return value(*lower);
  return table.otherwise && !has_lower ? value(*table.otherwise) : Rational(0);
}

TEST(GraduatedTest, IsTheSumOfWhatEachUnitIsWorth) {
  Rng rng(21);
  for (int i = 0; i < 400; ++i) {
    SCOPED_TRACE(i);
    const Table table = random_table(rng, {{KeyKind::kRange}, rng.between(1, 4), false});
    Symbols symbols;
    const Lookup lookup(table, symbols);
    const int64_t scale = rng.between(1, 6);
    Rational sum;
    for (int64_t x = 0; x < 60 * scale; ++x) {
      if (x > 0) sum = sum + worth_of_unit(table, 2 * x - 1, scale) * Rational(1, scale);
      ASSERT_EQ(Rational(lookup.graduated(x, scale, 0), Int128{scale} * lookup.den(0)), sum)
          << x << " over " << scale;
      ASSERT_EQ(lookup.graduated(-x, scale, 0), 0) << -x;
    }
  }
}

TEST(GraduatedTest, IsExactAtTheLargestAmounts) {
  Rng rng(22);
  for (int i = 0; i < 2000; ++i) {
    SCOPED_TRACE(i);
    const TableShape shape{{KeyKind::kRange}, rng.between(1, money::kAmountMax / 4), false};
    const Table table = random_table(rng, shape);
    Symbols symbols;
    const Lookup lookup(table, symbols);
    const int64_t scale = rng.chance(50) ? 1 : rng.between(1, 1'000'000);
    const Int128 top = Int128{money::kMeasureMax} * scale;
    const Int128 beside = Int128{rng.pick(table.rows).cells[0].number} * scale;
    for (const Int128 x : {top, top - 1, beside - 1, beside, beside + 1, -top, Int128{1}}) {
      const Rational expected = reference::sum_of_parts(table, 0, Rational(x, scale));
      ASSERT_EQ(Rational(lookup.graduated(x, scale, 0), Int128{scale} * lookup.den(0)), expected)
          << base::to_string(x) << " over " << scale;
    }
  }
}

// ---- by hand ------------------------------------------------------------------------------------

money::Ratio percent(int64_t n) { return money::make_ratio(n, 100); }

Table ladder(const std::vector<Row>& rows, std::optional<money::Ratio> otherwise) {
  Table table;
  table.keys.push_back({"spend", KeyKind::kRange, {}});
  table.columns.resize(1);
  table.rows = rows;
  if (otherwise) table.otherwise.emplace().values.push_back(otherwise);
  return table;
}

// In hundredths of a unit, as all values here are whole percents.
Int128 hundredths(const Table& table, Int128 x) {
  Symbols symbols;
  const Lookup lookup(table, symbols);
  return lookup.graduated(x, 1, 0) * (100 / lookup.den(0));
}

TEST(GraduatedTest, EachPartEarnsTheRateOfItsBracket) {
  const Table table = ladder(
      {range_row(CellKind::kUpTo, 100, percent(3)), range_row(CellKind::kUpTo, 200, percent(5))},
      percent(7));
  EXPECT_EQ(hundredths(table, 100), 300);
  EXPECT_EQ(hundredths(table, 101), 305);
  EXPECT_EQ(hundredths(table, 200), 800);
  EXPECT_EQ(hundredths(table, 201), 807);
}

TEST(GraduatedTest, TheWordOfABoundDoesNotMoveTheCut) {
  const Table up_to = ladder({range_row(CellKind::kUpTo, 100, percent(3))}, percent(7));
  const Table below = ladder({range_row(CellKind::kBelow, 100, percent(3))}, percent(7));
  const Table from = ladder(
      {range_row(CellKind::kFrom, 0, percent(3)), range_row(CellKind::kFrom, 100, percent(7))}, {});
  const Table above = ladder(
      {range_row(CellKind::kFrom, 0, percent(3)), range_row(CellKind::kAbove, 100, percent(7))},
      {});
  for (const Int128 x : {0, 1, 99, 100, 101, 1000}) {
    EXPECT_EQ(hundredths(below, x), hundredths(up_to, x));
    EXPECT_EQ(hundredths(from, x), hundredths(up_to, x));
    EXPECT_EQ(hundredths(above, x), hundredths(up_to, x));
  }
}

TEST(GraduatedTest, ARowThatSaysNoneLeavesItsPartOut) {
  const Table table = ladder(
      {range_row(CellKind::kUpTo, 100, percent(3)), range_row(CellKind::kUpTo, 200, std::nullopt)},
      percent(7));
  EXPECT_EQ(hundredths(table, 200), 300);
  EXPECT_EQ(hundredths(table, 300), 1000);
}

TEST(GraduatedTest, BelowTheLowestLowerBoundIsWorthNothing) {
  const Table table = ladder({range_row(CellKind::kFrom, 100, percent(3))}, {});
  EXPECT_EQ(hundredths(table, 100), 0);
  EXPECT_EQ(hundredths(table, 150), 150);
}

}  // namespace
}  // namespace guerdon::plan
