// The log of a folder, copied aside, so that what would become of it can be tried.
#pragma once

#include <string>

namespace guerdon::tools {

// A folder of its own among the temporary ones (TMPDIR), removed with it.
class LogCopy {
 public:
  LogCopy() = default;
  ~LogCopy();
  LogCopy(const LogCopy&) = delete;
  LogCopy& operator=(const LogCopy&) = delete;

  // Copies the log that is in `folder` as it is now; all else of an engine's folder follows from
  // it. An engine may write it meanwhile: then what it has begun and not ended is cut off, as after
  // a crash. False with a sentence.
  bool take(const std::string& folder, std::string* error);

  // REQUIRES: taken.
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

}  // namespace guerdon::tools
