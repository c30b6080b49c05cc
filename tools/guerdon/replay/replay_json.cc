#include <map>
#include <nlohmann/json.hpp>

#include "engine/base/timestamp.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/unit_totals.h"

namespace guerdon::tools {

namespace {

using Json = nlohmann::ordered_json;

// A sum beyond int64 is a decimal text: no reader may round it silently.
Json whole_number(base::Int128 value) {
  if (value >= INT64_MIN && value <= INT64_MAX) return static_cast<int64_t>(value);
  return base::to_string(value);
}

Json counts(const std::map<std::string, uint64_t>& counts) {
  Json object = Json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

void add_events(const ReplayReport& report, Json& json) {
  const Summary& summary = report.summary;
  json["plans"] = report.plans;
  json["traces"] = report.traces;
  json["events"] = summary.events;
  json["accepted"] = summary.accepted;
  json["ignored"] = summary.ignored;
  json["duplicates"] = summary.duplicates;
  json["refused"] = counts(summary.refused_by_code);
  json["ignored_columns"] = report.ignored_columns;
  json["ignored_types"] = counts(report.ignored_types);
  json["absent_attributes"] = Json::array();
  for (const AbsentAttribute& absent : report.absent_attributes) {
    json["absent_attributes"].push_back(
        {{"trace", absent.source}, {"type", absent.type}, {"attribute", absent.attribute}});
  }
  json["last_lsn"] = summary.last_lsn;
  json["clock"] = base::format_timestamp(report.clock);
}

void add_ledger(const ReplayReport& report, Json& json) {
  const std::map<std::string, UnitTotal> totals = totals_by_unit(report.balances);
  json["entries"] = counts(report.summary.entries_by_kind);
  json["notes"] = counts(report.summary.entries_by_note);
  json["accounts"] = report.summary.accounts;
  json["balances"] = Json::object();
  json["decimals"] = Json::object();
  for (const auto& [unit, total] : totals) {
    json["balances"][unit] = whole_number(total.minor);
    json["decimals"][unit] = total.scale;
  }
  json["state_hash"] = report.state_hash.to_hex();
  json["entries_hash"] = report.entries_hash.to_hex();
  json["books"] = report.imbalance.empty() ? "balanced" : report.imbalance;
}

void add_run(const ReplayReport& report, Json& json) {
  constexpr double kNsPerSecond = 1e9;
  json["shards"] = report.shards;
  json["threads"] = report.workers;
  json["batch"] = report.batch;
  json["seconds"] = static_cast<double>(report.elapsed_ns) / kNsPerSecond;
  json["events_per_second"] = report.events_per_second();
  json["kept_frames"] = report.summary.kept_frames;
  json["state_bytes"] = report.summary.state_bytes;
  json["key_bytes"] = report.summary.key_bytes;
  json["peak_rss_bytes"] = report.peak_rss_bytes;
}

}  // namespace

std::string to_json(const ReplayReport& report) {
  Json json;
  add_events(report, json);
  add_ledger(report, json);
  add_run(report, json);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace guerdon::tools
