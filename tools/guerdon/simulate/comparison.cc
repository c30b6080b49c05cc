#include "tools/guerdon/simulate/comparison.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/rounding.h"

namespace guerdon::tools {

namespace {

using base::Int128;

void bring_to(int scale, UnitSums* sums) {
  const Int128 factor = money::power_of_ten(scale - sums->scale);
  sums->scale = scale;
  sums->credited *= factor;
  sums->taken *= factor;
  for (auto& [account, amount] : sums->accounts) amount *= factor;
  for (auto& [rule, sum] : sums->rules) sum.amount *= factor;
}

// On the two sides; what is not on one is nothing there.
UnitSums sums_of(const Payments& payments, const WalletName& wallet, int scale) {
  const auto found = payments.find(wallet);
  UnitSums sums = found == payments.end() ? UnitSums() : found->second;
  bring_to(scale, &sums);
  return sums;
}

int scale_of(const Payments& payments, const WalletName& wallet) {
  const auto found = payments.find(wallet);
  return found == payments.end() ? 0 : found->second.scale;
}

void count(const Change& amount, UnitComparison* unit) {
  unit->paid.before += amount.before > 0 ? 1 : 0;
  unit->paid.after += amount.after > 0 ? 1 : 0;
  unit->charged.before += amount.before < 0 ? 1 : 0;
  unit->charged.after += amount.after < 0 ? 1 : 0;
  const Int128 difference = amount.difference();
  ++(difference > 0 ? unit->more : difference < 0 ? unit->less : unit->same);
}

// `sign`: 1 of what went up, -1 of what went down.
std::vector<AccountChange> biggest(const std::map<std::string, Change>& accounts, int sign,
                                   size_t top) {
  std::vector<AccountChange> found;
  for (const auto& [account, amount] : accounts) {
    if (sign * amount.difference() > 0) found.push_back({account, amount});
  }
  const auto is_bigger = [sign](const AccountChange& a, const AccountChange& b) {
    const Int128 more = sign * (a.amount.difference() - b.amount.difference());
    return more != 0 ? more > 0 : a.account < b.account;
  };
  const size_t kept = std::min(top, found.size());
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end(),
                    is_bigger);
  found.resize(kept);
  return found;
}

std::vector<RuleComparison> compare_rules(const UnitSums& before, const UnitSums& after) {
  std::map<std::string, RuleComparison> rules;
  for (const auto& [rule, sum] : before.rules) {
    rules[rule].entries.before = sum.entries;
    rules[rule].amount.before = sum.amount;
  }
  for (const auto& [rule, sum] : after.rules) {
    rules[rule].entries.after = sum.entries;
    rules[rule].amount.after = sum.amount;
  }
  std::vector<RuleComparison> all;
  for (auto& [rule, compared] : rules) {
    compared.rule = rule;
    all.push_back(std::move(compared));
  }
  return all;
}

UnitComparison compare_unit(const WalletName& wallet, const UnitSums& before, const UnitSums& after,
                            size_t top) {
  UnitComparison unit{.wallet = wallet, .scale = before.scale};
  unit.credited = {before.credited, after.credited};
  unit.taken = {before.taken, after.taken};
  unit.in_all = {before.credited + before.taken, after.credited + after.taken};
  std::map<std::string, Change> accounts;
  for (const auto& [account, amount] : before.accounts) accounts[account].before = amount;
  for (const auto& [account, amount] : after.accounts) accounts[account].after = amount;
  for (const auto& [account, amount] : accounts) count(amount, &unit);
  unit.rules = compare_rules(before, after);
  unit.up = biggest(accounts, 1, top);
  unit.down = biggest(accounts, -1, top);
  return unit;
}

}  // namespace

std::optional<std::string> Change::percent() const {
  if (before == 0) return std::nullopt;
  constexpr int kPerMille = 1000;
  const Int128 whole = before < 0 ? -before : before;
  return money::format_decimal(
      money::divide_rounded(difference() * kPerMille, whole, money::Rounding::kHalfUp), 1);
}

std::vector<UnitComparison> compare(const Payments& before, const Payments& after, size_t top) {
  std::set<WalletName> wallets;
  for (const auto& [wallet, sums] : before) wallets.insert(wallet);
  for (const auto& [wallet, sums] : after) wallets.insert(wallet);
  std::vector<UnitComparison> units;
  for (const WalletName& wallet : wallets) {
    const int scale = std::max(scale_of(before, wallet), scale_of(after, wallet));
    units.push_back(
        compare_unit(wallet, sums_of(before, wallet, scale), sums_of(after, wallet, scale), top));
  }
  return units;
}

}  // namespace guerdon::tools
