#include "engine/program/lookup.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;

namespace {

// A key that is missing, or too large to be the literal of any row.
constexpr int64_t kUnmatched = INT64_MIN + 1;
constexpr Int128 kEndless = static_cast<Int128>(1) << 126;

int64_t equality_key(Int128 key) {
  const bool fits = key > INT64_MIN + 1 && key <= INT64_MAX;
  return fits ? static_cast<int64_t>(key) : kUnmatched;
}

bool is_upper(tree::CellKind kind) {
  return kind == tree::CellKind::kUpTo || kind == tree::CellKind::kBelow;
}

// The least whole number above an upper bound's row, or the least one in a lower bound's row.
Int128 edge(const Cell& cell) {
  const bool has_bound =
      cell.kind == tree::CellKind::kUpTo && !planted(PlantedBug::kUpToLeavesOutBound);
  const bool next = has_bound || cell.kind == tree::CellKind::kAbove;
  return static_cast<Int128>(cell.number) + (next ? 1 : 0);
}

// The same in halves: what is above the bound begins behind it.
Int128 half_edge(const Cell& cell) {
  const bool next = cell.kind == tree::CellKind::kUpTo || cell.kind == tree::CellKind::kAbove;
  return static_cast<Int128>(cell.number) * 2 + (next ? 1 : 0);
}

}  // namespace

Lookup::Lookup(const Table& table, Symbols& symbols) {
  for (const Key& key : table.keys) kinds_.push_back(key.kind);
  has_range_ = !kinds_.empty() && kinds_.back() == KeyKind::kRange;
  GUERDON_ASSERT(kinds_.size() <= size_t{kTableKeysMax});
  const size_t equalities = kinds_.size() - (has_range_ ? 1 : 0);
  further_.resize(equalities > 2 ? equalities - 2 : 0);
  for (const Row& row : table.rows) {
    building_.push_back(&row);
    add_row(row, rows_++, symbols);
  }
  if (has_range_) finish_ranges();
  building_.clear();
  building_.shrink_to_fit();
  has_otherwise_ = table.otherwise.has_value();
  if (has_otherwise_) ++rows_;
  // Of as many names the first keys first; the checker has refused ties.
  std::sort(masks_.begin(), masks_.end(), [](uint8_t a, uint8_t b) {
    return std::popcount(a) != std::popcount(b) ? std::popcount(a) > std::popcount(b) : a < b;
  });
  is_plain_key_ = kinds_.size() == 1 && !has_range_ && masks_ == std::vector<uint8_t>{1};
  add_columns(table);
}

void Lookup::add_row(const Row& row, int index, Symbols& symbols) {
  Names names;
  names.fill(kAny);
  uint8_t mask = 0;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    const Cell& cell = row.cells[i];
    if (kinds_[i] == KeyKind::kRange || cell.kind == tree::CellKind::kAny) continue;
    const int64_t value =
        kinds_[i] == KeyKind::kText ? static_cast<int64_t>(symbols.intern(cell.text)) : cell.number;
    names[i] = value;
    mask = static_cast<uint8_t>(mask | 1 << i);
  }
  if (std::find(masks_.begin(), masks_.end(), mask) == masks_.end()) masks_.push_back(mask);
  const PairTable& last = further_.empty() ? by_key_ : further_.back();
  const auto number = [&](const PairTable& table) {
    return static_cast<uint32_t>(&table == &last ? groups_.size() : table.size());
  };
  uint32_t at = by_key_.add(names[0], names[1], number(by_key_));
  for (size_t i = 0; i < further_.size(); ++i) {
    at = further_[i].add(at, names[i + 2], number(further_[i]));
  }
  if (at == groups_.size()) groups_.emplace_back();
  Group& group = groups_[at];
  if (has_range_ && row.cells.back().kind != tree::CellKind::kAny) {
    group.ranges.push_back({.row = index});
  } else {
    group.row = index;
  }
}

// Rows of a group come in the order of the file: upper bounds ascending, then lower bounds.
void Lookup::finish_ranges() {
  for (Group& group : groups_) {
    for (size_t i = 0; i < group.ranges.size(); ++i) {
      Range* before = i > 0 ? &group.ranges[i - 1] : nullptr;
      Range& range = group.ranges[i];
      place_range(building_[static_cast<size_t>(range.row)]->cells.back(), before, range);
      if (i == 0) group.begins_with_upper = range.high < kEndless;
    }
  }
}

