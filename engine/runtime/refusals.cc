#include "engine/runtime/refusals.h"

#include "engine/base/assert.h"
#include "engine/event/command.h"
#include "engine/money/decimal.h"

namespace guerdon::runtime {

namespace {

using event::CommandKind;
using event::Outcome;

std::string by_admission(Outcome outcome, bool is_command) {
  switch (outcome) {
    case Outcome::kConflict:
      if (is_command) {
        return "id: a request with this id and other content came before; send it as it was then, "
               "or this one under an id of its own";
      }
      return "word 3: an event with this id and other attributes came before; send it as it was "
             "then, or this one under an id of its own";
    case Outcome::kTooOld:
      return "time: too old to be told from one that was applied and forgotten, or its object is "
             "closed, so "
             "it is not applied (keys_floor and objects_floor of INFO say from when); raise "
             "--keys or --objects where events come as late as this";
    case Outcome::kStale:
      return "version: this version of the object, or a later one, was applied before; nothing is "
             "to be done";
    case Outcome::kFuture:
      return "time: more than five minutes ahead of the server's clock; set the clock of the "
             "sender, or send the event when it has happened";
    case Outcome::kLimit:
      return "the engine keeps no more different texts for what rules tell apart; declare fewer "
             "attributes as keys";
    default:
      GUERDON_UNREACHABLE();
  }
}

// What may be asked for at most, in the words of who asks.
std::string limit_sentence(CommandKind kind, const std::string& amount) {
  switch (kind) {
    case CommandKind::kExchange:
      return "amount: what is got for it is less than the smallest amount there is; write more";
    case CommandKind::kRate:
      return "effective: there are as many rates of this exchange as may be; let them hold longer";
    case CommandKind::kRefund:
      return "amount: at most " + amount + ", for that is spent and not given back; ask for less";
    case CommandKind::kCapture:
      return "amount: at most " + amount + ", for that is held; ask for less";
    default:
      return "amount: at most " + amount + " for this purchase; ask for less";
  }
}

std::string by_state(const plan::Program& program, CommandKind kind,
                     const event::CommandResult& result) {
  static const plan::WalletKind kNone;  // where there is no wallet at all, nothing was found in it
  const plan::WalletKind& wallet =
      result.wallet < program.wallets.size() ? program.wallets[result.wallet] : kNone;
  const std::string amount = money::format_decimal(result.amount, wallet.scale) + " " + wallet.unit;
  switch (result.outcome) {
    case Outcome::kOutOfStock:
      return "qty: " + std::to_string(result.amount) +
             " are left; ask for no more, or when ITEM has "
             "said that more came in";
    case Outcome::kNoRate:
      return "to: no rate of this exchange is dated now; send it with RATE, and this again under "
             "another id";
    case Outcome::kOverflow:
      return "amount: more than a wallet holds comes of it; write a smaller one";
    case Outcome::kInsufficient:
      return "amount: " + money::format_decimal(result.amount, wallet.scale) + " is available of " +
             wallet.unit + "; ask for no more";
    case Outcome::kLimit:
      if (kind == CommandKind::kRedeem || kind == CommandKind::kItem) {
        return "qty: " + std::to_string(result.amount) + " more are allowed; ask for no more";
      }
      return limit_sentence(kind, amount);
    case Outcome::kCaptured:
      return "hold: it was captured before, and that is done once";
    case Outcome::kVoided:
      if (kind == CommandKind::kUnredeem || kind == CommandKind::kPayoutReturn ||
          kind == CommandKind::kExchangeReturn) {
        return "of: it was given back before";
      }
      return "hold: it was given up before; what it held is free";
    case Outcome::kExpired:
      if (kind == CommandKind::kRedeem) {
        return "item: its plan says from when and until when it can be had, and now it cannot";
      }
      if (kind == CommandKind::kHold) {
        return "until: a hold ends after it begins; write a later time, or for=900s";
      }
      return "hold: its time was over before this; what it held is free again";
    case Outcome::kUnknown:
      if (kind == CommandKind::kUnredeem) {
        return "of: this account has no redemption of this item by this id, or it was forgotten; "
               "name the id of a REDEEM of the same source";
      }
      if (kind == CommandKind::kExchangeReturn) {
        return "of: this account has no exchange of these units by this id, or it was forgotten; "
               "name the id of an EXCHANGE of the same source";
      }
      if (kind == CommandKind::kPayoutReturn) {
        return "of: this wallet has no payout by this id, or it was forgotten; name the id of a "
               "PAYOUT of the same source";
      }
      return "this account has nothing by this id, or it was forgotten; name the id of a HOLD or "
             "SPEND of the same source";
    case Outcome::kClosed:
      return "unit: the wallet is closed, or was never opened; WALLET OPEN opens it";
    case Outcome::kRemainder:
      return "unit: " + amount +
             " is the balance, or something is held or owed; a wallet is closed "
             "when there is nothing left";
    case Outcome::kConflict:
      return "id: a hold or spend of this wallet goes by this id already; give this one another";
    default:
      GUERDON_UNREACHABLE();
  }
}

}  // namespace

Refused explain_refusal(const plan::Program& program, const event::Record& record,
                        const event::CommandResult& result) {
  const bool is_command = event::is_command(record);
  const bool is_by_state = is_command && result.outcome != Outcome::kOk;
  return {event::outcome_word(record.outcome),
          is_by_state ? by_state(program, event::kind_of(record), result)
                      : by_admission(record.outcome, is_command)};
}

}  // namespace guerdon::runtime
