// The slow twin of ledger::Wallet: what the semantics say, in the plainest containers, with nothing
// remembered that can be counted again. Sorts when it needs an order, adds up when it needs a sum.
//
// The undated remainder is a lot without dates like any other, and the balance is the sum of what
// there is. Amounts are reckoned in 128 bits, so no range is ever in the way.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/base/int128.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger::slow {

class SlowWallet {
 public:
  using Legs = std::vector<Leg>;
  using Lots = std::vector<Lot>;

  explicit SlowWallet(const WalletRules& rules) : rules_(rules) {}

  void credit(const Credit& credit, When when, Legs& legs);
  Taken debit(const Debit& debit, When when, Legs& legs);
  Taken burn(const Debit& debit, When when, Legs& legs);
  Verdict spend(const Spend& spend, When when, Legs& legs);
  Verdict hold(const HoldRequest& request, When when);
  Verdict capture(const Spend& part, When when, Legs& legs);
  Verdict release(uint64_t id, When when, Legs& legs);
  Verdict refund(const Refund& refund, When when, Legs& legs);
  void settle(TimeMs at, Legs& legs);
  Verdict open();
  Verdict freeze() { return set_status(WalletStatus::kFrozen); }
  Verdict thaw() { return set_status(open_status()); }
  Verdict close();

  base::Int128 posted() const;
  base::Int128 held() const;
  base::Int128 unmatured() const;
  base::Int128 available() const;
  base::Int128 debt() const;
  base::Int128 overdraft() const { return overdraft_; }
  TimeMs next_due() const;
  Lots dated_lots() const;  // in order
  const std::vector<Debt>& debts() const { return debts_; }
  const std::vector<Hold>& holds() const { return holds_; }
  WalletStatus status() const { return status_; }
  bool is_shut() const {
    return status_ == WalletStatus::kClosed ||
           (rules_.opens_by_command && status_ == WalletStatus::kAsMade);
  }

 private:
  using Wanted = std::function<bool(const Lot&)>;

  bool is_before(const Lot& a, const Lot& b) const;
  void sort();
  Lots draw(base::Int128 amount, const Wanted& wanted);
  Taken take(const Debit& debit, Shortage shortage, When when, Legs& legs);
  int64_t pay_debts(Leg leg, Legs& legs);
  void put_back(Lot lot);
  Origin lot_for(const Lot& lot) const;
  void add(const Lot& lot);
  void expire(TimeMs at, TimeMs effective, Legs& legs);
  void drop(TimeMs at, TimeMs effective, Legs& legs);
  void tell(TimeMs at, TimeMs effective, Legs& legs);
  Hold* find(uint64_t id);
  Verdict judge(uint64_t id);
  void end(Hold& hold, HoldState state, TimeMs at);
  void forget(TimeMs at);
  Verdict set_status(WalletStatus status);
  WalletStatus open_status() const {
    return rules_.opens_by_command ? WalletStatus::kOpened : WalletStatus::kAsMade;
  }

  const WalletRules rules_;
  Lots free_;
  std::vector<Hold> holds_;
  std::vector<Debt> debts_;
  base::Int128 overdraft_ = 0;
  WalletStatus status_ = WalletStatus::kAsMade;
};

}  // namespace guerdon::ledger::slow
