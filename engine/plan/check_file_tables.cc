// Tables whose rows come from a file: what is declared of them, and what a look-up makes of the
// event (checked.h, TableAsk).
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/money/limits.h"
#include "engine/plan/check_tables.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

constexpr int64_t kRatioMost = 100;  // 10,000 %

int64_t most_of(const Type& type) {
  if (type.kind == TypeKind::kAmount) return money::kAmountMax;
  return type.kind == TypeKind::kCount ? money::kCountMax : kRatioMost * kMillion;
}

// Makes one Table of what is declared.
class FileTable {
 public:
  FileTable(Checking& checking, const tree::Table& written, Table& table)
      : checking_(checking), written_(written), table_(table), typer_(checking, scope_) {}

  bool build() {
    table_.is_from_file = true;
    return has_shape() && build_keys() && build_columns() && build_otherwise();
  }

 private:
  bool refuse(Span span, std::string message, std::string advice) {
    checking_.report(kTableShape, span, std::move(message), std::move(advice));
    return false;
  }
  bool has_shape();
  bool build_keys();
  bool build_columns();
  bool find_type(const tree::FileColumn& written, Column& column);
  bool find_most(const tree::FileColumn& written, Column& column);
  bool build_otherwise();
  // A constant of the column, in minor units, pieces or millionths.
  std::optional<money::Ratio> constant(const tree::Expr& written, const Type& type);

  Checking& checking_;
  const tree::Table& written_;
  Table& table_;
  const Scope scope_{};  // constants only
  Typer typer_;
};

bool FileTable::has_shape() {
  if (written_.keys.size() > kTableKeysMax) {
    return refuse(written_.name.span,
                  "a table has at most " + std::to_string(kTableKeysMax) + " keys", "");
  }
  if (written_.is_interpolated) {
    return refuse(written_.name.span, "a table whose rows come from a file has no points",
                  "leave `interpolated` out, or write the points here");
  }
  const bool has_rows =
      written_.rows.size() > 1 || (written_.rows.size() == 1 && !written_.rows.front().otherwise);
  if (has_rows || !written_.later.empty()) {
    return refuse(written_.file_span, "the rows of this table come from a file, and here are more",
                  "leave `otherwise` alone below it; the file says from when on a row holds");
  }
  const size_t columns = std::max<size_t>(1, written_.columns.size());
  if (written_.file.size() != columns || columns > kTableColumnsMax) {
    return refuse(written_.file_span,
                  "the table has " + std::to_string(columns) +
                      (columns == 1 ? " column" : " columns") + ", and here are " +
                      std::to_string(written_.file.size()),
                  "write what each column has, of at most " + std::to_string(kTableColumnsMax) +
                      ": `from file of RUB, ratio`");
  }
  return true;
}

bool FileTable::build_keys() {
  for (const tree::Name& name : written_.keys) {
    const int index = checking_.attribute(name.text);
    if (index < 0 && checking_.broken_attributes.contains(name.text)) return false;
    const Type type = index < 0 ? Type{} : checking_.attribute_at(index).type;
    if (type.kind != TypeKind::kText && type.kind != TypeKind::kCount) {
      return refuse(name.span, backquoted(name.text) + " is no text and no count of an event",
                    "a table from a file goes by attributes of the event, of text or count");
    }
    const bool is_text = type.kind == TypeKind::kText;
    table_.keys.push_back({name.text, is_text ? KeyKind::kText : KeyKind::kNumber, type});
  }
  return true;
}

bool FileTable::find_type(const tree::FileColumn& written, Column& column) {
  const std::string& name = written.type.text;
  const Binding* const binding = checking_.binding(name);
  if (binding != nullptr && binding->kind == BindingKind::kUnit) {
    column.type = {TypeKind::kAmount, binding->index};
    return true;
  }
  if (name != "count" && name != "ratio") {
    checking_.report(kUnknownName, written.type.span, backquoted(name) + " is no unit of this plan",
                     "a column of a file has amounts of a unit, `count` or `ratio`");
    return false;
  }
  column.type = name == "count" ? kCountType : kRatioType;
  return true;
}

