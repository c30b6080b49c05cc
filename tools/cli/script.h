// Requests from a pipe, a file or the command line, one after the other, and their answers.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "tools/cli/look.h"
#include "tools/cli/session.h"

namespace guerdon::cli {

enum class Ended : uint8_t {
  kDone,    // all was answered
  kErrors,  // all was answered, with one error or more
  kGone,    // not all was answered; why is on standard error
};

struct ScriptOptions {
  bool json = false;
  Look look;
};

// A request a line, `BATCH n` with the n lines behind it, until the end of the file. Answers go to
// standard output. Where the connection ends, nothing more is sent: what was set for it, such as a
// source, is gone, and what follows may rely on it. REQUIRES: the session is open.
Ended run_script(std::FILE* from, const ScriptOptions& options, Session* session);

// One request: the words as they are. REQUIRES: the session is open, there is a word.
Ended run_words(std::span<const std::string> words, const ScriptOptions& options, Session* session);

}  // namespace guerdon::cli
