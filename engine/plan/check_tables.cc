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
    if (!tree::is_range(static_cast<CellKind>(i))) continue;
    if (!list.empty()) list += i + 1 < tree::kCellWords.size() ? ", " : " or ";
    list += backquoted(tree::kCellWords[i]);
  }
  return list;
}

// Fills one Table from rows as written.
class TableBuilder {
 public:
  TableBuilder(Checking& checking, Table& table, const std::vector<tree::Row>& rows)
      : checking_(checking), table_(table), rows_(rows), typer_(checking, scope_) {}

  // `names` of the keys may be empty (an inline table); `used` are the values looked up, or empty.
  bool build_keys(const std::vector<tree::Name>& names, size_t key_count, Span header,
                  const std::vector<Typed>& used);
  bool build_columns(const std::vector<tree::Name>& names);
  void number_rows();

 private:
  bool has_shape(size_t key_count, Span header);
  bool type_cells(size_t key_count);
  bool decide_key(size_t k, const tree::Name* name, const Typed* used);
  std::optional<Type> range_type(size_t k, const tree::Name* name, const Typed* used);
  bool agrees_with_attribute(const tree::Name* name, const Key& key);
  bool fill_cells(size_t k);
  bool build_column(size_t c, const tree::Name* name);
  bool column_type(size_t c, std::vector<Typed>& values, Type* type);
  Row& row(size_t i) { return i < table_.rows.size() ? table_.rows[i] : *table_.otherwise; }

  Checking& checking_;
  Table& table_;
  const std::vector<tree::Row>& rows_;
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
  if (rows_.empty() || rows_.front().otherwise) {
    return refuse(header, "this table has no rows with keys", "write a row `KEY : VALUE` below it");
  }
  if (rows_.size() > kTableRowsMax) {
    checking_.report(kTooMany, header,
                     "a table has at most " + std::to_string(kTableRowsMax) + " rows");
    return false;
  }
  for (size_t i = 0; i < rows_.size(); ++i) {
    const tree::Row& written = rows_[i];
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

bool TableBuilder::type_cells(size_t key_count) {
  cells_.resize(key_count);
  bool sound = true;
  for (const tree::Row& written : rows_) {
    if (written.otherwise) continue;
    for (size_t k = 0; k < key_count; ++k) {
      const tree::Cell& cell = written.cells[k];
      cells_[k].emplace_back();
      if (cell.kind == CellKind::kAny) continue;
      cells_[k].back() = typer_.value(*cell.value);
      sound = sound && cells_[k].back();
    }
  }
  return sound;
}

bool TableBuilder::build_keys(const std::vector<tree::Name>& names, size_t key_count, Span header,
                              const std::vector<Typed>& used) {
  if (!has_shape(key_count, header)) return false;
  for (const tree::Row& written : rows_) {
    Row row;
    row.span = written.span;
    row.cells.resize(written.otherwise ? 0 : key_count);
    if (written.otherwise) {
      table_.otherwise = std::move(row);
    } else {
      table_.rows.push_back(std::move(row));
    }
  }
  if (!type_cells(key_count)) return false;
  for (size_t k = 0; k < key_count; ++k) {
    const tree::Name* name = k < names.size() ? &names[k] : nullptr;
    if (!decide_key(k, name, k < used.size() ? &used[k] : nullptr) || !fill_cells(k)) return false;
    if (table_.keys[k].kind == KeyKind::kRange && k + 1 < key_count) {
      checking_.report(kTableShape, rows_.front().cells[k].span,
                       "only the last key of a table can have ranges",
                       "let the keys change places");
      return false;
    }
  }
  return true;
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
    const tree::Cell& cell = rows_[i].cells[k];
    if (tree::is_range(cell.kind) && range == nullptr) range = &cell;
    if (cell.kind != CellKind::kEqual || equal != nullptr) continue;
    equal = &cell;
    single = &cells_[k][i];
  }
  if (range == nullptr && equal == nullptr) {
    return refuse(rows_.front().cells[k].span, "this key is `any` in every row", "leave it out");
  }
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
      if (cell.type().kind == TypeKind::kAmount) return cell.type();
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
  checking_.report(kNoUnit, rows_.front().cells[k].span,
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
    cell.kind = rows_[i].cells[k].kind;
    if (cell.kind == CellKind::kAny) continue;
    Typed& typed = cells_[k][i];
    const Fit fit = typer_.settle(typed, key.type);
    const bool fits =
        fit == Fit::kFits && (key.kind == KeyKind::kText || typed.term->value.den == 1);
    if (fits && key.kind == KeyKind::kText) cell.text = typed.term->text;
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
  for (const tree::Row& written : rows_) {
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
    const tree::ExprPtr& written = rows_[i].values[c];
    if (written == nullptr) continue;
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
      rows_.begin(), rows_.end(), [&](const tree::Row& row) { return row.values[c] != nullptr; });
  if (static_cast<size_t>(written) != values.size()) return false;  // told
  if (values.empty()) {
    checking_.report(kValuesDiffer, rows_.front().span, "this column has `none` in every row",
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

bool prepare_table(Checking& checking, int index, const std::vector<Typed>& keys) {
  using Stage = TableState::Stage;
  const Stage stage = checking.table_state(index).stage;
  if (stage != Stage::kWaiting) return stage == Stage::kReady;
  const tree::Table& written = *checking.table_state(index).written;
  // Built aside: a mistake leaves no half of a table behind.
  Table table;
  table.name = written.name.text;
  table.span = written.name.span;
  TableBuilder builder(checking, table, written.rows);
  const bool built = builder.build_keys(written.keys, written.keys.size(), written.name.span, keys);
  const bool sound = built && builder.build_columns(written.columns);
  if (sound) {
    find_column_bounds(table);
    checking.table(index) = std::move(table);
  }
  checking.table_state(index).stage =
      sound && prove_rows(checking, index) ? Stage::kReady : Stage::kBroken;
  return checking.table_state(index).stage == Stage::kReady;
}

int add_inline_table(Checking& checking, const std::vector<tree::Row>& rows, InlineValues values,
                     const std::vector<Typed>& keys, Span span) {
  Table table;
  table.span = span;
  TableBuilder builder(checking, table, rows);
  if (!builder.build_keys({}, keys.size(), span, keys)) return -1;
  if (values == InlineValues::kRowNumbers) {
    builder.number_rows();
  } else if (!builder.build_columns({})) {
    return -1;
  }
  const auto index = static_cast<int>(checking.plan.tables.size());
  find_column_bounds(table);
  checking.plan.tables.push_back(std::move(table));
  TableState state;
  state.span = span;
  state.stage = TableState::Stage::kReady;
  checking.tables.push_back(state);
  return prove_rows(checking, index) ? index : -1;
}

}  // namespace guerdon::plan
