#pragma once

#include <string>

#include "tests/law/run.h"

namespace guerdon::law {

// The first thing in which two runs of one case differ, in words; empty when there is none.
// Compared are entries one by one with their ids and names, in the order of the sink; balances,
// both hashes, counts, frames that are kept, the clock, refusals and ignored columns. Books that do
// not balance are a difference, too.
std::string difference(const Run& expected, const Run& actual);

// One entry with the name of its account.
std::string text_of(const Engine& engine, const Entry& entry);

}  // namespace guerdon::law
