#include "engine/shard/commands.h"

#include "engine/base/assert.h"

namespace guerdon::shard {

bool Commands::run(AccountCommand& call, const DependentVisit& at) {
  using event::CommandKind;
  const auto done = [&](const event::CommandResult& result) {
    at.result = result;
    return true;
  };
  switch (call.kind()) {
    case CommandKind::kAdjust:
      return done(wallets_.adjust(call));
    case CommandKind::kHold:
      return done(wallets_.hold(call));
    case CommandKind::kCapture:
      return done(wallets_.capture(call));
    case CommandKind::kVoid:
      return done(wallets_.void_hold(call));
    case CommandKind::kSpend:
      return done(wallets_.spend(call));
    case CommandKind::kRefund:
      return done(wallets_.refund(call));
    case CommandKind::kImport:
      return done(wallets_.import(call));
    case CommandKind::kOpenWallet:
      return done(wallets_.open(call));
    case CommandKind::kFreezeWallet:
      return done(wallets_.freeze(call));
    case CommandKind::kThawWallet:
      return done(wallets_.thaw(call));
    case CommandKind::kCloseWallet:
      return done(wallets_.close(call));
    case CommandKind::kPayout:
      return done(payouts_.pay_out(call));
    case CommandKind::kPayoutReturn:
      return done(payouts_.give_back(call));
    case CommandKind::kExchange:
      return done(exchanges_.exchange(call, at.since));
    case CommandKind::kExchangeReturn:
      return done(exchanges_.give_back(call));
    case CommandKind::kItem:
      return done(redemptions_.set_stock(call.command()));
    case CommandKind::kRedeem:
      return redemptions_.redeem(call, at);
    case CommandKind::kUnredeem:
      return redemptions_.cancel(call, at);
    case CommandKind::kGrant:
      return grants_.grant(call, at);
    case CommandKind::kHolder:
      return done(holders_.set(call));
    case CommandKind::kTarget:  // by the shard itself
    case CommandKind::kStage:
    case CommandKind::kReverse:
    case CommandKind::kCorrect:
    case CommandKind::kPayoutAll:  // everywhere at once
    case CommandKind::kReopen:
    case CommandKind::kClose:
    case CommandKind::kCommit:
    case CommandKind::kAbort:
    case CommandKind::kRate:  // in admission
    case CommandKind::kOrg:
    case CommandKind::kTable:
      break;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::shard
