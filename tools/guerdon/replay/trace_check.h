// What can be known to be wrong with the traces of a replay before anything is replayed.
#pragma once

#include <string>
#include <vector>

namespace guerdon::tools {

// A trace is known by its file name alone, and an event id is one event in it: two files of one
// name would take each other's events for their own. False with a sentence for such two. One file
// given twice is no mistake: all of it is duplicates.
bool check_sources(const std::vector<std::string>& traces, std::string* error);

}  // namespace guerdon::tools
