#include <zstd.h>

#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/stored_bytes.h"

namespace guerdon::os {
namespace {

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<StoredBytes> stored)
      : stored_(std::move(stored)), stream_(ZSTD_createDStream()) {
    GUERDON_ASSERT(stream_ != nullptr);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }

  std::ptrdiff_t read(char* buffer, size_t n) override {
    GUERDON_ASSERT(n > 0);
    if (!error_.empty()) return -1;
    ZSTD_outBuffer out = {buffer, n, 0};
    while (out.pos == 0) {
      // The decoder may hold output back although it has taken all input: it is called with none
      // before the end is believed.
      const std::string_view bytes = stored_->window();
      ZSTD_inBuffer in = {bytes.data(), bytes.size(), 0};
      if (in.size == 0 && !inside_frame_) return at_end_of_input();
      const size_t wanted = ZSTD_decompressStream(stream_, &out, &in);
      stored_->skip(in.pos);
      if (ZSTD_isError(wanted)) {
        error_ = stored_->name() + " is not whole zstd data: " + ZSTD_getErrorName(wanted);
        return -1;
      }
      inside_frame_ = wanted != 0;  // 0: a frame has ended and all of it was handed out
      if (in.size == 0 && out.pos == 0) return at_end_of_input();
    }
    return static_cast<std::ptrdiff_t>(out.pos);
  }

  uint64_t consumed() const override { return stored_->consumed(); }
  std::string_view error() const override { return error_; }

 private:
  std::ptrdiff_t at_end_of_input() {
    if (stored_->failed()) {
      error_ = stored_->error();
    } else if (inside_frame_) {
      error_ = stored_->name() + " ends in the middle of its zstd data; get the whole file";
    }
    return error_.empty() ? 0 : -1;
  }

  std::unique_ptr<StoredBytes> stored_;
  ZSTD_DStream* stream_;
  bool inside_frame_ = false;
  std::string error_;
};

}  // namespace

std::unique_ptr<ByteSource> make_zstd_source(std::unique_ptr<StoredBytes> stored) {
  return std::make_unique<ZstdSource>(std::move(stored));
}

}  // namespace guerdon::os
