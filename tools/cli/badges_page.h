// The badges of somebody: maps that have what BADGES says of one.
//
//   Star of the month  gold    3 times  star of club
//   Welcome                             newcomer of club
#pragma once

#include "tools/cli/answer.h"
#include "tools/cli/look.h"
#include "tools/cli/table.h"

namespace guerdon::cli {

// An array, not empty, of such maps and nothing else.
bool is_badges(const Answer& answer);

// REQUIRES: is_badges(answer). Names are bold; gold, silver and bronze have their colour.
Block badges_page(const Answer& answer, const Look& look);

}  // namespace guerdon::cli
