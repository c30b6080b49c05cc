#include "engine/shard/shop.h"

#include <algorithm>

#include "engine/accounts/account_table.h"
#include "engine/base/assert.h"
#include "engine/calendar/period.h"
#include "engine/money/exchange.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandKind;
using event::CommandResult;
using event::Outcome;
using ledger::Kind;
using ledger::Leg;
using ledger::SystemAccount;
using ledger::Verdict;
using ledger::Wallet;

struct Shop::Call {
  const event::Batch& batch;
  const event::LogItem& log;
  const Visit& visit;
  const event::Record& record;
  const KeptSince& since;
  event::CommandView command;
  BlockHeader* account;  // null: not there
  event::LegSlots* legs;
  std::vector<ledger::Entry>& entries;
  CommandResult* result;

  ledger::When when() const { return {log.at, record.occurred_at}; }
  uint32_t item() const { return static_cast<uint32_t>(command[CommandField::kItem]); }
  int64_t pieces() const {
    return command.has(CommandField::kPieces) ? command[CommandField::kPieces] : 1;
  }
};

namespace {

// A spend of a wallet goes by the command's id and by what it was for: so a redemption is cancelled
// as one of its item, and a hold is none.
uint64_t spend_id(uint64_t target, uint64_t purpose) {
  return (target ^ purpose) * 0x9e37'79b9'7f4a'7c15u;
}
constexpr uint64_t kOfExchange = 0x65'7863'6861'6e67;

bool is_too_much(int64_t amount, int64_t pieces) {
  return base::Int128{amount} * pieces > money::kBalanceMax;
}
// REQUIRES: it is not too much.
int64_t times(int64_t amount, int64_t pieces) {
  GUERDON_ASSERT(!is_too_much(amount, pieces));
  return amount * pieces;
}

}  // namespace

Shop::Shop(const plan::Program& program, AccountState& state, Wallets& wallets)
    : program_(program), state_(state), wallets_(wallets) {
  for (const plan::ItemKind& item : program.items) left_.push_back(item.stock.value_or(0));
}

bool Shop::has(CommandKind kind) {
  return kind == CommandKind::kRedeem || kind == CommandKind::kUnredeem ||
         kind == CommandKind::kItem || kind == CommandKind::kExchange ||
         kind == CommandKind::kExchangeReturn;
}

bool Shop::run(const event::Batch& batch, const Visit& visit, const KeptSince& since,
               BlockHeader* account, event::LegSlots* legs, std::vector<ledger::Entry>& entries,
               CommandResult* result) {
  const event::LogItem& log = batch.log[visit.item];
  const event::Record& record = batch.records[log.record];
  Call call{batch,   log,  visit,   record, since, event::CommandView(batch, record),
            account, legs, entries, result};
  switch (event::kind_of(record)) {
    case CommandKind::kRedeem:
      return run_redeem(call);
    case CommandKind::kUnredeem:
      return run_cancel(call);
    case CommandKind::kItem:
      return run_item(call);
    case CommandKind::kExchangeReturn:
      *result = return_exchange(call);
      return true;
    default:
      *result = exchange(call);
      return true;
  }
}

BlockHeader& Shop::account_of(Call& call) {
  if (call.account == nullptr) {
    const event::Text& name = call.command.text(CommandField::kAccount);
    call.account = state_.accounts().add(name.hash, call.batch.view(name));
  }
  return *call.account;
}

template <typename Change>
void Shop::change(Call& call, uint16_t wallet, const Change& change) {
  const uint64_t hash = call.command.text(CommandField::kAccount).hash;
  const uint64_t lsn = call.log.lsn;
  ledger::EntryWriter writer(call.entries, lsn, hash,
                             ledger::entries_so_far(call.entries, lsn, hash));
  wallets_.change(account_of(call), wallet, writer, change);
}

