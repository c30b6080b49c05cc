#include <nlohmann/json.hpp>

#include "engine/base/timestamp.h"
#include "tools/guerdon/load/load_report.h"

namespace guerdon::tools {

namespace {

using Json = nlohmann::ordered_json;

Json counts(const std::map<std::string, uint64_t>& counts) {
  Json object = Json::object();
  for (const auto& [name, count] : counts) object[name] = count;
  return object;
}

Json command(const LoadOptions& options) {
  Json json;
  json["connect"] = options.connect;
  if (options.workload.empty()) {
    json["traces"] = options.traces;
    json["plans"] = options.plans;
  } else {
    json["workload"] = options.workload;
    json["events"] = options.events;
    json["accounts"] = options.accounts;
    json["draw"] = options.uniform ? "uniform" : "zipf 0.99";
    json["seed"] = options.seed;
  }
  json["connections"] = options.connections;
  json["deal"] = options.deal;
  json["send"] = options.send;
  json["pipeline"] = pipeline_of(options);
  json["batch"] = options.send == "batch" ? options.batch : 1;
  json["tick"] = options.tick;
  json["repeat_check"] = options.repeat_check;
  return json;
}

Json prepared(const LoadReport& report) {
  const PreparedLoad& of = report.prepared;
  Json json;
  json["sources"] = of.sources;
  json["events"] = of.events;
  json["requests"] = of.requests;
  json["requests_of_the_busiest"] = of.busiest;
  json["bytes"] = of.bytes;
  if (report.options.workload.empty()) {
    json["rows"] = of.rows;
    json["ignored"] = of.ignored;
    json["ignored_types"] = counts(of.ignored_types);
    json["ignored_columns"] = of.ignored_columns;
    json["unsendable"] = of.unsendable;
  }
  return json;
}

Json latency_us(const base::Histogram& latency_ns) {
  Json json;
  for (const ShownQuantile& shown : kShownQuantiles) {
    json[shown.name] = latency_ns.quantile(shown.millionths) / kNsPerUs;
  }
  json["max"] = latency_ns.max() / kNsPerUs;
  return json;
}

void add_result(const load::LoopResult& result, bool in_batches, Json& json) {
  constexpr double kNsPerSecond = 1e9;
  const load::ReplyTally& tally = result.tally;
  json["requests"] = tally.requests;
  json["acknowledged"] = tally.acknowledged();
  json["accepted"] = tally.accepted;
  json["duplicates"] = tally.duplicates;
  json["refused"] = counts(tally.refused_by_code);
  json["refusals"] = tally.sentences;
  if (!in_batches) json["entries"] = tally.entries;
  json["seconds"] = static_cast<double>(result.elapsed_ns) / kNsPerSecond;
  json["events_per_second"] = result.events_per_second();
  json["latency_us"] = latency_us(result.latency_ns);
  json["bytes_received"] = result.bytes_received;
  json["generator_cpu_seconds"] = static_cast<double>(result.cpu_ns) / kNsPerSecond;
  json["broken"] = result.broken;
}

void add_server(const LoadReport& report, Json& json) {
  if (report.ticked_to) json["ticked_to"] = base::format_timestamp(*report.ticked_to);
  json["state_hash"] = report.hashes.state;
  json["entries_hash"] = report.hashes.entries;
  json["lsn"] = report.hashes.lsn;
  json["server"] = report.server;
}

}  // namespace

std::string to_json(const LoadReport& report) {
  const bool in_batches = report.options.send == "batch";
  Json json;
  json["loop"] = "closed";
  json["command"] = command(report.options);
  json["prepared"] = prepared(report);
  add_result(*report.run, in_batches, json);
  add_server(report, json);
  if (report.prepared.model) {
    json["w1_model"] = {{"applied", report.prepared.model->applied},
                        {"entries", report.prepared.model->entries},
                        {"balance_sum", report.prepared.model->balance_sum}};
  }
  if (report.repeat != nullptr) {
    Json repeat;
    add_result(*report.repeat, in_batches, repeat);
    repeat["fault"] = report.repeat_fault;
    json["repeat"] = repeat;
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace guerdon::tools
