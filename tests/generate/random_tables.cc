#include <algorithm>
#include <set>

#include "tests/generate/draft.h"

namespace guerdon::generate {
namespace {

// The first bound of a table of amounts says the unit, so that even a table that nobody uses has
// one.
std::string bound_literal(Rng& rng, const Draft& draft, const Key& key, int64_t bound,
                          bool is_first) {
  const std::string sign = bound < 0 ? "-" : "";
  const int64_t magnitude = bound < 0 ? -bound : bound;
  if (key.kind != Kind::kAmount) return sign + count_literal(rng, magnitude);
  return sign + amount_literal(rng, draft.units[static_cast<size_t>(key.unit)], magnitude,
                               is_first || rng.chance(30));
}

// Rows of ranges, ascending, without a hole in between. *is_open: something above is not covered.
std::vector<std::string> range_cells(Rng& rng, const Draft& draft, const Key& key, bool* is_open) {
  std::set<int64_t> chosen;
  const int wanted = rng.small(1, 4);
  for (int i = 0; i < wanted; ++i) {
    const auto& values = key.kind == Kind::kAmount ? common_amounts() : common_counts();
    const int64_t value = rng.pick(values);
    chosen.insert(rng.chance(8) ? -value : value);
  }
  const std::vector<int64_t> bounds(chosen.begin(), chosen.end());
  const size_t uppers = static_cast<size_t>(rng.below(bounds.size() + 1));
  std::vector<std::string> cells;
  bool is_included = false;  // the last upper bound itself
  for (size_t i = 0; i < uppers; ++i) {
    // `below 0` as the first row would hold nothing.
    is_included = rng.chance(60) || (i == 0 && bounds[i] == 0);
    cells.push_back((is_included ? "up to " : "below ") +
                    bound_literal(rng, draft, key, bounds[i], i == 0));
  }
  *is_open = uppers > 0;
  if (uppers > 0 && (uppers < bounds.size() || rng.chance(40))) {
    cells.push_back((is_included ? "above " : "from ") +
                    bound_literal(rng, draft, key, bounds[uppers - 1], false));
    *is_open = false;
  }
  for (size_t i = uppers; i < bounds.size(); ++i) {
    cells.push_back((rng.chance(60) ? "from " : "above ") +
                    bound_literal(rng, draft, key, bounds[i], i == 0));
  }
  return cells;
}

std::string equal_cell(Rng& rng, const Key& key, size_t number) {
  if (key.kind == Kind::kText) return text_literal(common_texts()[number % common_texts().size()]);
  return count_literal(rng, common_counts()[number % common_counts().size()]);
}

Cells cells_of_one(Rng& rng, const Draft& draft, const Key& key) {
  Cells cells;
  if (key.is_range) {
    cells.texts = range_cells(rng, draft, key, &cells.is_open);
    const std::string& first = cells.texts.front();
    const bool is_upper = first.rfind("up to", 0) == 0 || first.rfind("below", 0) == 0;
    cells.is_for_parts = is_upper || first == "from 0" || first.rfind("from 0 ", 0) == 0;
    return cells;
  }
  const int wanted = rng.small(1, 4);
  for (int i = 0; i < wanted; ++i) {
    cells.texts.push_back(equal_cell(rng, key, static_cast<size_t>(i)));
  }
  return cells;
}

// Each name with ranges of its own, now and then with `any` where the key is missing.
Cells cells_with_ranges(Rng& rng, const Draft& draft, const std::vector<Key>& keys) {
  Cells cells;
  const int firsts = rng.small(1, 3);
  const bool has_any_first = rng.chance(40);
  for (int i = 0; i < firsts + (has_any_first ? 1 : 0); ++i) {
    const std::string first =
        (i == firsts ? "any" : equal_cell(rng, keys[0], static_cast<size_t>(i))) + ", ";
    bool is_open = false;
    for (const std::string& range : range_cells(rng, draft, keys[1], &is_open)) {
      cells.texts.push_back(first);
      cells.texts.back() += range;
    }
    // (name, any) would tie with the ranges of (any, ...).
    const bool has_any = rng.chance(25) && (!has_any_first || i == firsts);
    if (has_any) cells.texts.push_back(first + "any");
    cells.is_open = cells.is_open || (is_open && !has_any);
  }
  return cells;
}

// Either pairs and (name, any), or each pair and (name, any) and (any, name): never a tie.
Cells cells_of_two(Rng& rng, const Draft& draft, const std::vector<Key>& keys) {
  if (keys[1].is_range) return cells_with_ranges(rng, draft, keys);
  Cells cells;
  const size_t firsts = static_cast<size_t>(rng.small(1, 3));
  const size_t seconds = static_cast<size_t>(rng.small(1, 3));
  const bool is_grid = rng.chance(30);
  for (size_t i = 0; i < firsts; ++i) {
    const std::string first = equal_cell(rng, keys[0], i);
    for (size_t j = 0; j < seconds; ++j) {
      const bool is_wanted = is_grid || (i == 0 && j == 0) || rng.chance(60);
      if (is_wanted) cells.texts.push_back(first + ", " + equal_cell(rng, keys[1], j));
    }
    if (is_grid || rng.chance(50)) cells.texts.push_back(first + ", any");
  }
  for (size_t j = 0; j < seconds && is_grid; ++j) {
    cells.texts.push_back("any, " + equal_cell(rng, keys[1], j));
  }
  if (rng.chance(25)) cells.texts.push_back("any, any");
  return cells;
}

std::string value_literal(Rng& rng, const Draft& draft, bool may_be_none, Named& column) {
  if (may_be_none && rng.chance(8)) return "none";
  if (column.kind == Kind::kRatio) {
    const Named ratio = ratio_literal(rng);
    column.top = std::max(column.top, ratio.top * (10'000 / ratio.den));
    column.den = 10'000;
    return ratio.name;
  }
  if (column.kind == Kind::kCount) {
    const int64_t count = rng.pick(common_counts());
    column.top = std::max(column.top, Int128{count});
    return count_literal(rng, count);
  }
  const int64_t minor = common_amounts()[rng.below(common_amounts().size() - 4)];
  column.top = std::max(column.top, Int128{minor});
  return amount_literal(rng, draft.units[static_cast<size_t>(column.unit)], minor, true);
}

Key random_key(Rng& rng, const Draft& draft, bool may_be_range) {
  Key key;
  const bool is_range = may_be_range && rng.chance(50);
  if (is_range) {
    key.is_range = true;
    key.kind = rng.chance(70) ? Kind::kAmount : Kind::kCount;
    key.unit = key.kind == Kind::kAmount ? static_cast<int>(rng.below(draft.units.size())) : -1;
    return key;
  }
  key.kind = rng.chance(75) ? Kind::kText : Kind::kCount;
  return key;
}

Named random_column(Rng& rng, const Draft& draft) {
  Named column;
  const uint64_t die = rng.below(10);
  column.kind = die < 5 ? Kind::kRatio : die < 9 ? Kind::kAmount : Kind::kCount;
  if (column.kind == Kind::kAmount) {
    column.unit = static_cast<int>(rng.below(draft.units.size()));
  }
  return column;
}

void draft_table(Rng& rng, Draft& draft, int number) {
  Table table;
  table.name = "table" + std::to_string(number);
  const size_t keys = rng.chance(65) ? 1 : 2;
  std::vector<std::string> key_names;
  for (size_t k = 0; k < keys; ++k) {
    table.keys.push_back(random_key(rng, draft, k + 1 == keys));
    key_names.push_back("key" + std::to_string(number) + "_" + std::to_string(k));
  }
  const size_t columns = rng.chance(65) ? 1 : 2;
  std::vector<std::string> column_names;
  for (size_t c = 0; c < columns; ++c) {
    table.columns.push_back(random_column(rng, draft));
    if (columns == 1) continue;
    table.columns.back().name = c == 0 ? "left" : "right";
    column_names.push_back(table.columns.back().name);
  }
  draft.line(0, "");
  draft.line(0, "table " + table.name + " by " + joined(key_names) +
                    (columns > 1 ? " : " + joined(column_names) : ""));
  const Cells cells = random_cells(rng, draft, table.keys);
  table.has_otherwise = cells.has_otherwise;
  table.is_for_parts = cells.is_for_parts;
  bool is_first = true;
  for (const std::string& cell : cells.texts) {
    std::vector<std::string> values;
    for (Named& column : table.columns) {
      values.push_back(value_literal(rng, draft, !is_first, column));
    }
    is_first = false;
    draft.line(1, cell + " : " + joined(values));
  }
  draft.tables.push_back(table);
}

}  // namespace

Cells random_cells(Rng& rng, const Draft& draft, const std::vector<Key>& keys) {
  Cells cells =
      keys.size() == 1 ? cells_of_one(rng, draft, keys[0]) : cells_of_two(rng, draft, keys);
  // Ranges must reach everywhere, or `otherwise` says what holds above.
  cells.has_otherwise = cells.is_open || rng.chance(60);
  if (cells.has_otherwise) cells.texts.emplace_back("otherwise");
  return cells;
}

void draft_tables(Rng& rng, Draft& draft) {
  const int wanted = rng.small(0, draft.shape.tables_max);
  for (int i = 0; i < wanted; ++i) draft_table(rng, draft, i);
}

}  // namespace guerdon::generate
