// The log records of a job, one behind the other, as they will stand in frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/event/record_codec.h"

namespace guerdon::pipeline {

class LogBytes {
 public:
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
    ends_.push_back(used_);
  }

  void clear() {
    used_ = 0;
    ends_.clear();
  }

  size_t records() const { return ends_.size(); }
  // Of the records [first, end).
  std::string_view bytes(size_t first, size_t end) const {
    const size_t begin = first == 0 ? 0 : ends_[first - 1];
    return {bytes_.data() + begin, (end == 0 ? 0 : ends_[end - 1]) - begin};
  }
  // Behind the last of the records from `first` on that bytes_max holds.
  size_t fit(size_t first, size_t bytes_max) const {
    size_t end = first;
    while (end < ends_.size() && bytes(first, end + 1).size() <= bytes_max) ++end;
    return end;
  }

 private:
  std::vector<char> bytes_;
  size_t used_ = 0;
  std::vector<size_t> ends_;  // of each record
};

}  // namespace guerdon::pipeline
