#include "engine/runtime/refusals.h"

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/event/command.h"
#include "engine/money/decimal.h"
#include "engine/program/rates.h"

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
    case Outcome::kLate:
      return "time: a period in which it would count is closed, and the plan says `late reject` of "
             "such events; ADJUST brings by hand what it is to bring";
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

// A command that the state refused.
class RefusedCommand {
 public:
  RefusedCommand(const plan::Program& program, const event::Batch& batch,
                 const event::Record& record, const event::CommandResult& result)
      : program_(program), command_(batch, record), kind_(event::kind_of(record)), result_(result) {
    static const plan::WalletKind kNone;  // where there is no wallet at all
    wallet_ = result.wallet < program.wallets.size() ? &program.wallets[result.wallet] : &kNone;
  }

  // The field to change, what is wrong, what to write.
  std::string sentence() const;

 private:
  using F = event::CommandField;

  std::string_view unit() const { return wallet_->unit; }
  std::string amount() const { return money::format_decimal(result_.amount, wallet_->scale); }
  std::string amount_of_unit() const { return amount() + " " + wallet_->unit; }

  std::string how_much() const;
  std::string which_wallet() const;
  std::string which_earlier() const;

  std::string insufficient() const;
  std::string of_budget() const;
  std::string overflow() const;
  std::string limit() const;
  std::string voided() const;
  std::string expired() const;
  std::string unknown() const;
  std::string of_reversal() const;
  std::string of_period() const;
  std::string of_tree() const;
  std::string of_file() const;

  const plan::Program& program_;
  const event::CommandView command_;
  const CommandKind kind_;
  const event::CommandResult& result_;
  const plan::WalletKind* wallet_;
};

// The field that says how much is wanted, or what.
std::string RefusedCommand::how_much() const {
  switch (kind_) {
    case CommandKind::kRedeem:
      return command_.has(F::kPieces) ? "qty: " : "item: ";
    case CommandKind::kUnredeem:
      return "item: ";
    case CommandKind::kItem:
      return "add: ";
    case CommandKind::kExchange:
      return command_.has(F::kGet) ? "get: " : "amount: ";
    case CommandKind::kExchangeReturn:
      return "to: ";
    case CommandKind::kGrant:
      return "by: ";
    default:
      return command_.legs() > 1 ? "legs: " : "amount: ";
  }
}

// The field by which the wallet is named.
std::string RefusedCommand::which_wallet() const {
  if (command_.has(F::kItem)) return "item: ";
  if (command_.has(F::kTo) && command_[F::kTo] == result_.wallet) return "to: ";
  return command_.legs() > 1 ? "legs: " : "unit: ";
}

// The field that names an earlier command.
std::string RefusedCommand::which_earlier() const {
  return command_.has(F::kOf) ? "of: " : "hold: ";
}

// Who granted and who was given are as they should be.
std::string RefusedCommand::of_budget() const {
  for (const plan::BadgeKind& badge : program_.badges) {
    if (badge.wallet != result_.wallet || !badge.budget) continue;
    const plan::BudgetKind& budget = program_.budgets[*badge.budget];
    const plan::WalletKind& paid = program_.wallets[badge.credit.wallet];
    return "badge: the budget " + budget.name + " has less left than the " +
           money::format_decimal(badge.credit.amount, paid.scale) + " " + paid.unit +
           " that come with this badge; grant it when there is as much (BUDGETS shows what is "
           "left)";
  }
  GUERDON_UNREACHABLE();
}

std::string RefusedCommand::insufficient() const {
  if (kind_ == CommandKind::kGrant && wallet_->badge) return of_budget();
  const std::string there = how_much() + amount() + " is available of " + std::string(unit());
  switch (kind_) {
    case CommandKind::kGrant:
      return there + ", and who grants this badge pays more; grant it when there is as much";
    case CommandKind::kRedeem:
      return there + ", and the price is more; redeem fewer, or when there is more";
    case CommandKind::kUnredeem:
      return there + ", and what the item gave is taken back whole; ask when there is as much";
    case CommandKind::kExchangeReturn:
      return there + ", and what was got is taken back whole; ask when there is as much";
    case CommandKind::kExchange:
      if (command_.has(F::kGet)) return there + ", and the price is more; ask for less";
      break;
    default:
      break;
  }
  return there + "; ask for no more";
}

