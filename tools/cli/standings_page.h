// Who stands where, with bars: maps that have what STANDINGS says of a place.
//
//   best of club, 2026-05, open: 214 have a score
//     1  anna  [====================]  1250.00 GBP
//     2  ben   [=========           ]   600.00 GBP
#pragma once

#include "tools/cli/answer.h"
#include "tools/cli/look.h"
#include "tools/cli/table.h"

namespace guerdon::cli {

// An array, not empty, of such maps and nothing else.
bool is_standings(const Answer& answer);

// REQUIRES: is_standings(answer). A bar is the part of the highest score that is shown; the first
// three ranks are bold.
Block standings_page(const Answer& answer, const Look& look);

}  // namespace guerdon::cli
