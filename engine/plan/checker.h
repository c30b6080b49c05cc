// From the syntax tree to the checked tree: resolves names, types every term, fills in defaults,
// proves that tables cover their keys and that no amount can overflow.
//
// Each mistake is told once, with its place and advice; the checker goes on with the next
// declaration, so that one run finds several. What it returns is valid only when `diagnostics` has
// no errors; warnings may be there.
#pragma once

#include <optional>

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

// REQUIRES: `tree` is what parse() made of `source` without errors.
std::optional<Plan> check(const SourceText& source, const tree::Plan& tree,
                          Diagnostics& diagnostics);

// Text to checked plan: lex, parse, check. Nothing when there were errors.
std::optional<Plan> load_plan(const SourceText& source, Diagnostics& diagnostics);

}  // namespace guerdon::plan