// With the dates that its plan gives a credit.
ledger::Credit Shop::credit_of(const Call& call, uint16_t wallet, int64_t amount, Kind kind,
                               SystemAccount counter) const {
  const uint64_t hash = call.command.text(CommandField::kAccount).hash;
  ledger::Credit credit;
  credit.amount = amount;
  credit.kind = kind;
  credit.counter = counter;
  credit.matures_at = plan::matures_at(program_, wallet, call.record.occurred_at);
  credit.expires_at = plan::expires_at(program_, wallet, call.record.occurred_at);
  credit.origin = {call.log.lsn, ledger::entries_so_far(call.entries, call.log.lsn, hash)};
  return credit;
}

CommandResult Shop::may_credit(const Call& call, uint16_t wallet,
                               const ledger::Credit& credit) const {
  const Verdict verdict = wallets_.ask(call.account, wallet, [&](const Wallet& asked) {
    return asked.may_credit(credit, call.when());
  });
  if (verdict.code == ledger::Code::kLimit) return {0, wallet, Outcome::kOverflow};
  return result_of(verdict, wallet);
}

// What the pieces of the item give. REQUIRES: it gives something, and no more than an amount may
// be.
ledger::Credit Shop::gift_of(const Call& call) const {
  const plan::ItemKind& item = program_.items[call.item()];
  return credit_of(call, item.gives_wallet, times(item.gives, call.pieces()), Kind::kRedeem,
                   SystemAccount::kRedemption);
}

// ---- Limits -------------------------------------------------------------------------------------

int64_t Shop::had(const Call& call, const plan::ItemCounter& limit) const {
  if (call.account == nullptr) return 0;
  const plan::SubjectKind& subject = program_.subjects[limit.subject];
  plan::FrameKey key{limit.subject, 0, {}};
  if (subject.clock != plan::kNoClock) {
    const plan::Clock& clock = program_.clocks[static_cast<size_t>(subject.clock)];
    key.period = calendar::period_at(clock.calendar, clock.kind, call.log.at).index;
  }
  const int64_t* const cells = state_.find(*call.account, key);
  return cells == nullptr ? 0 : cells[limit.cell];
}

// In the period of `at`, which may be over: one that is no longer kept counts for nothing.
void Shop::count(Call& call, const plan::ItemCounter& limit, plan::TimeMs at, int64_t pieces) {
  const plan::SubjectKind& subject = program_.subjects[limit.subject];
  plan::FrameKey key{limit.subject, 0, {}};
  if (subject.clock != plan::kNoClock) {
    const plan::Clock& clock = program_.clocks[static_cast<size_t>(subject.clock)];
    key.period = calendar::period_at(clock.calendar, clock.kind, at).index;
  }
  if (call.since.is_gone(subject, key.period)) return;
  int64_t& cell = state_.obtain(account_of(call), key, call.since)[limit.cell];
  cell = std::max<int64_t>(0, cell + pieces);
}

// ---- Redemption ---------------------------------------------------------------------------------

CommandResult Shop::may_redeem(const Call& call) const {
  const plan::ItemKind& item = program_.items[call.item()];
  if (call.log.at < item.from || call.log.at >= item.until) {
    return {0, item.wallet, Outcome::kExpired};
  }
  for (const plan::ItemCounter& limit : item.limits) {
    const int64_t more = std::max<int64_t>(0, limit.times - had(call, limit));
    if (call.pieces() > more) return {more, item.wallet, Outcome::kLimit};
  }
  return may_redeem_now(call);
}

// Whether the wallets take part.
CommandResult Shop::may_redeem_now(const Call& call) const {
  const plan::ItemKind& item = program_.items[call.item()];
  if (is_too_much(item.price, call.pieces())) {
    return {money::kBalanceMax / item.price, item.wallet, Outcome::kLimit};
  }
  if (item.gives > 0) {
    if (base::Int128{item.gives} * call.pieces() > money::kAmountMax) {
      return {money::kAmountMax / item.gives, item.wallet, Outcome::kLimit};
    }
    const CommandResult given = may_credit(call, item.gives_wallet, gift_of(call));
    if (is_refused(given)) return given;
  }
  return wallets_.ask(call.account, item.wallet, [&](const Wallet& asked) -> CommandResult {
    if (asked.find_hold(spend_id(call.command.target(), item.home)) != nullptr) {
      return {0, item.wallet, Outcome::kConflict};
    }
    return result_of(asked.may_spend(times(item.price, call.pieces())), item.wallet);
  });
}

