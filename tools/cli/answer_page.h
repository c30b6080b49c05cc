// Any answer as a person reads it. The shape decides, not the command that was asked:
//
//   array of arrays      a table; columns of numbers are aligned to the right
//   array of maps        a table under the maps' keys; of maps of progress, bars
//   array of others      a line each
//   map                  two columns; a value may be a page of its own
//   text, status, number as it is
//   error                (error) CODE sentence
//
// An array of several shapes is shown in runs of one shape.
#pragma once

#include "tools/cli/answer.h"
#include "tools/cli/look.h"
#include "tools/cli/table.h"

namespace guerdon::cli {

Block page_of(const Answer& answer, const Look& look);

}  // namespace guerdon::cli
