#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/generate/shrink.h"
#include "tests/law/run.h"

namespace guerdon::law {

inline const std::vector<uint32_t> kShardCounts = {1, 2, 7, 16, 64};
inline const std::vector<uint32_t> kBatchSizes = {1, 16, 256};

// Every shard count with every batch size on the fused assembly; every shard count on the threaded
// one, where `turn` says which batch size and how many workers (1 to 3) it gets: nine turns on,
// every combination was tried.
std::vector<Variant> variants(const std::vector<uint32_t>& batches, uint64_t turn);

// What went through the engines, for the summary of a run.
struct Tally {
  uint64_t events = 0;
  uint64_t entries = 0;
  uint64_t refused = 0;
  uint64_t corrections = 0;  // entries that correct what was posted for an event of before
};

// Tries a case: the first difference between two variants, or between two orders of the events, in
// words; empty when there is none. `turn` as in variants(); it also chooses the other order.
std::string shown_variant(const generate::Case& drawn, const std::vector<uint32_t>& batches,
                          uint64_t turn);

// The same, and before it the compiled engine against the reference engine.
std::string broken_law(const generate::Case& drawn, const std::vector<uint32_t>& batches,
                       uint64_t turn, Tally* tally = nullptr);

// The compiled engine on `variant` against the reference engine alone.
std::string reference_difference(const generate::Case& drawn, const Variant& variant,
                                 Tally* tally = nullptr);

}  // namespace guerdon::law
