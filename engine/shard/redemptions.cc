#include "engine/shard/redemptions.h"

#include <algorithm>

#include "engine/accounts/account_table.h"
#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandResult;
using event::Outcome;
using ledger::Kind;
using ledger::Leg;
using ledger::SystemAccount;
using ledger::Wallet;

namespace {

uint32_t number_of_item(const event::CommandView& command) {
  return static_cast<uint32_t>(command[CommandField::kItem]);
}

int64_t pieces_of(const event::CommandView& command) {
  return command.has(CommandField::kPieces) ? command[CommandField::kPieces] : 1;
}

bool is_too_much(int64_t amount, int64_t pieces) {
  return base::Int128{amount} * pieces > money::kBalanceMax;
}
// REQUIRES: it is not too much.
int64_t times(int64_t amount, int64_t pieces) {
  GUERDON_ASSERT(!is_too_much(amount, pieces));
  return amount * pieces;
}

uint64_t id_of(const AccountCommand& call, const plan::ItemKind& item) {
  return spent_for(call.target(), item.home);
}

}  // namespace

Redemptions::Redemptions(const ShardBooks& books) : books_(books), machine_(*books.program) {
  for (const plan::ItemKind& item : books.program->items) left_.push_back(item.stock.value_or(0));
}

const plan::ItemKind& Redemptions::item_of(const AccountCommand& call) const {
  return books_.program->items[number_of_item(call.command())];
}

// What the pieces of the item give. REQUIRES: it gives something, and no more than an amount may
// be.
ledger::Credit Redemptions::gift_of(const AccountCommand& call) const {
  const plan::ItemKind& item = item_of(call);
  return call.credit_of(item.gives_wallet, times(item.gives, pieces_of(call.command())),
                        Kind::kRedeem, SystemAccount::kRedemption);
}

// ---- Redeeming ----------------------------------------------------------------------------------

bool Redemptions::is_eligible(const AccountCommand& call) {
  const plan::ItemKind& item = item_of(call);
  if (!item.when) return true;
  const plan::EventView instant{nullptr, 0, call.at(), call.at()};
  return machine_.is_true(*item.when, instant, KnownOfAccount(books_.state, call.account()));
}

CommandResult Redemptions::may_redeem(const AccountCommand& call) {
  const plan::ItemKind& item = item_of(call);
  if (call.at() < item.from || call.at() >= item.until) return {0, item.wallet, Outcome::kExpired};
  if (!is_eligible(call)) return {0, item.wallet, Outcome::kNotEligible};
  for (const plan::ItemCounter& limit : item.limits) {
    const int64_t more = std::max<int64_t>(0, limit.times - call.counted(limit));
    if (pieces_of(call.command()) > more) return {more, item.wallet, Outcome::kLimit};
  }
  return may_pay_for(call);
}

CommandResult Redemptions::may_pay_for(const AccountCommand& call) const {
  const plan::ItemKind& item = item_of(call);
  const int64_t pieces = pieces_of(call.command());
  if (is_too_much(item.price, pieces)) {
    return {money::kBalanceMax / item.price, item.wallet, Outcome::kLimit};
  }
  if (item.gives > 0) {
    if (base::Int128{item.gives} * pieces > money::kAmountMax) {
      return {money::kAmountMax / item.gives, item.wallet, Outcome::kLimit};
    }
    const CommandResult given = call.may_credit(item.gives_wallet, gift_of(call));
    if (is_refused(given)) return given;
  }
  return ask_unless_known(call, item.wallet, id_of(call, item), [&](const Wallet& asked) {
    return asked.may_spend(times(item.price, pieces));
  });
}

void Redemptions::pay_for(AccountCommand& call, const KeptSince& since) {
  const plan::ItemKind& item = item_of(call);
  const int64_t pieces = pieces_of(call.command());
  const uint64_t id = id_of(call, item);
  call.spend(item.wallet, {id, times(item.price, pieces)});
  if (item.gives > 0) {
    ledger::Credit credit = gift_of(call);
    credit.cause = id;
    call.credit(item.gives_wallet, credit);
  }
  for (const plan::ItemCounter& limit : item.limits) {
    call.count(limit, call.at(), pieces, since);
  }
}

