// Bytes that are in memory already, as a source of bytes.
//
// Borrows the text; it must outlive the source.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/os/byte_source.h"

namespace guerdon::runtime {

class MemorySource : public os::ByteSource {
 public:
  explicit MemorySource(std::string_view text) : text_(text) {}

  std::ptrdiff_t read(char* buffer, size_t n) override {
    const size_t take = std::min(n, text_.size() - at_);
    std::copy_n(text_.data() + at_, take, buffer);
    at_ += take;
    return static_cast<std::ptrdiff_t>(take);
  }
  uint64_t consumed() const override { return at_; }
  std::string_view error() const override { return {}; }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace guerdon::runtime
