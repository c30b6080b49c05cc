#include "engine/shard/shard.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/ledger/wallet.h"

namespace guerdon::shard {

using base::planted;
using base::PlantedBug;

namespace {

// The kept frames of one account, as the machine reads them.
class AccountFrames : public plan::Frames {
 public:
  AccountFrames(AccountState& state, BlockHeader* account) : state_(state), account_(account) {}
  const int64_t* find(const plan::FrameKey& key) const override {
    return account_ == nullptr ? nullptr : state_.find(*account_, key);
  }

 private:
  AccountState& state_;
  BlockHeader* account_;
};

// How many entries this item has written for the account before: roles may name one account twice.
uint32_t next_number(const std::vector<ledger::Entry>& entries, uint64_t lsn, uint64_t account) {
  uint32_t n = 0;
  for (auto at = entries.rbegin(); at != entries.rend() && at->lsn == lsn; ++at) {
    if (at->account == account || planted(PlantedBug::kEntryNumberPerShard)) ++n;
  }
  return n;
}

}  // namespace

Shard::Shard(const plan::Program& program, uint32_t number, uint32_t shards, uint64_t expected)
    : program_(program),
      number_(number),
      shards_(shards),
      state_(program, expected),
      machine_(program),
      since_(program) {
  GUERDON_ASSERT(number < shards);
  system_.issuance.resize(program.wallets.size());
  system_.suspense.resize(program.wallets.size());
}

void Shard::execute(const event::Batch& batch, std::span<const uint32_t> items,
                    std::vector<ledger::Entry>& entries) {
  collect(batch, items);
  const size_t count = works_.size();
  for (size_t i = 0; i < std::min(kIndexAhead, count); ++i) prefetch_index(works_[i]);
  for (size_t i = 0; i < std::min(kBlockAhead, count); ++i) prefetch_block(works_[i]);
  for (size_t i = 0; i < count; ++i) {
    if (i + kIndexAhead < count) prefetch_index(works_[i + kIndexAhead]);
    if (i + kBlockAhead < count) prefetch_block(works_[i + kBlockAhead]);
    if (works_[i].role == nullptr) {
      sweep(*works_[i].item);
    } else {
      run(batch, works_[i], entries);
    }
  }
}

void Shard::collect(const event::Batch& batch, std::span<const uint32_t> items) {
  works_.clear();
  for (const uint32_t index : items) {
    const event::LogItem& item = batch.log[index];
    if (item.kind == event::LogKind::kSweep) works_.push_back({&item, nullptr, nullptr});
    if (item.kind != event::LogKind::kEvent) continue;
    const event::Record& record = batch.records[item.record];
    for (const plan::RoleProgram& role : program_.events[record.type].roles) {
      if ((record.present >> role.slot & 1) == 0) continue;
      const int64_t value = batch.values[record.values + role.slot];
      const event::Text& account = batch.texts[static_cast<size_t>(value)];
      if (shard_of(account.hash, shards_) == number_) works_.push_back({&item, &role, &account});
    }
  }
}

void Shard::prefetch_index(const Work& work) const {
  if (work.account != nullptr) state_.accounts().prefetch_index(work.account->hash);
}

void Shard::prefetch_block(const Work& work) const {
  if (work.account != nullptr) state_.accounts().prefetch_block(work.account->hash);
}

void Shard::run(const event::Batch& batch, const Work& work, std::vector<ledger::Entry>& entries) {
  const event::Record& record = batch.records[work.item->record];
  plan::TimeMs at = work.item->at;
  if (planted(PlantedBug::kClockPerShard)) at = seen_ = std::max(seen_, record.occurred_at);
  const std::string_view name = batch.view(*work.account);
  BlockHeader* account = state_.accounts().find(work.account->hash, name);
  const plan::EventView event{batch.values.data() + record.values, record.present,
                              record.occurred_at, at};
  machine_.run(*work.role, event, AccountFrames(state_, account));
  if (machine_.moves().empty() && machine_.asks().empty()) return;
  if (account == nullptr) account = state_.accounts().add(work.account->hash, name);
  since_.move_to(at);
  apply(*account, *work.item, record.occurred_at, entries);
}

void Shard::sweep(const event::LogItem& item) {
  if (planted(PlantedBug::kSweepSkipsLastShard) && number_ + 1 == shards_) return;
  since_.move_to(item.at);
  state_.accounts().visit_slice(static_cast<int>(item.record),
                                [&](BlockHeader& account) { state_.settle(account, since_); });
}

// ---- apply: cannot fail -------------------------------------------------------------------------

int64_t* Shard::writable(BlockHeader& account, uint32_t frame) {
  int64_t*& cells = writable_[frame];
  if (cells != nullptr) return cells;
  // What the machine has read is this shard's own, and stays where it is until the next run: it
  // names one frame a subject, and only frames that it may not read are ever let go.
  const plan::TouchedFrame& touched = machine_.frames()[frame];
  cells = touched.cells != nullptr ? const_cast<int64_t*>(touched.cells)
                                   : state_.obtain(account, touched.key, since_);
  return cells;
}

void Shard::apply(BlockHeader& account, const event::LogItem& item, plan::TimeMs effective,
                  std::vector<ledger::Entry>& entries) {
  writable_.assign(machine_.frames().size(), nullptr);
  for (const plan::Move& move : machine_.moves()) {
    writable(account, move.frame)[move.cell] = move.value;
  }
  if (machine_.asks().empty()) return;
  ledger::Entry entry;
  entry.lsn = item.lsn;
  entry.account = account.hash;
  if (planted(PlantedBug::kShardIdInEntry)) entry.account += number_;
  entry.effective = effective;
  entry.n = next_number(entries, item.lsn, entry.account);
  // Credits before debits, so that an event never takes for want of what it brings itself.
  find_dues(account);
  for (const bool credits : {true, false}) {
    for (const Due& due : dues_) {
      if ((due.amount >= 0) == credits) pay(account, due, entry, entries);
    }
  }
}

// What each ask comes to; what was posted becomes what is owed.
void Shard::find_dues(BlockHeader& account) {
  dues_.clear();
  for (const plan::Ask& ask : machine_.asks()) {
    Due due{ask.clause, 0, ask.amount};
    if (ask.frame != plan::kNowhere) {
      int64_t& posted = writable(account, ask.frame)[program_.clauses[ask.clause].posted];
      due.amount -= posted;  // both from 0 to kBalanceMax
      posted = ask.amount;
      due.period = machine_.frames()[ask.frame].key.period;
    }
    dues_.push_back(due);
  }
}

void Shard::pay(BlockHeader& account, const Due& due, ledger::Entry& entry,
                std::vector<ledger::Entry>& entries) {
  const plan::Clause& clause = program_.clauses[due.clause];
  int64_t& balance = cells_of(&account)[clause.wallet];
  const ledger::Posting posting = ledger::post(balance, due.amount);
  if (posting.amount == 0) return;
  balance += posting.to_wallet;
  system_.issuance[clause.wallet] -= posting.amount;  // to the wallet or to suspense
  system_.suspense[clause.wallet] += posting.to_suspense;
  entry.amount = posting.amount;
  entry.clause = due.clause;
  entry.period = due.period;
  entry.wallet = clause.wallet;
  entry.kind = posting.amount < 0 ? plan::kClawbackKind : clause.kind;
  entry.note = posting.note;
  entries.push_back(entry);
  ++entry.n;
}

// ---- reads --------------------------------------------------------------------------------------

std::vector<base::Int128> Shard::imbalance() const {
  std::vector<base::Int128> sum(program_.wallets.size());
  for (size_t w = 0; w < sum.size(); ++w) sum[w] = system_.issuance[w] + system_.suspense[w];
  state_.accounts().visit_all([&](const BlockHeader& account) {
    for (size_t w = 0; w < sum.size(); ++w) sum[w] += cells_of(&account)[w];
  });
  return sum;
}

}  // namespace guerdon::shard
