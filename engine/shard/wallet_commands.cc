#include "engine/shard/wallet_commands.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/calendar/duration.h"

namespace guerdon::shard {

using event::CommandField;
using event::CommandResult;
using event::Outcome;
using ledger::Leg;
using ledger::Verdict;
using ledger::Wallet;

namespace {

// A share of the total, cut to minor units.
int64_t share_of(const money::Ratio& share, int64_t total) {
  return static_cast<int64_t>(base::Int128{total} * share.num / share.den);
}

int64_t given_or(const event::CommandView& command, CommandField field, int64_t otherwise) {
  return command.has(field) ? command[field] : otherwise;
}

}  // namespace

// ---- By hand ------------------------------------------------------------------------------------

CommandResult WalletCommands::adjust(AccountCommand& call) {
  return post(call, ledger::Kind::kAdjust, ledger::SystemAccount::kIssuance);
}

CommandResult WalletCommands::import(AccountCommand& call) {
  return post(call, ledger::Kind::kImport, ledger::SystemAccount::kEquity);
}

// With the plan's dates, unless the command has its own.
CommandResult WalletCommands::post(AccountCommand& call, ledger::Kind kind,
                                   ledger::SystemAccount counter) {
  const event::CommandView& command = call.command();
  const uint16_t wallet = command.wallet(0);
  if (call.ask(wallet, [](const Wallet& asked) { return asked.is_shut(); })) {
    return {0, wallet, Outcome::kClosed};
  }
  const int64_t amount = command[CommandField::kAmount];
  if (amount > 0) {
    const ledger::TimeMs earned = given_or(command, CommandField::kEarned, call.when().effective);
    ledger::Credit credit = call.credit_of(wallet, amount, kind, counter, earned);
    credit.earned_at = earned;
    credit.matures_at = given_or(command, CommandField::kMatures, credit.matures_at);
    credit.expires_at = given_or(command, CommandField::kExpires, credit.expires_at);
    credit.warns_at = plan::warns_or_never(*books_.program, wallet, earned, credit.expires_at);
    call.credit(wallet, credit);
  } else {
    const ledger::Debit debit{-amount, kind, counter, call.next(), 0};
    call.change(wallet, [&](Wallet& changed, std::vector<Leg>& legs) {
      changed.debit(debit, call.when(), legs);
    });
  }
  return {};
}

// ---- Holds --------------------------------------------------------------------------------------

ledger::TimeMs WalletCommands::end_of_hold(const AccountCommand& call, uint16_t wallet) const {
  const event::CommandView& command = call.command();
  if (command.has(CommandField::kUntil)) return command[CommandField::kUntil];
  if (command.has(CommandField::kFor)) return call.at() + command[CommandField::kFor];
  const plan::WalletKind& kind = books_.program->wallets[wallet];
  if (!kind.rules.hold.lives) return ledger::kNever;
  return calendar::after(books_.program->plans[kind.plan].calendar.zone, call.at(),
                         *kind.rules.hold.lives);
}

// A hold is one: what ends first ends it in all its wallets.
ledger::TimeMs WalletCommands::end_of_hold(const AccountCommand& call) const {
  ledger::TimeMs end = ledger::kNever;
  for (size_t leg = 0; leg < call.command().legs(); ++leg) {
    end = std::min(end, end_of_hold(call, call.command().wallet(leg)));
  }
  return end;
}

// Whether the wallet gives what the leg asks for.
CommandResult WalletCommands::may_set_aside(const AccountCommand& call, size_t leg) const {
  const event::CommandView& command = call.command();
  const uint16_t wallet = command.wallet(leg);
  ledger::HoldRequest request{call.target(), command.at(CommandField::kAmount, leg)};
  const plan::HoldRules& rules = books_.program->wallets[wallet].rules.hold;
  if (command.has(CommandField::kTotal, leg)) {
    const int64_t total = command.at(CommandField::kTotal, leg);
    request.at_most = rules.share ? share_of(*rules.share, total) : total;
  }
  if (command.has(CommandField::kLine)) {
    request.at_most = std::min(request.at_most, command[CommandField::kLine]);
  }
  return ask_unless_known(call, wallet, request.id,
                          [&](const Wallet& asked) { return asked.may_hold(request); });
}

CommandResult WalletCommands::may_set_aside(const AccountCommand& call) const {
  for (size_t leg = 0; leg < call.command().legs(); ++leg) {
    const CommandResult result = may_set_aside(call, leg);
    if (is_refused(result)) return result;
  }
  return {};
}

CommandResult WalletCommands::hold(AccountCommand& call) {
  const event::CommandView& command = call.command();
  const ledger::TimeMs until = end_of_hold(call);
  if (until <= call.at()) return {0, command.wallet(0), Outcome::kExpired};
  const CommandResult asked = may_set_aside(call);
  if (is_refused(asked)) return asked;
  for (size_t leg = 0; leg < command.legs(); ++leg) {
    ledger::HoldRequest request{call.target(), command.at(CommandField::kAmount, leg)};
    request.until = until;
    request.lsn = call.next().lsn();
    call.change(command.wallet(leg), [&](Wallet& changed, std::vector<Leg>&) {
      const Verdict verdict = changed.hold(request, call.when());
      GUERDON_ASSERT(verdict.ok());
    });
  }
  return {};
}

std::vector<WalletCommands::Part> WalletCommands::parts_of_hold(const AccountCommand& call) const {
  std::vector<Part> parts;
  if (call.account() == nullptr) return parts;
  books_.wallets.visit_states(*call.account(), [&](uint16_t wallet) {
    call.ask(wallet, [&](const Wallet& asked) {
      const ledger::Hold* const hold = asked.find_hold(call.target());
      if (hold != nullptr) parts.push_back({wallet, hold->amount});
      return hold != nullptr;
    });
  });
  return parts;
}

// Of each wallet what the command says, all where it names no wallet, and nothing where it names
// others.
CommandResult WalletCommands::capture(AccountCommand& call) {
  const event::CommandView& command = call.command();
  const size_t legs = command.legs();
  std::vector<Part> parts = parts_of_hold(call);
  if (parts.empty()) return {0, legs > 0 ? command.wallet(0) : uint16_t{0}, Outcome::kUnknown};
  for (size_t p = 0; p < parts.size() && legs > 0; ++p) parts[p].amount = 0;
  for (size_t leg = 0; leg < legs; ++leg) {
    const uint16_t wallet = command.wallet(leg);
    const auto part = std::find_if(parts.begin(), parts.end(),
                                   [&](const Part& one) { return one.wallet == wallet; });
    if (part == parts.end()) return {0, wallet, Outcome::kUnknown};
    part->amount = command.at(CommandField::kAmount, leg);
  }
  for (const Part& part : parts) {
    const Verdict verdict = call.ask(part.wallet, [&](const Wallet& asked) {
      return part.amount > 0 ? asked.may_capture(call.target(), part.amount)
                             : asked.may_release(call.target());
    });
    if (!verdict.ok()) return result_of(verdict, part.wallet);
  }
  for (const Part& part : parts) {
    call.change(part.wallet, [&](Wallet& changed, std::vector<Leg>& made) {
      const Verdict verdict = part.amount > 0
                                  ? changed.capture({call.target(), part.amount}, call.when(), made)
                                  : changed.release(call.target(), call.when(), made);
      GUERDON_ASSERT(verdict.ok());
    });
  }
  return {};
}

CommandResult WalletCommands::void_hold(AccountCommand& call) {
  const std::vector<Part> parts = parts_of_hold(call);
  if (parts.empty()) return {0, 0, Outcome::kUnknown};
  for (const Part& part : parts) {
    const Verdict verdict = call.ask(
        part.wallet, [&](const Wallet& asked) { return asked.may_release(call.target()); });
    if (!verdict.ok()) return result_of(verdict, part.wallet);
  }
  for (const Part& part : parts) {
    call.change(part.wallet, [&](Wallet& changed, std::vector<Leg>& made) {
      const Verdict verdict = changed.release(call.target(), call.when(), made);
      GUERDON_ASSERT(verdict.ok());
    });
  }
  return {};
}

// ---- Spends -------------------------------------------------------------------------------------

CommandResult WalletCommands::spend(AccountCommand& call) {
  const event::CommandView& command = call.command();
  const CommandResult asked = may_set_aside(call);
  if (is_refused(asked)) return asked;
  for (size_t leg = 0; leg < command.legs(); ++leg) {
    call.spend(command.wallet(leg), {call.target(), command.at(CommandField::kAmount, leg)});
  }
  return {};
}

CommandResult WalletCommands::refund(AccountCommand& call) {
  const event::CommandView& command = call.command();
  for (size_t leg = 0; leg < command.legs(); ++leg) {
    const uint16_t wallet = command.wallet(leg);
    const Verdict verdict = call.ask(wallet, [&](const Wallet& asked) {
      return asked.may_refund(call.target(), command.at(CommandField::kAmount, leg));
    });
    if (!verdict.ok()) return result_of(verdict, wallet);
  }
  for (size_t leg = 0; leg < command.legs(); ++leg) {
    call.refund(command.wallet(leg), {call.target(), command.at(CommandField::kAmount, leg)});
  }
  return {};
}

// ---- Open, frozen, closed -----------------------------------------------------------------------

// A status is changed or not; so a copy is asked.
template <typename Step>
CommandResult WalletCommands::change_status(AccountCommand& call, const Step& step) {
  const uint16_t wallet = call.command().wallet(0);
  bool is_change = false;
  const Verdict verdict = books_.wallets.try_out(call.account(), wallet, [&](Wallet& copy) {
    const ledger::WalletStatus before = copy.status();
    const Verdict said = step(copy);
    is_change = copy.status() != before;
    return said;
  });
  if (!verdict.ok()) return result_of(verdict, wallet);
  if (is_change) call.change(wallet, [&](Wallet& changed, std::vector<Leg>&) { step(changed); });
  return {};
}

CommandResult WalletCommands::open(AccountCommand& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.open(); });
}

CommandResult WalletCommands::freeze(AccountCommand& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.freeze(); });
}

CommandResult WalletCommands::thaw(AccountCommand& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.thaw(); });
}

CommandResult WalletCommands::close(AccountCommand& call) {
  return change_status(call, [](Wallet& wallet) { return wallet.close(); });
}

}  // namespace guerdon::shard
