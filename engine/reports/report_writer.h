// The answer to REPORT: an array of maps, one a program (docs/reports.md).
#pragma once

#include <cstddef>

#include "engine/net/reply.h"
#include "engine/reports/report_making.h"
#include "engine/runtime/core.h"

namespace guerdon::reports {

// Winners that are shown of one program: the first in their order.
inline constexpr size_t kWinnersShownMax = 1'000;

// REQUIRES: all stages are at rest; the making is read.
void write_reports(const runtime::Core& core, const ReportMaking& making, net::ReplyWriter& reply);

}  // namespace guerdon::reports
