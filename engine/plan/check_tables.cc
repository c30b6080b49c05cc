#include "engine/plan/check_tables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {
namespace {

using tree::CellKind;

// "`up to`, `below`, `from` or `above`".
std::string range_words() {
  std::string list;
  for (size_t i = 0; i < tree::kCellWords.size(); ++i) {
    const auto kind = static_cast<CellKind>(i);
    if (!tree::is_range(kind) || kind == CellKind::kAt) continue;
    if (!list.empty()) list += kind != CellKind::kAbove ? ", " : " or ";
    list += backquoted(tree::kCellWords[i]);
  }
  return list;
}

// Fills one Table from rows as written.
class TableBuilder {
 public:
  TableBuilder(Checking& checking, Table& table, std::vector<const tree::Row*> rows)
      : checking_(checking), table_(table), rows_(std::move(rows)), typer_(checking, scope_) {}

  // `names` of the keys may be empty (an inline table); `used` are the values looked up, or empty.
  bool build_keys(const std::vector<tree::Name>& names, size_t key_count, Span header,
                  const std::vector<Typed>& used);
  bool build_columns(const std::vector<tree::Name>& names);
  void number_rows();

 private:
  bool has_shape(size_t key_count, Span header);
  bool type_cells(size_t key_count, const std::vector<Typed>& used);
  bool decide_key(size_t k, const tree::Name* name, const Typed* used);
  bool suits_interpolation(size_t k);
  bool has_points(Span header);
  std::optional<Type> range_type(size_t k, const tree::Name* name, const Typed* used);
  bool agrees_with_attribute(const tree::Name* name, const Key& key);
  bool fill_cells(size_t k);
  bool build_column(size_t c, const tree::Name* name);
  bool column_type(size_t c, std::vector<Typed>& values, Type* type);
  Row& row(size_t i) { return i < table_.rows.size() ? table_.rows[i] : *table_.otherwise; }

