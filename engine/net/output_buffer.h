// Bytes that wait to be sent: appended at the end, taken from the front in whatever pieces the
// socket takes.
//
// Memory: what waits, and as much again that is sent but not let go yet; a large buffer is given
// back once it is empty. Cost: each byte is moved at most once more.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/assert.h"

namespace guerdon::net {

class OutputBuffer {
 public:
  // Where replies are appended; nothing else may be done to it.
  std::string* end() { return &bytes_; }

  // Views until the next append or take.
  std::string_view waiting() const { return std::string_view(bytes_).substr(taken_); }
  size_t size() const { return bytes_.size() - taken_; }
  bool empty() const { return size() == 0; }

  // The first n bytes that wait are sent. REQUIRES: n <= size().
  void take(size_t n) {
    GUERDON_ASSERT(n <= size());
    taken_ += n;
    if (empty()) {
      release();
    } else if (taken_ >= kLittle && taken_ >= size()) {
      bytes_.erase(0, taken_);
      taken_ = 0;
    }
  }

  size_t capacity() const { return bytes_.capacity(); }

 private:
  static constexpr size_t kLittle = size_t{64} << 10;  // bytes that are not worth giving back

  void release() {
    taken_ = 0;
    if (bytes_.capacity() > kLittle) {
      std::string().swap(bytes_);  // an assignment would keep the memory
    } else {
      bytes_.clear();
    }
  }

  std::string bytes_;
  size_t taken_ = 0;
};

}  // namespace guerdon::net
