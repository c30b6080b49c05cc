// The one order of entries: (LSN, account, n). The shards of a job make them in another.
#pragma once

#include <vector>

#include "engine/ledger/entry.h"

namespace guerdon::bookkeeping {

void put_in_order(std::vector<ledger::Entry>& entries);

}  // namespace guerdon::bookkeeping