  Checking& checking_;
  Table& table_;
  const std::vector<const tree::Row*> rows_;
  const Scope scope_{};  // constants only
  Typer typer_;
  std::vector<std::vector<Typed>> cells_;  // by key, then by row; `any` has no term
};

bool TableBuilder::has_shape(size_t key_count, Span header) {
  const auto refuse = [&](Span span, std::string message, std::string advice) {
    checking_.report(kTableShape, span, std::move(message), std::move(advice));
    return false;
  };
  if (key_count > kTableKeysMax) {
    return refuse(header, "a table has at most " + std::to_string(kTableKeysMax) + " keys", "");
  }
  if (rows_.empty() || rows_.front()->otherwise) {
    return refuse(header, "this table has no rows with keys", "write a row `KEY : VALUE` below it");
  }
  if (rows_.size() > kTableRowsMax) {
    checking_.report(kTooMany, header,
                     "a table has at most " + std::to_string(kTableRowsMax) + " rows");
    return false;
  }
  for (size_t i = 0; i < rows_.size(); ++i) {
    const tree::Row& written = *rows_[i];
    if (written.otherwise && i + 1 < rows_.size()) {
      return refuse(written.span, "`otherwise` is not the last row",
                    "it is what holds when no row fits; move it to the end");
    }
    if (!written.otherwise && written.cells.size() != key_count) {
      return refuse(written.span,
                    "this row has " + std::to_string(written.cells.size()) +
                        (written.cells.size() == 1 ? " key, the table " : " keys, the table ") +
                        std::to_string(key_count),
                    "write one cell for each key, `any` where it does not matter");
    }
    if (key_count == 1 && !written.otherwise && written.cells[0].kind == CellKind::kAny) {
      return refuse(written.span, "`any` as the only key is what `otherwise` is for",
                    "write `otherwise : ...` as the last row");
    }
  }
  return true;
}

bool TableBuilder::type_cells(size_t key_count, const std::vector<Typed>& used) {
  cells_.resize(key_count);
  bool sound = true;
  for (const tree::Row* const row : rows_) {
    const tree::Row& written = *row;
    if (written.otherwise) continue;
    for (size_t k = 0; k < key_count; ++k) {
      const tree::Cell& cell = written.cells[k];
      cells_[k].emplace_back();
      if (cell.kind == CellKind::kAny) continue;
      cells_[k].back() =
          typer_.cell(*cell.value, k < used.size() && used[k] ? used[k].type() : kCountType);
      sound = sound && cells_[k].back();
    }
  }
  return sound;
}

bool TableBuilder::build_keys(const std::vector<tree::Name>& names, size_t key_count, Span header,
                              const std::vector<Typed>& used) {
  if (!has_shape(key_count, header)) return false;
  for (const tree::Row* const written : rows_) {
    Row row;
    row.span = written->span;
    row.cells.resize(written->otherwise ? 0 : key_count);
    if (written->otherwise) {
      table_.otherwise = std::move(row);
    } else {
      table_.rows.push_back(std::move(row));
    }
  }
  if (!type_cells(key_count, used)) return false;
  for (size_t k = 0; k < key_count; ++k) {
    const tree::Name* name = k < names.size() ? &names[k] : nullptr;
    if (!decide_key(k, name, k < used.size() ? &used[k] : nullptr) || !fill_cells(k)) return false;
    if (table_.keys[k].kind == KeyKind::kRange && k + 1 < key_count) {
      checking_.report(kTableShape, rows_.front()->cells[k].span,
                       "only the last key of a table can have ranges",
                       "let the keys change places");
      return false;
    }
  }
  return has_points(header);
}

// Points stand in tables that are interpolated, and ranges in others.
bool TableBuilder::suits_interpolation(size_t k) {
  for (const tree::Row* const row : rows_) {
    if (row->otherwise || !tree::is_range(row->cells[k].kind)) continue;
    const tree::Cell& cell = row->cells[k];
    if ((cell.kind == CellKind::kAt) == table_.is_interpolated) continue;
    checking_.report(
        kTableShape, cell.span,
        table_.is_interpolated
            ? "this row is a range, and the table goes in straight lines from point to "
              "point"
            : "this row is a point, and the table has ranges",
        table_.is_interpolated
            ? "write `at` and the value that holds exactly there"
            : "write " + range_words() +
                  "; or write `, interpolated` behind the keys, and `at` in each row");
    return false;
  }
  return true;
}

bool TableBuilder::has_points(Span header) {
  if (!table_.is_interpolated || table_.keys.back().kind == KeyKind::kRange) return true;
  checking_.report(kTableShape, header,
                   "this table is interpolated, and its last key has no points",
                   "write rows such as `at 1000.00 : 5%`");
  return false;
}

// What a key is, by its cells.
bool TableBuilder::decide_key(size_t k, const tree::Name* name, const Typed* used) {
  const auto refuse = [&](Span span, std::string message, std::string advice) {
    checking_.report(kTableShape, span, std::move(message), std::move(advice));
    return false;
  };
  const tree::Cell* range = nullptr;
  const tree::Cell* equal = nullptr;
  const Typed* single = nullptr;
  for (size_t i = 0; i < table_.rows.size(); ++i) {
    const tree::Cell& cell = rows_[i]->cells[k];
    if (tree::is_range(cell.kind) && range == nullptr) range = &cell;
    if (cell.kind != CellKind::kEqual || equal != nullptr) continue;
    equal = &cell;
    single = &cells_[k][i];
  }
  if (range == nullptr && equal == nullptr) {
    return refuse(rows_.front()->cells[k].span, "this key is `any` in every row", "leave it out");
  }
  if (range != nullptr && !suits_interpolation(k)) return false;
  if (range != nullptr && equal != nullptr) {
    return refuse(equal->span,
                  "this cell is a single value, and the key has ranges in line " +
                      std::to_string(checking_.line_of(range->span)),
                  "write " + range_words() + " before it");
  }
  Key key;
  key.name = name != nullptr ? name->text : "";
  if (range != nullptr) {
    const std::optional<Type> type = range_type(k, name, used);
    if (!type) return false;
    key.kind = KeyKind::kRange;
    key.type = *type;
  } else if (single->type().kind == TypeKind::kText) {
    key.kind = KeyKind::kText;
    key.type = kTextType;
  } else if (single->type().kind == TypeKind::kLevel) {
    key.kind = KeyKind::kNumber;
    key.type = single->type();
  } else {
    const bool amount = single->type().kind == TypeKind::kAmount ||
                        (used != nullptr && used->type().kind == TypeKind::kAmount);
    if (amount || !single->type().is_number() || (!single->bare)) {
      return refuse(equal->span, "a key is a text, a whole number or a range",
                    "write " + range_words() + " before an amount");
    }
    key.kind = KeyKind::kNumber;
    key.type = kCountType;
  }
  table_.keys.push_back(key);
  return agrees_with_attribute(name, key);
}

// Bounds have the unit that is written with them, or that of the attribute that the key is named
// after, or that of what is looked up.
std::optional<Type> TableBuilder::range_type(size_t k, const tree::Name* name, const Typed* used) {
  bool decimals = false;
  for (const Typed& cell : cells_[k]) {
    if (cell && !cell.bare) {
      const TypeKind kind = cell.type().kind;
      if (kind == TypeKind::kAmount || kind == TypeKind::kLevel) return cell.type();
      checking_.report(kTableShape, cell.span,
                       checking_.quoted(cell.span) + " is " + checking_.type_phrase(cell.type()) +
                           "; a range has amounts or whole numbers as bounds");
      return std::nullopt;
    }
    decimals = decimals || (cell && cell.decimals > 0);
  }
  const int attribute = name != nullptr ? checking_.attribute(name->text) : -1;
  if (attribute >= 0) {
    const Type type = checking_.attribute_at(attribute).type;
    return type.is_number() ? type : kCountType;  // what is no number is told with the key
  }
  if (used != nullptr && !used->bare && used->type().is_number() &&
      used->type().kind != TypeKind::kRatio) {
    return used->type();
  }
  if (!decimals) return kCountType;
  checking_.report(kNoUnit, rows_.front()->cells[k].span,
                   "nothing says which unit the bounds of this table have",
                   "write it after one of them, or look an amount up in the table");
  return std::nullopt;
}

bool TableBuilder::agrees_with_attribute(const tree::Name* name, const Key& key) {
  const int index = name != nullptr ? checking_.attribute(name->text) : -1;
  if (index < 0) return true;
  const Attribute& attribute = checking_.attribute_at(index);
  const bool are_texts = attribute.type.kind == TypeKind::kText;
  if (attribute.type == key.type && are_texts == (key.kind == KeyKind::kText)) return true;
  checking_.report(
      kKeyDiffers, name->span,
      "attribute " + backquoted(name->text) + " is " +
          (attribute.type.kind == TypeKind::kBool ? std::string("a flag")
                                                  : checking_.type_phrase(attribute.type)) +
          ", and the cells of this key are not",
      "write cells of its type, or give the key another name");
  return false;
}

bool TableBuilder::fill_cells(size_t k) {
  const Key& key = table_.keys[k];
  bool sound = true;
  for (size_t i = 0; i < table_.rows.size(); ++i) {
    Cell& cell = table_.rows[i].cells[k];
    cell.kind = rows_[i]->cells[k].kind;
    if (cell.kind == CellKind::kAny) continue;
    Typed& typed = cells_[k][i];
    const Fit fit = typer_.settle(typed, key.type);
    const bool fits =
        fit == Fit::kFits && (key.kind == KeyKind::kText || typed.term->value.den == 1);
    const bool is_named = key.kind == KeyKind::kText || key.type.kind == TypeKind::kLevel;
    if (fits && is_named) cell.text = typed.term->text;
    if (fits && key.kind != KeyKind::kText) cell.number = typed.term->value.num;
    if (!fits && fit != Fit::kTold) {
      checking_.report(kKeyDiffers, typed.span,
                       checking_.quoted(typed.span) + " is " +
                           (fit == Fit::kFits ? std::string("not a whole number of minor units")
                                              : checking_.type_phrase(typed.type()) +
                                                    ", the other cells of this key " +
                                                    checking_.type_phrase(key.type)));
    }
    sound = sound && fits;
  }
  cells_[k].clear();
  return sound;
}

// ---- values -------------------------------------------------------------------------------------

bool TableBuilder::build_columns(const std::vector<tree::Name>& names) {
  const size_t count = std::max<size_t>(1, names.size());
  if (count > kTableColumnsMax) {
    checking_.report(kTooMany, names.back().span,
                     "a table has at most " + std::to_string(kTableColumnsMax) + " columns");
    return false;
  }
  for (const tree::Row* const row : rows_) {
    const tree::Row& written = *row;
    if (written.values.size() == count) continue;
    checking_.report(
        kTableShape, written.span,
        "this row has " + std::to_string(written.values.size()) +
            (written.values.size() == 1 ? " value, the table " : " values, the table ") +
            std::to_string(count) + (count == 1 ? " column" : " columns"),
        "write one value for each column, `none` where there is none");
    return false;
  }
  bool sound = true;
  for (size_t c = 0; c < count; ++c) {
    const tree::Name* name = c < names.size() ? &names[c] : nullptr;
    for (size_t other = 0; other < c; ++other) {
      if (table_.columns[other].name != name->text) continue;
      checking_.report(kDeclaredTwice, name->span,
                       "two columns are called " + backquoted(name->text));
      sound = false;
    }
    sound = build_column(c, name) && sound;
  }
  return sound;
}

bool TableBuilder::build_column(size_t c, const tree::Name* name) {
  std::vector<Typed> values;
  std::vector<size_t> places;
  for (size_t i = 0; i < rows_.size(); ++i) {
    row(i).values.emplace_back();
    const tree::ExprPtr& written = rows_[i]->values[c];
    if (written == nullptr) {
      if (!table_.is_interpolated || rows_[i]->otherwise ||
          rows_[i]->cells.back().kind != CellKind::kAt) {
        continue;
      }
      checking_.report(kTableShape, rows_[i]->span, "a point of a straight line has a value",
                       "write it, or leave the point out; `otherwise : none` is what is below all");
      return false;
    }
    values.push_back(typer_.value(*written));
    places.push_back(i);
    if (!values.back()) values.pop_back(), places.pop_back();
  }
  Column column;
  column.name = name != nullptr ? name->text : "";
  const bool sound = column_type(c, values, &column.type);
  table_.columns.push_back(std::move(column));
  if (!sound) return false;
  for (size_t i = 0; i < values.size(); ++i) row(places[i]).values[c] = values[i].term->value;
  return true;
}

// All values of a column are of one type; the bare ones are if nothing else says so.
bool TableBuilder::column_type(size_t c, std::vector<Typed>& values, Type* type) {
  const auto written = std::count_if(
      rows_.begin(), rows_.end(), [&](const tree::Row* row) { return row->values[c] != nullptr; });
  if (static_cast<size_t>(written) != values.size()) return false;  // told
  if (values.empty()) {
    checking_.report(kValuesDiffer, rows_.front()->span, "this column has `none` in every row",
                     "write a value in one of them, or leave the column out");
    return false;
  }
  size_t first = 0;
  size_t other = 0;
  const Fit fit = typer_.unify(values, &first, &other);
  if (fit == Fit::kTold) return false;
  if (fit == Fit::kDiffers) {
    checking_.report(kValuesDiffer, values[other].span,
                     checking_.quoted(values[other].span) + " is " +
                         checking_.type_phrase(values[other].type()) + ", the value in line " +
                         std::to_string(checking_.line_of(values[first].span)) + " " +
                         checking_.type_phrase(values[first].type()),
                     "the values of a column are all of one type and unit");
    return false;
  }
  const bool whole = values[0].bare && std::all_of(values.begin(), values.end(), is_whole);
  *type = values[0].bare ? (whole ? kCountType : kRatioType) : values[0].type();
  if (type->is_number()) return true;
  checking_.report(kValuesDiffer, values[0].span,
                   checking_.quoted(values[0].span) + " is " + checking_.type_phrase(*type) +
                       "; the values of a table are amounts, ratios or counts");
  return false;
}

void TableBuilder::number_rows() {
  table_.columns.push_back({"", kCountType});
  for (size_t i = 0; i < rows_.size(); ++i) {
    row(i).values.emplace_back(money::Ratio{static_cast<int64_t>(i), 1});
  }
}

}  // namespace

