// How far somebody has come, with bars: maps that have what PROGRESS says of a target.
//
//   spend  2026-05  [==================  ]  90 %  orange  900.00 of 1000.00 GBP
//   club   open     50 %, then 100 %                      100.00 to go, 33.34 a day in 3 days
#pragma once

#include "tools/cli/answer.h"
#include "tools/cli/look.h"
#include "tools/cli/table.h"

namespace guerdon::cli {

// An array, not empty, of such maps and nothing else.
bool is_progress(const Answer& answer);

// REQUIRES: is_progress(answer). A band that is called by a colour has it, bar and name.
Block progress_page(const Answer& answer, const Look& look);

}  // namespace guerdon::cli
