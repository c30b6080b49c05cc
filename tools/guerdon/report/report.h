// `guerdon report`: what programs came to in a period, out of a data folder.
#pragma once

#include <string>

#include "tools/guerdon/data_folder.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct ReportOptions {
  DataFolder folder;
  std::string program;  // empty, as the next three: as REPORT without the word
  std::string each;
  std::string period;
  std::string unit;
  std::string format = "page";  // or csv, json
};

// The figures that REPORT would answer at the end of the folder's log, however long log and book
// are. Nothing is changed or locked.
ExitStatus report(const ReportOptions& options);

}  // namespace guerdon::tools
