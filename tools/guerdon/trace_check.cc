#include "tools/guerdon/trace_check.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <system_error>

#include "engine/base/timestamp.h"
#include "engine/event/batch.h"
#include "engine/event/identity.h"
#include "engine/event/schema.h"
#include "engine/feed/trace_reader.h"

namespace guerdon::tools {

namespace {

bool is_one_file(const std::string& a, const std::string& b) {
  std::error_code failed;
  return a == b || std::filesystem::equivalent(a, b, failed);
}

// The time of the first event of the first rows; nothing where there is none, or it is not known.
std::optional<int64_t> first_time(const std::string& trace) {
  std::error_code failed;
  if (!std::filesystem::is_regular_file(trace, failed)) return std::nullopt;
  std::string error;
  const event::Schema nothing_declared;  // then only the times are read
  const auto reader = event::TraceReader::open(trace, nothing_declared, &error);
  if (reader == nullptr) return std::nullopt;
  event::Batch batch;
  reader->fill(batch, event::kBatchRecordsMax);
  const auto first = std::find_if(
      batch.records.begin(), batch.records.end(),
      [](const event::Record& record) { return record.outcome == event::Outcome::kIgnored; });
  if (first == batch.records.end()) return std::nullopt;
  return first->occurred_at;
}

}  // namespace

bool check_sources(const std::vector<std::string>& traces, std::string* error) {
  std::map<std::string, std::string> by_source;
  for (const std::string& trace : traces) {
    const auto [known, fresh] = by_source.try_emplace(event::source_name(trace), trace);
    if (fresh || is_one_file(known->second, trace)) continue;
    *error = known->second + " and " + trace + " are both the source " + known->first +
             ", in which an event id is one event; rename one of them, or join them into one file "
             "if their ids are of one list";
    return false;
  }
  return true;
}

bool check_until(const std::vector<std::string>& traces, int64_t until, std::string* error) {
  for (const std::string& trace : traces) {
    const std::optional<int64_t> first = first_time(trace);
    if (!first || *first <= until) continue;
    *error = "--until " + base::format_timestamp(until) + " is before the first event of " + trace +
             ", " + base::format_timestamp(*first) +
             "; write the time of the last event or a later one";
    return false;
  }
  return true;
}

}  // namespace guerdon::tools
