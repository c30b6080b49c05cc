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

Shard::Shard(const plan::Program& program, uint32_t number, uint32_t shards, uint64_t expected,
             bool reserve)
    : program_(program),
      number_(number),
      shards_(shards),
      state_(program, expected, reserve),
      machine_(program),
      since_(program) {
  GUERDON_ASSERT(number < shards);
  system_.issuance.resize(program.wallets.size());
  system_.suspense.resize(program.wallets.size());
}

void Shard::execute(const event::Batch& batch, std::span<const Visit> visits,
                    std::vector<ledger::Entry>& entries, std::span<int64_t> answers) {
  const size_t count = visits.size();
  for (size_t i = 0; i < std::min(kIndexAhead, count); ++i) prefetch_index(batch, visits[i]);
  for (size_t i = 0; i < std::min(kBlockAhead, count); ++i) prefetch_block(batch, visits[i]);
  for (size_t i = 0; i < count; ++i) {
    if (i + kIndexAhead < count) prefetch_index(batch, visits[i + kIndexAhead]);
    if (i + kBlockAhead < count) prefetch_block(batch, visits[i + kBlockAhead]);
    switch (visits[i].role) {
      case Visit::kSweep:
        sweep(batch.log[visits[i].item]);
        break;
      case Visit::kQuery:
        answer(batch, visits[i], answers);
        break;
      default:
        run(batch, visits[i], entries);
    }
  }
}

void Shard::prefetch_index(const event::Batch& batch, const Visit& visit) const {
  if (visit.role == Visit::kSweep) return;
  state_.accounts().prefetch_index(batch.texts[visit.account].hash);
}

void Shard::prefetch_block(const event::Batch& batch, const Visit& visit) const {
  if (visit.role == Visit::kSweep) return;
  state_.accounts().prefetch_block(batch.texts[visit.account].hash);
}

void Shard::run(const event::Batch& batch, const Visit& visit,
                std::vector<ledger::Entry>& entries) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  plan::TimeMs at = item.at;
  if (planted(PlantedBug::kClockPerShard)) at = seen_ = std::max(seen_, record.occurred_at);
  const std::string_view name = batch.view(text);
  BlockHeader* account = state_.accounts().find(text.hash, name);
  const plan::EventView event{batch.values.data() + record.values, record.present,
                              record.occurred_at, at};
  machine_.run(program_.events[record.type].roles[visit.role], event,
               AccountFrames(state_, account));
  if (machine_.moves().empty() && machine_.asks().empty()) return;
  if (account == nullptr) account = state_.accounts().add(text.hash, name);
  since_.move_to(at);
  apply(*account, item, record.occurred_at, entries);
}

void Shard::sweep(const event::LogItem& item) {
  if (planted(PlantedBug::kSweepSkipsLastShard) && number_ + 1 == shards_) return;
  since_.move_to(item.at);
  state_.accounts().visit_slice(static_cast<int>(item.record),
                                [&](BlockHeader& account) { state_.settle(account, since_); });
}

// Nothing is due for a balance yet, so it is as it stands.
void Shard::answer(const event::Batch& batch, const Visit& visit, std::span<int64_t> answers) {
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  const size_t wallets = program_.wallets.size();
  const std::span<int64_t> answer = answers.subspan(visit.item * wallets, wallets);
  const BlockHeader* account = state_.accounts().find(text.hash, batch.view(text));
  if (account == nullptr) {
    std::fill(answer.begin(), answer.end(), 0);
  } else {
    std::copy_n(cells_of(account), wallets, answer.begin());
  }
}

// ---- apply: cannot fail -------------------------------------------------------------------------

int64_t* Shard::writable(BlockHeader& account, uint32_t frame) {
  const plan::TouchedFrame& touched = machine_.frames()[frame];
  if (touched.cells == nullptr) {
    machine_.set_cells(frame, state_.obtain(account, touched.key, since_));
  }
  // What the machine has read is this shard's own, and stays where it is until the next run: it
  // names one frame a subject, and only frames that it may not read are ever let go.
  return const_cast<int64_t*>(touched.cells);
}

void Shard::apply(BlockHeader& account, const event::LogItem& item, plan::TimeMs effective,
                  std::vector<ledger::Entry>& entries) {
  for (const plan::Move& move : machine_.moves()) {
    writable(account, move.frame)[move.cell] = move.value;
  }
  if (machine_.asks().empty()) return;
  const uint64_t id = account.hash + (planted(PlantedBug::kShardIdInEntry) ? number_ : 0);
  uint32_t n = next_number(entries, item.lsn, id);
  const auto pay_all = [&](bool debits) {
    for (const plan::Ask& ask : machine_.asks()) {
      ledger::Entry* entry = pay(account, ask, debits, entries);
      if (entry == nullptr) continue;
      entry->lsn = item.lsn;
      entry->account = id;
      entry->effective = effective;
      entry->n = n++;
    }
  };
  // Credits before debits, so that an event never takes for want of what it brings itself.
  pay_all(false);
  if (machine_.takes()) pay_all(true);
}

// What was posted becomes what is owed, whatever the wallet takes of it.
ledger::Entry* Shard::pay(BlockHeader& account, const plan::Ask& ask, bool debits,
                          std::vector<ledger::Entry>& entries) {
  const plan::Clause& clause = program_.clauses[ask.clause];
  int64_t due = ask.amount;
  int64_t* posted = nullptr;
  if (ask.frame != plan::kNowhere) {
    posted = &writable(account, ask.frame)[clause.posted];
    due -= *posted;  // both from 0 to kBalanceMax
  }
  due = plan::posting_of(clause, due);
  if ((due < 0) != debits) return nullptr;
  if (posted != nullptr) *posted = ask.amount;
  int64_t& balance = cells_of(&account)[clause.wallet];
  const ledger::Posting posting = ledger::post(balance, due);
  if (posting.amount == 0) return nullptr;
  balance += posting.to_wallet;
  system_.issuance[clause.wallet] -= posting.amount;  // to the wallet or to suspense
  system_.suspense[clause.wallet] += posting.to_suspense;
  // Filled in where it stands: a copy would wait for the fields to reach memory.
  ledger::Entry& entry = entries.emplace_back();
  entry.amount = posting.amount;
  entry.clause = ask.clause;
  entry.period = posted != nullptr ? machine_.frames()[ask.frame].key.period : 0;
  entry.wallet = clause.wallet;
  entry.kind = plan::entry_kind(clause, posting.amount);
  entry.note = posting.note;
  return &entry;
}

// ---- what was saved
// ------------------------------------------------------------------------------

// What the account has was issued: so the shard sums to zero by itself, whoever issued it before.
bool Shard::load(AccountReader& accounts) {
  GUERDON_ASSERT(shard_of(accounts.hash(), shards_) == number_);
  BlockHeader* const account = accounts.take(state_);
  if (account == nullptr) return false;
  for (size_t w = 0; w < program_.wallets.size(); ++w) {
    system_.issuance[w] -= cells_of(account)[w];
  }
  return true;
}

void Shard::load_suspense(size_t wallet, base::Int128 amount) {
  system_.issuance[wallet] -= amount;
  system_.suspense[wallet] += amount;
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