namespace {

std::vector<const tree::Row*> pointers_to(const std::vector<tree::Row>& rows) {
  std::vector<const tree::Row*> pointers;
  pointers.reserve(rows.size());
  for (const tree::Row& row : rows) pointers.push_back(&row);
  return pointers;
}

// Cells as a word that differs when they differ.
std::string word_of(const Row& row) {
  std::string word;
  for (const Cell& cell : row.cells) {
    word += std::to_string(static_cast<int>(cell.kind)) + ":" + std::to_string(cell.text.size()) +
            ":" + cell.text + ":" + std::to_string(cell.number) + ",";
  }
  return word;
}

bool same_shape(const Table& a, const Table& b) {
  const auto same_key = [](const Key& x, const Key& y) {
    return x.kind == y.kind && x.type == y.type;
  };
  const auto same_column = [](const Column& x, const Column& y) { return x.type == y.type; };
  return std::equal(a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(), same_key) &&
         std::equal(a.columns.begin(), a.columns.end(), b.columns.begin(), b.columns.end(),
                    same_column);
}

// After its rows ascend. False: its values have no denominator in common; told.
bool find_bounds(Checking& checking, int index) {
  Table& table = checking.table(index);
  find_column_bounds(table);
  const bool is_exact = std::all_of(table.columns.begin(), table.columns.end(),
                                    [](const Column& column) { return column.den > 0; });
  if (is_exact) return true;
  checking.report(kOverflow, table.span,
                  table.is_interpolated
                      ? "what lies between these points is too fine to be kept exactly"
                      : "the values of this table are too fine together to be kept exactly",
                  table.is_interpolated
                      ? "let the points lie at rounder numbers, such as 1000.00, or leave some out"
                      : "write rounder ones");
  return false;
}

// Makes the versions of a table that changes on days, one after the other: each has the rows of the
// one before it, and those of its own block in place of the ones that they name.
class VersionBuilder {
 public:
  VersionBuilder(Checking& checking, int index, const std::vector<Typed>& keys)
      : checking_(checking),
        index_(index),
        written_(*checking.table_state(index).written),
        keys_(keys),
        rows_(pointers_to(written_.rows)) {}

