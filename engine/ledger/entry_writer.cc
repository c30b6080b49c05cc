#include "engine/ledger/entry_writer.h"

#include "engine/base/planted.h"

namespace guerdon::ledger {

uint32_t entries_so_far(const std::vector<Entry>& entries, uint64_t lsn, uint64_t account) {
  uint32_t n = 0;
  for (auto at = entries.rbegin(); at != entries.rend() && at->lsn == lsn; ++at) {
    if (at->account == account || base::planted(base::PlantedBug::kEntryNumberPerShard)) ++n;
  }
  return n;
}

}  // namespace guerdon::ledger