std::optional<money::Ratio> FileTable::constant(const tree::Expr& written, const Type& type) {
  Typed value = typer_.value(written);
  if (!value) return std::nullopt;
  const Fit fit = typer_.settle(value, type);
  if (fit == Fit::kTold) return std::nullopt;
  if (fit == Fit::kDiffers) {
    checking_.report(kValuesDiffer, value.span,
                     checking_.quoted(value.span) + " is " + checking_.type_phrase(value.type()) +
                         ", the column " + checking_.type_phrase(type));
    return std::nullopt;
  }
  return value.term->value;
}

bool FileTable::find_most(const tree::FileColumn& written, Column& column) {
  column.most = most_of(column.type);
  if (written.most == nullptr) return true;
  const std::optional<money::Ratio> value = constant(*written.most, column.type);
  if (!value) return false;
  const int64_t per = column.type.kind == TypeKind::kRatio ? kMillion : 1;
  const base::Int128 scaled = static_cast<base::Int128>(value->num) * per;
  if (scaled % value->den != 0 || scaled < value->den || scaled / value->den > column.most) {
    checking_.report(kOverflow, written.most->span,
                     checking_.quoted(written.most->span) + " is no bound of such a column",
                     "write one above 0, of at most 10^15 minor units, 10^9 pieces or "
                     "10,000%");
    return false;
  }
  column.most = static_cast<int64_t>(scaled / value->den);
  return true;
}

bool FileTable::build_columns() {
  for (size_t c = 0; c < written_.file.size(); ++c) {
    Column column;
    column.name = written_.columns.empty() ? "" : written_.columns[c].text;
    for (const Column& other : table_.columns) {
      if (other.name != column.name) continue;
      checking_.report(kDeclaredTwice, written_.columns[c].span,
                       "two columns are called " + backquoted(column.name));
      return false;
    }
    if (!find_type(written_.file[c], column) || !find_most(written_.file[c], column)) return false;
    table_.columns.push_back(std::move(column));
  }
  return true;
}

bool FileTable::build_otherwise() {
  if (written_.rows.empty()) return true;
  const tree::Row& written = written_.rows.front();
  if (written.values.size() != table_.columns.size()) {
    return refuse(written.span, "this row has another number of values than the table has columns",
                  "write one value for each column, `none` where there is none");
  }
  Row row;
  row.span = written.span;
  for (size_t c = 0; c < written.values.size(); ++c) {
    row.values.emplace_back();
    if (written.values[c] == nullptr) continue;
    row.values.back() = constant(*written.values[c], table_.columns[c].type);
    if (!row.values.back()) return false;
  }
  table_.otherwise = std::move(row);
  return true;
}

bool carries_all(const EventType& event, const std::vector<int>& keys) {
  return std::all_of(keys.begin(), keys.end(), [&](int key) {
    return std::find(event.attributes.begin(), event.attributes.end(), key) !=
           event.attributes.end();
  });
}

}  // namespace

bool prepare_file_table(Checking& checking, int index) {
  const tree::Table& written = *checking.table_state(index).written;
  Table table;
  table.name = written.name.text;
  table.span = written.name.span;
  const bool is_ready = FileTable(checking, written, table).build();
  if (is_ready) checking.table(index) = std::move(table);
  checking.table_state(index).stage =
      is_ready ? TableState::Stage::kReady : TableState::Stage::kBroken;
  return is_ready;
}

// The attributes that are the keys of a look-up; nothing: told.
std::optional<std::vector<int>> Typer::keys_for_file(const tree::Expr& written, const Table& table,
                                                     const std::vector<Typed>& keys) {
  const std::string quoted = backquoted(table.name);
  if (scope_.reader == Reader::kEntitlement || scope_.reader == Reader::kItem) {
    checking_.report(kNotOfSubject, written.span,
                     "a row of table " + quoted + " belongs to an event, and this does not",
                     "sum it in a measure, or ask in a rule with `on`, or per object");
    return std::nullopt;
  }
  std::vector<int> read;
  for (const Typed& key : keys) {
    const bool is_attribute = key.term->kind == TermKind::kAttribute;
    const Attribute* const attribute =
        is_attribute ? &checking_.attribute_at(key.term->index) : nullptr;
    if (attribute == nullptr || attribute->of_line || !attribute->is_sent()) {
      checking_.report(kKeyDiffers, key.span,
                       checking_.quoted(key.span) + " is not what an event brings as it is",
                       "the rows of table " + quoted +
                           " are asked for once, when the event comes: look an attribute of the "
                           "event up, not one of its lines and nothing that is computed");
      return std::nullopt;
    }
    read.push_back(key.term->index);
  }
  return read;
}