  bool build() {
    if (!checking_.days_ascend(written_.later)) return false;
    const size_t in_all = written_.rows.size() * (written_.later.size() + 1);
    if (in_all > kTableRowsMax) {
      checking_.report(kTooMany, written_.name.span,
                       "over all its days a table has at most " + std::to_string(kTableRowsMax) +
                           " rows, those that do not change counted for each",
                       "let fewer days change it, or split it");
      return false;
    }
    return std::all_of(written_.later.begin(), written_.later.end(),
                       [&](const tree::DatedRows& later) { return add(later); });
  }

 private:
  bool add(const tree::DatedRows& later);
  bool merge(Table& table, size_t fresh);

  Checking& checking_;
  const int index_;
  const tree::Table& written_;
  const std::vector<Typed>& keys_;
  std::vector<const tree::Row*> rows_;  // of the version made last
};

// The rows behind the first `fresh` take the places of those that they name; rows_ follows.
bool VersionBuilder::merge(Table& table, size_t fresh) {
  absl::flat_hash_map<std::string, size_t> places;
  for (size_t i = 0; i < fresh; ++i) places.insert({word_of(table.rows[i]), i});
  std::vector<bool> is_changed(fresh, false);
  const bool has_ranges = table.keys.back().kind == KeyKind::kRange;
  size_t kept = fresh;
  for (size_t i = fresh; i < table.rows.size(); ++i) {
    const auto place = places.find(word_of(table.rows[i]));
    if (place == places.end()) {
      if (has_ranges) {
        checking_.report(kTableShape, table.rows[i].span,
                         "no row of the table has these cells, so none changes",
                         "write the cells as they stand above; the ranges of a table stay");
        return false;
      }
      places.insert({word_of(table.rows[i]), kept});
      rows_[kept] = rows_[i];
      if (kept != i) table.rows[kept] = std::move(table.rows[i]);
      ++kept;
      continue;
    }
    if (place->second >= fresh || is_changed[place->second]) {
      checking_.report(kTwoRowsFit, table.rows[i].span, "this row changes twice on one day",
                       "leave one of the two out");
      return false;
    }
    is_changed[place->second] = true;
    rows_[place->second] = rows_[i];
    table.rows[place->second] = std::move(table.rows[i]);
  }
  rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(kept),
              rows_.begin() + static_cast<std::ptrdiff_t>(table.rows.size()));
  table.rows.resize(kept);
  return true;
}

