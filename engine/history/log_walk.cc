#include "engine/history/log_walk.h"

#include <utility>

#include "engine/base/bytes.h"

namespace guerdon::history {

using LogStep = wal::LogReader::Step;

bool LogWalk::next() {
  do {
    if (lsn_ >= last_ || !problem_.empty()) return false;
    while (left_ == 0) {
      if (!read_frame()) return false;
    }
    --left_;
    ++lsn_;
    batch_.clear();
    step_ = records_.next(batch_);
    if (step_ == Step::kEnd || step_ == Step::kBad) {
      return fail("what stands in the log at LSN " + std::to_string(lsn_) + " is no record");
    }
  } while (lsn_ < first_);
  return true;
}

bool LogWalk::read_frame() {
  const bool is_begun = std::exchange(is_begun_, true);
  const LogStep step = is_begun || log_.open(first_) ? log_.next() : LogStep::kProblem;
  if (step == LogStep::kProblem) return fail(log_.problem().sentence());
  if (step != LogStep::kFrame) {
    return fail("the log ends before LSN " + std::to_string(last_) +
                ", or its beginning is not there");
  }
  const uint64_t first = log_.header().first_lsn;
  left_ = log_.header().records;
  if (left_ == 0) return true;
  // A segment is opened at its beginning, which may be before the first that is asked for.
  if (lsn_ == 0 ? first > first_ : first != lsn_ + 1) {
    return fail("the log does not go on at LSN " + std::to_string(lsn_ == 0 ? first_ : lsn_ + 1));
  }
  lsn_ = first - 1;
  records_.begin(base::text_of(log_.payload()), log_.header().before_at);
  return true;
}

bool LogWalk::fail(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

}  // namespace guerdon::history