std::string RefusedCommand::overflow() const {
  if (kind_ == CommandKind::kGrant) {
    return "account: its wallet of " + std::string(unit()) +
           " has no room for what comes with the badge; grant it when there is less in it";
  }
  if (kind_ == CommandKind::kRedeem) {
    return how_much() + "what it gives is more than a wallet of " + std::string(unit()) +
           " has room for; redeem fewer, or when there is less in it";
  }
  return how_much() + "more than a wallet holds comes of it; write a smaller one";
}

std::string RefusedCommand::limit() const {
  if (kind_ == CommandKind::kGrant) {
    if (result_.amount == 0) {
      return "account: it was given this badge, which is given once, or once in a period; thank it "
             "in another way";
    }
    return "by: this account has granted the badge " + std::to_string(result_.amount) +
           (result_.amount == 1 ? " time" : " times") +
           ", and the plan lets nobody do so more often; grant it in the next period";
  }
  // Only these may be limited to nothing by themselves.
  const bool may_be_nothing = kind_ == CommandKind::kRedeem || kind_ == CommandKind::kItem ||
                              kind_ == CommandKind::kRate || kind_ == CommandKind::kTable ||
                              kind_ == CommandKind::kCapture || kind_ == CommandKind::kRefund ||
                              command_.has(F::kTotal) || command_.has(F::kLine);
  if (result_.amount == 0 && !may_be_nothing) {
    return which_wallet() + "the wallet of " + std::string(unit()) +
           " remembers as many holds and spends as it may; ask when some are forgotten";
  }
  switch (kind_) {
    case CommandKind::kRedeem:
      return how_much() + std::to_string(result_.amount) + " more are allowed; ask for no more";
    case CommandKind::kItem:
      return how_much() + std::to_string(result_.amount) + " more can be counted; write no more";
    case CommandKind::kExchange:
      return how_much() +
             "what is got for it is less than the smallest amount there is; write more";
    case CommandKind::kHolder:
      return "effective: this is known for as many stretches of time as may be; let one be longer";
    case CommandKind::kTable:
      return "key: there are as many rows of tables as may be, over all instants; start from a "
             "folder of its own with those that are wanted";
    case CommandKind::kRate:
      return "effective: there are as many rates of this exchange as may be; let them hold longer";
    case CommandKind::kRefund:
      return how_much() + "at most " + amount_of_unit() +
             ", for that is spent and not given back; ask for less";
    case CommandKind::kCapture:
      return how_much() + "at most " + amount_of_unit() + ", for that is held; ask for less";
    default:
      return how_much() + "at most " + amount_of_unit() + " for this purchase; ask for less";
  }
}

std::string RefusedCommand::voided() const {
  switch (kind_) {
    case CommandKind::kUnredeem:
    case CommandKind::kPayoutReturn:
    case CommandKind::kExchangeReturn:
      return which_earlier() + "it was given back before";
    case CommandKind::kRefund:
      return which_earlier() + "it was a hold that was given up, so nothing of it was spent";
    default:
      return which_earlier() + "it was given up before; what it held is free";
  }
}

std::string RefusedCommand::expired() const {
  switch (kind_) {
    case CommandKind::kRedeem:
      return "item: its plan says from when and until when it can be had, and now it cannot";
    case CommandKind::kHold:
      return std::string(command_.has(F::kFor) ? "for: " : "until: ") +
             "a hold ends after it begins; write a later time, or for=900s";
    case CommandKind::kHolder:
      return "until: it is over before it begins; write a later time, or an earlier effective=";
    case CommandKind::kRefund:
      return which_earlier() + "it was a hold whose time was over, so nothing of it was spent";
    default:
      return which_earlier() + "its time was over before this; what it held is free again";
  }
}

