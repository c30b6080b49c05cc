// Versions of a plan are published one after the other, and merged into one plan that is compiled
// as any other. What stands in the plan of before keeps its index, and what is new is appended: so
// whatever is kept by number goes on. See Versions (checked.h) for what the result means.
//
// Of a new version that says the same as the one before it, nothing changes but
// Plan::version, from, text and versions.
//
//   std::optional<Plan> merged = merge(*first, *std::move(second), source, diagnostics);
#pragma once

#include <cstddef>
#include <optional>

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

inline constexpr size_t kVersionsMax = 16;

// `before` is the first version of a plan as the checker has returned it, or the result of a merge;
// `next` a version as the checker has returned it, from `source`. Nothing where it cannot follow,
// which is told (E044 to E047, and others of the checker's) with spans of `source`.
std::optional<Plan> merge(const Plan& before, Plan next, const SourceText& source,
                          Diagnostics& diagnostics);

}  // namespace guerdon::plan
