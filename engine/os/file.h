#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// A file descriptor opened for reading, one of the plainest kind.

namespace guerdon::os {

// Reads front to back; closes what it opened (standard input stays open). Movable, not copyable.
class InputFile {
 public:
  // "-" is standard input. Where it cannot be opened, is_open() is false and error() says why.
  explicit InputFile(const std::string& path);
  ~InputFile();
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;

  bool is_open() const { return fd_ >= 0; }

  // At least one byte and at most n; 0 at the end, -1 on an error. Goes on after a signal.
  std::ptrdiff_t read(char* buffer, size_t n);

  // Bytes read so far.
  uint64_t consumed() const { return consumed_; }
  // A sentence that names the file; empty where nothing went wrong.
  const std::string& error() const { return error_; }
  // The path, or "standard input".
  const std::string& name() const { return name_; }

 private:
  int fd_ = -1;
  uint64_t consumed_ = 0;
  std::string name_;
  std::string error_;
};

// The whole of a file with secrets: a regular one, no link, of this user or root, that nobody else
// may read or write. False with a sentence that names it, and nothing of what is in it.
bool read_private_file(const std::string& path, size_t bytes_max, std::string* bytes,
                       std::string* error);

}  // namespace guerdon::os
