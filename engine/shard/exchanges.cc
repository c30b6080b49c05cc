#include "engine/shard/exchanges.h"

#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/exchange.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandResult;
using event::Outcome;
using ledger::Kind;
using ledger::SystemAccount;
using ledger::Wallet;

namespace {

uint16_t target_wallet(const event::CommandView& command) {
  return static_cast<uint16_t>(command[CommandField::kTo]);
}

uint64_t id_of(const AccountCommand& call) {
  return spent_for(call.target(), kForExchange + target_wallet(call.command()));
}

}  // namespace

const plan::ExchangeKind* Exchanges::kind_of(const AccountCommand& call) const {
  const event::CommandView& command = call.command();
  for (const plan::ExchangeKind& each : books_.program->exchanges) {
    if (each.from_wallet == command.wallet(0) && each.to_wallet == target_wallet(command)) {
      return &each;
    }
  }
  return nullptr;
}

plan::FrameKey Exchanges::key_of(const plan::ExchangeKind& kind, uint64_t id,
                                 plan::TimeMs at) const {
  const auto clock = static_cast<size_t>(books_.program->subjects[kind.subject].clock);
  const plan::Clock& quarters = books_.program->clocks[clock];
  plan::FrameKey key{kind.subject, 0, {static_cast<int64_t>(id)}};
  key.period = calendar::period_at(quarters.calendar, quarters.rule, at).index;
  return key;
}

void Exchanges::keep_spread(uint16_t wallet, base::Int128 spread) {
  books_.wallets.load(wallet, SystemAccount::kFxOut, -spread);
  books_.wallets.load(wallet, SystemAccount::kSpread, spread);
}

CommandResult Exchanges::exchange(AccountCommand& call, const KeptSince& since) {
  const event::CommandView& command = call.command();
  const uint16_t from = command.wallet(0);
  const uint16_t to = target_wallet(command);
  const int64_t rate_num = command.derived(event::kRateNumValue);
  const int64_t rate_den = command.derived(event::kRateDenValue);
  if (rate_num == 0) return {0, to, static_cast<Outcome>(rate_den)};
  const plan::ExchangeKind* const kind = kind_of(call);
  GUERDON_ASSERT(kind != nullptr);
  const money::Ratio rate{rate_num, rate_den};
  const std::optional<money::Exchanged> made =
      command.has(CommandField::kGet)
          ? money::get(command[CommandField::kGet], rate, kind->spread)
          : money::give(command[CommandField::kAmount], rate, kind->spread);
  if (!made) return {0, to, Outcome::kOverflow};
  if (made->paid == 0) return {1, to, Outcome::kLimit};
  const auto what_is_got = [&] {
    return call.credit_of(to, made->paid, Kind::kExchange, SystemAccount::kFxOut);
  };
  const CommandResult got = call.may_credit(to, what_is_got());
  if (is_refused(got)) return got;
  const uint64_t id = id_of(call);
  const CommandResult asked = ask_unless_known(
      call, from, id, [&](const Wallet& wallet) { return wallet.may_spend(made->charged); });
  if (is_refused(asked)) return asked;
  call.spend(from, {id, made->charged, Kind::kExchange, SystemAccount::kFxIn});
  ledger::Credit credit = what_is_got();  // its origin is behind what was charged
  credit.cause = id;
  call.credit(to, credit);
  keep_spread(to, made->spread);
  int64_t* const cells =
      books_.state.obtain(call.obtain_account(), key_of(*kind, id, call.at()), since);
  cells[plan::kGotCell] = made->paid;
  cells[plan::kSpreadCell] = made->spread;
  return {};
}

// The same amounts again, so at the rate that it had: what was charged goes back to its lots, what
// was got is taken back, and with it what the house has kept.
CommandResult Exchanges::give_back(AccountCommand& call) {
  const uint16_t from = call.command().wallet(0);
  const uint16_t to = target_wallet(call.command());
  const plan::ExchangeKind* const kind = kind_of(call);
  const uint64_t id = id_of(call);
  ledger::Refund refund{id, 0, SystemAccount::kFxIn};
  plan::TimeMs exchanged_at = 0;
  const CommandResult asked = call.ask(from, [&](const Wallet& wallet) -> CommandResult {
    const ledger::Hold* const spend = wallet.find_hold(id);
    if (spend == nullptr || kind == nullptr || kind->show_only) return {0, from, Outcome::kUnknown};
    if (spend->amount == 0) return {0, from, Outcome::kVoided};
    refund.amount = spend->amount;
    exchanged_at = wallet.spent_at(*spend);
    return {};
  });
  if (is_refused(asked)) return asked;
  int64_t* const cells = books_.state.find(*call.account(), key_of(*kind, id, exchanged_at));
  if (cells == nullptr) return {0, from, Outcome::kUnknown};
  const int64_t got = cells[plan::kGotCell];
  const int64_t spread = cells[plan::kSpreadCell];
  const CommandResult taken =
      call.ask(to, [&](const Wallet& wallet) { return result_of(wallet.may_take_back(got), to); });
  if (is_refused(taken)) return taken;
  cells[plan::kGotCell] = cells[plan::kSpreadCell] = 0;
  call.burn(to, {got, Kind::kRefund, SystemAccount::kFxOut, {}, id});
  call.refund(from, refund);
  keep_spread(to, -base::Int128{spread});
  return {};
}

}  // namespace guerdon::shard
