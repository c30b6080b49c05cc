// What a run of `guerdon load` came to, and its two forms: JSON for programs, a table for people.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/guerdon/load/load_options.h"
#include "tools/load/closed_loop.h"
#include "tools/load/w1.h"

namespace guerdon::tools {

inline constexpr uint64_t kNsPerUs = 1'000;  // latencies are shown in microseconds

// What was made in memory before the clock started.
struct PreparedLoad {
  std::vector<std::string> sources;
  uint64_t events = 0;
  uint64_t requests = 0;
  uint64_t busiest = 0;  // of them: on the connection that has most
  uint64_t bytes = 0;
  uint64_t rows = 0;        // of the traces
  uint64_t ignored = 0;     // of them: of a type that no plan declares
  uint64_t unsendable = 0;  // of them: no event, or without id, time or type
  std::map<std::string, uint64_t> ignored_types;
  std::vector<std::string> ignored_columns;
  int64_t last_time = 0;               // of any event
  std::optional<load::W1Model> model;  // of W1: what an empty server must come to
};

struct ServerHashes {
  std::string state;  // empty: the server does not say
  std::string entries;
  std::string lsn;

  bool operator==(const ServerHashes&) const = default;
};

struct LoadReport {
  LoadOptions options;
  PreparedLoad prepared;
  std::unique_ptr<load::LoopResult> run;
  std::unique_ptr<load::LoopResult> repeat;   // null: none was asked for
  std::string repeat_fault;                   // what of it was not as it must be; empty: nothing
  std::optional<int64_t> ticked_to;           // the server's clock, where it was moved
  ServerHashes hashes;                        // behind the run and the tick
  std::map<std::string, std::string> server;  // INFO, where the server has it
};

// One object, its fields always in the same order, with a line end.
std::string to_json(const LoadReport& report);

// For a terminal.
std::string to_table(const LoadReport& report);

// The quantiles that both show, in millionths, and their names.
struct ShownQuantile {
  const char* name;
  uint32_t millionths;
};
inline constexpr ShownQuantile kShownQuantiles[] = {
    {"p50", 500'000}, {"p90", 900'000}, {"p99", 990'000}, {"p99.9", 999'000}, {"p99.99", 999'900},
};

}  // namespace guerdon::tools
