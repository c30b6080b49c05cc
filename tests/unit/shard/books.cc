#include "tests/unit/shard/books.h"

#include <algorithm>
#include <tuple>

#include "engine/base/assert.h"

namespace guerdon::shard {

Books::Books(const std::vector<std::string>& plans, uint32_t shards)
    : program_(plan::compiled(plans)), symbols_(program_.symbols), texts_(symbols_) {
  for (uint32_t s = 0; s < shards; ++s) {
    shards_.push_back(std::make_unique<Shard>(program_, texts_, s, shards, 0));
  }
}

std::string Books::apply(const std::vector<plan::Event>& events) {
  event::Batch batch;
  for (const plan::Event& event : events) {
    const uint32_t index = plan::add_record(program_, event, batch);
    plan::resolve_texts(program_, batch.records[index], batch, symbols_);
    clock_ = std::max({clock_, event.occurred_at, event.at});
    batch.log.push_back({++lsn_, clock_, index, event::LogKind::kEvent});
  }
  execute(batch);
  return in_words();
}

void Books::sweep(event::Slices slices, plan::TimeMs at) {
  event::Batch batch;
  clock_ = std::max(clock_, at);
  batch.log.push_back({++lsn_, clock_, slices.number(), event::LogKind::kSweep});
  execute(batch);
}

void Books::sweep_all(plan::TimeMs at) {
  constexpr uint32_t kAtOnce = event::kSlicesAtOnce;
  for (uint32_t slice = 0; slice < kSlices; slice += kAtOnce) sweep({slice, kAtOnce}, at);
}

void Books::execute(const event::Batch& batch) {
  const auto count = static_cast<uint32_t>(shards_.size());
  std::vector<std::vector<Visit>> routes(count);
  for (uint32_t item = 0; item < batch.log.size(); ++item) {
    if (batch.log[item].kind == event::LogKind::kEvent) {
      visits_of(program_, batch, item, [&](const Visit& visit, uint64_t hash) {
        routes[shard_of(hash, count)].push_back(visit);
      });
    } else {
      for (std::vector<Visit>& route : routes) route.push_back({item, Visit::kSweep, 0});
    }
  }
  entries_.clear();
  for (uint32_t s = 0; s < count; ++s) shards_[s]->execute({batch, routes[s], entries_});
  std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.lsn, a.account, a.n) < std::tie(b.lsn, b.account, b.n);
  });
}

std::string Books::in_words() const {
  std::string words;
  for (const ledger::Entry& entry : entries_) {
    const auto shards = static_cast<uint32_t>(shards_.size());
    std::string account;
    const bool found = shards_[shard_of(entry.account, shards)]->state().accounts().find_name(
        entry.account, &account);
    GUERDON_ASSERT(found);
    words += (words.empty() ? "" : " | ") + std::to_string(entry.lsn) + " " + account + " " +
             program_.kinds[entry.kind] + " " + std::to_string(entry.amount);
    if (entry.note != ledger::Note::kNone) {
      words += " (" + std::string(ledger::note_name(entry.note)) + ")";
    }
  }
  return words;
}

int64_t Books::balance(const std::string& account, const std::string& unit) {
  const uint64_t hash = base::hash64(account);
  int64_t balance = 0;
  const auto shards = static_cast<uint32_t>(shards_.size());
  shards_[shard_of(hash, shards)]->state().accounts().visit_all([&](const BlockHeader& block) {
    if (block.hash != hash) return;
    for (size_t w = 0; w < program_.wallets.size(); ++w) {
      if (program_.wallets[w].unit == unit) balance += cells_of(&block)[w];
    }
  });
  return balance;
}

base::Hash128 Books::content_hash(plan::TimeMs at) const {
  base::Hash128 sum;
  for (const auto& shard : shards_) sum += shard->content_hash(symbols_, at);
  return sum;
}

bool Books::is_balanced() const {
  return std::all_of(shards_.begin(), shards_.end(), [&](const auto& shard) {
    return audit(program_, *shard, clock_).difference.empty();
  });
}

}  // namespace guerdon::shard
