#include "tests/reference/tables.h"

#include <algorithm>
#include <optional>

#include "engine/base/assert.h"

namespace guerdon::reference {
namespace {

using plan::tree::CellKind;

bool is_upper(const plan::Cell& cell) {
  return cell.kind == CellKind::kUpTo || cell.kind == CellKind::kBelow;
}
bool is_lower(const plan::Cell& cell) {
  return cell.kind == CellKind::kFrom || cell.kind == CellKind::kAbove ||
         cell.kind == CellKind::kAt;
}
bool is_range(const plan::Cell& cell) { return is_upper(cell) || is_lower(cell); }

bool same_cell(const plan::Cell& a, const plan::Cell& b) {
  return a.kind == b.kind && a.text == b.text && a.number == b.number;
}

// Equal in every cell but the last.
bool same_group(const plan::Row& a, const plan::Row& b) {
  return std::equal(a.cells.begin(), a.cells.end() - 1, b.cells.begin(), same_cell);
}

// The rows of row `row`'s group that hold ranges, in file order.
std::vector<const plan::Row*> group_of(const plan::Table& table, const plan::Row& row) {
  std::vector<const plan::Row*> group;
  for (const plan::Row& other : table.rows) {
    if (is_range(other.cells.back()) && same_group(row, other)) group.push_back(&other);
  }
  return group;
}

// What a row of ranges reaches. No bound: without end.
struct Reach {
  std::optional<Rational> low;
  bool low_included = false;
  std::optional<Rational> high;
  bool high_included = false;

  bool holds(const Rational& x) const {
    if (low && (x < *low || (x == *low && !low_included))) return false;
    if (high && (*high < x || (x == *high && !high_included))) return false;
    return true;
  }
};

Reach reach_of(const plan::Table& table, const plan::Row& row) {
  const std::vector<const plan::Row*> group = group_of(table, row);
  const auto here = std::find(group.begin(), group.end(), &row);
  GUERDON_ASSERT(here != group.end());
  const plan::Cell& cell = row.cells.back();
  Reach reach;
  if (is_upper(cell)) {
    reach.high = Rational(cell.number);
    reach.high_included = cell.kind == CellKind::kUpTo;
    if (here != group.begin()) {
      const plan::Cell& before = (*(here - 1))->cells.back();
      GUERDON_ASSERT(is_upper(before));
      reach.low = Rational(before.number);
      reach.low_included = before.kind == CellKind::kBelow;
    } else if (cell.number >= 0) {
      reach.low = Rational(0);
      reach.low_included = true;
    }
  } else {
    reach.low = Rational(cell.number);
    reach.low_included = cell.kind != CellKind::kAbove;
    if (here + 1 != group.end()) {
      const plan::Cell& after = (*(here + 1))->cells.back();
      GUERDON_ASSERT(is_lower(after));
      reach.high = Rational(after.number);
      reach.high_included = after.kind == CellKind::kAbove;
    }
  }
  return reach;
}

bool fits(const plan::Table& table, const plan::Row& row, size_t k, const Value& key) {
  const plan::Cell& cell = row.cells[k];
  if (cell.kind == CellKind::kAny) return true;
  if (is_missing(key)) return false;
  if (table.keys[k].kind == plan::KeyKind::kText) return text_of(key) == cell.text;
  if (is_range(cell)) {
    GUERDON_ASSERT(k + 1 == row.cells.size());
    return reach_of(table, row).holds(number_of(key));
  }
  return number_of(key) == Rational(cell.number);
}

// All cells from the first up to `count`.
bool fits_all(const plan::Table& table, const plan::Row& row, size_t count,
              const std::vector<Value>& keys) {
  for (size_t k = 0; k < count; ++k) {
    if (!fits(table, row, k, keys[k])) return false;
  }
  return true;
}

int count_any(const plan::Row& row) {
  return static_cast<int>(std::count_if(row.cells.begin(), row.cells.end(), [](const auto& cell) {
    return cell.kind == CellKind::kAny;
  }));
}

// A key below 0 that no row of this row's group reaches, where this row is the group's first and
// has an upper bound: the group rules it all the same, as if it had one row more.
bool is_below_zero(const plan::Table& table, const plan::Row& row, const std::vector<Value>& keys) {
  if (!is_upper(row.cells.back()) || is_missing(keys.back())) return false;
  const std::vector<const plan::Row*> group = group_of(table, row);
  if (group.front() != &row || !(number_of(keys.back()) < Rational(0))) return false;
  return std::none_of(group.begin(), group.end(), [&](const plan::Row* other) {
    return fits(table, *other, keys.size() - 1, keys.back());
  });
}

}  // namespace

Found find_row(const plan::Table& table, const std::vector<Value>& keys) {
  GUERDON_ASSERT(keys.size() == table.keys.size());
  std::optional<int> fewest;
  bool is_tie = false;
  Found found;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const plan::Row& row = table.rows[i];
    if (!fits_all(table, row, keys.size() - 1, keys)) continue;
    const bool is_row = fits(table, row, keys.size() - 1, keys.back());
    if (!is_row && !is_below_zero(table, row, keys)) continue;
    const int anys = count_any(row);
    if (fewest && *fewest < anys) continue;
    is_tie = fewest && *fewest == anys;
    fewest = anys;
    found = {is_row ? Fit::kRow : Fit::kBelowZero, i};
  }
  GUERDON_ASSERT(!is_tie);  // the checker: no two rows fit equally well, unless one fits better
  const bool unknown = table.keys.back().kind == plan::KeyKind::kRange && is_missing(keys.back());
  if (!fewest && table.otherwise && !unknown) found.fit = Fit::kOtherwise;
  return found;
}

