#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"

// Random further versions of a plan: some of its numbers, conditions and groups are others, rules
// are left out, new or renamed, measures count otherwise, events are new.

namespace guerdon::generate {

// The text of version `number` of a plan, which the checker takes; whether it can follow the plan
// is merge()'s to say. `before`: the version before. Nothing: none was found.
std::optional<std::string> random_version(Rng& rng, const plan::Plan& before, int64_t number);

// One that says `change retro`, mostly of rules that may be: numbers and conditions of these are
// others, one is new, or called otherwise, or left out. Of some versions other rules change, too,
// from the version's day on. `before`: with all versions before (merge()).
std::optional<std::string> random_retro_version(Rng& rng, const plan::Plan& before, int64_t number);

}  // namespace guerdon::generate
