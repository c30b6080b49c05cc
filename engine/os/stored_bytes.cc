#include "engine/os/stored_bytes.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::os {

StoredBytes::StoredBytes(InputFile file)
    : file_(std::move(file)), buffer_(std::make_unique<char[]>(kWindow)) {}

std::string_view StoredBytes::peek(size_t n) {
  GUERDON_ASSERT(n <= kWindow);
  if (begin_ == end_) begin_ = end_ = 0;
  if (kWindow - begin_ < n) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  while (end_ - begin_ < n) {
    const std::ptrdiff_t got = file_.read(buffer_.get() + end_, kWindow - end_);
    if (got <= 0) break;
    end_ += static_cast<size_t>(got);
  }
  return {buffer_.get() + begin_, end_ - begin_};
}

void StoredBytes::skip(size_t n) {
  GUERDON_ASSERT(n <= end_ - begin_);
  begin_ += n;
}

std::ptrdiff_t StoredBytes::read(char* buffer, size_t n) {
  if (begin_ == end_) return file_.read(buffer, n);
  const size_t taken = std::min(n, end_ - begin_);
  std::memcpy(buffer, buffer_.get() + begin_, taken);
  begin_ += taken;
  return static_cast<std::ptrdiff_t>(taken);
}

}  // namespace guerdon::os
