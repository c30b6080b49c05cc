// The twin is the reference engine's reading of a table, row by row.
#include "engine/program/lookup.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "tests/reference/tables.h"
#include "tests/unit/program/random_table.h"

namespace guerdon::plan {
namespace {

using generate::Rng;
using reference::Fit;
using reference::Rational;
using reference::Value;
using tree::CellKind;

// One key as the machine has it and as the reference engine has it.
struct Probe {
  Int128 key = 0;
  Value value;
};

Probe missing() { return {kMissingKey, reference::Missing{}}; }
Probe number(Int128 x) { return {x, Rational(x)}; }

// Everything at which a key of this kind could be taken for another: each literal and the numbers
// beside it, what no row names, nothing at all, and what no register should ever hold.
std::vector<Probe> probes(const Table& table, size_t key, const Symbols& symbols) {
  std::vector<Probe> list{missing()};
  if (table.keys[key].kind == KeyKind::kText) {
    for (const char* text : {"a", "b", "c", "d", "other"}) {
      list.push_back({symbols.find(text, base::hash64(text)), std::string(text)});
    }
    return list;
  }
  const Int128 huge = Int128{1} << 100;
  std::vector<Int128> numbers{0, INT64_MIN, INT64_MIN + 1, INT64_MAX, huge, -huge};
  for (const Row& row : table.rows) numbers.push_back(row.cells[key].number);
  for (const Int128 x : numbers) {
    for (const int by : {-1, 0, 1}) list.push_back(number(x + by));
  }
  return list;
}

int expected_row(const Table& table, const reference::Found& found) {
  switch (found.fit) {
    case Fit::kRow:
      return static_cast<int>(found.row);
    case Fit::kBelowZero:
      return Lookup::kZeroRow;
    case Fit::kOtherwise:
      return static_cast<int>(table.rows.size());
    case Fit::kNoRow:
      break;
  }
  return Lookup::kNoRow;
}

void expect_row(const Table& table, const Lookup& lookup, const std::vector<Probe>& keys) {
  std::vector<Int128> registers;
  std::vector<Value> values;
  std::string said;
  for (const Probe& probe : keys) {
    registers.push_back(probe.key);
    values.push_back(probe.value);
    said += base::to_string(probe.key) + " ";
  }
  const reference::Found found = reference::find_row(table, values);
  ASSERT_EQ(lookup.row(registers.data()), expected_row(table, found)) << said;
  ASSERT_EQ(lookup.names(registers.data()), found.fit == Fit::kRow) << said;
  if (table.keys.back().kind != KeyKind::kRange || keys.back().key == kMissingKey) return;
  const Int128 whole = registers.back();
  for (const int halves : {0, 1}) {
    registers.back() = whole * 2 + halves;
    values.back() = Rational(whole * 2 + halves, 2);
    ASSERT_EQ(lookup.row_of_halves(registers.data()),
              expected_row(table, reference::find_row(table, values)))
        << said << "and halves: " << halves;
  }
}

// For each key from the one behind `keys` on, all of its probes.
void expect_rows(const Table& table, const Lookup& lookup, const Symbols& symbols,
                 std::vector<Probe>& keys) {
  if (keys.size() == table.keys.size()) return expect_row(table, lookup, keys);
  for (const Probe& probe : probes(table, keys.size(), symbols)) {
    keys.push_back(probe);
    ASSERT_NO_FATAL_FAILURE(expect_rows(table, lookup, symbols, keys));
    keys.pop_back();
  }
}

class LookupTwin : public testing::TestWithParam<std::tuple<size_t, int64_t>> {};

TEST_P(LookupTwin, FindsTheRowThatAScanFinds) {
  const auto& [kinds, step] = GetParam();
  Rng rng(11);
  const int tables = all_key_kinds()[kinds].size() > 2 ? 8 : 60;
  for (int i = 0; i < tables; ++i) {
    SCOPED_TRACE(i);
    const Table table = random_table(rng, {all_key_kinds()[kinds], step, true});
    Symbols symbols;
    symbols.intern("a name of another table");
    const Lookup lookup(table, symbols);
    std::vector<Probe> keys;
    ASSERT_NO_FATAL_FAILURE(expect_rows(table, lookup, symbols, keys));
  }
}

TEST_P(LookupTwin, HasTheValuesOfTheTableOverOneDenominator) {
  const auto& [kinds, step] = GetParam();
  Rng rng(12);
  for (int i = 0; i < 60; ++i) {
    const Table table = random_table(rng, {all_key_kinds()[kinds], step, true});
    Symbols symbols;
    const Lookup lookup(table, symbols);
    std::vector<const Row*> rows;
    for (const Row& row : table.rows) rows.push_back(&row);
    if (table.otherwise) rows.push_back(&*table.otherwise);
    ASSERT_EQ(static_cast<size_t>(lookup.row_count()), rows.size());
    ASSERT_EQ(lookup.column_count(), table.columns.size());
    for (size_t r = 0; r < rows.size(); ++r) {
      for (size_t c = 0; c < table.columns.size(); ++c) {
        const Int128* value = lookup.value(static_cast<int>(r), static_cast<int>(c));
        const std::optional<money::Ratio>& written = rows[r]->values[c];
        ASSERT_EQ(value != nullptr, written.has_value());
        if (!written) continue;
        const int64_t den = lookup.den(static_cast<int>(c));
        ASSERT_EQ(Rational(*value, den), Rational(*written));
      }
    }
  }
}

// Steps: bounds that touch, bounds of usual amounts, bounds at the ends of int64.
INSTANTIATE_TEST_SUITE_P(Shapes, LookupTwin,
                         testing::Combine(testing::Range(size_t{0}, size_t{12}),
                                          testing::Values(1, 50'000, INT64_MAX / 20)));

// ---- what a rule's condition and the index ask --------------------------------------------------

Table words(const std::vector<std::string>& names) {
  Table table;
  table.keys.push_back({"sku", KeyKind::kText, {}});
  for (const std::string& name : names) {
    table.rows.emplace_back().cells.push_back({CellKind::kEqual, name, 0});
  }
  return table;
}

TEST(LookupTest, NamesItsLiteralKeysInOrder) {
  Symbols symbols;
  const Lookup lookup(words({"tea", "cup", "pot"}), symbols);
  EXPECT_EQ(lookup.first_keys(), (std::vector<int64_t>{2, 3, 4}));
}

TEST(LookupTest, SaysNothingOfItsKeysWhereARowTakesAny) {
  Table table = words({"tea", "cup"});
  table.rows.emplace_back().cells.emplace_back();
  Symbols symbols;
  EXPECT_TRUE(Lookup(table, symbols).first_keys().empty());
}

TEST(LookupTest, OtherwiseIsNotARowThatNamesAKey) {
  Table table = words({"tea"});
  table.otherwise.emplace();
  Symbols symbols;
  const Lookup lookup(table, symbols);
  const Int128 tea = 2;
  const Int128 other = kOtherSymbol;
  EXPECT_TRUE(lookup.names(&tea));
  EXPECT_FALSE(lookup.names(&other));
  EXPECT_EQ(lookup.row(&other), 1);
  EXPECT_EQ(lookup.first_keys(), (std::vector<int64_t>{2}));
}

TEST(LookupTest, RangesHaveNoLiteralKeys) {
  Table table;
  table.keys.push_back({"amount", KeyKind::kRange, {}});
  table.columns.resize(1);
  table.rows.push_back(range_row(CellKind::kUpTo, 10, money::Ratio{1, 2}));
  Symbols symbols;
  EXPECT_TRUE(Lookup(table, symbols).first_keys().empty());
}

}  // namespace
}  // namespace guerdon::plan
