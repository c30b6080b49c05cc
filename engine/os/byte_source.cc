#include "engine/os/byte_source.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/file.h"
#include "engine/os/stored_bytes.h"

namespace guerdon::os {
namespace {

constexpr std::string_view kGzipMagic = "\x1f\x8b";
constexpr std::string_view kZstdMagic = "\x28\xb5\x2f\xfd";

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(std::unique_ptr<StoredBytes> stored) : stored_(std::move(stored)) {}

  std::ptrdiff_t read(char* buffer, size_t n) override { return stored_->read(buffer, n); }
  uint64_t consumed() const override { return stored_->consumed(); }
  std::string_view error() const override { return stored_->error(); }

 private:
  std::unique_ptr<StoredBytes> stored_;
};

}  // namespace

std::unique_ptr<ByteSource> open_source(const std::string& path, std::string* error) {
  InputFile file(path);
  if (!file.is_open()) {
    *error = file.error();
    return nullptr;
  }
  auto stored = std::make_unique<StoredBytes>(std::move(file));
  // An error while looking at the first bytes is sticky; the first read will tell it.
  const std::string_view start = stored->peek(kZstdMagic.size());
  if (start.starts_with(kGzipMagic)) return make_gzip_source(std::move(stored));
  if (start.starts_with(kZstdMagic)) return make_zstd_source(std::move(stored));
  return std::make_unique<PlainSource>(std::move(stored));
}

}  // namespace guerdon::os