std::string RefusedCommand::unknown() const {
  switch (kind_) {
    case CommandKind::kTable:
      return "table: no plan has such a table, column, key or value; see what it declares";
    case CommandKind::kUnredeem:
      return "of: this account has no redemption of this item by this id, or it was forgotten; "
             "name the id of a REDEEM of the same source";
    case CommandKind::kExchangeReturn:
      return "of: this account has no exchange of these units by this id, or it was forgotten; "
             "name the id of an EXCHANGE of the same source";
    case CommandKind::kPayoutReturn:
      return "of: this wallet has no payout by this id, or it was forgotten; name the id of a "
             "PAYOUT of the same source";
    case CommandKind::kRefund:
      return "of: this wallet has no spend by this id, or it was forgotten; name the id of a HOLD "
             "or SPEND of the same source";
    default:
      return "hold: this account has no hold by this id in the wallets asked for, or it was "
             "forgotten; name the id of a HOLD of the same source";
  }
}

std::string RefusedCommand::of_reversal() const {
  const std::string lsn = std::to_string(result_.amount);
  switch (result_.outcome) {
    case Outcome::kConflict:
      if (result_.amount < 0) {
        return "event: the version of a plan that was published by LSN " + lsn.substr(1) +
               " corrects it, and that stays; ADJUST takes back by hand";
      }
      return "event: it was taken back before, by LSN " + lsn + "; nothing is to be done";
    case Outcome::kTooOld:
      return "event: its id was forgotten meanwhile, so nothing is taken back; ADJUST does by hand";
    case Outcome::kStale:
      return "event: LSN " + lsn +
             " is a later event of its object, and stands; take the newest one back first";
    case Outcome::kLate:
      return "event: a period that it counts in, or that its rules owe for, is closed and no "
             "longer "
             "kept; ADJUST takes back by hand";
    case Outcome::kLimit:
      return "event: the table of texts is full; ADJUST takes back by hand";
    default:
      return "event: what stands in the log is nothing that these plans can take back; open it "
             "with the version and the plans that wrote it";
  }
}

// Of a REOPEN or a CLOSE.
std::string RefusedCommand::of_period() const {
  const bool is_of_each = result_.amount == event::kOfEach;
  switch (result_.outcome) {
    case Outcome::kUnknown:
      return is_of_each ? "each: the plan cuts no time so; SEALS shows what it closes"
                        : "plan: there is no plan of this name; INFO shows those that there are";
    case Outcome::kInvalid:
      return "period: there is no such period; write it as SEALS shows it";
    case Outcome::kOpen:
      if (result_.amount < 0) {
        return "period: it is open already: LSN " + std::to_string(-result_.amount) +
               " has opened it again";
      }
      if (result_.amount >= base::kTimeEnd) {
        return "period: it is open, and ends with time, so it is never closed";
      }
      return "period: it is open, and is closed by itself at " +
             base::format_timestamp(result_.amount) + "; nothing is to be done";
    case Outcome::kClosed:
      return "period: it is closed; REOPEN opens the newest closed one again";
    case Outcome::kFinal:
      return "period: a later one is closed, and only the newest is opened again; ADJUST corrects "
             "by hand";
    case Outcome::kUnsealed:
      if (result_.amount == event::kOfGoals) {
        return "period: goals of a file that came last are not taken over for all accounts yet; "
               "send TICK, and this again";
      }
      if (is_of_each) {
        return "each: nothing is paid when these are closed, so they have no seals; what comes "
               "late corrects them as they are";
      }
      return "period: it has no seal: it is not closed for all accounts yet, or was over before "
             "the first record; ask when SEALS shows one";
    case Outcome::kLimit:
      return "period: as many of its kind were opened again as may be; ADJUST corrects by hand";
    default:
      GUERDON_UNREACHABLE();
  }
}

std::string RefusedCommand::of_tree() const {
  switch (static_cast<plan::OrgTrees::Fault>(result_.amount)) {
    case plan::OrgTrees::Fault::kSecondParent:
      return "parent: another stands above this account already, and an account has one parent; "
             "write effective=, from when on this one does";
    case plan::OrgTrees::Fault::kCycle:
      return "parent: this account stands above that one at some time, or is it itself; take one "
             "of them out of the circle first";
    case plan::OrgTrees::Fault::kBackwards:
      return "until: it is over before it begins; write a later time, or an earlier effective=";
    case plan::OrgTrees::Fault::kFull:
      return "account: there are as many edges as may be, of this account or of all; let one hold "
             "longer";
    case plan::OrgTrees::Fault::kTooDeep:
      return "parent: the tree above it is too deep to be looked through; let it have fewer levels";
    case plan::OrgTrees::Fault::kNone:
      break;
  }
  return "relation: no plan declares it; see what INFO shows of plans";
}

