#include "engine/shard/commands.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandKind;
using event::CommandResult;
using event::Outcome;
using ledger::Leg;
using ledger::Verdict;
using ledger::Wallet;

struct Commands::Call {
  const event::Batch& batch;
  const event::LogItem& item;
  const event::Record& record;
  event::CommandView command;
  BlockHeader* account;  // null: not there
  std::vector<ledger::Entry>& entries;

  ledger::When when() const { return {item.at, record.occurred_at}; }
  const event::Text& name() const { return command.text(CommandField::kAccount); }
  // Of the hold or spend that it makes or names.
  uint64_t id() const { return command.target(); }
};

namespace {

// A payout goes by an id of its own, so that it comes back as what it was, and a hold does not.
uint64_t payout_id(uint64_t target) {
  return (target ^ 0x70'6179'6f75'74) * 0x9e37'79b9'7f4a'7c15u;
}

// A share of the total, cut to minor units.
int64_t share_of(const money::Ratio& share, int64_t total) {
  return static_cast<int64_t>(base::Int128{total} * share.num / share.den);
}

}  // namespace

// One row a command.
Commands::Handler Commands::handler_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::kAdjust:
      return &Commands::adjust;
    case CommandKind::kHold:
      return &Commands::hold;
    case CommandKind::kCapture:
      return &Commands::capture;
    case CommandKind::kVoid:
      return &Commands::void_hold;
    case CommandKind::kSpend:
      return &Commands::spend;
    case CommandKind::kRefund:
      return &Commands::refund;
    case CommandKind::kImport:
      return &Commands::import;
    case CommandKind::kOpenWallet:
      return &Commands::open;
    case CommandKind::kFreezeWallet:
      return &Commands::freeze;
    case CommandKind::kThawWallet:
      return &Commands::thaw;
    case CommandKind::kCloseWallet:
      return &Commands::close;
    case CommandKind::kPayout:
      return &Commands::pay_out;
    case CommandKind::kPayoutReturn:
      return &Commands::return_payout;
    case CommandKind::kPayoutAll:
    case CommandKind::kRedeem:
    case CommandKind::kUnredeem:
    case CommandKind::kItem:
    case CommandKind::kRate:
    case CommandKind::kExchange:
    case CommandKind::kExchangeReturn:
      break;  // shop.h; admission
  }
  GUERDON_UNREACHABLE();
}

CommandResult Commands::run(const event::Batch& batch, const event::LogItem& item,
                            BlockHeader* account, std::vector<ledger::Entry>& entries) {
  const event::Record& record = batch.records[item.record];
  Call call{batch, item, record, event::CommandView(batch, record), account, entries};
  return (this->*handler_of(event::kind_of(record)))(call);
}

template <typename Change>
void Commands::change(Call& call, uint16_t wallet, const Change& change) {
  const event::Text& name = call.name();
  if (call.account == nullptr) {
    call.account = state_.accounts().add(name.hash, call.batch.view(name));
  }
  const uint64_t lsn = call.item.lsn;
  ledger::EntryWriter writer(call.entries, lsn, name.hash,
                             ledger::entries_so_far(call.entries, lsn, name.hash));
  wallets_.change(*call.account, wallet, writer, change);
}

// ---- By hand ------------------------------------------------------------------------------------

CommandResult Commands::adjust(Call& call) {
  return post(call, ledger::Kind::kAdjust, ledger::SystemAccount::kIssuance);
}

CommandResult Commands::import(Call& call) {
  return post(call, ledger::Kind::kImport, ledger::SystemAccount::kEquity);
}

CommandResult Commands::post(Call& call, ledger::Kind kind, ledger::SystemAccount counter) {
  const uint16_t wallet = call.command.wallet(0);
  const bool is_shut =
      wallets_.ask(call.account, wallet, [](const Wallet& asked) { return asked.is_shut(); });
  if (is_shut) return {0, wallet, Outcome::kClosed};
  const int64_t amount = call.command[CommandField::kAmount];
  const ledger::Origin origin{
      call.item.lsn, ledger::entries_so_far(call.entries, call.item.lsn, call.name().hash)};
  change(call, wallet, [&](Wallet& changed, std::vector<Leg>& legs) {
    if (amount > 0) {
      ledger::Credit credit = credit_of(call, kind, counter);
      credit.origin = origin;
      changed.credit(credit, call.when(), legs);
    } else {
      changed.debit({-amount, kind, counter, origin, 0}, call.when(), legs);
    }
  });
  return {};
}

