// A table of a plan, compiled: from keys to the row that fits.
//
// Keys are numbers by now (symbols, counts, minor units). Rows are grouped by their cells of
// equality; a probe tries the groups from the most specific to the least (all keys, some, none),
// only those combinations of named keys that rows have, and within a group finds the range by
// binary search. A group of more than two keys is found by one probe for each further key. What
// fits is defined in checked.h, and the linear scan of the tests' reference interpreter is the twin
// of this file.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/int128.h"
#include "engine/plan/checked.h"
#include "engine/plan/limits.h"
#include "engine/program/pair_table.h"
#include "engine/program/symbols.h"

namespace guerdon::plan {

using base::Int128;

// What a missing key is in a register: no amount, count or symbol is so small.
inline constexpr Int128 kMissingKey = -(static_cast<Int128>(1) << 126);

class Lookup {
 public:
  static constexpr int kNoRow = -1;    // no row fits, and there is no `otherwise`
  static constexpr int kZeroRow = -2;  // a key below zero under a first upper bound: worth 0

  Lookup(const Table& table, Symbols& symbols);

  // The row for `keys` (as many as the table has): its index in the table's order, row_count() - 1
  // for `otherwise` when it has one, or one of the above.
  int row(const Int128* keys) const {
    return is_plain_key_ ? row_named(keys[0]) : row_by_search(keys);
  }
  // The same where the last key, one of ranges, lies between whole numbers: it is twice what is
  // below it, and 1 where there is a fraction beyond that.
  int row_of_halves(const Int128* keys) const { return row_by_search(keys, true); }
  // True when a row other than `otherwise` fits.
  bool names(const Int128* keys) const;

  int row_count() const { return rows_; }
  size_t column_count() const { return columns_.size(); }
  int key_count() const { return static_cast<int>(kinds_.size()); }

  // Column values over their common denominator.
  int64_t den(int column) const { return columns_[static_cast<size_t>(column)].den; }
  // Nothing: `none`. REQUIRES: row >= 0.
  const Int128* value(int row, int column) const {
    const Cells& cells = columns_[static_cast<size_t>(column)];
    const auto at = static_cast<size_t>(row);
    return cells.has[at] ? &cells.values[at] : nullptr;
  }

  // The value at a key whose row it is: from the row's point on it changes with the key, in a table
  // that is interpolated. REQUIRES: row >= 0; the row does not say `none`.
  Int128 value_along(int row, int column, Int128 key) const {
    const Cells& cells = columns_[static_cast<size_t>(column)];
    const auto at = static_cast<size_t>(row);
    if (cells.slopes.empty() || cells.slopes[at] == 0) return cells.values[at];
    return cells.values[at] + cells.slopes[at] * (key - points_[at]);
  }
  bool is_interpolated() const { return !points_.empty(); }

  // Of the levels of a ladder: the number of the one that a measure has come to.
  int64_t level_at(Int128 measured) const;

  // G(x) of checked.h: x over `scale`, the result over scale * den(column).
  Int128 graduated(Int128 x, int64_t scale, int column) const;

  // The literal keys of the first key column, for the rule index; empty when `any` or ranges stand
  // there.
  std::vector<int64_t> first_keys() const;

 private:
  struct Range {
    Int128 low = 0;  // the whole numbers [low, high)
    Int128 high = 0;
    Int128 cut_low = 0;  // the same between the bounds themselves, for parts
    Int128 cut_high = 0;
    Int128 half_low = 0;  // the same of keys in halves: the whole numbers [half_low, half_high)
    Int128 half_high = 0;
    int row = 0;
  };
  struct Group {
    std::vector<Range> ranges;  // ascending; empty in a table without a key of ranges
    bool begins_with_upper = false;
    int row = kNoRow;  // without ranges; or the row that says `any` for the range
  };
  struct Cells {
    int64_t den = 1;
    std::vector<Int128> values;
    std::vector<uint8_t> has;
    std::vector<Int128> slopes;  // one a row and a key, in a table that is interpolated
  };

  static constexpr int64_t kAny = INT64_MIN;
  using Names = std::array<int64_t, kTableKeysMax>;  // by key of equality; kAny for any, or none

  void add_row(const Row& row, int index, Symbols& symbols);
  void finish_ranges();
  static void place_range(const Cell& cell, Range* before, Range& range);
  void add_columns(const Table& table);
  static void add_slopes(const Table& table, size_t column, Cells& cells);
  const Group* group(const Names& names) const;
  int search(const Int128* keys, bool in_halves) const;
  int row_by_search(const Int128* keys, bool in_halves = false) const;
  int row_named(Int128 key) const;
  static std::vector<Range>::const_iterator first_above(const std::vector<Range>& ranges,
                                                        Int128 key);
  static int row_in(const Group& group, Int128 key);
  static int row_in_halves(const Group& group, Int128 key);
  // One key, of ranges.
  bool is_plain_scale() const { return has_range_ && kinds_.size() == 1; }

  std::vector<KeyKind> kinds_;
  std::vector<Cells> columns_;
  std::vector<Int128> points_;  // one a row, `otherwise` included; empty: not interpolated
  std::vector<Group> groups_;
  std::vector<const Row*> building_;  // while the constructor runs
  PairTable by_key_;                  // the first two names, to the group, or for further ones ...
  std::vector<PairTable> further_;    // ... that number and the next name, to the next number
  std::vector<uint8_t> masks_;        // combinations of named keys that occur, the most named first
  int rows_ = 0;
  bool has_otherwise_ = false;
  bool has_range_ = false;
  bool is_plain_key_ = false;  // one key of equality that every row names: no search, one probe
};

}  // namespace guerdon::plan
