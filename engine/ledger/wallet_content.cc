#include "engine/ledger/wallet_content.h"

#include <algorithm>
#include <utility>

namespace guerdon::ledger {
namespace {

enum class Tag : uint32_t { kStatus = 1, kOverdraft, kLot, kDebt, kHold, kPart };

// One hash an item, each under the wallet's key.
class Hasher {
 public:
  explicit Hasher(const base::Hash128& key) : key_(key) {}

  void status(WalletStatus status) { add(begin(Tag::kStatus).u32(static_cast<uint32_t>(status))); }
  void overdraft(int64_t amount) { add(begin(Tag::kOverdraft).i64(amount)); }
  void lot(const Lot& lot) { add(content_of(begin(Tag::kLot), lot)); }
  void debt(const Debt& debt) { add(begin(Tag::kDebt).i64(debt.amount)); }
  void hold(const Hold& hold) {
    id_ = hold.id;
    base::HashBuilder& content = begin(Tag::kHold).u64(id_).i64(hold.until).i64(hold.amount);
    add(content.u32(static_cast<uint32_t>(hold.state)));
  }
  void part(const Lot& part) { add(content_of(begin(Tag::kPart).u64(id_), part)); }

  const base::Hash128& sum() const { return sum_; }

 private:
  base::HashBuilder& begin(Tag tag) {
    return content_.u64(key_.lo).u64(key_.hi).u32(static_cast<uint32_t>(tag));
  }
  // Without origin and cause: LSNs and numbers of symbols are not content.
  static base::HashBuilder& content_of(base::HashBuilder& content, const Lot& lot) {
    content.i64(lot.amount).i64(lot.expires_at).i64(lot.matures_at);
    content.i64(lot.earned_at);
    return lot.warns_at == kNever ? content : content.i64(lot.warns_at);
  }
  void add(base::HashBuilder& content) { sum_ += content.finish(); }

  const base::Hash128& key_;
  base::HashBuilder content_;
  base::Hash128 sum_;
  uint64_t id_ = 0;  // of the hold at hand
};

bool is_amount(int64_t amount) { return amount > 0 && amount <= money::kBalanceMax; }

// Dates that no calendar gives would stop the clock of whoever settles them.
bool has_possible_dates(const Lot& lot) {
  return lot.expires_at > 0 && lot.matures_at >= 0 && lot.warns_at >= 0;
}

}  // namespace

base::Hash128 hash_wallet(const WalletState& wallet, const base::Hash128& key) {
  Hasher hasher(key);
  visit_wallet(wallet, hasher);
  return hasher.sum();
}

void WalletLoader::status(WalletStatus status) {
  is_sound_ &= status <= WalletStatus::kOpened;
  state_.status_ = status;
}

void WalletLoader::overdraft(int64_t amount) {
  is_sound_ &= is_amount(amount);
  if (is_sound_) state_.make_claims().overdraft = amount;
}

void WalletLoader::lot(const Lot& lot) {
  is_sound_ &= is_amount(lot.amount) && lot.is_dated() && has_possible_dates(lot) &&
               lot.amount <= money::kBalanceMax - state_.lots_.sum();
  if (is_sound_) state_.lots_.append(lot);
}

void WalletLoader::debt(const Debt& debt) {
  is_sound_ &= is_amount(debt.amount) && debt.amount <= money::kBalanceMax - state_.debt();
  if (!is_sound_) return;
  Claims& claims = state_.make_claims();
  claims.debts.push_back(debt);
  claims.debt += debt.amount;
}

void WalletLoader::hold(const Hold& hold) {
  is_sound_ &= hold.state >= HoldState::kHeld && hold.state <= HoldState::kExpired;
  is_sound_ &=
      hold.until > 0 && hold.amount >= 0 && hold.amount <= money::kBalanceMax - state_.held();
  if (!is_sound_) return;
  Claims& claims = state_.make_claims();
  claims.holds.push_back({hold.id, hold.until, hold.amount, {}, hold.state, hold.lsn});
  claims.due = std::min(claims.due, hold.until);
  if (hold.state == HoldState::kHeld) claims.held += hold.amount;
}

void WalletLoader::part(const Lot& part) {
  is_sound_ &= !state_.claims().holds.empty() && has_possible_dates(part);
  if (is_sound_) state_.make_claims().holds.back().parts.push_back(part);
}

bool WalletLoader::finish(int64_t posted, WalletState* out) {
  if (!is_sound_ || state_.broken(posted) != nullptr) return false;
  *out = std::move(state_);
  return true;
}

}  // namespace guerdon::ledger
