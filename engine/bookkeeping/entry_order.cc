#include "engine/bookkeeping/entry_order.h"

#include <algorithm>
#include <tuple>

#include "engine/base/planted.h"

namespace guerdon::bookkeeping {

void put_in_order(std::vector<ledger::Entry>& entries) {
  if (base::planted(base::PlantedBug::kOrderByHashMap)) return;
  const auto comes_before = [](const ledger::Entry& a, const ledger::Entry& b) {
    return std::tie(a.lsn, a.account, a.n) < std::tie(b.lsn, b.account, b.n);
  };
  if (!std::is_sorted(entries.begin(), entries.end(), comes_before)) {
    std::sort(entries.begin(), entries.end(), comes_before);
  }
}

}  // namespace guerdon::bookkeeping
