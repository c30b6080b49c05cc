// Tables in use: `T for K`, `T for each part of X on top of Y`, and the keys they are asked with.
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_tables.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

std::string table_label(const Table& table) {
  return table.name.empty() ? "these rows" : "table " + backquoted(table.name);
}

std::string column_names(const Table& table) {
  std::string names;
  for (const Column& column : table.columns) names += (names.empty() ? "" : ", ") + column.name;
  return names;
}

}  // namespace

// The index of the table that `written` names; -1: told.
int Typer::table_named(const tree::Expr& written) {
  const Binding* binding = checking_.binding(written.text);
  if (binding != nullptr && binding->kind == BindingKind::kTable) return binding->index;
  if (binding != nullptr || checking_.attribute(written.text) >= 0) {
    checking_.report(kWrongKind, written.span, backquoted(written.text) + " is not a table",
                     "`NAME for KEY` looks KEY up in a table");
    return -1;
  }
  std::vector<std::string> known;
  for (size_t t = 0; t < checking_.tables.size() && checking_.wants_advice(); ++t) {
    const tree::Table* const table = checking_.tables[t].written;
    if (table != nullptr) known.push_back(table->name.text);
  }
  checking_.report(kUnknownName, written.span,
                   backquoted(written.text) + " is not a table known here",
                   did_you_mean(written.text, known,
                                "declare it: `table " + written.text + " by KEY`, rows below it"));
  return -1;
}

// REQUIRES: the table is ready. -1: told.
int Typer::column_of(const tree::Expr& written, int index) {
  const Table& table = checking_.table(index);
  for (size_t c = 0; c < table.columns.size(); ++c) {
    if (table.columns[c].name == written.column) return static_cast<int>(c);
  }
  if (written.column.empty()) {
    checking_.report(kNoColumn, written.span,
                     table_label(table) + " has several columns, and none is named here",
                     "write `" + table.name + ".COLUMN for ...`; it has " + column_names(table));
  } else {
    const std::string names = column_names(table);
    checking_.report(kNoColumn, written.span,
                     table_label(table) + " has no column " + backquoted(written.column),
                     names.empty() ? "its values have no name: leave `." + written.column + "` out"
                                   : "it has " + names);
  }
  return -1;
}

// An average lies in a range, or it does not; it is no key of its own.
bool Typer::average_may_ask(const Table& table, const Key& key, const Typed& average) {
  const bool is_able = key.kind == KeyKind::kRange && !table.is_interpolated && !table.is_from_file;
  if (is_able) return true;
  checking_.report(kWrongKind, average.span,
                   checking_.quoted(average.span) +
                       " is an average: it asks a table of ranges, and not " +
                       (table.is_from_file      ? "one from a file"
                        : table.is_interpolated ? "a line between points"
                                                : "one without ranges there"),
                   "write rows of ranges in the plan: `up to`, `below`, `from` and `above`");
  return false;
}

bool Typer::check_keys(int index, Span span, std::vector<Typed>& keys) {
  const Table& table = checking_.table(index);
  if (keys.size() != table.keys.size()) {
    checking_.report(kTableShape, span,
                     table_label(table) + (table.keys.size() == 1 ? " has 1 key" : " has 2 keys") +
                         ", and here is another number of them",
                     "give one value for each key");
    return false;
  }
  for (size_t k = 0; k < keys.size(); ++k) {
    const Key& key = table.keys[k];
    const Fit fit = settle(keys[k], key.type);
    if (fit == Fit::kTold) return false;
    if (fit == Fit::kDiffers) {
      checking_.report(kKeyDiffers, keys[k].span,
                       checking_.quoted(keys[k].span) + " is " +
                           checking_.type_phrase(keys[k].type()) + ", the key of " +
                           table_label(table) + " " + checking_.type_phrase(key.type));
      return false;
    }
    settle_level(*keys[k].term);
    if (!key.type.is_number()) continue;
    if (keys[k].term->kind == TermKind::kAverage) {
      if (!average_may_ask(table, key, keys[k])) return false;
      continue;
    }
    const std::optional<Bound> bound = bound_of(checking_.plan, *keys[k].term);
    if (bound && bound->den == 1) continue;
    checking_.report(kKeyDiffers, keys[k].span,
                     checking_.quoted(keys[k].span) +
                         " can lie between two whole numbers of minor units, and is no key",
                     "look up what it is computed from");
    return false;
  }
  return true;
}

bool Typer::add_otherwise(const tree::Expr& written, Term& lookup) {
  Typed otherwise = visit(*written.args.back());
  if (!otherwise) return false;
  const Fit fit = settle(otherwise, lookup.type);
  if (fit == Fit::kTold) return false;
  if (fit == Fit::kDiffers) {
    checking_.report(kValuesDiffer, otherwise.span,
                     checking_.quoted(otherwise.span) + " is " +
                         checking_.type_phrase(otherwise.type()) + ", the values of the table " +
                         checking_.type_phrase(lookup.type));
    return false;
  }
  lookup.args.push_back(std::move(otherwise.term));
  lookup.has_else = true;
  return true;
}

