#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/reference/value.h"

// Tables of a checked plan, read row by row as engine/plan/checked.h says ("tables").

namespace guerdon::reference {

enum class Fit {
  kNoRow,      // and no `otherwise`
  kRow,        // `row` is its number
  kBelowZero,  // a key below 0 in a group that begins with an upper bound: 0 in every column
  kOtherwise,
};

struct Found {
  Fit fit = Fit::kNoRow;
  size_t row = 0;
};

// The row that fits the keys, one value a key of the table.
Found find_row(const plan::Table& table, const std::vector<Value>& keys);

// A row other than `otherwise` fits this only key of the table.
bool is_named(const plan::Table& table, const Value& key);

// The value of a row that fits: between points that of the straight line, for the last key.
// Nothing: the row says `none`.
std::optional<Rational> value_along(const plan::Table& table, size_t row, int column,
                                    const Value& key);

// G(x): each part of (0, max(x, 0)] at the value of its own row; `otherwise` has what is above the
// last upper bound, where no lower bound follows. REQUIRES: one key, of ranges.
Rational sum_of_parts(const plan::Table& table, int column, const Rational& x);

}  // namespace guerdon::reference
