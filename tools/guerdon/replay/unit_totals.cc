#include "tools/guerdon/replay/unit_totals.h"

#include <algorithm>

namespace guerdon::tools {

UnitLabels::UnitLabels(const std::vector<Balance>& balances) {
  for (const Balance& balance : balances) {
    int& least = least_scale_.try_emplace(balance.unit, balance.scale).first->second;
    least = std::min(least, balance.scale);
  }
}

std::string UnitLabels::of(const Balance& balance) const {
  if (least_scale_.at(balance.unit) == balance.scale) return balance.unit;
  return balance.unit + "/" + std::to_string(balance.scale);
}

std::map<std::string, UnitTotal> totals_by_unit(const std::vector<Balance>& balances) {
  const UnitLabels labels(balances);
  std::map<std::string, UnitTotal> totals;
  for (const Balance& balance : balances) {
    UnitTotal& total = totals[labels.of(balance)];
    total.scale = balance.scale;
    total.minor += balance.amount;
    ++total.balances;
  }
  return totals;
}

}  // namespace guerdon::tools
