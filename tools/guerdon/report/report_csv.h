// A report as lines of a table, one figure each: program, period, part, of, figure, value, words.
//
//   club,2026-11,,,participants,31,
//   club,2026-11,units,GBP,net,56000.00,
//   club,2026-11,units,GBP,change,,'+12 %
//   club,2026-11,targets,spend 2026-11,bands red,15,
//   club,2026-11,winners,best 2026-11 rank 1 anna,amount,100,
//
// A number stands under `value`, all else under `words`: which it is goes by the figure. What there
// is not is under neither. Words that begin as a formula does have an apostrophe in front, `+12 %`
// too: the number is that of `change_percent`.
#pragma once

#include <cstdio>

#include "tools/cli/answer.h"

namespace guerdon::tools {

// False: not all of it could be written. REQUIRES: cli::is_report(reports).
bool write_report_csv(const cli::Answer& reports, std::FILE* out);

}  // namespace guerdon::tools
