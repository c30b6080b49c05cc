// The commands that a server has, as it says itself (COMMAND DOCS).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/answer.h"
#include "tools/cli/look.h"

namespace guerdon::cli {

struct CommandDoc {
  std::string name;
  std::string usage;
  std::string summary;
};

// In the order of the server. What an answer does not say is empty.
using CommandDocs = std::vector<CommandDoc>;

CommandDocs command_docs_of(const Answer& answer);

// Null where there is none; upper and lower case are one.
const CommandDoc* find_command(const CommandDocs& docs, std::string_view name);

// What `help` shows: a line a command.
Block help_page(const CommandDocs& docs, const Look& look);
// What `help NAME` shows.
Block help_page(const CommandDoc& doc, const Look& look);

}  // namespace guerdon::cli
