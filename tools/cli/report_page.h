// What a program came to in a period: maps that have what REPORT says of it.
//
//   club, 2026-11, open: 29 of 31 active, 94 %
//   unit  credited  taken back  net       2026-10   change  at close  breakage  balance
//   GBP   56020.00  20.00       56000.00  50000.00  +12 %   0.00      120.00    91300.00
//   spend  2026-11  red     [==========          ]  50 %  15
//          open     orange  [===                 ]  16 %  5
#pragma once

#include "tools/cli/answer.h"
#include "tools/cli/look.h"
#include "tools/cli/table.h"

namespace guerdon::cli {

// An array, not empty, of such maps and nothing else.
bool is_report(const Answer& answer);

// REQUIRES: is_report(answer). A bar is the part of a target's rows that is in a band.
Block report_page(const Answer& answer, const Look& look);

}  // namespace guerdon::cli
