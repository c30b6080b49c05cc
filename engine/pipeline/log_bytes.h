// The log records of a job, one behind the other, as they will stand in a frame.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/record_codec.h"
#include "engine/pipeline/sweeper.h"

namespace guerdon::pipeline {

class LogBytes {
 public:
  // Of a whole job: each record may have a SETTLE before it and a SWEEP behind it, and a tick, with
  // those of all slices, comes last. Small enough for one frame, so that what a job says is on the
  // disk as one.
  static constexpr size_t kBytesMax =
      (event::kBatchRecordsMax + 1) * (event::kRecordBytesMax + 2 * event::kShortRecordBytesMax) +
      Sweeper::kOfTick * event::kShortRecordBytesMax;

  // Where the next record goes: room for one of kRecordBytesMax.
  char* room() {
    if (bytes_.size() - used_ < event::kRecordBytesMax) {
      bytes_.resize(2 * bytes_.size() + event::kRecordBytesMax);
    }
    return bytes_.data() + used_;
  }
  // A record was laid down there and ends here.
  void add_record(const char* end) {
    used_ = static_cast<size_t>(end - bytes_.data());
    ++records_;
  }

  void clear() { used_ = records_ = 0; }

  std::string_view bytes() const { return {bytes_.data(), used_}; }
  uint32_t records() const { return records_; }

 private:
  std::vector<char> bytes_;
  size_t used_ = 0;
  uint32_t records_ = 0;
};

}  // namespace guerdon::pipeline
