#include "engine/accounts/budgets.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/base/planted.h"

namespace guerdon::shard {

// ---- of a job -----------------------------------------------------------------------------------

void BudgetAsks::add(uint64_t number, uint32_t shard, size_t visit, base::TimeMs occurred_at,
                     const std::vector<uint32_t>& budgets) {
  GUERDON_ASSERT(number_ == 0 || number_ == number);
  number_ = number;
  earliest_ = order_.empty() ? occurred_at : std::min(earliest_, occurred_at);
  shards_[shard].turns.push_back({visit, static_cast<uint32_t>(order_.size())});
  order_.push_back({shard, visit});
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
  order_.clear();
  counts_.clear();
  drawn_on_.clear();
  for (OfShard& shard : shards_) {
    shard.turns.clear();
    shard.next = 0;
    shard.draws.clear();
    shard.fresh.clear();
  }
  done_.store(0, std::memory_order_relaxed);
  open_.store(0, std::memory_order_relaxed);
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

BudgetDesk::BudgetDesk(const Budgets& budgets, BudgetAsks& asks, event::Handovers& handovers,
                       std::optional<std::vector<AskBound>> bounds)
    : budgets_(budgets), asks_(asks), handovers_(handovers), bounds_(std::move(bounds)) {
  first_end_ = bounds_ ? end_of_stretch(0) : static_cast<uint32_t>(asks_.order_.size());
}

std::vector<AskBound>::const_iterator BudgetDesk::bounds_of(uint32_t turn) const {
  return std::partition_point(bounds_->begin(), bounds_->end(),
                              [&](const AskBound& bound) { return bound.turn < turn; });
}

// Whether it gets the same, whatever those so far in the stretch draw or give back; it is counted
// with them then. What is left may be below 0: a version may have lowered the amount.
bool BudgetDesk::is_sure(const AskBound& bound, Room& room) const {
  const base::Int128 left = base::Int128{bound.limit} - room.granted;
  const base::Int128 most_left = left + room.may_come_back;
  room.may_come_back += bound.back;
  if (bound.most == 0) return true;
  if (most_left <= 0 || (bound.pays_nothing && bound.least > most_left)) return true;
  const int64_t most = bound.most - (base::planted(base::PlantedBug::kRoomOneShort) ? 1 : 0);
  const bool is_granted = most <= left - room.set_aside;
  room.set_aside += bound.most;
  return is_granted;
}

// One visit at the least.
uint32_t BudgetDesk::end_of_stretch(uint32_t from) {
  rooms_.clear();
  auto bound = bounds_of(from);
  for (uint32_t turn = from; turn < asks_.order_.size(); ++turn) {
    bool is_same = true;
    bool is_alone = false;
    for (; bound != bounds_->end() && bound->turn == turn; ++bound) {
      is_alone = is_alone || bound->is_alone;
      if (is_alone) continue;
      auto room = std::find_if(rooms_.begin(), rooms_.end(), [&](const Room& each) {
        return each.budget == bound->budget && each.period == bound->period;
      });
      if (room == rooms_.end()) {
        // At the beginning another worker may have cut the second one already.
        const int64_t before = from == 0 ? budgets_.granted(bound->budget, bound->period)
                                         : granted(bound->budget, bound->period);
        room = rooms_.insert(room, {bound->budget, bound->period, before, 0, 0});
      }
      is_same = is_sure(*bound, *room) && is_same;
    }
    if ((is_alone || !is_same) && turn != from) return turn;
    if (is_alone) return turn + 1;
  }
  return static_cast<uint32_t>(asks_.order_.size());
}

// A shard's own visits go on by themselves, so one after the other of these wakes nobody.
void BudgetDesk::cut(uint32_t from, uint32_t shard) {
  for (BudgetAsks::OfShard& each : asks_.shards_) {
    for (const plan::Draw& draw : each.fresh) {
      auto pool = std::find_if(asks_.drawn_on_.begin(), asks_.drawn_on_.end(),
                               [&](const BudgetAsks::Pool& other) {
                                 return other.budget == draw.budget && other.period == draw.period;
                               });
      if (pool == asks_.drawn_on_.end()) {
        const int64_t before = budgets_.granted(draw.budget, draw.period);
        pool = asks_.drawn_on_.insert(pool, {draw.budget, draw.period, before});
      }
      pool->granted += draw.amount;
    }
    each.fresh.clear();
  }
  const uint32_t end = end_of_stretch(from);
  // Who sees its turn in it sees what was drawn before.
  asks_.open_.store(end, std::memory_order_release);
  const bool is_own = std::all_of(asks_.order_.begin() + from, asks_.order_.begin() + end,
                                  [&](const auto& place) { return place.shard == shard; });
  if (!is_own) handovers_.tell();
}

bool BudgetDesk::may_go(uint32_t shard, size_t visit) const {
  const BudgetAsks::OfShard& own = asks_.shards_[shard];
  if (own.next == own.turns.size() || own.turns[own.next].visit != visit) return true;
  const uint32_t turn = own.turns[own.next].turn;
  // Acquires what those of the stretches before have drawn.
  return turn < first_end_ || turn < asks_.open_.load(std::memory_order_acquire);
}

void BudgetDesk::done(uint32_t shard, size_t visit, const std::vector<plan::Draw>& draws) {
  BudgetAsks::OfShard& own = asks_.shards_[shard];
  if (own.next == own.turns.size() || own.turns[own.next].visit != visit) {
    GUERDON_ASSERT(draws.empty());  // else it had to have a turn
    return;
  }
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
  if (!bounds_) return;
  check(turn, draws);
  // Relaxed: it does not change before this visit is counted.
  const uint32_t end = std::max(first_end_, asks_.open_.load(std::memory_order_relaxed));
  if (end == asks_.order_.size()) return;  // nobody waits
  own.fresh.insert(own.fresh.end(), draws.begin(), draws.end());
  // Releases what this visit has drawn; the last one acquires what all have.
  if (asks_.done_.fetch_add(1, std::memory_order_acq_rel) + 1 == end) cut(end, shard);
}

// A visit that draws more than it was said to would have been granted it out of order.
void BudgetDesk::check(uint32_t turn, const std::vector<plan::Draw>& draws) const {
  for (const plan::Draw& draw : draws) {
    base::Int128 left = 0;
    const bool gives = draw.amount < 0;
    for (auto bound = bounds_of(turn); bound != bounds_->end() && bound->turn == turn; ++bound) {
      if (bound->is_alone) return;
      if (bound->budget != draw.budget || bound->period != draw.period) continue;
      left += gives ? bound->back : bound->most;
    }
    for (const plan::Draw& each : draws) {
      const bool is_same = each.budget == draw.budget && each.period == draw.period;
      if (is_same && (each.amount < 0) == gives) left -= gives ? -each.amount : each.amount;
    }
    GUERDON_ASSERT(left >= 0);
  }
}

// When the stretch began.
int64_t BudgetDesk::granted(uint32_t budget, int32_t period) const {
  if (!bounds_) return -1;
  for (const BudgetAsks::Pool& pool : asks_.drawn_on_) {
    if (pool.budget == budget && pool.period == period) return std::max<int64_t>(pool.granted, 0);
  }
  return budgets_.granted(budget, period);
}

}  // namespace guerdon::shard
