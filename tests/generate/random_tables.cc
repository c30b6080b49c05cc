#include <algorithm>
#include <optional>
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

// A multiple of all distances between points: what lies between them stays exact.
constexpr int64_t kLineDen = 60 << 6;

std::vector<std::string> point_cells(Rng& rng, const Draft& draft, const Key& key) {
  std::vector<std::string> cells;
  int64_t point = rng.chance(20) ? -60 : 20 * rng.small(0, 2);
  for (int i = rng.small(1, 4); i > 0; --i) {
    cells.push_back("at " + bound_literal(rng, draft, key, point, cells.empty()));
    point += int64_t{60} << rng.small(0, 6);
  }
  return cells;
}

// Rows of ranges, ascending, without a hole in between. *is_open: something above is not covered.
std::vector<std::string> range_cells(Rng& rng, const Draft& draft, const Key& key, bool* is_open) {
  if (key.has_points) return point_cells(rng, draft, key);
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
    const std::string bound = bound_literal(rng, draft, key, bounds[i], i == 0);
    cells.push_back((rng.chance(60) ? "from " : "above ") + bound);
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
    cells.is_for_parts =
        !key.has_points && (is_upper || first == "from 0" || first.rfind("from 0 ", 0) == 0);
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

// More than two keys. A group is the rows that name the same values in the keys of equality: ranges
// of their own, maybe with `any` where that key is missing; without a range it is one row.
struct Group {
  std::vector<int> names;  // of each key of equality which of its values, or -1: any
  bool is_total = false;   // its ranges leave nothing out
  bool has_ranges = false;
  bool has_any = false;     // behind the ranges, or as the one row
  bool has_points = false;  // in place of ranges
};

constexpr int kAnyName = -1;

int named_by(const Group& group) {
  return static_cast<int>(std::count_if(group.names.begin(), group.names.end(),
                                        [](int name) { return name != kAnyName; }));
}

// What both fit names all that one of them names. Nothing where they name different values.
std::optional<std::vector<int>> meet_of(const Group& a, const Group& b) {
  std::vector<int> names = a.names;
  for (size_t k = 0; k < names.size(); ++k) {
    if (names[k] == kAnyName) names[k] = b.names[k];
    if (b.names[k] != kAnyName && b.names[k] != names[k]) return std::nullopt;
  }
  return names;
}

bool name_the_same(const Group& a, const Group& b) {
  return std::equal(a.names.begin(), a.names.end(), b.names.begin(),
                    [](int x, int y) { return (x == kAnyName) == (y == kAnyName); });
}

// Whether rows of both name as many keys and fit something that no third one, which names more,
// decides.
bool ties(const std::vector<Group>& groups, const Group& a, const Group& b) {
  const std::optional<std::vector<int>> both = meet_of(a, b);
  if (!both) return false;
  const auto third = std::find_if(groups.begin(), groups.end(),
                                  [&](const Group& group) { return group.names == *both; });
  const auto is_decided = [&](int names, bool both_say_any) {
    if (third == groups.end()) return false;
    return (third->is_total && !both_say_any) || (third->has_any && named_by(*third) > names);
  };
  const int of_a = named_by(a);
  const int of_b = named_by(b);
  const bool is_other = !name_the_same(a, b);
  if (is_other && of_a == of_b) {
    if (a.has_ranges && b.has_ranges && !is_decided(of_a + 1, false)) return true;
    if (a.has_any && b.has_any && !is_decided(of_a, true)) return true;
  }
  if (a.has_ranges && b.has_any && of_a + 1 == of_b && !is_decided(of_b, false)) return true;
  return b.has_ranges && a.has_any && of_b + 1 == of_a && !is_decided(of_a, false);
}

// Adds it where it ties with none; where it does, maybe with the one that decides before it.
void add_group(Rng& rng, std::vector<Group>& groups, const Group& group, bool may_decide) {
  for (const Group& other : groups) {
    if (other.names == group.names) return;
  }
  std::vector<Group> with = groups;
  with.push_back(group);
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!ties(with, groups[i], group)) continue;
    if (!may_decide) return;
    // Points reach from the first to the last, so they are never total.
    const bool may_be_total = group.has_ranges && !group.has_points;
    Group third{*meet_of(groups[i], group), may_be_total, group.has_ranges, true, group.has_points};
    add_group(rng, groups, third, false);
    add_group(rng, groups, group, false);
    return;
  }
  groups = std::move(with);
}

std::vector<Group> random_groups(Rng& rng, size_t equalities, bool has_range, bool has_points) {
  std::vector<Group> groups;
  for (int i = rng.small(2, 6); i > 0; --i) {
    Group group;
    const int any_percent = rng.small(10, 60);
    for (size_t k = 0; k < equalities; ++k) {
      group.names.push_back(rng.chance(any_percent) ? kAnyName : rng.small(0, 2));
    }
    group.has_ranges = has_range && (named_by(group) > 0 || rng.chance(60));
    group.has_any = !group.has_ranges || rng.chance(30);
    group.is_total = group.has_ranges && !has_points && rng.chance(30);
    group.has_points = has_points;
    add_group(rng, groups, group, true);
  }
  // A key that is `any` everywhere is none. What names all ties with nothing.
  Group all{std::vector<int>(equalities, 0), false, has_range, !has_range};
  add_group(rng, groups, all, false);
  return groups;
}

