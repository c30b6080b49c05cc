#include "tools/guerdon/replay/replay_report.h"

#include "engine/base/int128.h"

namespace guerdon::tools {

uint64_t ReplayReport::events_per_second() const {
  constexpr base::Int128 kNsPerSecond = 1'000'000'000;
  if (elapsed_ns <= 0) return 0;
  return static_cast<uint64_t>(summary.events * kNsPerSecond / elapsed_ns);
}

ReplayReport report_of(const Engine& engine) {
  ReplayReport report;
  report.summary = engine.summary();
  report.balances = engine.balances();
  report.ignored_columns = engine.ignored_columns();
  report.absent_attributes = engine.absent_attributes();
  report.ignored_types = engine.ignored_types();
  report.state_hash = engine.state_hash();
  report.entries_hash = engine.entries_hash();
  report.imbalance = engine.check_books();
  report.clock = engine.clock();
  return report;
}

}  // namespace guerdon::tools
