#include "engine/shard/audit.h"

#include "engine/shard/counter_audit.h"

namespace guerdon::shard {

namespace {

void add_wallet(const ledger::WalletState* state, int64_t posted, UnitBooks& unit) {
  unit.balances += posted;
  const int64_t owed = state == nullptr ? 0 : state->debt();
  if (posted != 0 || owed != 0) ++unit.wallets;
  if (state == nullptr) return;
  unit.held += state->held();
  unit.pending += state->unmatured();
  unit.owed += owed;
}

}  // namespace

base::Int128 UnitBooks::sum() const {
  base::Int128 sum = balances;
  for (const base::Int128 account : system) sum += account;
  return sum;
}

void UnitBooks::add(const UnitBooks& other) {
  wallets += other.wallets;
  balances += other.balances;
  held += other.held;
  pending += other.pending;
  owed += other.owed;
  for (size_t a = 0; a < system.size(); ++a) system[a] += other.system[a];
}

std::string unit_name(const plan::Program& program, size_t wallet) {
  return program.wallets[wallet].unit + " of " + program.wallets[wallet].program;
}

Audit audit(const plan::Program& program, const Shard& shard, plan::TimeMs clock) {
  Audit found;
  found.units.resize(program.wallets.size());
  const auto find = [&](std::string difference) {
    if (found.difference.empty()) found.difference = std::move(difference);
  };
  const AccountState& state = shard.state();
  CounterAudit counters(program, clock);
  state.accounts().visit_all([&](const BlockHeader& account) {
    for (uint16_t w = 0; w < found.units.size(); ++w) {
      const int64_t posted = cells_of(&account)[w];
      const ledger::WalletState* const wallet = state.wallets().find(account, w);
      add_wallet(wallet, posted, found.units[w]);
      const char* const broken = wallet == nullptr ? nullptr : wallet->broken(posted);
      if (broken == nullptr) continue;
      find("account " + std::string(state.accounts().name(account)) + ", " + unit_name(program, w) +
           ": " + broken);
    }
    const std::string off = counters.of(account, state);
    if (off.empty()) return;
    find("account " + std::string(state.accounts().name(account)) + ", counter " + off);
  });
  if (std::string off = shard.leaderboard_difference(clock); !off.empty()) find(std::move(off));
  for (uint16_t w = 0; w < found.units.size(); ++w) {
    UnitBooks& unit = found.units[w];
    unit.system = shard.wallets().totals(w);
    if (unit.sum() == 0) continue;
    find("the postings in " + unit_name(program, w) + " sum to " + base::to_string(unit.sum()) +
         ", not to 0");
  }
  return found;
}

}  // namespace guerdon::shard