void Lookup::place_range(const Cell& cell, Range* before, Range& range) {
  const Int128 bound = cell.number;
  if (is_upper(cell.kind)) {
    const Int128 bottom = bound < 0 ? -kEndless : 0;
    range.low = before != nullptr ? before->high : bottom;
    range.cut_low = before != nullptr ? before->cut_high : bottom;
    range.high = edge(cell);
    range.cut_high = bound;
    range.half_low = before != nullptr ? before->half_high : bottom;
    range.half_high = half_edge(cell);
  } else {
    range.low = edge(cell);
    range.cut_low = bound;
    range.high = range.cut_high = range.half_high = kEndless;
    range.half_low = half_edge(cell);
    if (before != nullptr) {
      before->high = std::min(before->high, range.low);
      before->cut_high = std::min(before->cut_high, range.cut_low);
      before->half_high = std::min(before->half_high, range.half_low);
    }
  }
}

// The denominator is that of the values by now.
void Lookup::add_slopes(const Table& table, size_t column, Cells& cells) {
  const std::optional<std::vector<money::Ratio>> slopes = slopes_of(table, column);
  GUERDON_ASSERT(slopes.has_value());  // the checker: all is exact
  for (const money::Ratio& slope : *slopes) {
    const std::optional<int64_t> den = money::lcm_checked(cells.den, slope.den);
    GUERDON_ASSERT(den.has_value());
    cells.den = *den;
  }
  for (const money::Ratio& slope : *slopes) {
    cells.slopes.push_back(static_cast<Int128>(slope.num) * (cells.den / slope.den));
  }
  if (table.is_interpolated && table.otherwise) cells.slopes.push_back(0);
}

void Lookup::add_columns(const Table& table) {
  for (size_t i = 0; table.is_interpolated && i < static_cast<size_t>(rows_); ++i) {
    points_.push_back(i < table.rows.size() ? table.rows[i].cells.back().number : 0);
  }
  std::vector<const Row*> rows;
  for (const Row& row : table.rows) rows.push_back(&row);
  if (table.otherwise) rows.push_back(&*table.otherwise);
  for (size_t c = 0; c < table.columns.size(); ++c) {
    Cells cells;
    for (const Row* row : rows) {
      if (!row->values[c]) continue;
      const std::optional<int64_t> den = money::lcm_checked(cells.den, row->values[c]->den);
      GUERDON_ASSERT(den.has_value());
      cells.den = *den;
    }
    add_slopes(table, c, cells);
    for (const Row* row : rows) {
      const std::optional<money::Ratio>& value = row->values[c];
      cells.has.push_back(value ? 1 : 0);
      cells.values.push_back(value ? static_cast<Int128>(value->num) * (cells.den / value->den)
                                   : 0);
    }
    columns_.push_back(std::move(cells));
  }
}

const Lookup::Group* Lookup::group(const Names& names) const {
  uint32_t at = by_key_.find(names[0], names[1]);
  for (size_t i = 0; i < further_.size() && at != PairTable::kNone; ++i) {
    at = further_[i].find(at, names[i + 2]);
  }
  return at == PairTable::kNone ? nullptr : &groups_[at];
}

// The first range that begins above the key. Most tables have few: those are gone through.
std::vector<Lookup::Range>::const_iterator Lookup::first_above(const std::vector<Range>& ranges,
                                                               Int128 key) {
  constexpr size_t kFew = 8;
  if (ranges.size() > kFew) {
    return std::upper_bound(ranges.begin(), ranges.end(), key,
                            [](Int128 k, const Range& range) { return k < range.low; });
  }
  auto at = ranges.begin();
  while (at != ranges.end() && at->low <= key) ++at;
  return at;
}

int Lookup::row_in(const Group& group, Int128 key) {
  if (key == kMissingKey) return group.row;
  const auto above = first_above(group.ranges, key);
  if (above != group.ranges.begin() && key < std::prev(above)->high) return std::prev(above)->row;
  // Below zero the ranges rule all the same, before a row that says `any`.
  if (key < 0 && group.begins_with_upper) return kZeroRow;
  return group.row;
}