bool VersionBuilder::add(const tree::DatedRows& later) {
  std::vector<const tree::Row*> fresh = pointers_to(later.rows);
  const tree::Row* otherwise = nullptr;
  if (!rows_.empty() && rows_.back()->otherwise) {
    otherwise = rows_.back();
    rows_.pop_back();
  }
  if (!fresh.empty() && fresh.back()->otherwise) {
    otherwise = fresh.back();
    fresh.pop_back();
  }
  const size_t before = rows_.size();
  rows_.insert(rows_.end(), fresh.begin(), fresh.end());
  if (otherwise != nullptr) rows_.push_back(otherwise);
  Table table;
  const std::string day(checking_.source.slice(later.from.span));
  table.name = written_.name.text + " from " + day;
  table.is_interpolated = written_.is_interpolated;
  table.span = later.from.span;
  TableBuilder builder(checking_, table, rows_);
  if (!builder.build_keys(written_.keys, written_.keys.size(), later.from.span, keys_)) {
    return false;
  }
  if (!builder.build_columns(written_.columns) || !merge(table, before)) return false;
  if (!same_shape(table, checking_.table(index_))) {
    checking_.report(kValuesDiffer, later.from.span,
                     "from this day on the table has values of another type",
                     "write them as those above: with the same unit, or with `%`");
    return false;
  }
  const auto version = static_cast<int>(checking_.plan.tables.size());
  checking_.plan.tables.push_back(std::move(table));
  TableState state;
  state.span = later.from.span;
  state.stage = TableState::Stage::kReady;
  checking_.tables.push_back(state);
  if (!prove_rows(checking_, version) || !find_bounds(checking_, version)) return false;
  TableState& first = checking_.table_state(index_);
  first.has_hole = first.has_hole || checking_.table_state(version).has_hole;
  first.begins_above_0 = first.begins_above_0 || checking_.table_state(version).begins_above_0;
  checking_.table(index_).later.push_back({checking_.instant_of(later.from), version});
  return true;
}

}  // namespace

