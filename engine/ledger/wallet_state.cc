#include "engine/ledger/wallet_state.h"

#include <algorithm>

namespace guerdon::ledger {
namespace {

// Null, or what is wrong with a hold; its parts are added to *sum.
const char* broken_hold(const Hold& hold, int64_t* sum) {
  int64_t parts = 0;
  for (const Lot& part : hold.parts) {
    if (part.amount <= 0) return "a hold has an empty part";
    if (part.is_pending()) return "a hold has a part that has not matured";
    if (part.amount > money::kBalanceMax - parts) return "a hold is more than a balance can be";
    parts += part.amount;
  }
  if (parts != hold.amount) return "a hold is not the sum of its parts";
  if (hold.state != HoldState::kHeld) return nullptr;
  if (parts == 0 || parts > money::kBalanceMax - *sum) return "holds are none or too many";
  *sum += parts;
  return nullptr;
}

const char* broken_claims(const Claims& claims) {
  int64_t held = 0;
  TimeMs due = kNever;
  for (const Hold& hold : claims.holds) {
    if (const char* const broken = broken_hold(hold, &held); broken != nullptr) return broken;
    due = std::min(due, hold.until);
  }
  if (held != claims.held) return "the sum of the holds is another";
  if (due != claims.due) return "the next date of a hold is another";
  int64_t debt = 0;
  for (const Debt& owed : claims.debts) {
    if (owed.amount <= 0 || owed.amount > money::kBalanceMax - debt)
      return "a debt is out of range";
    debt += owed.amount;
  }
  if (debt != claims.debt) return "the sum of the debts is another";
  const bool is_in_range = claims.overdraft >= 0 && claims.overdraft <= money::kBalanceMax;
  return is_in_range ? nullptr : "the overdraft is out of range";
}

}  // namespace

const Claims WalletState::kNoClaims;

WalletState::WalletState(const WalletState& other)
    : lots_(other.lots_),
      claims_(other.claims_ == nullptr ? nullptr : std::make_unique<Claims>(*other.claims_)),
      status_(other.status_) {}

WalletState& WalletState::operator=(const WalletState& other) { return *this = WalletState(other); }

int64_t WalletState::available(int64_t posted) const {
  if (status_ != WalletStatus::kAsMade && status_ != WalletStatus::kOpened) return 0;
  return std::max<int64_t>(0, posted - held() - unmatured());
}

bool WalletState::is_plain() const {
  return status_ == WalletStatus::kAsMade && lots_.empty() && claims_ == nullptr;
}

Claims& WalletState::make_claims() {
  if (claims_ == nullptr) claims_ = std::make_unique<Claims>();
  return *claims_;
}

void WalletState::drop_claims() {
  if (claims_ == nullptr) return;
  if (claims_->holds.empty() && claims_->debts.empty() && claims_->overdraft == 0) claims_.reset();
}

const char* WalletState::broken(int64_t posted) const {
  if (posted < -money::kBalanceMax || posted > money::kBalanceMax) return "a balance out of range";
  if (const char* const broken = lots_.broken(); broken != nullptr) return broken;
  if (const char* const broken = broken_claims(claims()); broken != nullptr) return broken;
  // A sum of a balance and an overdraft may be one more than int64 holds, so it is not made.
  if (posted - held() < -overdraft()) return "more is held than there is";
  if (overdraft() > 0 && posted - held() > -overdraft()) {
    return "overdrawn, though something is free";
  }
  if (undated(posted) < 0) return "lots hold more than the balance";
  if (status_ != WalletStatus::kClosed) return nullptr;
  return posted == 0 && held() == 0 && debt() == 0 ? nullptr : "closed, though something is left";
}

size_t WalletState::bytes() const {
  size_t bytes = sizeof *this + lots_.bytes();
  if (claims_ == nullptr) return bytes;
  bytes += sizeof(Claims) + claims_->holds.capacity() * sizeof(Hold) +
           claims_->debts.capacity() * sizeof(Debt);
  for (const Hold& hold : claims_->holds) bytes += hold.parts.capacity() * sizeof(Lot);
  return bytes;
}

}  // namespace guerdon::ledger