int Lookup::row_in_halves(const Group& group, Int128 key) {
  if (key == kMissingKey) return group.row;
  const auto above =
      std::upper_bound(group.ranges.begin(), group.ranges.end(), key,
                       [](Int128 k, const Range& range) { return k < range.half_low; });
  if (above != group.ranges.begin() && key < std::prev(above)->half_high) {
    return std::prev(above)->row;
  }
  return key < 0 && group.begins_with_upper ? kZeroRow : group.row;
}

int Lookup::search(const Int128* keys, bool in_halves) const {
  if (is_plain_scale() && !in_halves) return row_in(groups_.front(), keys[0]);
  const size_t equalities = kinds_.size() - (has_range_ ? 1 : 0);
  const Int128 range = has_range_ ? keys[kinds_.size() - 1] : 0;
  // A row that says `any` for the range names one key less than one with a range.
  int any = kNoRow;
  int any_names = 0;
  for (size_t m = 0; m < masks_.size(); ++m) {
    const uint8_t mask = masks_[planted(PlantedBug::kAnyBeforeExact) ? masks_.size() - 1 - m : m];
    if (any != kNoRow && std::popcount(mask) < any_names) return any;
    Names names;
    names.fill(kAny);
    for (size_t i = 0; i < equalities; ++i) {
      if (mask >> i & 1) names[i] = equality_key(keys[i]);
    }
    const Group* found = group(names);
    if (found == nullptr) continue;
    const int row = in_halves    ? row_in_halves(*found, range)
                    : has_range_ ? row_in(*found, range)
                                 : found->row;
    if (!has_range_ && row != kNoRow) return row;
    if (row != found->row) return row;
    if (any != kNoRow || row == kNoRow) continue;
    any = row;
    any_names = std::popcount(mask);
  }
  return any;
}

int Lookup::row_named(Int128 key) const {
  const uint32_t found = by_key_.find(equality_key(key), kAny);
  if (found != PairTable::kNone) return groups_[found].row;
  return has_otherwise_ ? rows_ - 1 : kNoRow;
}

int Lookup::row_by_search(const Int128* keys, bool in_halves) const {
  const int row = search(keys, in_halves);
  if (row != kNoRow || !has_otherwise_) return row;
  // `otherwise` of a scale means "beyond the last bound"; of what is missing nothing is known.
  if (has_range_ && keys[kinds_.size() - 1] == kMissingKey) return kNoRow;
  return rows_ - 1;
}

bool Lookup::names(const Int128* keys) const { return search(keys, false) >= 0; }

int64_t Lookup::level_at(Int128 measured) const {
  const int at = row(&measured);
  GUERDON_ASSERT(at >= 0);  // each measure has its level
  return static_cast<int64_t>(*value(at, 0));
}

Int128 Lookup::graduated(Int128 x, int64_t scale, int column) const {
  GUERDON_ASSERT(kinds_.size() == 1 && has_range_);
  if (x <= 0 || groups_.empty()) return 0;
  Int128 sum = 0;
  Int128 covered = 0;  // as far as the rows before reach
  for (const Range& range : groups_.front().ranges) {
    const Int128 from = std::max<Int128>(range.cut_low, 0) * scale;
    const Int128 to = range.cut_high == kEndless ? x : std::min(x, range.cut_high * scale);
    covered = std::max(covered, to);
    int row = range.row;
    if (planted(PlantedBug::kPartAtNextRate)) row = std::min(row + 1, rows_ - 1);
    const Int128* worth = value(row, column);
    if (worth != nullptr && to > from) sum += *worth * (to - from);
  }
  if (has_otherwise_ && x > covered) {
    const Int128* worth = value(rows_ - 1, column);
    if (worth != nullptr) sum += *worth * (x - covered);
  }
  return sum;
}

std::vector<int64_t> Lookup::first_keys() const {
  std::vector<int64_t> keys;
  if (kinds_.size() != 1 || has_range_) return keys;
  bool any = false;
  by_key_.visit([&](int64_t first, int64_t, uint32_t) {
    any = any || first == kAny;
    keys.push_back(first);
  });
  if (any) return {};
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace guerdon::plan
