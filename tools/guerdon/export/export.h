// `guerdon export register|balances`: a data folder as a table, for other programs.
#pragma once

#include <string>

#include "tools/guerdon/data_folder.h"
#include "tools/guerdon/exit_status.h"

namespace guerdon::tools {

struct ExportOptions {
  DataFolder folder;
  std::string format = "csv";  // or jsonl
  std::string account;         // only its lines; empty: of all
};

// All entries, in the order of the book, each with its account and the balance behind it; or the
// balances that are not zero, by account. Nothing is changed or locked. What is wrong goes to
// standard error, also that the book ends before the log.
ExitStatus export_register(const ExportOptions& options);
ExitStatus export_balances(const ExportOptions& options);

}  // namespace guerdon::tools
