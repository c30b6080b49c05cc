// What was granted of budgets (plan/shop.h, Budget): one number a pool, shared by all shards.
//
// What a pool has left is known to one visit at a time. So visits that ask take turns, in the order
// of the log, where one of their pools may not have enough for all that a job asks; a shard whose
// visit has not its turn parks, as one does that waits for a handover (event/handovers.h), and the
// first visit that is not done always has its turn: no deadlock. Where every pool has enough,
//
//   left >= the most that one visit can ask for * visits of the job that ask,
//
// each is granted at once. The result is the same: nothing binds.
//
//   admission   asks.add(...)                    which visits of which shard ask, in their order
//   a worker    budgets.wait_for(asks)           all jobs before are settled: what is left is known
//               desk = {budgets, asks, ...}      and stays so until this job is settled
//   a shard     desk.may_go, the machine, desk.done
//   the last    budgets.settle(asks)             what was drawn is added up
//
// Thread-safety: of Budgets, wait_for() and what is const are for all workers between the settling
// of two jobs; of BudgetAsks and BudgetDesk, what takes a shard is for who runs that.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/handovers.h"
#include "engine/program/program.h"

namespace guerdon::shard {

// The visits of one job that ask budgets, or give back to them, and what they came to.
class BudgetAsks {
 public:
  explicit BudgetAsks(uint32_t shards) : shards_(shards) {}

  // ---- by who has the job

  // The next in the order of the log: the visit that stands at `visit` in the route of its shard.
  // `budgets`: that it may ask; none: it gives back. `number`: of the job, among those that have
  // such visits, from 1 on.
  void add(uint64_t number, uint32_t shard, size_t visit, base::TimeMs occurred_at,
           const std::vector<uint32_t>& budgets);
  // Nothing of the job is applied.
  void drop();
  void clear();
  bool any() const { return number_ != 0; }

 private:
  friend class Budgets;
  friend class BudgetDesk;

  struct Turn {
    size_t visit = 0;
    uint32_t turn = 0;
  };
  struct OfShard {
    std::vector<Turn> turns;
    size_t next = 0;  // of turns
    std::vector<plan::Draw> draws;
  };

  // ---- constant while shards are at work
  uint64_t number_ = 0;
  uint32_t count_ = 0;
  base::TimeMs earliest_ = 0;     // of the events that ask
  std::vector<uint32_t> counts_;  // by budget: visits that may ask it
  // ---- each its own worker's
  std::vector<OfShard> shards_;
  // ---- shared: whose turn it is
  std::atomic<uint32_t> turn_{0};
};

class Budgets {
 public:
  explicit Budgets(const plan::Program& program) : program_(&program) {}

  void adopt(const plan::Program& program) { program_ = &program; }

  int64_t granted(uint32_t budget, int32_t period) const;
  // Calls see(budget, period, granted) for each pool of which something was granted, by budget and
  // period.
  template <typename See>
  void visit(const See& see) const {
    for (uint32_t b = 0; b < pools_.size(); ++b) {
      for (const Pool& pool : pools_[b]) {
        if (pool.granted != 0) see(b, pool.period, pool.granted);
      }
    }
  }
  // A pool that was saved.
  void load(uint32_t budget, int32_t period, int64_t granted) { add({budget, period, granted}); }
  base::Hash128 content_hash() const;
  // The first pool that granted more than it ever had, or got back more than it granted; empty:
  // there is none.
  std::string difference() const;

  // Until all jobs before this one are settled.
  void wait_for(const BudgetAsks& asks) const;
  // Whether nothing can bind in the job. REQUIRES: those before it are settled.
  bool is_free(const BudgetAsks& asks) const;
  // REQUIRES: all visits of the job are done, and so are the jobs before it.
  void settle(const BudgetAsks& asks);

 private:
  struct Pool {
    int32_t period = 0;
    int64_t granted = 0;
  };

  void add(const plan::Draw& draw);
  bool is_free(uint32_t budget, const BudgetAsks& asks) const;

  const plan::Program* program_;
  std::vector<std::vector<Pool>> pools_;  // by budget, then ascending periods
  std::atomic<uint64_t> settled_{0};      // jobs
};

// What one worker's shards see of budgets in one job.
class BudgetDesk final : public plan::Pools {
 public:
  // They must outlive it.
  BudgetDesk(const Budgets& budgets, BudgetAsks& asks, event::Handovers& handovers, bool is_free)
      : budgets_(budgets), asks_(asks), handovers_(handovers), is_free_(is_free) {}

  // Whether the visit may be done now: it has its turn, or needs none.
  bool may_go(uint32_t shard, size_t visit) const;
  // It was, and drew so much.
  void done(uint32_t shard, size_t visit, const std::vector<plan::Draw>& draws);

  int64_t granted(uint32_t budget, int32_t period) const override;

 private:
  const Budgets& budgets_;
  BudgetAsks& asks_;
  event::Handovers& handovers_;
  const bool is_free_;
};

}  // namespace guerdon::shard