bool is_named(const plan::Table& table, const Value& key) {
  return find_row(table, {key}).fit == Fit::kRow;
}

std::optional<Rational> value_along(const plan::Table& table, size_t row, int column,
                                    const Value& key) {
  const auto value_of = [&](const plan::Row& of) -> std::optional<Rational> {
    const std::optional<money::Ratio>& value = of.values.at(static_cast<size_t>(column));
    return value ? std::optional(Rational(*value)) : std::nullopt;
  };
  const plan::Row& here = table.rows.at(row);
  const std::optional<Rational> begin = value_of(here);
  if (here.cells.back().kind != CellKind::kAt) return begin;
  const std::vector<const plan::Row*> group = group_of(table, here);
  const auto next = std::find(group.begin(), group.end(), &here) + 1;
  if (next == group.end()) return begin;
  const Rational from(here.cells.back().number);
  const Rational to((*next)->cells.back().number);
  const Rational share = (number_of(key) - from) / (to - from);
  return *begin + (*value_of(**next) - *begin) * share;
}

Rational sum_of_parts(const plan::Table& table, int column, const Rational& x) {
  GUERDON_ASSERT(table.keys.size() == 1);
  const Rational zero(0);
  if (!(zero < x)) return zero;
  const auto cut = [&](const Rational& bound) {  // into [0, x]
    if (bound < zero) return zero;
    return x < bound ? x : bound;
  };
  Rational sum;
  Rational top;  // of the rows with upper bounds
  bool is_open = true;
  const auto add = [&](const plan::Row& row, const Rational& from, const Rational& to) {
    const std::optional<money::Ratio>& value = row.values[static_cast<size_t>(column)];
    if (value) sum = sum + Rational(*value) * (to - from);
  };
  for (const plan::Row& row : table.rows) {
    if (!is_range(row.cells[0])) continue;
    const Reach reach = reach_of(table, row);
    const Rational to = cut(reach.high ? *reach.high : x);
    add(row, cut(reach.low ? *reach.low : zero), to);
    if (is_lower(row.cells[0])) is_open = false;
    if (is_upper(row.cells[0])) top = to;
  }
  if (table.otherwise && is_open) add(*table.otherwise, top, x);
  return sum;
}

}  // namespace guerdon::reference
