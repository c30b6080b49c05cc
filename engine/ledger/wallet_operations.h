// What can be done to a wallet that has lots, holds, debts or a status.
//
//   Wallet wallet(rules, balance, state);  // the balance is a cell of the account's block
//   wallet.settle(at, legs);               // what is due comes first
//   wallet.credit({.amount = 100, .expires_at = t, .origin = {lsn, n}}, {at, occurred_at}, legs);
//   const Verdict verdict = wallet.spend({.id = key, .amount = 70}, {at, at}, legs);
//   if (verdict.code == Code::kInsufficient) ...  // verdict.amount is what is available
//
// Rules and time (credit, debit, burn, settle) are never refused: they do what the wallet's policy
// allows and say what they did. What the holder asks for may be refused: may_...() says whether,
// and changes nothing; the operation itself asks it first. So a caller with several wallets asks
// all of them before it changes one.
//
// Legs are appended in the order in which they happened. An operation that finds something due at
// once (a lot that comes back after its date) does that too, as further legs.
//
// REQUIRES, for all but settle(): the state is settled, next_due() > at; amounts asked for > 0.
// Ensures: it is settled, and sound. The origin of a credit is the id of the first entry it makes.
//
// Thread-safety: one thread at a time. Ownership: refers to what it was given.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/ledger/leg.h"
#include "engine/ledger/wallet_rules.h"
#include "engine/ledger/wallet_state.h"

namespace guerdon::ledger {

// Engine time, and the instant for which entries are written (an event's occurred_at).
struct When {
  TimeMs at = 0;
  TimeMs effective = 0;
};

inline constexpr TimeMs kAsEffective = -1;

struct Credit {
  int64_t amount = 0;
  Kind kind = Kind::kEarn;
  SystemAccount counter = SystemAccount::kIssuance;
  TimeMs matures_at = kAtOnce;  // at or before When::at: at once
  TimeMs expires_at = kNever;
  Origin origin{};
  uint64_t cause = 0;
  TimeMs earned_at = kAsEffective;  // of the lot
  TimeMs warns_at = kNever;         // Lot::warns_at; at or before When::at: at once
};

// A clawback names a cause, and takes from what that made before it takes from others; what undoes
// an entry takes from what that entry made first.
struct Debit {
  int64_t amount = 0;  // to be taken
  Kind kind = Kind::kClawback;
  SystemAccount counter = SystemAccount::kIssuance;
  Origin origin{};  // of a debt, if there will be one
  uint64_t cause = 0;
  Origin undone{};  // the entry that is undone; zero: none
};

// How an amount that was to be taken was parted; the three sum to it.
struct Taken {
  int64_t posted = 0;    // from the balance
  int64_t owed = 0;      // now a debt
  int64_t forgiven = 0;  // neither
  friend bool operator==(const Taken&, const Taken&) = default;
};

struct Spend {
  uint64_t id = 0;
  int64_t amount = 0;
  Kind kind = Kind::kRedeem;
  SystemAccount counter = SystemAccount::kRedemption;
};

struct HoldRequest {
  uint64_t id = 0;
  int64_t amount = 0;
  int64_t at_most = money::kBalanceMax;  // a share of the order, say; more is refused as LIMIT
  TimeMs until = kNever;                 // > at
  uint64_t lsn = 0;                      // of the record
};

struct Refund {
  uint64_t id = 0;  // of the spend or hold
  int64_t amount = 0;
  SystemAccount counter = SystemAccount::kRedemption;  // as in the spend
  TimeMs grace_until = kNever;  // Returns::kGrace: the new date of what is past its own
  TimeMs grace_warns = kNever;  // and when it is told of
};

enum class Code : uint8_t {
  kOk = 0,
  kInsufficient,  // amount: what is available
  kLimit,         // amount: at most so much
  kCaptured,      // the hold was captured already
  kVoided,
  kExpired,
  kUnknown,    // no such hold, or forgotten
  kClosed,     // the wallet is, or was never opened
  kRemainder,  // not closed: a balance, a hold or a debt is left; amount: the balance
};

std::string_view code_name(Code code);  // "INSUFFICIENT"

struct Verdict {
  Code code = Code::kOk;
  int64_t amount = 0;
  bool ok() const { return code == Code::kOk; }
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

class Wallet {
 public:
  Wallet(const WalletRules& rules, int64_t& posted, WalletState& state)
      : rules_(rules), posted_(posted), state_(state) {}

  // ---- What rules and operators do (credit.cc, debit.cc)