void Shop::redeem(Call& call) {
  const plan::ItemKind& item = program_.items[call.item()];
  const uint64_t id = spend_id(call.command.target(), item.home);
  const int64_t price = times(item.price, call.pieces());
  change(call, item.wallet, [&](Wallet& wallet, std::vector<Leg>& made) {
    const Verdict verdict = wallet.spend({id, price}, call.when(), made);
    GUERDON_ASSERT(verdict.ok());
  });
  if (item.gives > 0) {
    ledger::Credit credit = gift_of(call);
    credit.cause = id;
    change(call, item.gives_wallet, [&](Wallet& wallet, std::vector<Leg>& made) {
      wallet.credit(credit, call.when(), made);
    });
  }
  for (const plan::ItemCounter& limit : item.limits) {
    count(call, limit, call.log.at, call.pieces());
  }
}

bool Shop::run_redeem(Call& call) {
  const bool has_stock = program_.items[call.item()].stock.has_value();
  if (call.visit.role == Visit::kItem) return take_from_stock(call);
  if (call.visit.role == Visit::kCommand) {
    *call.result = may_redeem(call);
    if (has_stock) {
      call.legs->release(call.visit.item, 0, {0, static_cast<uint8_t>(call.result->outcome)});
    } else if (!is_refused(*call.result)) {
      redeem(call);
    }
    return true;
  }
  const event::LegValue* const answer = call.legs->find(call.visit.item, 1);
  if (answer == nullptr) return false;
  if (is_refused(*call.result)) return true;
  *call.result = {answer->amount, 0, static_cast<Outcome>(answer->code)};
  if (!is_refused(*call.result)) redeem(call);
  return true;
}

bool Shop::take_from_stock(Call& call) {
  const event::LegValue* const asked = call.legs->find(call.visit.item, 0);
  if (asked == nullptr) return false;
  event::LegValue answer = *asked;
  int64_t& left = left_[call.item()];
  if (static_cast<Outcome>(asked->code) == Outcome::kOk) {
    if (call.pieces() > left) {
      answer = {left, static_cast<uint8_t>(Outcome::kOutOfStock)};
    } else {
      left -= call.pieces();
    }
  }
  call.legs->release(call.visit.item, 1, answer);
  return true;
}

// ---- Cancelling it ------------------------------------------------------------------------------

CommandResult Shop::may_cancel(const Call& call, int64_t* pieces) const {
  const plan::ItemKind& item = program_.items[call.item()];
  const uint64_t id = spend_id(call.command.target(), item.home);
  const CommandResult paid =
      wallets_.ask(call.account, item.wallet, [&](const Wallet& asked) -> CommandResult {
        const ledger::Hold* const spend = asked.find_hold(id);
        if (spend == nullptr) return {0, item.wallet, Outcome::kUnknown};
        if (spend->amount == 0) return {0, item.wallet, Outcome::kVoided};
        *pieces = spend->amount / item.price;
        return {};
      });
  if (is_refused(paid) || item.gives == 0) return paid;
  return wallets_.ask(call.account, item.gives_wallet, [&](const Wallet& asked) {
    return result_of(asked.may_take_back(times(item.gives, *pieces)), item.gives_wallet);
  });
}

void Shop::cancel(Call& call, int64_t pieces) {
  const plan::ItemKind& item = program_.items[call.item()];
  const uint64_t id = spend_id(call.command.target(), item.home);
  ledger::Refund refund{id, item.price * pieces, SystemAccount::kRedemption};
  refund.grace_until = plan::grace_until(program_, item.wallet, call.log.at);
  const plan::TimeMs redeemed_at =
      wallets_.ask(call.account, item.wallet, [&](const Wallet& asked) {
        return asked.find_hold(id)->until - ledger::WalletRules{}.remember_ms;
      });
  if (item.gives > 0) {
    change(call, item.gives_wallet, [&](Wallet& wallet, std::vector<Leg>& made) {
      wallet.burn({times(item.gives, pieces), Kind::kRefund, SystemAccount::kRedemption, {}, id},
                  call.when(), made);
    });
  }
  change(call, item.wallet, [&](Wallet& wallet, std::vector<Leg>& made) {
    const Verdict verdict = wallet.refund(refund, call.when(), made);
    GUERDON_ASSERT(verdict.ok());
  });
  for (const plan::ItemCounter& limit : item.limits) count(call, limit, redeemed_at, -pieces);
}

