// What TAB completes: names of commands, and behind one the words that its usage allows there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/command_docs.h"

namespace guerdon::cli {

struct Completion {
  size_t typed = 0;                     // bytes of the word at the cursor: they are replaced
  std::vector<std::string> candidates;  // what it may become; `name=` is to be gone on with
  std::string usage;                    // of the command, where nothing can be completed
};

// Words that the shell understands itself: help, exit, quit.
inline constexpr std::string_view kHelp = "help";
inline constexpr std::string_view kExit = "exit";
inline constexpr std::string_view kQuit = "quit";

// `line`: up to the cursor.
Completion complete(const CommandDocs& docs, std::string_view line);

// The longest beginning that all have. REQUIRES: there is one.
std::string common_beginning(const std::vector<std::string>& candidates);

}  // namespace guerdon::cli
