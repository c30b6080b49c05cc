#include <zlib.h>

#include <algorithm>
#include <climits>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/stored_bytes.h"

namespace guerdon::os {
namespace {

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<StoredBytes> stored) : stored_(std::move(stored)) {
    constexpr int kGzipOnly = 15 + 16;  // the largest window, and no other wrapping
    const int result = inflateInit2(&stream_, kGzipOnly);
    GUERDON_ASSERT(result == Z_OK);
  }
  ~GzipSource() override { inflateEnd(&stream_); }

  std::ptrdiff_t read(char* buffer, size_t n) override {
    GUERDON_ASSERT(n > 0);
    if (!error_.empty()) return -1;
    const auto room = static_cast<uInt>(std::min<size_t>(n, UINT_MAX));
    stream_.next_out = reinterpret_cast<Bytef*>(buffer);
    stream_.avail_out = room;
    while (stream_.avail_out == room) {
      const std::string_view input = stored_->window();
      if (input.empty()) return at_end_of_input();
      if (!inflate_some(input)) return -1;
    }
    return static_cast<std::ptrdiff_t>(room - stream_.avail_out);
  }

  uint64_t consumed() const override { return stored_->consumed(); }
  std::string_view error() const override { return error_; }

 private:
  bool inflate_some(std::string_view input) {
    inside_member_ = true;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    stored_->skip(input.size() - stream_.avail_in);
    if (result == Z_STREAM_END) {
      inside_member_ = false;
      inflateReset(&stream_);  // members may follow each other
      return true;
    }
    if (result == Z_OK) return true;
    error_ = stored_->name() + " is not whole gzip data: " +
             (stream_.msg != nullptr ? stream_.msg : "it cannot be decoded");
    return false;
  }

  std::ptrdiff_t at_end_of_input() {
    if (stored_->failed()) {
      error_ = stored_->error();
    } else if (inside_member_) {
      error_ = stored_->name() + " ends in the middle of its gzip data; get the whole file";
    }
    return error_.empty() ? 0 : -1;
  }

  std::unique_ptr<StoredBytes> stored_;
  z_stream stream_ = {};
  bool inside_member_ = false;
  std::string error_;
};

}  // namespace

std::unique_ptr<ByteSource> make_gzip_source(std::unique_ptr<StoredBytes> stored) {
  return std::make_unique<GzipSource>(std::move(stored));
}

}  // namespace guerdon::os