// The attribute that has what the table says, entered where it is new; -1: there are too many,
// told.
int Typer::table_attribute(const tree::Expr& written, TableAsk ask) {
  Plan& plan = checking_.plan;
  for (size_t a = 0; a < plan.attributes.size(); ++a) {
    const int known = plan.attributes[a].ask;
    if (known >= 0 && plan.asks[static_cast<size_t>(known)] == ask) return static_cast<int>(a);
  }
  if (plan.asks.size() == kTableAsksMax || plan.attributes.size() == kAttributesMax) {
    checking_.report(kTooMany, written.span,
                     "a plan asks tables from files for at most " + std::to_string(kTableAsksMax) +
                         " different things, and has at most " + std::to_string(kAttributesMax) +
                         " attributes with them",
                     "look fewer columns up");
    return -1;
  }
  const Table& table = checking_.table(ask.table);
  const Column& column = table.columns[static_cast<size_t>(ask.column)];
  Attribute attribute;
  attribute.name = table.name + (column.name.empty() ? "" : "." + column.name) + " for ";
  for (size_t k = 0; k < ask.keys.size(); ++k) {
    attribute.name += (k > 0 ? ", " : "") + checking_.attribute_at(ask.keys[k]).name;
  }
  attribute.wire = attribute.name;
  attribute.type = column.type.kind == TypeKind::kRatio ? kCountType : column.type;
  attribute.most = column.most;
  attribute.ask = static_cast<int>(plan.asks.size());
  attribute.span = written.span;
  const auto index = static_cast<int>(plan.attributes.size());
  for (EventType& event : plan.events) {
    if (carries_all(event, ask.keys)) event.attributes.push_back(index);
  }
  plan.attributes.push_back(std::move(attribute));
  plan.asks.push_back(std::move(ask));
  return index;
}

bool Typer::is_asked_here(const tree::Expr& written, const Table& table,
                          const std::vector<int>& keys) {
  for (size_t e = 0; e < checking_.plan.events.size(); ++e) {
    if (scope_.events.test(e) && carries_all(checking_.plan.events[e], keys)) return true;
  }
  if (keys.size() == 1) return true;  // whether it is here was asked of the key
  checking_.report(kUnknownName, written.span,
                   "no event here has all keys of table " + backquoted(table.name),
                   "let one event bring them together");
  return false;
}

// REQUIRES: the table is ready, and the keys suit it.
Typed Typer::lookup_in_file(const tree::Expr& written, int index, int column,
                            const std::vector<Typed>& keys) {
  if (scope_.reader == Reader::kUnused) return {};
  const Type type = checking_.table(index).columns[static_cast<size_t>(column)].type;
  const auto read = keys_for_file(written, checking_.table(index), keys);
  if (!read || !is_asked_here(written, checking_.table(index), *read)) return {};
  const int attribute = table_attribute(written, {index, column, *read});
  if (attribute < 0) return {};
  Typed typed{make_term(TermKind::kAttribute, checking_.attribute_at(attribute).type, written.span),
              false,
              0,
              {}};
  typed.term->index = attribute;
  if (type.kind == TypeKind::kRatio) {
    TermPtr millionth = make_term(TermKind::kNumber, kRatioType, written.span);
    millionth->value = {1, kMillion};
    TermPtr product = make_term(TermKind::kMultiply, kRatioType, written.span);
    product->args.push_back(std::move(typed.term));
    product->args.push_back(std::move(millionth));
    typed.term = std::move(product);
  }
  const std::optional<Row>& otherwise = checking_.table(index).otherwise;
  const bool has_row = otherwise && otherwise->values[static_cast<size_t>(column)].has_value();
  if (!written.otherwise && !otherwise) checking_.table_state(index).must_fit = true;
  if (!has_row && (otherwise || !written.otherwise)) return typed;
  TermPtr either = make_term(TermKind::kElse, type, written.span);
  either->args.push_back(std::move(typed.term));
  if (has_row) {
    TermPtr value = make_term(TermKind::kNumber, type, written.span);
    value->value = *otherwise->values[static_cast<size_t>(column)];
    either->args.push_back(std::move(value));
  } else if (!add_otherwise(written, *either)) {
    return {};
  }
  typed.term = std::move(either);
  return typed;
}

}  // namespace guerdon::plan
