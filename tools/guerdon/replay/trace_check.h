// What can be known to be wrong with the traces of a replay before anything is replayed.
#pragma once

#include <string>
#include <vector>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

// A trace is known by its file name alone, and an event id is one event in it: two files of one
// name would take each other's events for their own. False with a sentence for such two. One file
// given twice is no mistake: all of it is duplicates.
bool check_sources(const std::vector<std::string>& traces, std::string* error);

// That each is there, and that; what is not so is told for `command`.
ExitStatus check_traces(const char* command, const std::vector<std::string>& traces);

// That standard input (-) is named at most once; else told for `command`, kUsage.
ExitStatus check_standard_input(const char* command, const std::vector<std::string>& plans,
                                const std::vector<std::string>& traces);

}  // namespace guerdon::tools
