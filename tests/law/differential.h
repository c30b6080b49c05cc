#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "tests/generate/shrink.h"
#include "tests/law/draw.h"
#include "tests/law/run.h"

// The differential comparison by seeds: what a seed's case is, and how it ends. A case, where cases
// are counted, is a plan with an event.

namespace guerdon::law {

// No seed of the harness of law 2 is used again.
generate::Case differential_case(uint64_t seed, VersionTally* tally = nullptr);

// Shards and batches take turns.
Variant differential_variant(uint64_t seed);

// Ticks and publications are no events, and rows that only fill the log are no cases.
size_t count_cases(const generate::Case& drawn);

// The smallest case found that differs still on this variant. `before_each` is called before each
// try: where a time limit counts, it begins again. REQUIRES: it differs.
generate::Case shrink_difference(const generate::Case& drawn, const Variant& variant,
                                 const std::function<void()>& before_each);

}  // namespace guerdon::law