// With the plan's dates, unless the command has its own.
ledger::Credit Commands::credit_of(const Call& call, ledger::Kind kind,
                                   ledger::SystemAccount counter) const {
  const event::CommandView& command = call.command;
  const uint16_t wallet = command.wallet(0);
  ledger::Credit credit;
  credit.amount = command[CommandField::kAmount];
  credit.kind = kind;
  credit.counter = counter;
  const ledger::TimeMs earned =
      command.has(CommandField::kEarned) ? command[CommandField::kEarned] : call.record.occurred_at;
  credit.earned_at = earned;
  credit.matures_at = command.has(CommandField::kMatures)
                          ? command[CommandField::kMatures]
                          : plan::matures_at(program_, wallet, earned);
  credit.expires_at = command.has(CommandField::kExpires)
                          ? command[CommandField::kExpires]
                          : plan::expires_at(program_, wallet, earned);
  return credit;
}

// ---- Holds --------------------------------------------------------------------------------------

ledger::TimeMs Commands::end_of_hold(const Call& call, uint16_t wallet) const {
  const event::CommandView& command = call.command;
  if (command.has(CommandField::kUntil)) return command[CommandField::kUntil];
  if (command.has(CommandField::kFor)) return call.item.at + command[CommandField::kFor];
  const plan::WalletKind& kind = program_.wallets[wallet];
  if (!kind.rules.hold.lives) return ledger::kNever;
  return calendar::after(program_.plans[kind.plan].calendar.zone, call.item.at,
                         *kind.rules.hold.lives);
}

// A hold is one: what ends first ends it in all its wallets.
ledger::TimeMs Commands::end_of_hold(const Call& call) const {
  ledger::TimeMs end = ledger::kNever;
  for (size_t leg = 0; leg < call.command.legs(); ++leg) {
    end = std::min(end, end_of_hold(call, call.command.wallet(leg)));
  }
  return end;
}

// Whether the wallet gives what the leg asks for. An id that a hold or spend of the wallet has
// already is one whose key was forgotten.
CommandResult Commands::may_set_aside(const Call& call, size_t leg) const {
  const event::CommandView& command = call.command;
  const uint16_t wallet = command.wallet(leg);
  ledger::HoldRequest request{call.id(), command.at(CommandField::kAmount, leg)};
  const plan::HoldRules& rules = program_.wallets[wallet].rules.hold;
  if (command.has(CommandField::kTotal, leg)) {
    const int64_t total = command.at(CommandField::kTotal, leg);
    request.at_most = rules.share ? share_of(*rules.share, total) : total;
  }
  if (command.has(CommandField::kLine)) {
    request.at_most = std::min(request.at_most, command[CommandField::kLine]);
  }
  return wallets_.ask(call.account, wallet, [&](const Wallet& asked) -> CommandResult {
    if (asked.find_hold(request.id) != nullptr) return {0, wallet, Outcome::kConflict};
    return result_of(asked.may_hold(request), wallet);
  });
}

CommandResult Commands::hold(Call& call) {
  const size_t legs = call.command.legs();
  const ledger::TimeMs until = end_of_hold(call);
  if (until <= call.item.at) return {0, call.command.wallet(0), Outcome::kExpired};
  for (size_t leg = 0; leg < legs; ++leg) {
    const Result result = may_set_aside(call, leg);
    if (is_refused(result)) return result;
  }
  for (size_t leg = 0; leg < legs; ++leg) {
    ledger::HoldRequest request{call.id(), call.command.at(CommandField::kAmount, leg)};
    request.until = until;
    change(call, call.command.wallet(leg), [&](Wallet& changed, std::vector<Leg>&) {
      GUERDON_ASSERT(changed.hold(request, call.when()).ok());
    });
  }
  return {};
}

std::vector<uint16_t> Commands::wallets_of_hold(const Call& call) const {
  std::vector<uint16_t> wallets;
  if (call.account == nullptr) return wallets;
  wallets_.visit_states(*call.account, [&](uint16_t wallet) {
    const bool has_it = wallets_.ask(call.account, wallet, [&](const Wallet& asked) {
      return asked.find_hold(call.id()) != nullptr;
    });
    if (has_it) wallets.push_back(wallet);
  });
  return wallets;
}

