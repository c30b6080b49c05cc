#include "engine/bookkeeping/entry_order.h"

#include <algorithm>
#include <tuple>

#include "engine/base/planted.h"

namespace guerdon::bookkeeping {

namespace {

template <typename Line>
void sort_by_id(std::vector<Line>& lines) {
  const auto comes_before = [](const Line& a, const Line& b) {
    return std::tie(a.lsn, a.account, a.n) < std::tie(b.lsn, b.account, b.n);
  };
  if (!std::is_sorted(lines.begin(), lines.end(), comes_before)) {
    std::sort(lines.begin(), lines.end(), comes_before);
  }
}

}  // namespace

void put_in_order(std::vector<ledger::Entry>& entries) {
  if (base::planted(base::PlantedBug::kOrderByHashMap)) return;
  sort_by_id(entries);
}

void put_in_order(std::vector<ledger::EntryLot>& lots) { sort_by_id(lots); }

}  // namespace guerdon::bookkeeping
