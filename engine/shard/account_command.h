// A command as one shard sees it: what was asked, of which account, and the few ways in which it
// changes what is there. Shared by all who do commands (commands.h).
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/accounts/account_state.h"
#include "engine/accounts/wallets.h"
#include "engine/base/planted.h"
#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/event/handovers.h"
#include "engine/ledger/entry.h"
#include "engine/program/program.h"
#include "engine/shard/visit.h"

namespace guerdon::shard {

// What commands act on. All must outlive whoever keeps it.
struct ShardBooks {
  const plan::Program* program;
  AccountState& state;
  Wallets& wallets;
};

// What a spend of a wallet was for. It goes by the command's id and by that: so a payout comes back
// as a payout, a redemption is cancelled as one of its item, and a hold is neither.
inline constexpr uint64_t kForPayout = 0x70'6179'6f75'74;
inline constexpr uint64_t kForExchange = 0x65'7863'6861'6e67;
constexpr uint64_t spent_for(uint64_t target, uint64_t purpose) {
  return (target ^ purpose) * 0x9e37'79b9'7f4a'7c15u;
}

class AccountCommand {
 public:
  // `name`: of Batch::texts, the account that the visit is to; `account`: that one, null where it
  // is not there. Nothing is due for it.
  AccountCommand(const ShardBooks& books, const event::Batch& batch, const event::LogItem& logged,
                 uint32_t name, BlockHeader* account, std::vector<ledger::Entry>& entries)
      : books_(books),
        batch_(batch),
        logged_(logged),
        record_(batch.records[logged.record]),
        command_(batch, record_),
        name_(name),
        account_(account),
        entries_(entries) {}

  const event::CommandView& command() const { return command_; }
  event::CommandKind kind() const { return event::kind_of(record_); }
  ledger::TimeMs at() const { return logged_.at; }
  ledger::When when() const { return {logged_.at, record_.occurred_at}; }
  // Of the hold or spend that it makes or names.
  uint64_t target() const { return command_.target(); }

  BlockHeader* account() const { return account_; }
  std::string_view account_name() const { return batch_.view(name()); }
  // Made, where it is not there: by what first changes it, never by what is refused.
  BlockHeader& obtain_account();

  // What ask(wallet), which changes nothing, says of a wallet as it is.
  template <typename Ask>
  auto ask(uint16_t wallet, const Ask& ask) const {
    return books_.wallets.ask(account_, wallet, ask);
  }
  // Calls change(wallet, legs) on a wallet of the account; the legs are entries of the command.
  template <typename Change>
  void change(uint16_t wallet, const Change& change) {
    ledger::EntryWriter writer(entries_, logged_.lsn, name().hash, next_entry());
    books_.wallets.change(obtain_account(), wallet, writer, change);
  }

  // Whether the wallet has room for it; OVERFLOW: it has not.
  event::CommandResult may_credit(uint16_t wallet, const ledger::Credit& credit) const;

  // What the caller has asked about, so it cannot fail.
  void spend(uint16_t wallet, const ledger::Spend& spend);
  void credit(uint16_t wallet, const ledger::Credit& credit);
  void burn(uint16_t wallet, const ledger::Debit& debit);
  // What the spend took, or so much of it, to its lots; after their dates with those that the plan
  // gives what comes back.
  void refund(uint16_t wallet, ledger::Refund refund);

  // With the dates that the plan gives a credit that is earned now. The next entry is its origin.
  ledger::Credit credit_of(uint16_t wallet, int64_t amount, ledger::Kind kind,
                           ledger::SystemAccount counter) const {
    return credit_of(wallet, amount, kind, counter, record_.occurred_at);
  }
  ledger::Credit credit_of(uint16_t wallet, int64_t amount, ledger::Kind kind,
                           ledger::SystemAccount counter, ledger::TimeMs earned) const;
  // How often it was in the period of the command, as `counter` keeps it.
  int64_t counted(const plan::ItemCounter& counter) const;
  // That it was so many times more, in the period of `at`, which may be over: one that is no longer
  // kept counts for nothing. `since` stands at the command's time.
  void count(const plan::ItemCounter& counter, ledger::TimeMs at, int64_t times,
             const KeptSince& since);

  // The id of the command's next entry of this account.
  ledger::Origin next() const { return {logged_.lsn, next_entry()}; }

 private:
  plan::FrameKey key_of(const plan::ItemCounter& counter, ledger::TimeMs at) const;
  const event::Text& name() const { return batch_.texts[name_]; }
  uint32_t next_entry() const {
    if (base::planted(base::PlantedBug::kCommandNumbersByJob)) {
      return static_cast<uint32_t>(entries_.size());
    }
    return ledger::entries_so_far(entries_, logged_.lsn, name().hash);
  }

  const ShardBooks& books_;
  const event::Batch& batch_;
  const event::LogItem& logged_;
  const event::Record& record_;
  const event::CommandView command_;
  const uint32_t name_;
  BlockHeader* account_;
  std::vector<ledger::Entry>& entries_;
};

// What the wallet says of a spend that goes by this id, which none may have yet: one that has is of
// a command whose key was forgotten.
template <typename Ask>
event::CommandResult ask_unless_known(const AccountCommand& call, uint16_t wallet, uint64_t id,
                                      const Ask& ask) {
  return call.ask(wallet, [&](const ledger::Wallet& asked) -> event::CommandResult {
    if (asked.find_hold(id) != nullptr) return {0, wallet, event::Outcome::kConflict};
    return result_of(ask(asked), wallet);
  });
}

// Where a GRANT that a budget pays finds what was granted of it, and tells what it takes.
struct GrantFunds {
  const plan::Pools* pools = nullptr;  // null: no budget pays
  std::vector<plan::Draw>* draws = nullptr;
};

// One visit of a command that depends on others of the same command.
struct DependentVisit {
  const Visit& visit;
  const KeptSince& since;       // at the visit's time
  event::Handovers* handovers;  // of the job; null where the command has one visit
  // What became of the command: by the last visit to who redeems or grants, or to the stock where
  // there is no account.
  event::CommandResult& result;
  GrantFunds funds = {};
};

}  // namespace guerdon::shard