bool Shop::run_cancel(Call& call) {
  const bool has_stock = program_.items[call.item()].stock.has_value();
  if (call.visit.role == Visit::kItem) {
    const event::LegValue* const given_back = call.legs->find(call.visit.item, 0);
    if (given_back == nullptr) return false;
    left_[call.item()] += given_back->amount;
    return true;
  }
  int64_t pieces = 0;
  *call.result = may_cancel(call, &pieces);
  if (is_refused(*call.result)) {
    pieces = 0;
  } else {
    cancel(call, pieces);
  }
  if (has_stock) call.legs->release(call.visit.item, 0, {pieces, 0});
  return true;
}

bool Shop::run_item(Call& call) {
  int64_t& left = left_[call.item()];
  const bool is_set = call.command.has(CommandField::kStock);
  const int64_t count =
      is_set ? call.command[CommandField::kStock] : left + call.command[CommandField::kAdded];
  *call.result = {};
  if (count > money::kCountMax) {
    *call.result = {std::max<int64_t>(0, money::kCountMax - left), 0, Outcome::kLimit};
  } else {
    left = count;
  }
  return true;
}

base::Hash128 Shop::content_hash(uint32_t number, uint32_t shards) const {
  base::Hash128 sum;
  base::HashBuilder content;
  for (size_t i = 0; i < left_.size(); ++i) {
    const plan::ItemKind& item = program_.items[i];
    if (!item.stock || left_[i] == 0 || shard_of(item.home, shards) != number) continue;
    content.text("stock").text(program_.plans[static_cast<size_t>(item.plan)].name);
    sum += content.text(item.name).i64(left_[i]).finish();
  }
  return sum;
}

// ---- Exchange -----------------------------------------------------------------------------------

CommandResult Shop::exchange(Call& call) {
  const event::CommandView& command = call.command;
  const uint16_t from = command.wallet(0);
  const auto to = static_cast<uint16_t>(command[CommandField::kTo]);
  const int64_t rate_num = command.derived(event::kRateNumValue);
  const int64_t rate_den = command.derived(event::kRateDenValue);
  if (rate_num == 0) return {0, to, static_cast<Outcome>(rate_den)};
  const plan::ExchangeKind* const kind = exchange_of(call);
  GUERDON_ASSERT(kind != nullptr);
  const money::Ratio rate{rate_num, rate_den};
  const std::optional<money::Exchanged> made =
      command.has(CommandField::kGet)
          ? money::get(command[CommandField::kGet], rate, kind->spread)
          : money::give(command[CommandField::kAmount], rate, kind->spread);
  if (!made) return {0, to, Outcome::kOverflow};
  if (made->paid == 0) return {1, to, Outcome::kLimit};
  ledger::Credit credit = credit_of(call, to, made->paid, Kind::kExchange, SystemAccount::kFxOut);
  const CommandResult got = may_credit(call, to, credit);
  if (is_refused(got)) return got;
  const uint64_t id = spend_id(command.target(), kOfExchange + to);
  const CommandResult asked =
      wallets_.ask(call.account, from, [&](const Wallet& wallet) -> CommandResult {
        if (wallet.find_hold(id) != nullptr) return {0, from, Outcome::kConflict};
        return result_of(wallet.may_spend(made->charged), from);
      });
  if (is_refused(asked)) return asked;
  change(call, from, [&](Wallet& wallet, std::vector<Leg>& legs) {
    const Verdict verdict =
        wallet.spend({id, made->charged, Kind::kExchange, SystemAccount::kFxIn}, call.when(), legs);
    GUERDON_ASSERT(verdict.ok());
  });
  credit = credit_of(call, to, made->paid, Kind::kExchange, SystemAccount::kFxOut);  // behind that
  credit.cause = id;
  change(call, to,
         [&](Wallet& wallet, std::vector<Leg>& legs) { wallet.credit(credit, call.when(), legs); });
  // A posting of its own, between two accounts of the house.
  wallets_.load(to, SystemAccount::kFxOut, -base::Int128{made->spread});
  wallets_.load(to, SystemAccount::kSpread, made->spread);
  const plan::FrameKey key = key_of_exchange(*kind, id, call.log.at);
  int64_t* const cells = state_.obtain(account_of(call), key, call.since);
  cells[plan::kGotCell] = made->paid;
  cells[plan::kSpreadCell] = made->spread;
  return {};
}

