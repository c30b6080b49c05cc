// How far an account has come towards its targets, as a question sees it.
#pragma once

#include <array>
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

// One that the account is kept for, with its further keys.
struct ProgressRow {
  uint32_t target = 0;
  plan::FrameKey key;      // of the subject of what is achieved
  bool is_closed = false;  // the period
  int64_t achieved = 0;
  std::optional<int64_t> goal;  // above 0; nothing: there is none
};

struct Progress {
  std::vector<ProgressWanted> wanted;
  bool is_known = false;          // the account
  bool is_gone = false;           // of some period that is wanted nothing is kept any more
  std::vector<ProgressRow> rows;  // as wanted; of one target in no order
};

}  // namespace guerdon::shard