void add_rows(Rng& rng, const Draft& draft, const Key& last, const std::string& front,
              const Group& group, Cells& cells) {
  bool is_open = false;
  if (group.is_total) {
    const std::string bound = bound_literal(rng, draft, last, rng.pick(common_counts()), true);
    cells.texts.push_back(front + "up to " + bound);
    cells.texts.push_back(front + "above " + bound);
  } else if (group.has_ranges) {
    for (const std::string& range : range_cells(rng, draft, last, &is_open)) {
      cells.texts.push_back(front);
      cells.texts.back() += range;
    }
  }
  if (group.has_any) cells.texts.push_back(front + "any");
  cells.is_open = cells.is_open || (is_open && !group.has_any);
}

Cells cells_of_more(Rng& rng, const Draft& draft, const std::vector<Key>& keys) {
  const bool has_range = keys.back().is_range;
  const size_t equalities = keys.size() - (has_range ? 1 : 0);
  Cells cells;
  for (const Group& group : random_groups(rng, equalities, has_range, keys.back().has_points)) {
    std::vector<std::string> words;
    for (size_t k = 0; k < equalities; ++k) {
      const bool is_any = group.names[k] == kAnyName;
      words.push_back(is_any ? "any"
                             : equal_cell(rng, keys[k], static_cast<size_t>(group.names[k])));
    }
    if (has_range) {
      add_rows(rng, draft, keys.back(), joined(words) + ", ", group, cells);
    } else {
      cells.texts.push_back(joined(words));
    }
  }
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
    key.has_points = rng.chance(25);
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
  column.kind = die < 3 ? Kind::kRatio : die < 7 ? Kind::kAmount : Kind::kCount;
  if (column.kind == Kind::kAmount) {
    column.unit = static_cast<int>(rng.below(draft.units.size()));
  }
  return column;
}

std::vector<Named> random_columns(Rng& rng, const Draft& draft) {
  std::vector<Named> columns;
  const size_t wanted = rng.chance(65) ? 1 : 2;
  for (size_t c = 0; c < wanted; ++c) {
    columns.push_back(random_column(rng, draft));
    if (wanted > 1) columns.back().name = c == 0 ? "left" : "right";
  }
  return columns;
}

void draft_table(Rng& rng, Draft& draft, int number) {
  Table table;
  table.name = "table" + std::to_string(number);
  const size_t keys = rng.chance(60) ? 1 : rng.chance(65) ? 2 : rng.chance(60) ? 3 : 4;
  std::vector<std::string> key_names;
  for (size_t k = 0; k < keys; ++k) {
    table.keys.push_back(random_key(rng, draft, k + 1 == keys));
    key_names.push_back("key" + std::to_string(number) + "_" + std::to_string(k));
  }
  table.columns = random_columns(rng, draft);
  std::vector<std::string> column_names;
  for (const Named& column : table.columns) {
    if (!column.name.empty()) column_names.push_back(column.name);
  }
  draft.line(0, "");
  draft.line(0, "table " + table.name + " by " + joined(key_names) +
                    (table.keys.back().has_points ? ", interpolated" : "") +
                    (column_names.empty() ? "" : " : " + joined(column_names)));
  const Cells cells = random_cells(rng, draft, table.keys);
  table.has_otherwise = cells.has_otherwise;
  table.is_for_parts = cells.is_for_parts;
  bool is_first = true;
  for (const std::string& cell : cells.texts) {
    std::vector<std::string> values;
    for (Named& column : table.columns) {
      const bool may_be_none = !is_first && cell.find("at ") == std::string::npos;
      values.push_back(value_literal(rng, draft, may_be_none, column));
    }
    is_first = false;
    draft.line(1, cell + " : " + joined(values));
  }
  table.is_dated = rng.chance(25);
  for (const std::string& day : common_days()) {
    if (!table.is_dated || !rng.chance(50)) continue;
    draft.line(1, "from " + day);
    bool is_first_row = true;
    for (const std::string& cell : cells.texts) {
      if (!is_first_row && rng.chance(50)) continue;
      // A column has no `none` in its first row, and so never in all of them.
      std::vector<std::string> values;
      for (Named& column : table.columns) {
        const bool may_be_none = !is_first_row && cell.find("at ") == std::string::npos;
        values.push_back(value_literal(rng, draft, may_be_none, column));
      }
      is_first_row = false;
      draft.line(2, cell + " : " + joined(values));
    }
  }
  for (Named& column : table.columns) {
    if (!table.keys.back().has_points) break;
    column.top *= kLineDen;
    column.den *= kLineDen;
  }
  draft.tables.push_back(table);
}

}  // namespace

Cells random_cells(Rng& rng, const Draft& draft, const std::vector<Key>& keys) {
  Cells cells = keys.size() == 1   ? cells_of_one(rng, draft, keys[0])
                : keys.size() == 2 ? cells_of_two(rng, draft, keys)
                                   : cells_of_more(rng, draft, keys);
  // Ranges must reach everywhere, or `otherwise` says what holds above.
  cells.has_otherwise = cells.is_open || rng.chance(60);
  if (cells.has_otherwise) cells.texts.emplace_back("otherwise");
  return cells;
}

void draft_tables(Rng& rng, Draft& draft) {
  const int wanted = rng.small(0, draft.shape.tables_max);
  for (int i = 0; i < wanted; ++i) {
    if (!rng.chance(draft.shape.files_percent)) {
      draft_table(rng, draft, i);
      continue;
    }
    Table table;
    table.name = "table" + std::to_string(i);
    table.columns = random_columns(rng, draft);
    if (draft_file_table(rng, draft, table)) draft.tables.push_back(table);
  }
}

}  // namespace guerdon::generate
