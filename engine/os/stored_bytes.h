#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/os/byte_source.h"
#include "engine/os/file.h"

namespace guerdon::os {

// A file as it is stored, through one window of memory: what decoders take their input from.
// One thread at a time.
class StoredBytes {
 public:
  static constexpr size_t kWindow = size_t{256} << 10;

  explicit StoredBytes(InputFile file);

  // The next bytes without taking them: at least n, unless the file ends or fails before.
  // REQUIRES: n <= kWindow.
  std::string_view peek(size_t n);

  // What is in the window; where it is empty it is filled first. Empty only at the end or on an
  // error, which failed() tells apart.
  std::string_view window() { return peek(1); }
  // Takes the first n bytes of the window. REQUIRES: n <= what the last window() gave.
  void skip(size_t n);

  // Straight to the caller once the window is empty. As InputFile::read.
  std::ptrdiff_t read(char* buffer, size_t n);

  bool failed() const { return !file_.error().empty(); }
  uint64_t consumed() const { return file_.consumed(); }
  const std::string& error() const { return file_.error(); }
  const std::string& name() const { return file_.name(); }

 private:
  InputFile file_;
  std::unique_ptr<char[]> buffer_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

// Decoders of such input behind ByteSource; open_source() chooses. Input that ends inside a member
// or frame, or whose checksum is wrong, is an error. The check comes at the member's end: what was
// read before it has been handed out already, so a reader acts on the whole only after it has seen
// the end.
std::unique_ptr<ByteSource> make_gzip_source(std::unique_ptr<StoredBytes> stored);
std::unique_ptr<ByteSource> make_zstd_source(std::unique_ptr<StoredBytes> stored);

}  // namespace guerdon::os
