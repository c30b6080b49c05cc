// What a line between points is worth, and a share of a whole: apart from the loop, which plain
// plans run without them.
#include <array>

#include "engine/base/planted.h"
#include "engine/money/allotment.h"
#include "engine/plan/limits.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

// As look_up, where the last key says how far on the line it is.
const Instruction* Machine::look_along(const Instruction& i, const Instruction* next,
                                       Registers& r) const {
  const Lookup& table = program_->tables[i.x];
  const int row = table.row(&r[i.b]);
  if (row < 0) return program_->code.data() + i.target;
  const auto column = static_cast<int>(i.y);
  if (table.value(row, column) == nullptr) return program_->code.data() + i.z;
  r[i.a] = table.value_along(row, column, r[static_cast<size_t>(i.b + table.key_count() - 1)]);
  return next;
}

// REQUIRES: samples > 0.
Int128 Machine::in_halves(Int128 sum, Int128 samples) {
  Int128 whole = sum / samples;
  const bool is_between = whole * samples != sum;
  if (is_between && sum < 0) --whole;
  if (base::planted(base::PlantedBug::kAverageOnBound)) return whole * 2;
  return whole * 2 + (is_between ? 1 : 0);
}

// A share, or where to go on when there is nothing to share by.
const Instruction* Machine::share(const Instruction& i, const Instruction* next,
                                  Registers& r) const {
  const ShareKind& kind = program_->shares[i.x];
  std::array<int64_t, kEffectsPerRuleMax> weights;
  int64_t any = 0;
  for (uint8_t w = 0; w < kind.of; ++w) {
    weights[w] = static_cast<int64_t>(r[i.b + w]);
    any |= weights[w];
  }
  if (any == 0) return program_->code.data() + i.target;
  const Int128 whole = money::divide_rounded(r[i.c], kind.den, kind.rounding);
  r[i.a] = money::share_of(static_cast<int64_t>(whole), {weights.data(), kind.of}, kind.which);
  return next;
}

void Machine::trace_cell(const Instruction& i, const Registers& r, ReadInput& input) const {
  const Lookup& table = program_->tables[i.x];
  const auto column = static_cast<int>(i.y);
  input.what = ReadInput::What::kCell;
  input.column = i.y;
  input.row = i.op == Op::kLookup ? row_of(i, r) : table.row(&r[i.b]);
  const Int128* const value = input.row < 0 ? nullptr : table.value(input.row, column);
  input.is_missing = value == nullptr && input.row != Lookup::kZeroRow;
  if (value == nullptr) return;
  input.value =
      table.value_along(input.row, column, r[static_cast<size_t>(i.b + table.key_count() - 1)]);
}

}  // namespace guerdon::plan