// Each wallet's part of the hold: what the command says, all of it where it names no wallet, and
// nothing (it is free again) where it names others.
CommandResult Commands::capture(Call& call) {
  struct Part {
    uint16_t wallet;
    int64_t amount;
  };
  std::vector<Part> parts;
  const size_t legs = call.command.legs();
  for (const uint16_t wallet : wallets_of_hold(call)) {
    parts.push_back(
        {wallet, legs > 0 ? 0 : wallets_.ask(call.account, wallet, [&](const Wallet& w) {
           return w.find_hold(call.id())->amount;
         })});
  }
  if (parts.empty()) return {0, legs > 0 ? call.command.wallet(0) : uint16_t{0}, Outcome::kUnknown};
  for (size_t leg = 0; leg < legs; ++leg) {
    const uint16_t wallet = call.command.wallet(leg);
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const Part& one) { return one.wallet == wallet; });
    if (part == parts.end()) return {0, wallet, Outcome::kUnknown};
    part->amount = call.command.at(CommandField::kAmount, leg);
  }
  for (const Part& part : parts) {
    const Verdict verdict = wallets_.ask(call.account, part.wallet, [&](const Wallet& asked) {
      return part.amount > 0 ? asked.may_capture(call.id(), part.amount)
                             : asked.may_release(call.id());
    });
    if (!verdict.ok()) return result_of(verdict, part.wallet);
  }
  for (const Part& part : parts) {
    change(call, part.wallet, [&](Wallet& changed, std::vector<Leg>& made) {
      const Verdict verdict = part.amount > 0
                                  ? changed.capture({call.id(), part.amount}, call.when(), made)
                                  : changed.release(call.id(), call.when(), made);
      GUERDON_ASSERT(verdict.ok());
    });
  }
  return {};
}

CommandResult Commands::void_hold(Call& call) {
  const std::vector<uint16_t> wallets = wallets_of_hold(call);
  if (wallets.empty()) return {0, 0, Outcome::kUnknown};
  for (const uint16_t wallet : wallets) {
    const Verdict verdict = wallets_.ask(
        call.account, wallet, [&](const Wallet& asked) { return asked.may_release(call.id()); });
    if (!verdict.ok()) return result_of(verdict, wallet);
  }
  for (const uint16_t wallet : wallets) {
    change(call, wallet, [&](Wallet& changed, std::vector<Leg>& made) {
      GUERDON_ASSERT(changed.release(call.id(), call.when(), made).ok());
    });
  }
  return {};
}

// ---- Payouts ------------------------------------------------------------------------------------

CommandResult Commands::pay_out(Call& call) {
  const uint16_t wallet = call.command.wallet(0);
  const ledger::Spend part{payout_id(call.id()), call.command[CommandField::kAmount],
                           ledger::Kind::kPayout, ledger::SystemAccount::kPayout};
  const Result asked = wallets_.ask(call.account, wallet, [&](const Wallet& one) -> Result {
    if (one.find_hold(part.id) != nullptr) return {0, wallet, Outcome::kConflict};
    return result_of(one.may_spend(part.amount), wallet);
  });
  if (is_refused(asked)) return asked;
  change(call, wallet, [&](Wallet& changed, std::vector<Leg>& made) {
    const Verdict verdict = changed.spend(part, call.when(), made);
    GUERDON_ASSERT(verdict.ok());
  });
  return {};
}

void Commands::pay_out_all(const event::Batch& batch, const event::LogItem& item,
                           std::vector<ledger::Entry>& entries) {
  const event::Record& record = batch.records[item.record];
  const event::CommandView command(batch, record);
  const uint16_t wallet = command.wallet(0);
  const int64_t least = command.has(CommandField::kMin) ? command[CommandField::kMin] : 1;
  ledger::Spend part{payout_id(command.target()), 0, ledger::Kind::kPayout,
                     ledger::SystemAccount::kPayout};
  state_.accounts().visit_all([&](BlockHeader& account) {
    ledger::EntryWriter writer(entries, item.lsn, account.hash);
    if (wallets_.is_due(account, item.at)) wallets_.settle(account, item.at, writer);
    part.amount = wallets_.view(account, wallet, item.at).available;
    if (part.amount < least) return;
    const bool may_pay = wallets_.ask(&account, wallet, [&](const Wallet& asked) {
      return asked.find_hold(part.id) == nullptr && asked.may_spend(part.amount).ok();
    });
    if (!may_pay) return;
    wallets_.change(account, wallet, writer, [&](Wallet& changed, std::vector<Leg>& made) {
      const Verdict verdict = changed.spend(part, {item.at, record.occurred_at}, made);
      GUERDON_ASSERT(verdict.ok());
    });
  });
}

