// Balances added up by unit.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "guerdon/engine.h"

namespace guerdon::tools {

struct UnitTotal {
  int scale = 0;
  base::Int128 minor = 0;
  uint64_t balances = 0;  // how many that are not 0
};

// What reports call the unit of a balance: its code. Where two programs give one code different
// decimals these are different units, `GBP` and `GBP/3` (the greater one with its decimals).
class UnitLabels {
 public:
  explicit UnitLabels(const std::vector<Balance>& balances);
  std::string of(const Balance& balance) const;

 private:
  std::map<std::string, int> least_scale_;
};

// By label, sorted by bytes.
std::map<std::string, UnitTotal> totals_by_unit(const std::vector<Balance>& balances);

}  // namespace guerdon::tools