Typed Typer::lookup(const tree::Expr& written) {
  const int index = table_named(written);
  if (index < 0) return {};
  if (constant_) {
    checking_.report(kNotConstant, written.span, "here stands a fixed value, and no look-up",
                     "write a number, a text in quotes or a param");
    return {};
  }
  const size_t key_count = written.args.size() - (written.otherwise ? 1 : 0);
  std::vector<Typed> keys;
  bool sound = true;
  for (size_t k = 0; k < key_count; ++k) {
    may_be_average_ = true;
    keys.push_back(visit(*written.args[k]));
    sound = sound && keys.back();
  }
  if (!sound) checking_.table_state(index).asked_in_vain = true;
  if (!sound || !prepare_table(checking_, index, keys)) return {};
  const int column = column_of(written, index);
  if (column < 0 || !check_keys(index, written.span, keys)) return {};
  if (checking_.table(index).is_from_file) return lookup_in_file(written, index, column, keys);
  const bool is_dated = !checking_.table(index).later.empty();
  if (is_dated && !may_read_dated(written.span, backquoted(written.text))) return {};
  const Type type = checking_.table(index).columns[static_cast<size_t>(column)].type;
  Typed typed{make_term(TermKind::kLookup, type, written.span), false, 0, {}};
  typed.term->index = index;
  typed.term->column = column;
  for (Typed& key : keys) typed.term->args.push_back(std::move(key.term));
  if (!written.otherwise) {
    checking_.table_state(index).must_fit = true;
  } else if (!add_otherwise(written, *typed.term)) {
    return {};
  }
  return typed;
}

// ---- each part ----------------------------------------------------------------------------------

Typed Typer::parts(const tree::Expr& written) {
  const int index = table_named(written);
  if (index < 0) return {};
  if (constant_) {
    checking_.report(kNotConstant, written.span, "here stands a fixed value, and no look-up");
    return {};
  }
  std::vector<Typed> basis_and_top;
  bool sound = true;
  for (const tree::ExprPtr& arg : written.args) {
    basis_and_top.push_back(visit(*arg));
    sound = sound && basis_and_top.back();
  }
  if (!sound) checking_.table_state(index).asked_in_vain = true;
  if (!sound || !prepare_table(checking_, index, basis_and_top)) return {};
  const int column = column_of(written, index);
  if (column < 0) return {};
  const bool is_dated = !checking_.table(index).later.empty();
  if (is_dated && !may_read_dated(written.span, backquoted(written.text))) return {};
  return {each_part(index, column, written.span, std::move(basis_and_top)), false, 0, {}};
}

TermPtr Typer::each_part(int index, int column, Span span, std::vector<Typed> basis_and_top) {
  const Table& table = checking_.table(index);
  const TableState& state = checking_.table_state(index);
  const auto refuse = [&](Span place, std::string message, std::string advice) {
    checking_.report(kNotForParts, place, std::move(message), std::move(advice));
    return nullptr;
  };
  if (table.keys[0].type.kind == TypeKind::kLevel) {
    return refuse(span, "levels have no parts", "ask for the row of the level: `by` and its name");
  }
  if (table.is_interpolated) {
    return refuse(span, table_label(table) + " cannot be taken part by part",
                  "`each part of` needs ranges; between points the value changes all the way");
  }
  if (table.keys.size() != 1 || table.keys[0].kind != KeyKind::kRange) {
    return refuse(span, table_label(table) + " cannot be taken part by part",
                  "`each part of` needs a table with one key, of ranges");
  }
  if (state.has_hole || (state.begins_above_0 && table.otherwise)) {
    return refuse(span, "the rows of " + table_label(table) + " leave parts that belong to none",
                  "let each row end where the next begins, and begin with `from 0` or `up to`");
  }
  const Type key = table.keys[0].type;
  const Type value = table.columns[static_cast<size_t>(column)].type;
  if (value.kind == TypeKind::kAmount && key.kind == TypeKind::kAmount) {
    return refuse(span,
                  "the values of " + table_label(table) + " are amounts, and so are its parts",
                  "write ratios: `up to 100.00 : 3%`");
  }
  const Type type = value.kind == TypeKind::kAmount ? value : key;
  TermPtr term = make_term(TermKind::kEachPart, type, span);
  term->index = index;
  term->column = column;
  for (Typed& typed : basis_and_top) {
    const Fit fit = settle(typed, key);
    if (fit == Fit::kTold) return nullptr;
    if (fit == Fit::kDiffers) {
      checking_.report(kKeyDiffers, typed.span,
                       checking_.quoted(typed.span) + " is " + checking_.type_phrase(typed.type()) +
                           ", the ranges of " + table_label(table) + " " +
                           checking_.type_phrase(key));
      return nullptr;
    }
    term->args.push_back(std::move(typed.term));
  }
  return term;
}

}  // namespace guerdon::plan
