#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// Bytes from outside: files, standard input, and the compressed forms of either.

namespace guerdon::os {

// A stream of bytes read once, front to back.
// Thread-safety: one thread at a time. Errors: sticky; after -1 every read gives -1 again.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills up to n bytes and returns how many (at least 1), 0 at the end, -1 on an error, which
  // error() then words. REQUIRES: n > 0.
  virtual std::ptrdiff_t read(char* buffer, size_t n) = 0;

  // Bytes taken from the underlying file so far, as stored (compressed); for showing progress
  // against file_size().
  virtual uint64_t consumed() const = 0;

  // What went wrong, as a sentence that names the source; empty until then.
  virtual std::string_view error() const = 0;
};

// Opens a path, or standard input where it is "-". gzip (RFC 1952, any number of members) and zstd
// (RFC 8878, any number of frames) are known by their first bytes and read as what they hold.
// Compressed input that ends early or does not match its checksums is an error, not an end.
// Returns null and sets *error where the path cannot be opened.
std::unique_ptr<ByteSource> open_source(const std::string& path, std::string* error);

// Reads a whole small file as it is stored (no decompression); "-" is standard input. More than
// size_limit bytes is an error. On failure *out is unspecified.
bool read_file(const std::string& path, size_t size_limit, std::string* out, std::string* error);

// Size of a regular file as stored; 0 where it is not one or cannot be looked at.
uint64_t file_size(const std::string& path);

}  // namespace guerdon::os