  // Pays debts in order of age, then makes a lot, or adds to the undated remainder.
  void credit(const Credit& credit, When when, std::vector<Leg>& legs);
  // Lots of the cause (pending ones first), then all in order, then the undated remainder; holds
  // are left alone. Beyond that the rules say. One entry, however many lots.
  Taken debit(const Debit& debit, When when, std::vector<Leg>& legs);
  // The same, but never more than there is, whatever the rules say.
  Taken burn(const Debit& debit, When when, std::vector<Leg>& legs);

  // ---- What the holder does (spend.cc, refund.cc)

  Verdict may_spend(int64_t amount) const;
  // Whether so much is there to be taken back, which is remembered nowhere.
  Verdict may_take_back(int64_t amount) const;
  // Whether it would come in, and not go to suspense; kLimit: there is no room for it.
  Verdict may_credit(const Credit& credit, When when) const;
  Verdict spend(const Spend& spend, When when, std::vector<Leg>& legs);

  Verdict may_hold(const HoldRequest& request) const;
  Verdict hold(const HoldRequest& request, When when);

  // Part of the hold, once; what is over is free again.
  Verdict may_capture(uint64_t id, int64_t amount) const;
  Verdict capture(const Spend& part, When when, std::vector<Leg>& legs);

  Verdict may_release(uint64_t id) const;
  Verdict release(uint64_t id, When when, std::vector<Leg>& legs);  // void

  // Back to the lots it came from, the last that was drawn first.
  Verdict may_refund(uint64_t id, int64_t amount) const;
  Verdict refund(const Refund& refund, When when, std::vector<Leg>& legs);

  // ---- Time and status (settle.cc, wallet_status.cc)

  // Does all that is due at or before `at`, in the order of the instants at which it was due; at
  // one instant holds time out, then lots mature, then they expire, then it is told of those whose
  // notice time begins.
  void settle(TimeMs at, std::vector<Leg>& legs);

  // No effect on one that is open or frozen. One that is closed, or never was open, is open then.
  Verdict open();
  Verdict freeze();  // no effect on one that is frozen
  Verdict thaw();
  Verdict close();

  // The newest of an id, should there be several; null: none, or forgotten.
  const Hold* find_hold(uint64_t id) const;
  // When the spend was made. REQUIRES: it is one of this wallet.
  TimeMs spent_at(const Hold& spend) const { return spend.until - rules_.remember_ms; }
  WalletStatus status() const { return state_.status_; }
  // Nothing can come in: it is closed, or was never opened.
  bool is_shut() const {
    return state_.status_ == WalletStatus::kClosed ||
           (rules_.opens_by_command && state_.status_ == WalletStatus::kAsMade);
  }

 private:
  bool has_room(const Lot& lot) const;
  int64_t pay_debts(Leg leg, std::vector<Leg>& legs);
  Origin put_back(Lot part);
  static void suspend(Leg leg, Note note, std::vector<Leg>& legs);

  Taken part(int64_t amount, Shortage shortage) const;
  void take(const Debit& debit, const Taken& taken, When when, std::vector<Leg>& legs);
  LotName draw_free(int64_t amount, const Debit& debit);
  void owe(Debt debt);

  std::vector<Lot> set_aside(int64_t amount);
  Hold& add_hold(Hold hold);
  Hold& writable(uint64_t id) { return const_cast<Hold&>(*find_hold(id)); }
  void give_back(std::vector<Lot> parts, const Refund& refund, Leg leg, When when,
                 std::vector<Leg>& legs);

  void give_up(Hold& hold, HoldState state, TimeMs at);
  void end(Hold& hold, HoldState state, TimeMs at);
  void expire_by_date(TimeMs at, std::vector<Leg>& legs);
  void expire(TimeMs at, TimeMs effective, std::vector<Leg>& legs);
  void post_past(TimeMs at, TimeMs effective, std::vector<Leg>& legs);
  void tell_past(TimeMs at, TimeMs effective, std::vector<Leg>& legs);
  void post_expired(const Lot& lot, TimeMs effective, std::vector<Leg>& legs);
  void time_out(TimeMs at, std::vector<Leg>& legs);
  static void tell_timeout(const Hold& hold, const std::vector<Lot>& parts, TimeMs timeout,
                           std::vector<Leg>& legs);
  static void tell_expiring(const Lot& lot, TimeMs effective, std::vector<Leg>& legs);
  std::vector<Lot> take_parts(Hold& hold);
  TimeMs conclude(Hold& hold, HoldState state, TimeMs at);
  void forget(TimeMs at);

  const WalletRules& rules_;
  int64_t& posted_;
  WalletState& state_;
};

}  // namespace guerdon::ledger
