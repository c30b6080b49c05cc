#include <nlohmann/json.hpp>

#include "tools/guerdon/disk/snapshot_report.h"

namespace guerdon::tools {

namespace {

using Json = nlohmann::ordered_json;

void add_header(const snapshot::SnapshotHeader& header, Json& json) {
  json["format"] = header.version;
  json["log"] = header.log.to_hex();
  json["lsn"] = header.lsn;
  json["epoch"] = header.epoch;
  json["chain"] = to_hex(header.chain);
  json["clock"] = to_time(header.clock);
  json["created"] = to_time(header.created_at);
  json["plans"] = header.plans.to_hex();
}

Json to_object(const SnapshotReport& report) {
  Json json;
  json["file"] = report.name;
  if (report.problem.fault != snapshot::Fault::kNone) {
    json["problem"] = report.problem.sentence();
    return json;
  }
  add_header(report.header, json);
  json["sections"] = Json::array();
  for (const SnapshotSection& section : report.sections) {
    json["sections"].push_back({{"number", section.number},
                                {"name", section.name},
                                {"blocks", section.blocks},
                                {"bytes", section.bytes}});
  }
  json["blocks"] = report.footer.blocks;
  json["bytes"] = report.bytes;
  json["sha256"] = to_hex(report.footer.digest);
  json["summary"] = report.summary;
  return json;
}

}  // namespace

std::string to_json(const std::vector<SnapshotReport>& reports) {
  Json json = Json::array();
  for (const SnapshotReport& report : reports) json.push_back(to_object(report));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace guerdon::tools