// Of a STAGE, a COMMIT or an ABORT.
std::string RefusedCommand::of_file() const {
  switch (result_.outcome) {
    case Outcome::kConflict:
      return "of: another file is staged; COMMIT or ABORT that first";
    case Outcome::kUnknown:
      return "of: no such file is staged; STAGE its rows first";
    case Outcome::kLate:
      return "of: a period of its rows is over for good, and nothing is kept of it; leave those "
             "rows out, and send the rest as another file";
    case Outcome::kFuture:
      return "of: a period of its rows has not begun, and what is achieved is entered when it has; "
             "leave those rows out, and send them then";
    default:
      if (result_.amount > 0) {
        return "qty: " + std::to_string(result_.amount) +
               " rows of it are staged; STAGE those that are missing, or ABORT it";
      }
      return "of: in the version of a plan that holds then, a goal of its rows is not there, or is "
             "not from a file; leave those rows out, and send the rest as another file";
  }
}

std::string RefusedCommand::sentence() const {
  if (kind_ == CommandKind::kOrg) return of_tree();
  if (event::is_of_file(kind_)) return of_file();
  if (kind_ == CommandKind::kReopen || kind_ == CommandKind::kClose) return of_period();
  if (kind_ == CommandKind::kReverse) return of_reversal();
  if (kind_ == CommandKind::kTarget && result_.outcome == Outcome::kFuture) {
    return "period: it has not begun, and what is achieved is entered when it has; send it then, "
           "under another id";
  }
  if (kind_ == CommandKind::kTarget) {
    return "period: it is over for good, and nothing is kept of it; ADJUST pays by hand";
  }
  switch (result_.outcome) {
    case Outcome::kOutOfStock:
      return how_much() + std::to_string(result_.amount) +
             " are left; ask for no more, or when ITEM has said that more came in";
    case Outcome::kNoRate:
      return "to: no rate of this exchange is dated now; send it with RATE, and this again under "
             "another id";
    case Outcome::kNoPerm:
      return "by: the plan lets others grant this badge; see its `granted by`";
    case Outcome::kNotEligible:
      return "item: the plan has it for other accounts, by what is known of them; HOLDERS shows "
             "what is known of this one";
    case Outcome::kOverflow:
      return overflow();
    case Outcome::kInsufficient:
      return insufficient();
    case Outcome::kLimit:
      return limit();
    case Outcome::kCaptured:
      return "hold: it was captured before, and that is done once";
    case Outcome::kVoided:
      return voided();
    case Outcome::kExpired:
      return expired();
    case Outcome::kUnknown:
      return unknown();
    case Outcome::kClosed:
      // Of which of the two it is nothing is kept.
      if (kind_ == CommandKind::kGrant) {
        return "badge: a wallet of " + std::string(unit()) +
               ", of who grants it or of who gets it, is closed, or was never opened; WALLET OPEN "
               "opens it";
      }
      return which_wallet() + "the wallet of " + std::string(unit()) +
             " is closed, or was never opened; WALLET OPEN opens it";
    case Outcome::kRemainder:
      return "unit: " + amount_of_unit() +
             " is the balance, or something is held or owed; a wallet is closed "
             "when there is nothing left";
    case Outcome::kConflict:
      return "id: a hold or spend of this wallet goes by this id already; give this one another";
    default:
      GUERDON_UNREACHABLE();
  }
}

}  // namespace

Refused explain_refusal(const plan::Program& program, const event::Batch& batch,
                        const event::Record& record, const event::CommandResult& result) {
  const bool is_command = event::is_command(record);
  const bool is_by_state = is_command && result.outcome != Outcome::kOk;
  return {event::outcome_word(record.outcome),
          is_by_state ? RefusedCommand(program, batch, record, result).sentence()
                      : by_admission(record.outcome, is_command)};
}

}  // namespace guerdon::runtime
