#pragma once

#include <string>

namespace guerdon::tools {

// How every subcommand ends. Scripts rely on the numbers.
enum class ExitStatus : int {
  kDone = 0,
  kNo = 1,           // the answer is no: a check failed, a plan or a file was refused
  kUsage = 2,        // the command line asks for something that does not exist
  kEnvironment = 3,  // a file cannot be opened, read or written
  kDamage = 4,       // what is on disk is damaged; nothing was changed
};

// Says on standard error, behind what stands on standard output, why `guerdon <command>` ends so.
ExitStatus refuse(const char* command, ExitStatus status, const std::string& sentence);

}  // namespace guerdon::tools
