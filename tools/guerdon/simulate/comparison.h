// Payments before and after a change of plans, side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "tools/guerdon/simulate/payments.h"

namespace guerdon::tools {

struct Change {
  base::Int128 before = 0;
  base::Int128 after = 0;

  base::Int128 difference() const { return after - before; }
  // Of what was before, whatever its sign: "-12.5", rounded to one decimal, a half away from zero.
  // Nothing where that was 0. REQUIRES: both are below 2^116.
  std::optional<std::string> percent() const;
};

struct AccountChange {
  std::string account;
  Change amount;
};

struct RuleComparison {
  std::string rule;
  Change entries;
  Change amount;
};

// Amounts in minor units of `scale` decimals.
struct UnitComparison {
  WalletName wallet;
  int scale = 0;
  Change credited = {};
  Change taken = {};
  Change in_all = {};
  Change paid = {};     // accounts that got more than was taken from them
  Change charged = {};  // accounts that got less
  size_t more = 0;  // accounts by what they get in all, of all that have an entry on either side
  size_t less = 0;
  size_t same = 0;
  std::vector<RuleComparison> rules = {};  // by name
  std::vector<AccountChange> up = {};      // the biggest first, equal ones by name
  std::vector<AccountChange> down = {};
};

// By program and unit. At most `top` accounts up, and as many down. A unit that has other decimals
// on the two sides is shown with the more of them.
std::vector<UnitComparison> compare(const Payments& before, const Payments& after, size_t top);

}  // namespace guerdon::tools
