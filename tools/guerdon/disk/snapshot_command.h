// `guerdon snapshot inspect|verify`: what stands in snapshots, for people and scripts. Only looks:
// an engine that has the folder goes on undisturbed.
#pragma once

#include <string>

#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

// Header, sections and footer of a snapshot, or of all in a folder, the newest first, on standard
// output. All of it is read. The first problem of each goes to standard error.
ExitStatus snapshot_inspect(const std::string& path, bool json);

// Reads all of a snapshot, or of all in a folder; `FILE: ok` on standard output for each that is as
// it was written, else its first problem on standard error, and then kNo.
ExitStatus snapshot_verify(const std::string& path);

}  // namespace guerdon::tools