bool prepare_table(Checking& checking, int index, const std::vector<Typed>& keys) {
  using Stage = TableState::Stage;
  const Stage stage = checking.table_state(index).stage;
  if (stage != Stage::kWaiting) return stage == Stage::kReady;
  const tree::Table& written = *checking.table_state(index).written;
  if (!written.file.empty()) return prepare_file_table(checking, index);
  // Built aside: a mistake leaves no half of a table behind.
  Table table;
  table.name = written.name.text;
  table.is_interpolated = written.is_interpolated;
  table.span = written.name.span;
  TableBuilder builder(checking, table, pointers_to(written.rows));
  const bool built = builder.build_keys(written.keys, written.keys.size(), written.name.span, keys);
  const bool sound = built && builder.build_columns(written.columns);
  if (sound) checking.table(index) = std::move(table);
  const bool proved = sound && prove_rows(checking, index) && find_bounds(checking, index);
  const bool is_ready = proved && VersionBuilder(checking, index, keys).build();
  checking.table_state(index).stage = is_ready ? Stage::kReady : Stage::kBroken;
  return checking.table_state(index).stage == Stage::kReady;
}

int add_ready_table(Checking& checking, Table table) {
  const auto index = static_cast<int>(checking.plan.tables.size());
  TableState state;
  state.span = table.span;
  state.stage = TableState::Stage::kReady;
  checking.plan.tables.push_back(std::move(table));
  checking.tables.push_back(state);
  return prove_rows(checking, index) && find_bounds(checking, index) ? index : -1;
}

int add_inline_table(Checking& checking, const std::vector<tree::Row>& rows, InlineValues values,
                     const std::vector<Typed>& keys, Span span) {
  Table table;
  table.is_interpolated = values == InlineValues::kInterpolated;
  table.span = span;
  TableBuilder builder(checking, table, pointers_to(rows));
  if (!builder.build_keys({}, keys.size(), span, keys)) return -1;
  if (values == InlineValues::kRowNumbers) {
    builder.number_rows();
  } else if (!builder.build_columns({})) {
    return -1;
  }
  return add_ready_table(checking, std::move(table));
}

}  // namespace guerdon::plan
