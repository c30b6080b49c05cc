#pragma once

#include <string>

#include "tests/generate/shrink.h"

// A case as files that anyone can replay: each plan as N.plan, each further version as
// N.version.plan, and events.txt, lines of the protocol (SOURCE, EVENT, HOLDER, REVERSE, TABLE and
// TICK) for a server that was started with --clock events and these plans:
//
//   guerdon serve --clock events --plan 0.plan --plan 1.plan --data DIR
//   guerdon cli < events.txt
//
// A line `PUBLISH N.version.plan` among them is no command: there the version is published.

namespace guerdon::generate {

// Events of this source are no events but ticks: `time` is milliseconds.
std::string as_lines(const Case& found, const std::string& tick_source);

// Writes the files; makes the folder where it is missing. False: *error.
bool write_files(const Case& found, const std::string& tick_source, const std::string& folder,
                 std::string* error);

// The case again. False: *error, a file that is missing or a line that is none.
bool read_files(const std::string& folder, const std::string& tick_source, Case* found,
                std::string* error);

}  // namespace guerdon::generate
