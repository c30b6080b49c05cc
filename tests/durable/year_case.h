#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/generate/shrink.h"

// Years of a business, drawn at random: sales and refunds, visits, and takings at a till, under
// three plans that differ in zone, grace and in what becomes of what is late; goals said before the
// sales and behind them; ticks; further versions of two plans; closed periods that are opened
// again.

namespace guerdon::year {

// From 2026-01-01 on. The same for the same seed. REQUIRES: years from 1 to 20.
generate::Case year_case(uint64_t seed, int years);

// Versions that cut time otherwise than the plan that they follow; none can come.
std::vector<std::string> other_zones();

}  // namespace guerdon::year
