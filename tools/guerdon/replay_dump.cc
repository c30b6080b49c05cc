#include <fstream>
#include <map>
#include <utility>

#include "tools/guerdon/replay_report.h"
#include "tools/guerdon/unit_totals.h"

namespace guerdon::tools {

bool write_dump(const ReplayReport& report, const std::string& path, std::string* error) {
  const UnitLabels labels(report.balances);
  std::map<std::pair<std::string, std::string>, base::Int128> sums;
  for (const Balance& balance : report.balances) {
    sums[{balance.account, labels.of(balance)}] += balance.amount;
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  for (const auto& [key, sum] : sums) {
    if (sum == 0) continue;
    out << key.first << '\t' << key.second << '\t' << base::to_string(sum) << '\n';
  }
  out.close();
  if (out) return true;
  *error = "cannot write the dump to " + path;
  return false;
}

}  // namespace guerdon::tools
