// What a replay came to, and its three forms: JSON for programs, a table for people, the dump.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon::tools {

struct ReplayReport {
  std::vector<std::string> plans;
  std::vector<std::string> traces;
  Summary summary;
  std::vector<Balance> balances;
  std::vector<std::string> ignored_columns;
  std::vector<AbsentAttribute> absent_attributes;
  std::map<std::string, uint64_t> ignored_types;
  Hash state_hash;
  Hash entries_hash;
  std::string imbalance;  // of Engine::check_books; empty: the books balance
  int64_t clock = 0;      // engine time at the end
  uint32_t shards = 0;
  uint32_t workers = 0;
  uint32_t batch = 0;
  int64_t elapsed_ns = 0;  // from the first byte read to the last entry; compiling is not in it
  uint64_t peak_rss_bytes = 0;

  uint64_t events_per_second() const;
};

// What the engine itself says; the rest is left as it is.
ReplayReport report_of(const Engine& engine);

// One object, its fields always in the same order, with a line end.
std::string to_json(const ReplayReport& report);

// For a terminal.
std::string to_table(const ReplayReport& report);

// `account TAB unit TAB balance LF` for each account and unit whose balance, summed over programs,
// is not 0: minor units, sorted by the bytes of account, then unit. In the place of the file at
// `path`, whole or not at all; false with a sentence.
bool write_dump(const ReplayReport& report, const std::string& path, std::string* error);

}  // namespace guerdon::tools
