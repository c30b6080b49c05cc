#include "engine/accounts/budgets.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/base/planted.h"

namespace guerdon::shard {

// ---- of a job -----------------------------------------------------------------------------------

void BudgetAsks::add(uint64_t number, uint32_t shard, size_t visit, base::TimeMs occurred_at,
                     const std::vector<uint32_t>& budgets) {
  GUERDON_ASSERT(number_ == 0 || number_ == number);
  number_ = number;
  earliest_ = count_ == 0 ? occurred_at : std::min(earliest_, occurred_at);
  shards_[shard].turns.push_back({visit, count_++});
  for (const uint32_t budget : budgets) {
    if (counts_.size() <= budget) counts_.resize(budget + size_t{1});
    ++counts_[budget];
  }
}

void BudgetAsks::drop() {
  const uint64_t number = number_;
  clear();
  number_ = number;
}

// Relaxed: no shard is at work, and the queue that takes the job to one orders this.
void BudgetAsks::clear() {
  if (number_ == 0) return;
  number_ = 0;
  count_ = 0;
  counts_.clear();
  for (OfShard& shard : shards_) {
    shard.turns.clear();
    shard.next = 0;
    shard.draws.clear();
  }
  turn_.store(0, std::memory_order_relaxed);
}

// ---- of all jobs --------------------------------------------------------------------------------

int64_t Budgets::granted(uint32_t budget, int32_t period) const {
  if (budget >= pools_.size()) return 0;
  const std::vector<Pool>& pools = pools_[budget];
  const auto at = std::partition_point(pools.begin(), pools.end(),
                                       [&](const Pool& pool) { return pool.period < period; });
  return at == pools.end() || at->period != period ? 0 : at->granted;
}

void Budgets::add(const plan::Draw& draw) {
  if (pools_.size() <= draw.budget) pools_.resize(draw.budget + size_t{1});
  std::vector<Pool>& pools = pools_[draw.budget];
  auto at = std::partition_point(pools.begin(), pools.end(),
                                 [&](const Pool& pool) { return pool.period < draw.period; });
  if (at == pools.end() || at->period != draw.period) at = pools.insert(at, {draw.period, 0});
  // A log of somebody else may say anything.
  at->granted = std::max<int64_t>(at->granted + draw.amount, 0);
}

base::Hash128 Budgets::content_hash() const {
  base::Hash128 sum;
  base::HashBuilder content;
  visit([&](uint32_t budget, int32_t period, int64_t granted) {
    const plan::BudgetKind& kind = program_->budgets[budget];
    content.text("budget").text(program_->plans[kind.plan].name).text(kind.name);
    sum += content.i64(period).i64(granted).finish();
  });
  return sum;
}

std::string Budgets::difference() const {
  std::string found;
  visit([&](uint32_t budget, int32_t period, int64_t granted) {
    const plan::BudgetKind& kind = program_->budgets[budget];
    int64_t most = 0;
    for (const plan::BudgetAmount& each : kind.amounts) most = std::max(most, each.most);
    if (!found.empty() || (granted >= 0 && granted <= most)) return;
    found = "budget " + kind.name + " of plan " + program_->plans[kind.plan].name +
            " has granted " + std::to_string(granted) + " in period " + std::to_string(period) +
            ", and had " + std::to_string(most);
  });
  return found;
}

// Acquires what the last worker of each job before added up.
void Budgets::wait_for(const BudgetAsks& asks) const {
  uint64_t settled = settled_.load(std::memory_order_acquire);
  while (settled + 1 < asks.number_) {
    settled_.wait(settled, std::memory_order_acquire);
    settled = settled_.load(std::memory_order_acquire);
  }
}

bool Budgets::is_free(const BudgetAsks& asks) const {
  for (uint32_t budget = 0; budget < asks.counts_.size(); ++budget) {
    if (asks.counts_[budget] > 0 && !is_free(budget, asks)) return false;
  }
  return true;
}

// A pool of a period before the earliest of the events is not asked.
bool Budgets::is_free(uint32_t budget, const BudgetAsks& asks) const {
  const plan::BudgetKind& kind = program_->budgets[budget];
  int64_t most = kind.amounts.front().most;
  for (const plan::BudgetAmount& each : kind.amounts) most = std::min(most, each.most);
  int64_t granted = 0;
  if (budget < pools_.size() && !pools_[budget].empty()) {
    int32_t first = 0;
    if (kind.clock >= 0) {
      const plan::Clock& clock = program_->clocks[static_cast<size_t>(kind.clock)];
      first = calendar::period_at(clock.calendar, clock.rule, asks.earliest_).index;
    }
    const std::vector<Pool>& pools = pools_[budget];
    for (auto at = pools.rbegin(); at != pools.rend() && at->period >= first; ++at) {
      granted = std::max(granted, at->granted);
    }
  }
  const int64_t count = base::planted(base::PlantedBug::kBudgetUnordered)
                            ? 0
                            : static_cast<int64_t>(asks.counts_[budget]);
  const bool has_left = granted < most;
  return has_left && base::Int128{kind.most_of_visit} * count <= most - granted;
}

void Budgets::settle(const BudgetAsks& asks) {
  for (const BudgetAsks::OfShard& shard : asks.shards_) {
    GUERDON_ASSERT(shard.next == shard.turns.size());
    for (const plan::Draw& draw : shard.draws) add(draw);
  }
  // Who sees the number sees what was added up.
  settled_.store(asks.number_, std::memory_order_release);
  settled_.notify_all();
}

// ---- of a worker --------------------------------------------------------------------------------

bool BudgetDesk::may_go(uint32_t shard, size_t visit) const {
  const BudgetAsks::OfShard& own = asks_.shards_[shard];
  if (is_free_ || own.next == own.turns.size() || own.turns[own.next].visit != visit) return true;
  // Acquires what the visit before has drawn.
  return asks_.turn_.load(std::memory_order_acquire) == own.turns[own.next].turn;
}

void BudgetDesk::done(uint32_t shard, size_t visit, const std::vector<plan::Draw>& draws) {
  BudgetAsks::OfShard& own = asks_.shards_[shard];
  if (own.next == own.turns.size() || own.turns[own.next].visit != visit) return;
  for (const plan::Draw& draw : draws) {
    const auto same = std::find_if(own.draws.begin(), own.draws.end(), [&](const auto& each) {
      return each.budget == draw.budget && each.period == draw.period;
    });
    if (same == own.draws.end()) {
      own.draws.push_back(draw);
    } else {
      same->amount += draw.amount;
    }
  }
  const uint32_t turn = own.turns[own.next++].turn;
  if (is_free_) return;
  // Who sees its turn sees what was drawn before.
  asks_.turn_.store(turn + 1, std::memory_order_release);
  handovers_.tell();
}

// Where it may bind only who has the turn asks, and whoever had it before has drawn.
int64_t BudgetDesk::granted(uint32_t budget, int32_t period) const {
  if (is_free_) return -1;
  int64_t sum = budgets_.granted(budget, period);
  for (const BudgetAsks::OfShard& shard : asks_.shards_) {
    for (const plan::Draw& draw : shard.draws) {
      if (draw.budget == budget && draw.period == period) sum += draw.amount;
    }
  }
  return std::max<int64_t>(sum, 0);
}

}  // namespace guerdon::shard
