#include "engine/program/group.h"

#include <algorithm>

#include "engine/base/int128.h"
#include "engine/base/planted.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;

void stack(const GroupKind& group, std::span<int64_t> amounts) {
  if (group.how == tree::Stacking::kAll) {
    if (!group.up_to) return;
    base::Int128 sum = 0;
    for (int64_t& amount : amounts) {
      const base::Int128 before = std::min<base::Int128>(sum, *group.up_to);
      sum += amount;
      amount = static_cast<int64_t>(std::min<base::Int128>(sum, *group.up_to) - before);
      if (planted(PlantedBug::kGroupCapPerRule)) sum = 0;
    }
    return;
  }
  size_t chosen = amounts.size();
  for (size_t i = 0; i < amounts.size(); ++i) {
    if (amounts[i] == 0) continue;
    const bool is_first = chosen == amounts.size();
    if (is_first || planted(PlantedBug::kGroupTakesLast) ||
        (group.how == tree::Stacking::kBest && amounts[i] > amounts[chosen])) {
      chosen = i;
    }
  }
  for (size_t i = 0; i < amounts.size(); ++i) {
    if (i != chosen) amounts[i] = 0;
  }
}

}  // namespace guerdon::plan
