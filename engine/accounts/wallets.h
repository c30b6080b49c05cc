// The wallets of a shard's accounts, and the system accounts that stand against them.
//
// A wallet is a balance in the account's block. Where its plan gives it lots, or something else is
// to be known of it (a debt, a hold, a status), there is a state beside it (WalletStates), and what
// is done to it is ledger::Wallet's; else a balance is all, and a posting is one addition.
//
// Each posting is a balanced pair inside the shard: what a wallet gains, a system account loses.
//
// Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/accounts/block.h"
#include "engine/accounts/wallet_states.h"
#include "engine/accounts/wallet_view.h"
#include "engine/base/int128.h"
#include "engine/event/batch.h"
#include "engine/ledger/entry_lot.h"
#include "engine/ledger/entry_writer.h"
#include "engine/ledger/wallet.h"
#include "engine/ledger/wallet_operations.h"
#include "engine/program/program.h"

namespace guerdon::shard {

// Sums over postings, by system account.
using SystemTotals = std::array<base::Int128, ledger::kSystemAccounts>;

ledger::SpendOrder spend_order_of(const plan::WalletRules& rules);

// What a rule posts to a wallet, and what is to be said of it.
struct RulePosting {
  uint32_t clause = 0;
  int32_t period = 0;
  int64_t amount = 0;  // not 0
  // Of the clause's subject: what a clawback takes from first.
  uint64_t cause = 0;
  ledger::When when;
};

// What became of a command, by what the wallet says.
event::CommandResult result_of(const ledger::Verdict& verdict, uint16_t wallet);
inline bool is_refused(const event::CommandResult& result) {
  return result.outcome != event::Outcome::kOk;
}

class Wallets {
 public:
  // Both must outlive it.
  Wallets(const plan::Program& program, WalletStates& states);

  // Goes on under a program that was compiled from this one (compile_again): of the same wallets.
  void adopt(const plan::Program& program) { program_ = &program; }

  // Where it goes what entries have to do with lots; null: nowhere.
  void tell_lots(std::vector<ledger::EntryLot>* lots) { lots_ = lots; }

  // What it came to: the amount, less what was forgiven of a debit.
  int64_t post(BlockHeader& account, const RulePosting& posting, ledger::EntryWriter& entries) {
    const plan::Clause& clause = program_->clauses[posting.clause];
    if (account.wallets == 0 && is_plain_[clause.wallet] != 0) [[likely]] {
      return post_plain(account, clause, posting, entries);
    }
    return post_in_full(account, clause, posting, entries);
  }

  // The same as an entry of this kind, `reverse` or `correct`, whatever the clause's are. `undone`:
  // the entry that is taken back or corrected; what is left of its lot goes first.
  int64_t amend(BlockHeader& account, const RulePosting& posting, ledger::Kind kind,
                ledger::Origin undone, ledger::EntryWriter& entries);

  // What ask(wallet), which changes nothing, says of a wallet as it is; of an account that
  // is not there (null), of a wallet that is empty.
  template <typename Ask>
  auto ask(const BlockHeader* account, uint16_t wallet, const Ask& ask) const;
  // What step(wallet) says when it is done to a copy.
  template <typename Step>
  auto try_out(const BlockHeader* account, uint16_t wallet, const Step& step) const;
  // Does what change(wallet, legs) does to it, and posts the legs as a command's.
  template <typename Change>
  void change(BlockHeader& account, uint16_t wallet, ledger::EntryWriter& entries,
              const Change& change);
  // Calls visit(wallet) for those that have more than a balance, in their order.
  template <typename Visit>
  void visit_states(const BlockHeader& account, const Visit& visit) const {
    states_.visit(account, [&](uint16_t wallet, const ledger::WalletState&) { visit(wallet); });
  }

  // Does what is due at or before `at`, in the order of the instants; those equal, by wallet.
  void settle(BlockHeader& account, ledger::TimeMs at, ledger::EntryWriter& entries);
  bool is_due(const BlockHeader& account, ledger::TimeMs at) const {
    return account.wallets != 0 && states_.next_due(account) <= at;
  }

  // As it is once all that is due at `at` is done: what reads see.
  WalletView view(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at) const;
  // Appends the wallet's lots, as they are then.
  void add_lots(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at,
                std::vector<LotLine>& lots) const;
  struct Settled {
    int64_t posted = 0;
    ledger::WalletState state;
    std::vector<ledger::Leg> legs;  // that settling makes
  };
  // The same with all there is to it. REQUIRES: the wallet has a state.
  Settled settled(const BlockHeader& account, uint16_t wallet, ledger::TimeMs at) const;

