#include "engine/server/plan_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/versions/changes.h"
#include "engine/versions/published.h"

namespace guerdon::server {

namespace {

void write_from(calendar::TimeMs from, net::ReplyWriter& reply, std::string_view name = "from") {
  reply.bulk(name);
  if (from == calendar::kTimeBeginning) return reply.null();
  reply.bulk(base::format_timestamp(from));
}

// "12" of "12:5: error". Nothing left of the rest where there is no number.
std::string_view take_number(std::string_view* rest) {
  const size_t end = std::min(rest->find_first_not_of("0123456789"), rest->size());
  const std::string_view number = rest->substr(0, end);
  *rest = end > 0 && end < rest->size() && (*rest)[end] == ':' ? rest->substr(end + 1) : "";
  return number;
}

}  // namespace

void write_versions(const plan::Program& program, net::ReplyWriter& reply) {
  const std::vector<plan::PublishedVersion> versions = plan::published_versions(program);
  reply.array_header(versions.size());
  for (const plan::PublishedVersion& version : versions) {
    reply.map_header(5);
    reply.bulk("plan");
    reply.bulk(version.plan);
    reply.bulk("version");
    reply.integer(version.number);
    write_from(version.from, reply);
    reply.bulk("lsn");
    reply.integer(static_cast<int64_t>(version.lsn));
    reply.bulk("hash");
    reply.bulk(base::hash128(version.text).to_hex());
  }
}

void write_changes(const plan::Plan& merged, std::string_view warnings, net::ReplyWriter& reply) {
  reply.map_header(5);
  reply.bulk("plan");
  reply.bulk(merged.name);
  reply.bulk("version");
  reply.integer(merged.version);
  write_from(merged.from, reply);
  reply.bulk("rules");
  const std::vector<plan::RuleChange> changes = plan::changes_of(merged);
  reply.array_header(changes.size());
  for (const plan::RuleChange& change : changes) {
    reply.map_header(4);
    reply.bulk("rule");
    reply.bulk(change.rule);
    reply.bulk("what");
    reply.bulk(change.what);
    write_from(merged.from, reply);
    write_from(change.is_corrected ? merged.from : calendar::kTimeBeginning, reply, "corrects");
  }
  reply.bulk("warnings");
  reply.bulk(warnings);
}

std::string diagnostics_in_words(std::string_view rendered) {
  const std::string name = std::string(kPlanTextName) + ":";
  for (std::string_view left = rendered; !left.empty();) {
    const size_t end = std::min(left.find('\n'), left.size());
    std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 1, left.size()));
    if (!line.starts_with(name)) continue;
    std::string_view rest = line.substr(name.size());
    const std::string_view row = take_number(&rest);
    const std::string_view column = take_number(&rest);
    constexpr std::string_view kError = " error ";
    if (!rest.starts_with(kError)) continue;
    rest.remove_prefix(kError.size());
    return "word 2, line " + std::string(row) + ", column " + std::string(column) + ": " +
           std::string(rest);
  }
  return std::string(rendered.substr(0, rendered.find('\n')));
}

}  // namespace guerdon::server
