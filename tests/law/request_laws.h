#pragma once

#include <cstdint>
#include <string>

#include "tests/law/request_draw.h"

namespace guerdon::law {

// What was tried.
struct RequestTally {
  uint64_t requests = 0;
  uint64_t applied = 0;
  uint64_t entries = 0;
};

// The first difference between the variants of an engine that one case of requests shows, in words;
// empty when there is none. Compared are answers, entries one by one in their order, balances, both
// hashes, clock, stocks, and the bytes of the book, for 1, 2, 7 and 16 shards, both assemblies,
// several sizes of batches, engines that were stopped or crashed, and some that forget ids. `turn`:
// which variants have their turn.
std::string broken_law(const RequestCase& drawn, uint64_t turn, RequestTally* tally = nullptr);

// Fewer requests that still show a difference. REQUIRES: these do.
RequestCase shrink(RequestCase found, uint64_t turn);

// Each plan, then the requests, a line each.
std::string print(const RequestCase& found);

}  // namespace guerdon::law
