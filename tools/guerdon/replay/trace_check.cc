#include "tools/guerdon/replay/trace_check.h"

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

}  // namespace guerdon::tools
