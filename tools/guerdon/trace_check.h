// What can be known to be wrong with the traces of a replay before anything is replayed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace guerdon::tools {

// A trace is known by its file name alone, and an event id is one event in it: two files of one
// name would take each other's events for their own. False with a sentence for such two. One file
// given twice is no mistake: all of it is duplicates.
bool check_sources(const std::vector<std::string>& traces, std::string* error);

// `--until`: false with a sentence when a trace begins after `until` (milliseconds since 1970).
// What can be read only once is not looked at.
bool check_until(const std::vector<std::string>& traces, int64_t until, std::string* error);

}  // namespace guerdon::tools