const plan::ExchangeKind* Shop::exchange_of(const Call& call) const {
  const int64_t to = call.command[CommandField::kTo];
  for (const plan::ExchangeKind& each : program_.exchanges) {
    if (each.from_wallet == call.command.wallet(0) && each.to_wallet == to) return &each;
  }
  return nullptr;
}

plan::FrameKey Shop::key_of_exchange(const plan::ExchangeKind& kind, uint64_t id,
                                     plan::TimeMs at) const {
  const auto clock = static_cast<size_t>(program_.subjects[kind.subject].clock);
  const plan::Clock& quarters = program_.clocks[clock];
  plan::FrameKey key{kind.subject, 0, {static_cast<int64_t>(id)}};
  key.period = calendar::period_at(quarters.calendar, quarters.kind, at).index;
  return key;
}

// The same amounts again, so at the rate that it had: what was charged goes back to its lots, what
// was got is taken back, and with it what the house has kept.
CommandResult Shop::return_exchange(Call& call) {
  const uint16_t from = call.command.wallet(0);
  const auto to = static_cast<uint16_t>(call.command[CommandField::kTo]);
  const plan::ExchangeKind* const kind = exchange_of(call);
  const uint64_t id = spend_id(call.command.target(), kOfExchange + to);
  ledger::Refund refund{id, 0, SystemAccount::kFxIn};
  plan::TimeMs exchanged_at = 0;
  const CommandResult asked =
      wallets_.ask(call.account, from, [&](const Wallet& wallet) -> CommandResult {
        const ledger::Hold* const spend = wallet.find_hold(id);
        if (spend == nullptr || kind == nullptr || kind->show_only) {
          return {0, from, Outcome::kUnknown};
        }
        if (spend->amount == 0) return {0, from, Outcome::kVoided};
        refund.amount = spend->amount;
        exchanged_at = spend->until - ledger::WalletRules{}.remember_ms;
        return {};
      });
  if (is_refused(asked)) return asked;
  const plan::FrameKey key = key_of_exchange(*kind, id, exchanged_at);
  int64_t* const cells = state_.find(*call.account, key);
  if (cells == nullptr) return {0, from, Outcome::kUnknown};
  const int64_t got = cells[plan::kGotCell];
  const int64_t spread = cells[plan::kSpreadCell];
  const CommandResult taken = wallets_.ask(call.account, to, [&](const Wallet& wallet) {
    return result_of(wallet.may_take_back(got), to);
  });
  if (is_refused(taken)) return taken;
  refund.grace_until = plan::grace_until(program_, from, call.log.at);
  cells[plan::kGotCell] = cells[plan::kSpreadCell] = 0;
  change(call, to, [&](Wallet& wallet, std::vector<Leg>& legs) {
    wallet.burn({got, Kind::kRefund, SystemAccount::kFxOut, {}, id}, call.when(), legs);
  });
  change(call, from, [&](Wallet& wallet, std::vector<Leg>& legs) {
    const Verdict verdict = wallet.refund(refund, call.when(), legs);
    GUERDON_ASSERT(verdict.ok());
  });
  wallets_.load(to, SystemAccount::kSpread, -base::Int128{spread});
  wallets_.load(to, SystemAccount::kFxOut, spread);
  return {};
}

}  // namespace guerdon::shard