  base::Int128 total(uint16_t wallet, ledger::SystemAccount account) const {
    return totals_[wallet][static_cast<size_t>(account)];
  }
  const SystemTotals& totals(uint16_t wallet) const { return totals_[wallet]; }
  // What a leg moves between system accounts, or from one to a wallet.
  static void count(const ledger::Leg& leg, SystemTotals& totals);
  // Adds to a total what was posted before.
  void load(uint16_t wallet, ledger::SystemAccount account, base::Int128 amount) {
    writable(wallet, account) += amount;
  }

 private:
  // Which wallet has its turn, from when, and until when no other has: none where until < due.
  struct Turn {
    uint16_t wallet = 0;
    ledger::TimeMs due = ledger::kNever;
    ledger::TimeMs until = 0;
  };

  Turn next_turn(const BlockHeader& account, ledger::TimeMs at) const;
  int64_t post_plain(BlockHeader& account, const plan::Clause& clause, const RulePosting& posting,
                     ledger::EntryWriter& entries);
  int64_t post_in_full(BlockHeader& account, const plan::Clause& clause, const RulePosting& posting,
                       ledger::EntryWriter& entries);
  // What a posting of a rule is to its wallet, and how it is made.
  struct Made {
    ledger::Kind kind = ledger::Kind::kEarn;
    ledger::Origin origin{};
    ledger::Origin undone{};
  };
  int64_t run(ledger::Wallet& wallet, const plan::Clause& clause, const RulePosting& posting,
              const Made& made);
  int64_t post_as(BlockHeader& account, const plan::Clause& clause, const RulePosting& posting,
                  const Made& made, ledger::EntryWriter& entries);
  // Moves the legs' amounts, and writes those that are entries.
  void write(uint16_t wallet, uint32_t clause, int32_t period, ledger::EntryWriter& entries);
  void tell_lot(const ledger::Leg& leg, const ledger::Entry& entry);
  base::Int128& writable(uint16_t wallet, ledger::SystemAccount account) {
    return totals_[wallet][static_cast<size_t>(account)];
  }

  const plan::Program* program_;
  std::vector<ledger::WalletRules> rules_;  // by wallet
  std::vector<uint8_t> is_plain_;           // by wallet: rules alone never need a state
  std::vector<uint8_t> has_dates_;          // by wallet: the plan gives what is credited a date
  std::vector<SystemTotals> totals_;        // by wallet
  WalletStates& states_;
  std::vector<ledger::Leg> legs_;  // of the operation at hand
  std::vector<ledger::EntryLot>* lots_ = nullptr;
};

template <typename Ask>
auto Wallets::ask(const BlockHeader* account, uint16_t wallet, const Ask& ask) const {
  const ledger::WalletRules& rules = rules_[wallet];
  ledger::WalletState* const state = account == nullptr ? nullptr : states_.find(*account, wallet);
  int64_t posted = account == nullptr ? 0 : cells_of(account)[wallet];
  if (state != nullptr) return ask(ledger::Wallet(rules, posted, *state));
  ledger::WalletState empty(rules.order);
  return ask(ledger::Wallet(rules, posted, empty));
}

template <typename Step>
auto Wallets::try_out(const BlockHeader* account, uint16_t wallet, const Step& step) const {
  const ledger::WalletRules& rules = rules_[wallet];
  const ledger::WalletState* const state =
      account == nullptr ? nullptr : states_.find(*account, wallet);
  int64_t posted = account == nullptr ? 0 : cells_of(account)[wallet];
  ledger::WalletState copy = state == nullptr ? ledger::WalletState(rules.order) : *state;
  ledger::Wallet changed(rules, posted, copy);
  return step(changed);
}

template <typename Change>
void Wallets::change(BlockHeader& account, uint16_t wallet, ledger::EntryWriter& entries,
                     const Change& change) {
  const ledger::WalletRules& rules = rules_[wallet];
  ledger::WalletState& state = states_.obtain(account, wallet, rules.order);
  legs_.clear();
  ledger::Wallet opened(rules, cells_of(&account)[wallet], state);
  change(opened, legs_);
  write(wallet, ledger::kOfCommand, 0, entries);
  states_.release_if_plain(account, wallet);
}

}  // namespace guerdon::shard
