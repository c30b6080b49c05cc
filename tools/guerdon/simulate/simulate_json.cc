#include <nlohmann/json.hpp>

#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "tools/guerdon/simulate/simulate_report.h"

namespace guerdon::tools {

namespace {

using Json = nlohmann::ordered_json;

Json counts(const Change& change) {
  return {{"before", static_cast<uint64_t>(change.before)},
          {"after", static_cast<uint64_t>(change.after)}};
}

Json amounts(const Change& change, int scale) {
  return {{"before", money::format_decimal(change.before, scale)},
          {"after", money::format_decimal(change.after, scale)},
          {"difference", money::format_decimal(change.difference(), scale)}};
}

Json totals(const Change& change, int scale) {
  Json json = amounts(change, scale);
  const std::optional<std::string> percent = change.percent();
  json["percent"] = percent ? Json(*percent) : Json();
  return json;
}

Json accounts(const std::vector<AccountChange>& changes, int scale) {
  Json all = Json::array();
  for (const AccountChange& change : changes) {
    Json one = {{"account", change.account}};
    one.update(amounts(change.amount, scale));
    all.push_back(std::move(one));
  }
  return all;
}

Json rules(const std::vector<RuleComparison>& compared, int scale) {
  Json all = Json::array();
  for (const RuleComparison& rule : compared) {
    all.push_back({{"rule", rule.rule},
                   {"entries", counts(rule.entries)},
                   {"amount", amounts(rule.amount, scale)}});
  }
  return all;
}

Json of_unit(const UnitComparison& unit) {
  Json json;
  json["program"] = unit.wallet.program;
  json["unit"] = unit.wallet.unit;
  json["decimals"] = unit.scale;
  json["credited"] = totals(unit.credited, unit.scale);
  json["taken"] = totals(unit.taken, unit.scale);
  json["in_all"] = totals(unit.in_all, unit.scale);
  json["accounts"] = {{"paid", counts(unit.paid)},
                      {"charged", counts(unit.charged)},
                      {"more", unit.more},
                      {"less", unit.less},
                      {"same", unit.same}};
  json["rules"] = rules(unit.rules, unit.scale);
  json["up"] = accounts(unit.up, unit.scale);
  json["down"] = accounts(unit.down, unit.scale);
  return json;
}

Json of_events(const Summary& summary) {
  Json refused = Json::object();
  for (const auto& [code, count] : summary.refused_by_code) refused[code] = count;
  return {{"events", summary.events},
          {"accepted", summary.accepted},
          {"ignored", summary.ignored},
          {"duplicates", summary.duplicates},
          {"refused", std::move(refused)}};
}

Json of_version(const VersionChanges& version) {
  Json changed = Json::array();
  for (const auto& [rule, what] : version.rules)
    changed.push_back({{"rule", rule}, {"what", what}});
  return {{"plan", version.plan},
          {"version", version.version},
          {"from", base::format_timestamp(version.from)},
          {"rules", std::move(changed)}};
}

}  // namespace

std::string to_json(const SimulateReport& report) {
  Json json;
  json["plans"] = report.plans;
  json["against"] = report.against;
  json["traces"] = report.traces;
  json["data"] = report.is_of_folder() ? Json(report.data) : Json();
  json["last_lsn"] = report.is_of_folder() ? Json(report.last_lsn) : Json();
  json["before"] = report.has_before() ? of_events(report.before) : Json();
  json["after"] = report.is_of_folder() ? Json() : of_events(report.after);
  json["versions"] = Json::array();
  for (const VersionChanges& each : report.versions) json["versions"].push_back(of_version(each));
  json["units"] = Json::array();
  for (const UnitComparison& unit : report.units) json["units"].push_back(of_unit(unit));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace guerdon::tools