std::vector<Commands::Payout> Commands::payouts(uint64_t target, uint16_t wallet) const {
  std::vector<Payout> found;
  state_.accounts().visit_all([&](const BlockHeader& account) {
    wallets_.ask(&account, wallet, [&](const Wallet& asked) {
      const ledger::Hold* const paid = asked.find_hold(payout_id(target));
      if (paid != nullptr) {
        found.push_back({std::string(state_.accounts().name(account)), paid->amount});
      }
      return true;
    });
  });
  return found;
}

// All of it, to the lots it came from.
CommandResult Commands::return_payout(Call& call) {
  const uint16_t wallet = call.command.wallet(0);
  ledger::Refund refund{payout_id(call.id()), 0, ledger::SystemAccount::kPayout};
  const Result asked = wallets_.ask(call.account, wallet, [&](const Wallet& one) -> Result {
    const ledger::Hold* const paid = one.find_hold(refund.id);
    if (paid == nullptr) return {0, wallet, Outcome::kUnknown};
    refund.amount = paid->amount;
    return {0, wallet, paid->amount == 0 ? Outcome::kVoided : Outcome::kOk};
  });
  if (is_refused(asked)) return asked;
  refund.grace_until = plan::grace_until(program_, wallet, call.item.at);
  change(call, wallet, [&](Wallet& changed, std::vector<Leg>& made) {
    const Verdict verdict = changed.refund(refund, call.when(), made);
    GUERDON_ASSERT(verdict.ok());
  });
  return {};
}

// ---- Spends -------------------------------------------------------------------------------------

CommandResult Commands::spend(Call& call) {
  const size_t legs = call.command.legs();
  for (size_t leg = 0; leg < legs; ++leg) {
    const Result result = may_set_aside(call, leg);
    if (is_refused(result)) return result;
  }
  for (size_t leg = 0; leg < legs; ++leg) {
    const ledger::Spend part{call.id(), call.command.at(CommandField::kAmount, leg)};
    change(call, call.command.wallet(leg), [&](Wallet& changed, std::vector<Leg>& made) {
      GUERDON_ASSERT(changed.spend(part, call.when(), made).ok());
    });
  }
  return {};
}

CommandResult Commands::refund(Call& call) {
  const size_t legs = call.command.legs();
  for (size_t leg = 0; leg < legs; ++leg) {
    const uint16_t wallet = call.command.wallet(leg);
    const Verdict verdict = wallets_.ask(call.account, wallet, [&](const Wallet& asked) {
      return asked.may_refund(call.id(), call.command.at(CommandField::kAmount, leg));
    });
    if (!verdict.ok()) return result_of(verdict, wallet);
  }
  for (size_t leg = 0; leg < legs; ++leg) {
    const uint16_t wallet = call.command.wallet(leg);
    ledger::Refund part{call.id(), call.command.at(CommandField::kAmount, leg)};
    part.grace_until = plan::grace_until(program_, wallet, call.item.at);
    change(call, wallet, [&](Wallet& changed, std::vector<Leg>& made) {
      GUERDON_ASSERT(changed.refund(part, call.when(), made).ok());
    });
  }
  return {};
}

// ---- Open, frozen, closed -----------------------------------------------------------------------

// A status is changed or not; so a copy is asked.
template <typename Step>
CommandResult Commands::change_status(Call& call, const Step& step) {
  const uint16_t wallet = call.command.wallet(0);
  bool is_change = false;
  const Verdict verdict = wallets_.try_out(call.account, wallet, [&](Wallet& copy) {
    const ledger::WalletStatus before = copy.status();
    const Verdict said = step(copy);
    is_change = copy.status() != before;
    return said;
  });
  if (!verdict.ok()) return result_of(verdict, wallet);
  if (!is_change) return {};
  change(call, wallet, [&](Wallet& changed, std::vector<Leg>&) { step(changed); });
  return {};
}

CommandResult Commands::open(Call& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.open(); });
}

CommandResult Commands::freeze(Call& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.freeze(); });
}

CommandResult Commands::thaw(Call& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.thaw(); });
}

CommandResult Commands::close(Call& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.close(); });
}

}  // namespace guerdon::shard
