#include "tests/unit/program/random_table.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace guerdon::plan {

namespace {

using generate::Rng;
using tree::CellKind;

constexpr int kColumnsMax = 3;

Cell equality_cell(Rng& rng, KeyKind kind) {
  if (kind == KeyKind::kText) {
    return {CellKind::kEqual, std::string(1, static_cast<char>('a' + rng.below(4))), 0};
  }
  return {CellKind::kEqual, "", rng.between(-2, 3)};
}

bool same(const std::vector<Cell>& a, const std::vector<Cell>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Cell& x, const Cell& y) {
    return x.kind == y.kind && x.text == y.text && x.number == y.number;
  });
}

// Upper bounds, then lower ones; some ladders have only one kind, some leave a gap.
std::vector<Cell> random_ladder(Rng& rng, int64_t step) {
  std::vector<Cell> ladder;
  int64_t bound = rng.between(-4, 2);
  const int uppers = rng.small(0, 3);
  for (int i = 0; i < uppers; ++i, bound += rng.between(2, 3)) {
    ladder.push_back({rng.chance(50) ? CellKind::kUpTo : CellKind::kBelow, "", bound * step});
  }
  const int lowers = rng.small(ladder.empty() ? 1 : 0, 3);
  for (int i = 0; i < lowers; ++i, bound += rng.between(2, 3)) {
    ladder.push_back({rng.chance(50) ? CellKind::kFrom : CellKind::kAbove, "", bound * step});
  }
  if (uppers > 0 && lowers > 0 && rng.chance(70)) {  // no gap between the two
    const Cell& last = ladder[static_cast<size_t>(uppers - 1)];
    Cell& next = ladder[static_cast<size_t>(uppers)];
    next = {last.kind == CellKind::kUpTo ? CellKind::kAbove : CellKind::kFrom, "", last.number};
  }
  return ladder;
}

// It leaves nothing out.
std::vector<Cell> total_ladder(Rng& rng, int64_t step) {
  const int64_t bound = rng.between(-4, 4) * step;
  return {{CellKind::kUpTo, "", bound}, {CellKind::kAbove, "", bound}};
}

// The rows that have the same cells of equality.
struct Group {
  std::vector<Cell> cells;
  bool is_total = false;  // its ranges leave nothing out
};

bool is_any(const Cell& cell) { return cell.kind == CellKind::kAny; }

bool name_the_same(const Group& a, const Group& b) {
  return std::equal(a.cells.begin(), a.cells.end(), b.cells.begin(),
                    [](const Cell& x, const Cell& y) { return is_any(x) == is_any(y); });
}

// What names all that one of them names; nothing where they name different values.
std::optional<std::vector<Cell>> meet_of(const Group& a, const Group& b) {
  std::vector<Cell> cells = a.cells;
  for (size_t k = 0; k < cells.size(); ++k) {
    if (is_any(cells[k])) cells[k] = b.cells[k];
    if (!is_any(b.cells[k]) && !same({cells[k]}, {b.cells[k]})) return std::nullopt;
  }
  return cells;
}

// Whether both fit something, as many keys named, that no third one, which names more, decides.
bool ties(const std::vector<Group>& groups, const Group& a, const Group& b) {
  if (name_the_same(a, b)) return false;
  if (std::count_if(a.cells.begin(), a.cells.end(), is_any) !=
      std::count_if(b.cells.begin(), b.cells.end(), is_any)) {
    return false;
  }
  const std::optional<std::vector<Cell>> both = meet_of(a, b);
  return both && std::none_of(groups.begin(), groups.end(), [&](const Group& group) {
           return group.is_total && same(group.cells, *both);
         });
}

// Adds it where it ties with none; where it does, with the one that decides, as far as that goes.
void add_group(std::vector<Group>& groups, const Group& group, bool may_decide) {
  for (const Group& other : groups) {
    if (same(other.cells, group.cells)) return;
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!ties(groups, groups[i], group)) continue;
    if (!may_decide) return;
    add_group(groups, {*meet_of(groups[i], group), true}, false);
    return add_group(groups, group, false);
  }
  groups.push_back(group);
}

std::vector<Group> random_groups(Rng& rng, const std::vector<KeyKind>& kinds, bool with_any) {
  std::vector<Group> groups;
  const int any_percent = with_any ? rng.small(0, 60) : 0;
  for (int i = rng.small(1, 6); i > 0; --i) {
    Group group;
    group.is_total = rng.chance(30);
    for (const KeyKind kind : kinds) {
      const Cell named = equality_cell(rng, kind);
      group.cells.push_back(rng.chance(any_percent) ? Cell{} : named);
    }
    add_group(groups, group, true);
  }
  return groups;
}

