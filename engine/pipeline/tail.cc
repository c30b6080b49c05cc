#include "engine/pipeline/tail.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::pipeline {

Tail::Tail(const plan::Program& program, uint64_t reserved_keys)
    : program_(program), by_kind_(program.kinds.size()) {
  if (reserved_keys > 0) by_key_.resize(reserved_keys + 1);  // as the ring: key_table.h
}

// An entry's hash is over these numbers, at full width: the clause's lineage stands for plan, rule,
// effect and so for wallet and kind.
void Tail::count(const ledger::Entry& entry) {
  const std::array<uint64_t, 8> content{entry.lsn,
                                        entry.account,
                                        entry.n,
                                        static_cast<uint64_t>(entry.amount),
                                        program_.clauses[entry.clause].lineage,
                                        static_cast<uint64_t>(int64_t{entry.period}),
                                        static_cast<uint64_t>(entry.effective),
                                        static_cast<uint64_t>(entry.note)};
  hash_ += base::hash128(content);
  ++entries_;
  ++by_kind_[entry.kind];
  ++by_note_[static_cast<size_t>(entry.note)];
}

void Tail::answer(Job& job) {
  event::Batch& batch = job.batch;
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    for (const ledger::Entry& entry : entries) {
      const uint64_t item = entry.lsn - job.first_lsn;
      GUERDON_ASSERT(item < batch.log.size());
      if (batch.log[item].kind != event::LogKind::kEvent) continue;
      ++batch.records[batch.log[item].record].entries;
    }
  }
  // In their order: a place may have been a duplicate's before it is a new one's.
  for (event::Record& record : batch.records) {
    if (record.outcome == event::Outcome::kOk) {
      set_entries_of_key(record.key_place, record.entries);
    } else if (record.outcome == event::Outcome::kDuplicate) {
      record.entries = entries_of_key(record.key_place);
    }
  }
}

void Tail::finish(Job& job) {
  GUERDON_ASSERT(job.number == next_job_);
  ++next_job_;
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    for (const ledger::Entry& entry : entries) count(entry);
  }
  answer(job);
  if (!sink_) return;
  merged_.clear();
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    merged_.insert(merged_.end(), entries.begin(), entries.end());
  }
  if (!base::planted(base::PlantedBug::kOrderByHashMap)) {
    std::sort(merged_.begin(), merged_.end(), [](const ledger::Entry& a, const ledger::Entry& b) {
      return std::tie(a.lsn, a.account, a.n) < std::tie(b.lsn, b.account, b.n);
    });
  }
  for (const ledger::Entry& entry : merged_) sink_(entry);
}

}  // namespace guerdon::pipeline
