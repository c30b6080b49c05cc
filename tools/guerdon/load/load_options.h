// What `guerdon load` was asked for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/load/lane.h"
#include "tools/load/request_form.h"

namespace guerdon::tools {

inline constexpr uint64_t kLoadEventsMax = 1'000'000'000;
inline constexpr uint64_t kLoadAccountsMax = 1'000'000'000;

struct LoadOptions {
  std::string connect;              // HOST:PORT
  std::string tenant;               // whose events they are; "": of a server without tenants
  std::string key;                  // a file with the key by which they come in; "": by none
  std::vector<std::string> traces;  // sent one after the other
  std::vector<std::string> plans;   // that say what of the traces is sent
  std::string workload;             // "" or w1
  uint64_t events = 1'000'000;
  uint64_t accounts = 1'000'000;
  bool uniform = false;
  uint64_t seed = 1;
  uint32_t connections = 8;
  std::string deal = "account";  // account or turn
  std::string send = "lines";    // lines, resp or batch
  uint32_t pipeline = 0;         // requests under way a connection; 0: as pipeline_of() says
  uint32_t batch = 256;          // events a batch
  uint32_t ahead = 1'024;        // of a trace: events between connections; 0: any
  std::string source;            // "": the trace's own name, or w1
  std::string tick;              // "", next-month or an instant
  bool json = false;
  bool repeat_check = false;
};

// Of traces; made events have no time that one connection could run ahead of another.
inline uint32_t ahead_of(const LoadOptions& options) {
  return options.traces.empty() ? 0 : options.ahead;
}

// `account`, `turn`.
std::optional<load::Deal> read_deal(const std::string& text);

// `lines`, `resp`, `batch`.
std::optional<load::SendForm> read_send_form(const std::string& text);

// What was asked for, else 128; of batches 4, which are as many bytes.
uint32_t pipeline_of(const LoadOptions& options);

}  // namespace guerdon::tools
