#include "tools/guerdon/replay/trace_check.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>

#include "engine/event/identity.h"

namespace guerdon::tools {

namespace {

bool is_one_file(const std::string& a, const std::string& b) {
  std::error_code failed;
  return a == b || std::filesystem::equivalent(a, b, failed);
}

bool is_on_disk(const std::string& path) {
  std::error_code failed;
  return path == "-" || std::filesystem::exists(path, failed);
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

ExitStatus check_traces(const char* command, const std::vector<std::string>& traces) {
  using enum ExitStatus;
  for (const std::string& trace : traces) {
    if (!is_on_disk(trace)) return refuse(command, kEnvironment, "there is no file " + trace);
  }
  std::string error;
  return check_sources(traces, &error) ? kDone : refuse(command, kUsage, error);
}

ExitStatus check_standard_input(const char* command, const std::vector<std::string>& plans,
                                const std::vector<std::string>& traces) {
  const auto from_input =
      std::count(plans.begin(), plans.end(), "-") + std::count(traces.begin(), traces.end(), "-");
  if (from_input <= 1) return ExitStatus::kDone;
  return refuse(command, ExitStatus::kUsage, "standard input (-) can be read once");
}

}  // namespace guerdon::tools
