#include "engine/shard/entry_writer.h"

#include "engine/base/planted.h"

namespace guerdon::shard {

EntryWriter::EntryWriter(std::vector<ledger::Entry>& entries, uint64_t lsn, uint64_t account)
    : entries_(entries), lsn_(lsn), account_(account) {
  for (auto at = entries.rbegin(); at != entries.rend() && at->lsn == lsn; ++at) {
    if (at->account == account || base::planted(base::PlantedBug::kEntryNumberPerShard)) ++n_;
  }
}

}  // namespace guerdon::shard
