// Random tables of every shape that the checker lets pass, as checked trees.
#pragma once

#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"

namespace guerdon::plan {

// Which keys, how far apart the bounds lie, and whether a single key of ranges is wanted.
struct TableShape {
  std::vector<KeyKind> keys;
  int64_t step = 1;  // bounds are multiples of it, from -4 to 8 of them
  bool with_any = true;
};

// Every combination of kinds that a table may have.
const std::vector<std::vector<KeyKind>>& all_key_kinds();

Table random_table(generate::Rng& rng, const TableShape& shape);

// A row by hand: of ranges only, one column.
Row range_row(tree::CellKind kind, int64_t bound, std::optional<money::Ratio> value);

}  // namespace guerdon::plan