Row row_of(std::vector<Cell> cells, const Cell& last) {
  Row row;
  row.cells = std::move(cells);
  row.cells.push_back(last);
  return row;
}

// The rows of each group; `any` stands behind the ranges. A group that names its key and says `any`
// for the range fits as well as one that says `any` for its key and a range: not both.
std::vector<std::vector<Row>> rows_of_groups(Rng& rng, const std::vector<Group>& groups,
                                             const TableShape& shape) {
  const bool has_range = shape.keys.back() == KeyKind::kRange;
  const bool any_in_named = shape.keys.size() <= 2 && rng.chance(50);
  std::vector<std::vector<Row>> lists;
  for (const Group& drawn : groups) {
    const std::vector<Cell>& group = drawn.cells;
    std::vector<Row>& rows = lists.emplace_back();
    if (!has_range) {
      rows.emplace_back().cells = group;
      continue;
    }
    const bool named = !std::all_of(group.begin(), group.end(), is_any);
    const bool only_any = !named && !group.empty() && any_in_named;
    if (!only_any) {
      const std::vector<Cell> ladder =
          drawn.is_total ? total_ladder(rng, shape.step) : random_ladder(rng, shape.step);
      for (const Cell& cell : ladder) rows.push_back(row_of(group, cell));
    }
    const bool may_any = shape.with_any && (!named || any_in_named);
    if (only_any || (may_any && rng.chance(30))) rows.push_back(row_of(group, Cell{}));
  }
  return lists;
}

void add_values(Rng& rng, size_t columns, Row& row) {
  for (size_t c = 0; c < columns; ++c) {
    if (rng.chance(15)) {
      row.values.emplace_back();
    } else {
      const int64_t den = rng.between(1, 12);
      row.values.emplace_back(money::make_ratio(rng.between(-20, 40), den));
    }
  }
}

}  // namespace

const std::vector<std::vector<KeyKind>>& all_key_kinds() {
  static const std::vector<std::vector<KeyKind>> kinds{
      {KeyKind::kText},
      {KeyKind::kNumber},
      {KeyKind::kRange},
      {KeyKind::kText, KeyKind::kText},
      {KeyKind::kText, KeyKind::kNumber},
      {KeyKind::kNumber, KeyKind::kText},
      {KeyKind::kText, KeyKind::kRange},
      {KeyKind::kNumber, KeyKind::kRange},
      {KeyKind::kText, KeyKind::kText, KeyKind::kText},
      {KeyKind::kText, KeyKind::kText, KeyKind::kRange},
      {KeyKind::kText, KeyKind::kText, KeyKind::kText, KeyKind::kText},
      {KeyKind::kText, KeyKind::kText, KeyKind::kText, KeyKind::kRange},
  };
  return kinds;
}

Table random_table(Rng& rng, const TableShape& shape) {
  Table table;
  for (const KeyKind kind : shape.keys) table.keys.push_back({"key", kind, {}});
  std::vector<KeyKind> equalities = shape.keys;
  if (equalities.back() == KeyKind::kRange) equalities.pop_back();
  const auto columns = static_cast<size_t>(rng.small(1, kColumnsMax));
  table.columns.resize(columns);
  std::vector<std::vector<Row>> lists =
      rows_of_groups(rng, random_groups(rng, equalities, shape.with_any), shape);
  // The rows of different groups stand between each other, those of one group in their order.
  std::vector<size_t> from(lists.size(), 0);
  std::vector<size_t> turns;
  for (size_t i = 0; i < lists.size(); ++i) turns.insert(turns.end(), lists[i].size(), i);
  for (size_t i = turns.size(); i > 1; --i) std::swap(turns[i - 1], turns[rng.below(i)]);
  for (const size_t i : turns) table.rows.push_back(std::move(lists[i][from[i]++]));
  for (Row& row : table.rows) add_values(rng, columns, row);
  if (rng.chance(50)) add_values(rng, columns, table.otherwise.emplace());
  return table;
}

Row range_row(CellKind kind, int64_t bound, std::optional<money::Ratio> value) {
  Row row;
  row.cells.push_back({kind, "", bound});
  row.values.push_back(value);
  return row;
}

}  // namespace guerdon::plan
