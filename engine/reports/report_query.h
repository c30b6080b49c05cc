// What a report is asked for: of which programs, and of which period.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/program/program.h"

namespace guerdon::reports {

// As it was written; empty: left out.
struct ReportWords {
  std::string_view program;
  std::string_view each;
  std::string_view period;
  std::string_view unit;
};

struct ReportQuery {
  std::vector<uint32_t> plans;               // of Program::plans; one at least
  std::optional<calendar::PeriodKind> each;  // nothing: what the period's name says, or a month
  std::string period;                        // by its name; empty: the one of the clock
  std::string unit;                          // empty: all
};

// Which of the words is wrong, and why.
struct QueryFault {
  enum class Word : uint8_t { kProgram, kEach, kPeriod, kUnit };
  Word word = Word::kProgram;
  std::string_view code;  // UNKNOWN, INVALID
  std::string sentence;
};

std::optional<QueryFault> read_report(const plan::Program& program, const ReportWords& words,
                                      ReportQuery* query);

// The period of a report, and the one before it of the same kind.
struct ReportedPeriod {
  std::string each;   // "month"
  std::string label;  // "2026-11"
  base::TimeMs from = 0;
  base::TimeMs until = 0;  // not in it
  std::string before;      // "2026-10"
  base::TimeMs before_from = 0;

  bool has(base::TimeMs at) const { return from <= at && at < until; }
  bool has_before(base::TimeMs at) const { return before_from <= at && at < from; }
  // Whether a period with this end is told of in it.
  bool has_end(base::TimeMs end) const { return from < end && end <= until; }
};

// In the calendar of the plan, at the clock `at`. REQUIRES: a query that read_report() gave.
ReportedPeriod reported_period(const plan::LoadedPlan& plan, const ReportQuery& query,
                               base::TimeMs at);

}  // namespace guerdon::reports
