// What the rules of an engine posted while it ran, by programme and unit.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/base/int128.h"
#include "guerdon/engine.h"
#include "tools/guerdon/simulate/plan_sides.h"

namespace guerdon::tools {

struct WalletName {
  std::string program;
  std::string unit;
  auto operator<=>(const WalletName&) const = default;
};

struct RuleSum {
  uint64_t entries = 0;
  base::Int128 amount = 0;
};

// Amounts in minor units of `scale` decimals. All entries that a rule made and that moved a
// balance; what time does (expiry) and what goes to suspense is not among them.
struct UnitSums {
  int scale = 0;
  base::Int128 credited = 0;                          // 0 or more
  base::Int128 taken = 0;                             // 0 or less
  std::map<std::string, base::Int128> accounts = {};  // all that have an entry, also of 0 in all
  std::map<std::string, RuleSum> rules = {};          // as RuleNames calls them
};

using Payments = std::map<WalletName, UnitSums>;

class PaymentCollector {
 public:
  // From here on; before the first event. Both must outlive it, and it what is fed to the engine.
  PaymentCollector(const RuleNames& names, Engine* engine);
  PaymentCollector(const PaymentCollector&) = delete;
  PaymentCollector& operator=(const PaymentCollector&) = delete;

  Payments payments() const;

 private:
  using Name = std::pair<std::string_view, std::string_view>;  // texts of the engine
  struct Sums {
    int scale = 0;
    base::Int128 credited = 0;
    base::Int128 taken = 0;
    absl::flat_hash_map<uint64_t, base::Int128> accounts;
    std::map<std::string_view, RuleSum> rules;
  };
  void add(const Entry& entry);

  const RuleNames& names_;
  const Engine& engine_;
  std::map<Name, Sums> sums_;  // by program and unit
};

}  // namespace guerdon::tools
