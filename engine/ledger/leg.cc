#include "engine/ledger/leg.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::ledger {

LotName name_of(std::span<const Lot> parts) {
  const auto named = std::ranges::find_if(parts, &Lot::is_dated);
  if (named == parts.end()) return {};
  const auto others = static_cast<uint32_t>(parts.size() - 1);
  return {named->origin, named->expires_at, named->matures_at, others};
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kClawback:
      return "clawback";
    case Kind::kEarn:
      return "earn";
    case Kind::kOverride:
      return "override";
    case Kind::kPrize:
      return "prize";
    case Kind::kBurn:
      return "burn";
    case Kind::kPenalty:
      return "penalty";
    case Kind::kExpire:
      return "expire";
    case Kind::kAdjust:
      return "adjust";
    case Kind::kCorrect:
      return "correct";
    case Kind::kRedeem:
      return "redeem";
    case Kind::kRefund:
      return "refund";
    case Kind::kPayout:
      return "payout";
    case Kind::kExchange:
      return "exchange";
    case Kind::kReverse:
      return "reverse";
    case Kind::kImport:
      return "import";
    case Kind::kGrant:
      return "grant";
    case Kind::kNotice:
      return "notice";
    case Kind::kTimeout:
      return "timeout";
    case Kind::kExpiring:
      return "expiring";
    case Kind::kOfPlan:
      break;
  }
  return "";
}

std::string_view system_account_name(SystemAccount account) {
  switch (account) {
    case SystemAccount::kIssuance:
      return "issuance";
    case SystemAccount::kExpense:
      return "expense";
    case SystemAccount::kBreakage:
      return "breakage";
    case SystemAccount::kRedemption:
      return "redemption";
    case SystemAccount::kPayout:
      return "payout";
    case SystemAccount::kFxIn:
      return "fx-in";
    case SystemAccount::kFxOut:
      return "fx-out";
    case SystemAccount::kDebt:
      return "debt";
    case SystemAccount::kSuspense:
      return "suspense";
    case SystemAccount::kEquity:
      return "equity";
    case SystemAccount::kSpread:
      return "spread";
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::ledger
