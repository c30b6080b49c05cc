// Tables: from rows as written to rows of one type a column, with keys that the rows prove to
// cover. Internal to the checker.
//
// A table is checked where it is first used, because a bound without a unit (`from 1000.00 : 2%`)
// takes the unit of the value that is looked up.
#pragma once

#include <vector>

#include "engine/plan/check_state.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {

// Makes the table at `index` ready, if it is not yet, for keys such as these (empty: nothing uses
// it). False: the table has a mistake, told now or before.
bool prepare_table(Checking& checking, int index, const std::vector<Typed>& keys);

// Part of it, for a table whose rows come from a file. (check_file_tables.cc)
bool prepare_file_table(Checking& checking, int index);

// What stands in the rows of an inline table: `by amount` has expressions, which the caller types,
// and the table says which row; `by each part of amount` has fixed values, and so have the points
// of `by amount, interpolated`.
enum class InlineValues : uint8_t { kRowNumbers, kFixed, kInterpolated };

// Adds a table whose keys, columns and rows are there. -1: its rows do not go together, told.
int add_ready_table(Checking& checking, Table table);

// Adds a nameless table of these rows. -1: a mistake, told.
int add_inline_table(Checking& checking, const std::vector<tree::Row>& rows, InlineValues values,
                     const std::vector<Typed>& keys, Span span);

// Rows ascend, leave no hole and no doubt about which one fits. False: told. (check_ranges.cc)
bool prove_rows(Checking& checking, int table);

// A bound or key of a table as people write it: `500.00`, `"Paris"`.
std::string print_key(const Checking& checking, const Table& table, size_t key, const Cell& cell);

}  // namespace guerdon::plan
