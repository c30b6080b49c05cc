// How far an account has come towards its targets, as a question sees it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/program/machine.h"

namespace guerdon::shard {

// Of one target in one period.
struct ProgressWanted {
  uint32_t target = 0;            // of Program::targets
  std::optional<int32_t> period;  // its index; nothing: that of the clock
};

// Tuples of further keys of which something is kept, over all that a question wants. One of more
// is not answered: they are sorted by their texts before the first can be shown.
inline constexpr size_t kProgressTuplesMax = 10'000;

// One that the account is kept for, with its further keys.
struct ProgressRow {
  uint32_t target = 0;
  plan::FrameKey key;           // of the subject of what is achieved
  bool is_closed = false;       // the period
  int64_t achieved = 0;         // of an average the sum
  int64_t samples = 0;          // where the target has them
  int64_t carried = 0;          // of what is achieved, where the target carries
  std::optional<int64_t> goal;  // above 0; nothing: there is none
  struct Running {
    uint32_t streak = 0;  // of Program::streaks
    int64_t periods = 0;  // as it stands now, whatever period the row is of
  };
  std::vector<Running> running;  // of the target, in the order of the streaks
};

// What is achieved of the goal, as it is shown: whole percents, rounded down. Nothing: there is no
// goal, or no sample of what is made of samples. REQUIRES: the row is one of the target.
std::optional<int64_t> percent_of(const plan::TargetKind& target, const ProgressRow& row);

struct Progress {
  std::vector<ProgressWanted> wanted;
  bool is_gone = false;           // of all that is wanted nothing is kept any more
  bool is_too_much = false;       // more than kProgressTuplesMax: there are no rows
  std::vector<ProgressRow> rows;  // as wanted; of one target in no order
};

}  // namespace guerdon::shard
