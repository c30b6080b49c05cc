// The stages, and what is told of jobs on their way through them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "engine/event/handovers.h"
#include "engine/pipeline/admission.h"
#include "engine/pipeline/job.h"
#include "engine/pipeline/tail.h"
#include "engine/shard/shard.h"

namespace guerdon::pipeline {

struct Stages {
  Admission& admission;
  std::vector<std::unique_ptr<shard::Shard>>& shards;
  Tail& tail;
  // Asked of each job when it is admitted, in order, on the thread that does; may be empty. False:
  // nothing of the job is applied.
  std::function<bool(const Job&)> admitted;
  // Told of each job when it is complete, in order, before it is used again. Of a barrier: while no
  // stage is at work on anything.
  std::function<void(const Job&)> completed;
  std::function<void()> between_steps;  // may be empty
  shard::Budgets* budgets = nullptr;    // null: no plan has any
  // Told when a job can be taken again, where the stages have threads of their own; may be empty.
  std::function<void()> freed = {};
};

// ---- a job in which visits of one record hand over to each other (event/handovers.h)
//
// A thread runs its shards in rounds, since each may have to wait for what another says:
//
//   run_in_rounds(job.handovers, {0, 2, 4}, [&](size_t shard) { return go_on(shard); });
//
// A shard goes on until it is done or parks. When a whole round has moved none of them, all wait
// for shards of other threads, and so does this one; there is nothing to spin for. Where all shards
// are this thread's, some shard always moves.

// How far a shard came in one go.
enum class Stand : uint8_t { kDone, kMoved, kStuck };

// Calls go_on(shard) for each of them until it has said kDone. kMoved and kStuck: it waits for a
// visit of another shard, and has or has not done anything before.
template <typename GoOn>
void run_in_rounds(const event::Handovers& handovers, std::vector<size_t> shards, GoOn go_on) {
  while (!shards.empty()) {
    // Read before the shards look: what is released after they did makes it another number.
    const uint32_t seen = handovers.releases();
    bool has_moved = false;
    std::vector<size_t> left;
    for (const size_t shard : shards) {
      const Stand stand = go_on(shard);
      has_moved = has_moved || stand != Stand::kStuck;
      if (stand != Stand::kDone) left.push_back(shard);
    }
    shards = std::move(left);
    if (!has_moved && !shards.empty()) handovers.wait_for_more(seen);
  }
}

// The stages of a job, in their order, on this thread: each takes jobs in the order in which they
// are to be admitted.
void admit(const Stages& stages, Job& job);
// On every `stride`-th shard from `first` on; 0 and 1: on all. Where others are run elsewhere it
// may wait for what they say.
void execute(const Stages& stages, Job& job, size_t first = 0, size_t stride = 1);
// Once all shards are through with it, where `stride` was not 1: before the next job is begun.
void settle(const Stages& stages, const Job& job);
void finish(const Stages& stages, Job& job);

}  // namespace guerdon::pipeline
