// GRANT: all grants that were done are kept, and counted again for each.
#include <algorithm>

#include "tests/reference/call.h"

namespace guerdon::reference {

using ledger::Code;
using ledger::Kind;
using ledger::SystemAccount;
using ledger::slow::SlowWallet;

namespace {

const plan::Unit& unit_named(const plan::Plan& plan, const std::string& name) {
  return *std::find_if(plan.units.begin(), plan.units.end(),
                       [&](const plan::Unit& unit) { return unit.name == name; });
}

const plan::WalletRules& wallet_rules(const plan::Plan& plan, const std::string& unit) {
  const plan::Unit& found = unit_named(plan, unit);
  return plan.wallets[static_cast<size_t>(&found - plan.units.data())];
}

// What it costs the granter, by unit.
std::vector<std::pair<std::string, int64_t>> costs_of(const plan::Badge& badge) {
  std::vector<std::pair<std::string, int64_t>> costs;
  if (badge.burn) costs.emplace_back(badge.burn->unit, badge.burn->amount);
  if (!badge.credit || !badge.credit->from_granter) return costs;
  const bool is_same = badge.burn && badge.burn->unit == badge.credit->unit;
  if (is_same) costs.front().second += badge.credit->amount;
  if (!is_same) costs.emplace_back(badge.credit->unit, badge.credit->amount);
  return costs;
}

Result refused(const std::string& code, int64_t amount = 0) {
  return Result{Outcome::kRefused, code, 0, amount};
}

}  // namespace

int64_t Engine::grants_in(const plan::Plan& plan, const calendar::PeriodRule& period, TimeMs at,
                          const std::vector<TimeMs>& times) const {
  if (period == calendar::PeriodKind::kLifetime) return static_cast<int64_t>(times.size());
  const auto index = [&](TimeMs time) {
    return calendar::period_at(plan.calendar, period, time).index;
  };
  return std::count_if(times.begin(), times.end(),
                       [&](TimeMs time) { return index(time) == index(at); });
}

bool Engine::may_grant(const plan::Badge& badge, const std::string& program,
                       const std::string& by) const {
  if (badge.granters == plan::Granters::kAnyone) return true;
  if (badge.granters == plan::Granters::kListed) {
    return std::find(badge.names.begin(), badge.names.end(), by) != badge.names.end();
  }
  if (badge.granters == plan::Granters::kNobody) return false;
  const auto found = wallets_.find({by, program, badge.holders_of});
  return found != wallets_.end() && found->second.posted() > 0;
}

// As if it were done: what refuses it.
Result Engine::try_grant(const Call& call, const plan::Plan& plan, const plan::Unit& of) {
  const plan::Badge& badge = *of.badge;
  const std::string by = call.value("by");
  if (!may_grant(badge, plan.program, by)) return refused("NOPERM");
  std::vector<TimeMs> sent;
  std::vector<TimeMs> given;
  for (const Grant& each : grants_) {
    if (each.program != plan.program || each.badge != of.code) continue;
    if (each.by == by) sent.push_back(each.at);
    if (each.account == call.account) given.push_back(each.at);
  }
  if (badge.sent && grants_in(plan, badge.sent->period, call.when.at, sent) >= badge.sent->times) {
    return refused("LIMIT", badge.sent->times);
  }
  for (const auto& [unit, amount] : costs_of(badge)) {
    const SlowWallet& wallet =
        wallet_of({by, plan.program, unit_named(plan, unit).code}, wallet_rules(plan, unit));
    if (wallet.is_shut()) return refused("CLOSED");
    if (amount > wallet.available()) {
      return refused("INSUFFICIENT", static_cast<int64_t>(wallet.available()));
    }
  }
  if (badge.given_in && grants_in(plan, *badge.given_in, call.when.at, given) > 0) {
    return refused("LIMIT");
  }
  std::vector<std::string> units = {of.name};
  if (badge.credit) units.push_back(badge.credit->unit);
  for (const std::string& unit : units) {
    const Wallet wallet{call.account, plan.program, unit_named(plan, unit).code};
    if (wallet_of(wallet, wallet_rules(plan, unit)).is_shut()) return refused("CLOSED");
  }
  if (!badge.credit || badge.credit->budget.empty()) return {};
  const bool is_there =
      badge.credit->amount <= left_for(plan, badge.credit->budget, call.when.at).left;
  return is_there ? Result{} : refused("INSUFFICIENT");
}

void Engine::post_granted(const Call& call, const plan::Plan& plan, const std::string& account,
                          const std::string& unit, int64_t amount, Kind kind) {
  const Wallet wallet{account, plan.program, unit_named(plan, unit).code};
  const plan::WalletRules& rules = wallet_rules(plan, unit);
  const ledger::Origin origin(last_lsn_, static_cast<uint32_t>(entries_of_[{last_lsn_, account}]));
  std::vector<ledger::Leg> legs;
  if (amount < 0) {
    wallet_of(wallet, rules)
        .burn({-amount, kind, SystemAccount::kIssuance, origin, 0, {}}, call.when, legs);
  } else {
    ledger::Credit credit;
    credit.amount = amount;
    credit.kind = kind;
    credit.origin = origin;
    credit.earned_at = call.when.at;  // a person grants now
    credit.matures_at = plan::matures_at(rules, plan.calendar.zone, call.when.at);
    credit.expires_at = plan::expires_at(rules, plan.calendar.zone, call.when.at);
    credit.warns_at = warns_at(rules, plan, call.when.at, credit.expires_at);
    wallet_of(wallet, rules).credit(credit, call.when, legs);
  }
  write(wallet, legs, nullptr);
}

Result Engine::grant(const Call& call) {
  const std::string by = call.value("by");
  const Leg leg = leg_of(call.value("badge"), call.value("program"), "", "");
  const plan::Plan& plan = *leg.plan;
  const plan::Unit& of = unit_named(plan, std::get<2>(leg.wallet));
  const plan::Badge& badge = *of.badge;
  const Result tried = try_grant(call, plan, of);
  if (!tried.code.empty()) return tried;
  const size_t entries = entries_.size();
  post_granted(call, plan, call.account, of.name, 1, Kind::kGrant);
  if (badge.credit) {
    post_granted(call, plan, call.account, badge.credit->unit, badge.credit->amount, Kind::kGrant);
    const std::string& budget = badge.credit->budget;
    if (!budget.empty())
      granted_[left_for(plan, budget, call.when.at).pool] += badge.credit->amount;
  }
  if (badge.burn) {
    post_granted(call, plan, by, badge.burn->unit, -badge.burn->amount, Kind::kBurn);
  }
  if (badge.credit && badge.credit->from_granter) {
    post_granted(call, plan, by, badge.credit->unit, -badge.credit->amount, Kind::kGrant);
  }
  grants_.push_back({plan.program, of.code, by, call.account, call.when.at});
  return {Outcome::kAccepted, "", 0, 0, static_cast<int>(entries_.size() - entries)};
}

}  // namespace guerdon::reference
