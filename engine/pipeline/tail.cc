#include "engine/pipeline/tail.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::pipeline {

namespace {

// What an entry's hash is over. Fixed width, no padding; the clause's lineage stands for plan,
// rule, effect and so for wallet and kind.
struct HashedEntry {
  uint64_t lsn;
  uint64_t account;
  uint64_t n;
  int64_t amount;
  uint64_t lineage;
  int64_t period;
  int64_t effective;
  uint64_t note;
};
static_assert(sizeof(HashedEntry) == 64);

}  // namespace

Tail::Tail(const plan::Program& program) : program_(program), by_kind_(program.kinds.size()) {}

void Tail::count(const ledger::Entry& entry) {
  const HashedEntry content{entry.lsn,
                            entry.account,
                            entry.n,
                            entry.amount,
                            program_.clauses[entry.clause].lineage,
                            entry.period,
                            entry.effective,
                            static_cast<uint64_t>(entry.note)};
  const auto bytes = std::bit_cast<std::array<char, sizeof content>>(content);
  hash_ += base::hash128({bytes.data(), bytes.size()});
  ++entries_;
  ++by_kind_[entry.kind];
  ++by_note_[static_cast<size_t>(entry.note)];
}

void Tail::finish(Job& job) {
  GUERDON_ASSERT(job.number == next_job_);
  ++next_job_;
  for (const std::vector<ledger::Entry>& entries : job.entries) {
    for (const ledger::Entry& entry : entries) count(entry);
  }
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
