#include <map>
#include <string>
#include <utility>

#include "tools/guerdon/replace_file.h"
#include "tools/guerdon/replay/replay_report.h"
#include "tools/guerdon/replay/unit_totals.h"

namespace guerdon::tools {

bool write_dump(const ReplayReport& report, const std::string& path, std::string* error) {
  const UnitLabels labels(report.balances);
  std::map<std::pair<std::string, std::string>, base::Int128> sums;
  for (const Balance& balance : report.balances) {
    sums[{balance.account, labels.of(balance)}] += balance.amount;
  }
  std::string lines;
  for (const auto& [key, sum] : sums) {
    if (sum == 0) continue;
    lines += key.first + '\t' + key.second + '\t' + base::to_string(sum) + '\n';
  }
  return replace_file(path, lines, error);
}

}  // namespace guerdon::tools
