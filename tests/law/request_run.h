#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/law/request_draw.h"
#include "tests/law/run.h"

// Requests through a whole engine with its log, its book and its snapshots, on a disk in memory.

namespace guerdon::law {

struct RequestVariant {
  Variant engine;
  // Stopped after half of the requests and opened again with so many shards, out of a snapshot that
  // was taken after a quarter, and of the log behind it. 0: in one go.
  uint32_t shards_after_stop = 0;
  // Not 0: some lives end in a crash, each in some call to the log's disk, while shards are at work
  // and frames are written; the next one, on another number of shards, goes on with what was not
  // durable. Which calls: by this seed.
  uint64_t crashes = 0;

  std::string text() const;
};

// All that can be seen of it.
struct RequestRun {
  std::vector<std::string> answers;  // of each request: its code, LSN, and entries or amount
  std::vector<uint64_t> lsns;        // that each took; 0: none
  std::vector<std::string> entries;  // in the order in which they were told
  std::vector<uint64_t> entry_lsns;  // beside them
  std::vector<std::string> balances;
  std::string state_hash;
  std::string entries_hash;
  std::string last;                         // the last LSN, the clock, stocks
  std::map<std::string, std::string> book;  // the bytes of its segments
  std::string broken;                       // what does not balance; empty: all does
  int crashed = 0;                          // lives
};

RequestRun run(const RequestCase& drawn, const RequestVariant& variant);

// The first thing in which two runs differ, in words; empty when there is none.
std::string difference(const RequestCase& drawn, const RequestRun& expected,
                       const RequestRun& actual);

}  // namespace guerdon::law
