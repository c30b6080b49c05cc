#include "engine/shard/commands.h"

#include "engine/base/assert.h"

namespace guerdon::shard {

bool Commands::run(AccountCommand& call, const DependentVisit& at) {
  using event::CommandKind;
  switch (call.kind()) {
    case CommandKind::kAdjust:
      at.result = wallets_.adjust(call);
      return true;
    case CommandKind::kHold:
      at.result = wallets_.hold(call);
      return true;
    case CommandKind::kCapture:
      at.result = wallets_.capture(call);
      return true;
    case CommandKind::kVoid:
      at.result = wallets_.void_hold(call);
      return true;
    case CommandKind::kSpend:
      at.result = wallets_.spend(call);
      return true;
    case CommandKind::kRefund:
      at.result = wallets_.refund(call);
      return true;
    case CommandKind::kImport:
      at.result = wallets_.import(call);
      return true;
    case CommandKind::kOpenWallet:
      at.result = wallets_.open(call);
      return true;
    case CommandKind::kFreezeWallet:
      at.result = wallets_.freeze(call);
      return true;
    case CommandKind::kThawWallet:
      at.result = wallets_.thaw(call);
      return true;
    case CommandKind::kCloseWallet:
      at.result = wallets_.close(call);
      return true;
    case CommandKind::kPayout:
      at.result = payouts_.pay_out(call);
      return true;
    case CommandKind::kPayoutReturn:
      at.result = payouts_.give_back(call);
      return true;
    case CommandKind::kExchange:
      at.result = exchanges_.exchange(call, at.since);
      return true;
    case CommandKind::kExchangeReturn:
      at.result = exchanges_.give_back(call);
      return true;
    case CommandKind::kItem:
      at.result = redemptions_.set_stock(call.command());
      return true;
    case CommandKind::kRedeem:
      return redemptions_.redeem(call, at);
    case CommandKind::kUnredeem:
      return redemptions_.cancel(call, at);
    case CommandKind::kGrant:
      return grants_.grant(call, at);
    case CommandKind::kHolder:
      at.result = holders_.set(call);
      return true;
    default:
      break;  // by the shard itself; everywhere at once; in admission
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::shard
