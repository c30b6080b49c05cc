#include "tools/guerdon/simulate/payments.h"

namespace guerdon::tools {

namespace {

bool is_payment(const Entry& entry) {
  const bool is_of_rule = !entry.rule.empty();
  return is_of_rule && entry.note != "overflow" && entry.note != "closed";  // not to suspense
}

}  // namespace

PaymentCollector::PaymentCollector(const RuleNames& names, Engine* engine)
    : names_(names), engine_(*engine) {
  engine->on_entry([this](const Entry& entry) { add(entry); });
}

void PaymentCollector::add(const Entry& entry) {
  if (!is_payment(entry)) return;
  Sums& sums = sums_[{entry.program, entry.unit}];
  sums.scale = entry.scale;
  (entry.amount > 0 ? sums.credited : sums.taken) += entry.amount;
  sums.accounts[entry.account] += entry.amount;
  RuleSum& rule = sums.rules[entry.rule];
  ++rule.entries;
  rule.amount += entry.amount;
}

Payments PaymentCollector::payments() const {
  Payments all;
  for (const auto& [name, sums] : sums_) {
    UnitSums& out = all[{std::string(name.first), std::string(name.second)}];
    out.scale = sums.scale;
    out.credited = sums.credited;
    out.taken = sums.taken;
    for (const auto& [account, sum] : sums.accounts) {
      out.accounts[engine_.account_name(account)] = sum;
    }
    for (const auto& [rule, sum] : sums.rules) {
      RuleSum& named = out.rules[names_.of(name.first, rule)];
      named.entries += sum.entries;
      named.amount += sum.amount;
    }
  }
  return all;
}

}  // namespace guerdon::tools
