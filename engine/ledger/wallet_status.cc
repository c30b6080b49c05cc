// Open, frozen, closed; and the words for what a wallet refuses.
#include "engine/base/assert.h"
#include "engine/ledger/wallet_operations.h"

namespace guerdon::ledger {

Verdict Wallet::open() {
  if (!is_shut()) return {};
  state_.status_ = rules_.opens_by_command ? WalletStatus::kOpened : WalletStatus::kAsMade;
  return {};
}

Verdict Wallet::freeze() {
  if (is_shut()) return {Code::kClosed, 0};
  state_.status_ = WalletStatus::kFrozen;
  return {};
}

Verdict Wallet::thaw() {
  if (is_shut()) return {Code::kClosed, 0};
  state_.status_ = rules_.opens_by_command ? WalletStatus::kOpened : WalletStatus::kAsMade;
  return {};
}

Verdict Wallet::close() {
  if (state_.status_ == WalletStatus::kClosed) return {Code::kClosed, 0};
  if (posted_ != 0 || state_.held() != 0 || state_.debt() != 0 || !state_.lots_.empty()) {
    return {Code::kRemainder, posted_};
  }
  state_.status_ = WalletStatus::kClosed;
  return {};
}

std::string_view code_name(Code code) {
  switch (code) {
    case Code::kOk:
      return "OK";
    case Code::kInsufficient:
      return "INSUFFICIENT";
    case Code::kLimit:
      return "LIMIT";
    case Code::kCaptured:
      return "CAPTURED";
    case Code::kVoided:
      return "VOIDED";
    case Code::kExpired:
      return "EXPIRED";
    case Code::kUnknown:
      return "UNKNOWN";
    case Code::kClosed:
      return "CLOSED";
    case Code::kRemainder:
      return "REMAINDER";
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::ledger