bool Redemptions::redeem(AccountCommand& call, const DependentVisit& at) {
  const bool has_stock = item_of(call).stock.has_value();
  if (at.visit.role == Visit::kStock) return take_from_stock(call, at);
  if (at.visit.role == Visit::kCommand) {
    at.result = may_redeem(call);
    if (has_stock) {
      at.handovers->release(at.visit.item, 0, {0, static_cast<uint8_t>(at.result.outcome)});
    } else if (!is_refused(at.result)) {
      pay_for(call, at.since);
    }
    return true;
  }
  const event::Handover* const answer = at.handovers->find(at.visit.item, 1);
  if (answer == nullptr) return false;
  if (is_refused(at.result)) return true;
  if (base::planted(base::PlantedBug::kStockPerShard)) --left_[number_of_item(call.command())];
  at.result = {answer->amount, 0, static_cast<Outcome>(answer->code)};
  if (!is_refused(at.result)) pay_for(call, at.since);
  return true;
}

bool Redemptions::take_from_stock(const AccountCommand& call, const DependentVisit& at) {
  const event::Handover* const asked = at.handovers->find(at.visit.item, 0);
  if (asked == nullptr) return false;
  event::Handover answer = *asked;
  int64_t& left = left_[number_of_item(call.command())];
  const int64_t pieces = pieces_of(call.command());
  if (static_cast<Outcome>(asked->code) == Outcome::kOk) {
    if (pieces > left) {
      answer = {left, static_cast<uint8_t>(Outcome::kOutOfStock)};
    } else {
      left -= pieces;
    }
  }
  at.handovers->release(at.visit.item, 1, answer);
  return true;
}

// ---- Cancelling it ------------------------------------------------------------------------------

CommandResult Redemptions::may_cancel(const AccountCommand& call, int64_t* pieces) const {
  const plan::ItemKind& item = item_of(call);
  const CommandResult paid = call.ask(item.wallet, [&](const Wallet& asked) -> CommandResult {
    const ledger::Hold* const spend = asked.find_hold(id_of(call, item));
    if (spend == nullptr) return {0, item.wallet, Outcome::kUnknown};
    if (spend->amount == 0) return {0, item.wallet, Outcome::kVoided};
    *pieces = spend->amount / item.price;
    return {};
  });
  if (is_refused(paid) || item.gives == 0) return paid;
  return call.ask(item.gives_wallet, [&](const Wallet& asked) {
    return result_of(asked.may_take_back(times(item.gives, *pieces)), item.gives_wallet);
  });
}

void Redemptions::give_back(AccountCommand& call, int64_t pieces, const KeptSince& since) {
  const plan::ItemKind& item = item_of(call);
  const uint64_t id = id_of(call, item);
  const plan::TimeMs redeemed_at = call.ask(
      item.wallet, [&](const Wallet& asked) { return asked.spent_at(*asked.find_hold(id)); });
  if (item.gives > 0) {
    call.burn(item.gives_wallet,
              {times(item.gives, pieces), Kind::kRefund, SystemAccount::kRedemption, {}, id});
  }
  call.refund(item.wallet, {id, item.price * pieces, SystemAccount::kRedemption});
  for (const plan::ItemCounter& limit : item.limits) {
    call.count(limit, redeemed_at, -pieces, since);
  }
}

bool Redemptions::cancel(AccountCommand& call, const DependentVisit& at) {
  if (at.visit.role == Visit::kStock) {
    const event::Handover* const given_back = at.handovers->find(at.visit.item, 0);
    if (given_back == nullptr) return false;
    left_[number_of_item(call.command())] += given_back->amount;
    return true;
  }
  int64_t pieces = 0;
  at.result = may_cancel(call, &pieces);
  if (is_refused(at.result)) {
    pieces = 0;
  } else {
    give_back(call, pieces, at.since);
  }
  if (item_of(call).stock) at.handovers->release(at.visit.item, 0, {pieces, 0});
  return true;
}

// ---- The stock ----------------------------------------------------------------------------------

CommandResult Redemptions::set_stock(const event::CommandView& command) {
  int64_t& left = left_[number_of_item(command)];
  const int64_t count = command.has(CommandField::kStock) ? command[CommandField::kStock]
                                                          : left + command[CommandField::kAdded];
  if (count > money::kCountMax) {
    return {std::max<int64_t>(0, money::kCountMax - left), 0, Outcome::kLimit};
  }
  left = count;
  return {};
}

base::Hash128 Redemptions::content_hash(uint32_t number, uint32_t shards) const {
  base::Hash128 sum;
  base::HashBuilder content;
  for (size_t i = 0; i < left_.size(); ++i) {
    const plan::ItemKind& item = books_.program->items[i];
    if (!item.stock || left_[i] == 0 || shard_of(item.home, shards) != number) continue;
    content.text("stock").text(books_.program->plans[static_cast<size_t>(item.plan)].name);
    sum += content.text(item.name).i64(left_[i]).finish();
  }
  return sum;
}

}  // namespace guerdon::shard
