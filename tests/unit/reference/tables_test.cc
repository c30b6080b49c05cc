#include "tests/reference/tables.h"

#include <gtest/gtest.h>

// Each table is built by hand, so that these rows rest on no parser.

namespace guerdon::reference {
namespace {

using plan::Cell;
using plan::KeyKind;
using plan::Row;
using plan::Table;
using plan::tree::CellKind;

Cell cell(CellKind kind, int64_t number) { return {kind, "", number}; }
Cell up_to(int64_t bound) { return cell(CellKind::kUpTo, bound); }
Cell below(int64_t bound) { return cell(CellKind::kBelow, bound); }
Cell from(int64_t bound) { return cell(CellKind::kFrom, bound); }
Cell above(int64_t bound) { return cell(CellKind::kAbove, bound); }
Cell word(const char* text) { return {CellKind::kEqual, text, 0}; }
Cell any() { return {}; }

Table table(const std::vector<KeyKind>& keys, const std::vector<std::vector<Cell>>& rows) {
  Table made;
  for (const KeyKind kind : keys) made.keys.push_back({"", kind, {}});
  made.columns.push_back({});
  for (const std::vector<Cell>& cells : rows) {
    const auto value = static_cast<int64_t>(made.rows.size()) + 1;  // 1 %, 2 % ...
    made.rows.push_back({cells, {money::make_ratio(value, 100)}, {}});
  }
  return made;
}

void add_otherwise(Table& made, int64_t percent) {
  made.otherwise = Row{{}, {money::make_ratio(percent, 100)}, {}};
}

// The number of the row from 1; "zero", "otherwise", "none".
std::string found(const Table& in, const std::vector<Value>& keys) {
  const Found row = find_row(in, keys);
  switch (row.fit) {
    case Fit::kNoRow:
      return "none";
    case Fit::kRow:
      return std::to_string(row.row + 1);
    case Fit::kBelowZero:
      return "zero";
    case Fit::kOtherwise:
      return "otherwise";
  }
  return "";
}

std::string found(const Table& in, int64_t key) { return found(in, {Rational(key)}); }

TEST(TablesTest, UpperBoundsReachDownToTheBoundBefore) {
  Table in = table({KeyKind::kRange}, {{up_to(10)}, {below(20)}, {up_to(30)}});
  EXPECT_EQ(found(in, -1), "zero");
  EXPECT_EQ(found(in, 0), "1");
  EXPECT_EQ(found(in, 10), "1");
  EXPECT_EQ(found(in, 11), "2");
  EXPECT_EQ(found(in, 19), "2");
  EXPECT_EQ(found(in, 20), "3");
  EXPECT_EQ(found(in, 30), "3");
  EXPECT_EQ(found(in, 31), "none");
  EXPECT_EQ(found(in, {Missing{}}), "none");
  add_otherwise(in, 7);
  EXPECT_EQ(found(in, -1), "zero");
  EXPECT_EQ(found(in, 31), "otherwise");
  EXPECT_EQ(found(in, {Missing{}}), "none");  // here `otherwise` means beyond the last bound
}

TEST(TablesTest, AFirstUpperBoundBelowZeroReachesWithoutEnd) {
  const Table in = table({KeyKind::kRange}, {{up_to(-5)}, {below(0)}, {up_to(5)}});
  EXPECT_EQ(found(in, -1'000'000), "1");
  EXPECT_EQ(found(in, -5), "1");
  EXPECT_EQ(found(in, -4), "2");
  EXPECT_EQ(found(in, -1), "2");
  EXPECT_EQ(found(in, 0), "3");
}

TEST(TablesTest, LowerBoundsReachUpToTheNext) {
  Table in = table({KeyKind::kRange}, {{from(10)}, {above(20)}, {from(30)}});
  EXPECT_EQ(found(in, -1), "none");
  EXPECT_EQ(found(in, 9), "none");
  EXPECT_EQ(found(in, 10), "1");
  EXPECT_EQ(found(in, 20), "1");
  EXPECT_EQ(found(in, 21), "2");
  EXPECT_EQ(found(in, 29), "2");
  EXPECT_EQ(found(in, 30), "3");
  EXPECT_EQ(found(in, 1'000'000), "3");
  add_otherwise(in, 7);
  EXPECT_EQ(found(in, -1), "otherwise");
}

TEST(TablesTest, UpperThenLowerBounds) {
  const Table in = table({KeyKind::kRange}, {{below(10)}, {from(10)}, {above(20)}});
  EXPECT_EQ(found(in, -1), "zero");
  EXPECT_EQ(found(in, 9), "1");
  EXPECT_EQ(found(in, 10), "2");
  EXPECT_EQ(found(in, 20), "2");
  EXPECT_EQ(found(in, 21), "3");
}

TEST(TablesTest, TheRowWithTheFewestAnyWins) {
  Table in = table({KeyKind::kText, KeyKind::kText},
                   {{word("France"), word("Paris")}, {word("France"), any()}, {any(), any()}});
  const auto at = [&](Value a, Value b) { return found(in, {std::move(a), std::move(b)}); };
  const std::string france = "France";
  EXPECT_EQ(at(france, std::string("Paris")), "1");
  EXPECT_EQ(at(france, std::string("Lyon")), "2");
  EXPECT_EQ(at(france, Missing{}), "2");
  EXPECT_EQ(at(std::string("UK"), std::string("Paris")), "3");
  EXPECT_EQ(at(Missing{}, Missing{}), "3");
  EXPECT_EQ(at(std::string("france"), Missing{}), "3");  // by bytes
}

TEST(TablesTest, AMissingWordHasTheValueOfOtherwise) {
  Table in = table({KeyKind::kText}, {{word("A")}});
  EXPECT_EQ(found(in, {Missing{}}), "none");
  add_otherwise(in, 7);
  EXPECT_EQ(found(in, {Missing{}}), "otherwise");
  EXPECT_EQ(found(in, {std::string("B")}), "otherwise");
}

TEST(TablesTest, RangesAreRuledGroupByGroup) {
  const Table in =
      table({KeyKind::kText, KeyKind::kRange},
            {{word("A"), up_to(10)}, {word("A"), any()}, {any(), from(-100)}, {any(), from(5)}});
  const auto at = [&](const char* text, int64_t key) {
    return found(in, {std::string(text), Rational(key)});
  };
  EXPECT_EQ(at("A", 10), "1");
  EXPECT_EQ(at("A", -5), "zero");  // its own group rules it, though others have a row for -5
  EXPECT_EQ(at("B", -5), "3");
  EXPECT_EQ(at("B", 5), "4");
  EXPECT_EQ(found(in, {std::string("A"), Missing{}}), "2");
  EXPECT_EQ(found(in, {std::string("B"), Missing{}}), "none");
}

TEST(TablesTest, EachPartIsWorthItsOwnRow) {
  Table in = table({KeyKind::kRange}, {{up_to(100)}, {below(300)}});
  add_otherwise(in, 7);
  const auto g = [&](int64_t x) { return sum_of_parts(in, 0, Rational(x)).text(); };
  EXPECT_EQ(g(-50), "0");
  EXPECT_EQ(g(0), "0");
  EXPECT_EQ(g(100), "1");      // 1 % of 100
  EXPECT_EQ(g(101), "51/50");  // and 2 % of 1
  EXPECT_EQ(g(300), "5");      // 1 + 4
  EXPECT_EQ(g(400), "12");     // 1 + 4 + 7
  in.otherwise.reset();
  EXPECT_EQ(g(400), "5");
}

TEST(TablesTest, BelowTheLowestLowerBoundAPartIsWorthNothing) {
  Table in = table({KeyKind::kRange}, {{from(100)}, {above(200)}});
  const auto g = [&](int64_t x) { return sum_of_parts(in, 0, Rational(x)).text(); };
  EXPECT_EQ(g(100), "0");
  EXPECT_EQ(g(200), "1");
  EXPECT_EQ(g(300), "3");
  in.rows[0].values[0].reset();  // none
  EXPECT_EQ(g(300), "2");
  add_otherwise(in, 50);
  EXPECT_EQ(g(300), "2");
}

}  // namespace
}  // namespace guerdon::reference
