// What was granted of budgets (plan/shop.h, Budget): one number a pool, shared by all shards.
//
// Visits that ask are granted in the order of the log, but few need to wait for that. Those of a
// job are cut, in their order, into stretches:
//
//   a stretch   visits each of which gets the same, whatever those before it in the stretch draw
//
// So all of a stretch are granted by what was granted when it began, in any order. Its first visit
// may ask for anything; of each behind it, for all that it may ask, one of two is sure:
//   * it gets that in full: so much is left, if all before it in the stretch have drawn the most
//     that they may (AskBound);
//   * it gets nothing: nothing is left, or, where the pool pays nothing when it is short, less than
//     the least that it asks for; and not even what may come back in the stretch makes that enough.
// When all of a stretch are done, what they drew is known, and the next one is cut off. A shard
// whose visit is of a later one parks, as one does that waits for a handover (event/handovers.h). A
// job for which every pool has plenty,
//
//   left >= the most that any one visit can ask for * visits of the job that ask,
//
// is one stretch, and nobody looks at what each visit may ask. A pool that runs out in a job makes
// three or so: those before, the one that gets what is left, and those behind.
//
//   admission   asks.add(...)                    which visits of which shard ask, in their order
//   a worker    budgets.wait_for(asks)           all jobs before are settled: what is left is known
//               bounds = shard.bound_asks(...)   and stays so until this job is settled
//               desk = {budgets, asks, bounds}
//   a shard     desk.may_go, the machine, desk.done
//   the last    budgets.settle(asks)             what was drawn is added up
//
// Each worker finds the bounds, and so the first stretch, for itself: the same. Who is done last in
// a stretch cuts the next.
//
// Thread-safety: of Budgets, wait_for() and what is const are for all workers between the settling
// of two jobs; of BudgetAsks and BudgetDesk, what takes a shard is for who runs that.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/int128.h"
#include "engine/base/timestamp.h"
#include "engine/event/handovers.h"
#include "engine/program/program.h"

namespace guerdon::shard {

// What a visit may ask of a pool, or give back to it, whatever is kept for its account.
struct AskBound {
  uint32_t turn = 0;  // of the visit, among those of the job that ask or give back
  uint32_t budget = 0;
  int32_t period = 0;
  int64_t limit = 0;          // what the pool has, by the amount that holds at its event
  bool pays_nothing = false;  // the same: where less is left than is asked for
  int64_t least = 0;          // what it asks for, if it asks
  int64_t most = 0;
  int64_t back = 0;  // it gives back no more
  // All of that hangs on what is kept, the pool as well: so the visit is a stretch by itself.
  bool is_alone = false;
};

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

  // ---- constant while shards are at work

  // They have turns 0, 1, 2, ...
  struct Place {
    uint32_t shard = 0;
    size_t visit = 0;
  };
  const std::vector<Place>& order() const { return order_; }

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
    std::vector<plan::Draw> fresh;  // of these, those of the stretch at hand
  };
  struct Pool {
    uint32_t budget = 0;
    int32_t period = 0;
    int64_t granted = 0;
  };

  // ---- constant while shards are at work
  uint64_t number_ = 0;
  std::vector<Place> order_;
  base::TimeMs earliest_ = 0;     // of the events that ask
  std::vector<uint32_t> counts_;  // by budget: visits that may ask it
  // ---- each its own worker's
  std::vector<OfShard> shards_;
  // ---- written by who cuts a stretch, while no visit that asks is under way
  std::vector<Pool> drawn_on_;  // what was granted of them when the stretch began
  // ---- shared
  std::atomic<uint32_t> done_{0};  // visits
  std::atomic<uint32_t> open_{0};  // turns below it may be done; 0: those of the first stretch
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
  // Whether nothing can bind in the job, whatever its events say. REQUIRES: those before it are
  // settled.
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
  // `bounds`: of all visits of the job, by turn; nothing: no pool can bind. The others must outlive
  // it. REQUIRES: the jobs before it are settled.
  BudgetDesk(const Budgets& budgets, BudgetAsks& asks, event::Handovers& handovers,
             std::optional<std::vector<AskBound>> bounds);

  // Whether the visits of a shard may all be done one after the other.
  bool is_one_stretch() const { return first_end_ == asks_.order_.size(); }
  // Whether the visit may be done now: its stretch has begun, or it asks nothing.
  bool may_go(uint32_t shard, size_t visit) const;
  // It was, and drew so much.
  void done(uint32_t shard, size_t visit, const std::vector<plan::Draw>& draws);

  int64_t granted(uint32_t budget, int32_t period) const override;

 private:
  // What is known of a pool while a stretch is cut off.
  struct Room {
    uint32_t budget = 0;
    int32_t period = 0;
    int64_t granted = 0;             // when it begins
    base::Int128 set_aside = 0;      // the most that those so far may draw
    base::Int128 may_come_back = 0;  // the same of what they give back
  };

  std::vector<AskBound>::const_iterator bounds_of(uint32_t turn) const;
  bool is_sure(const AskBound& bound, Room& room) const;
  uint32_t end_of_stretch(uint32_t from);
  void cut(uint32_t from, uint32_t shard);
  void check(uint32_t turn, const std::vector<plan::Draw>& draws) const;

  const Budgets& budgets_;
  BudgetAsks& asks_;
  event::Handovers& handovers_;
  const std::optional<std::vector<AskBound>> bounds_;
  std::vector<Room> rooms_;  // of the stretch that is cut off
  uint32_t first_end_ = 0;   // of the first stretch
};

}  // namespace guerdon::shard
