#include "engine/accounts/wallet_codec.h"

#include "engine/base/planted.h"
#include "engine/base/timestamp.h"
#include "engine/ledger/wallet_content.h"

namespace guerdon::shard {

namespace {

using ledger::Debt;
using ledger::Hold;
using ledger::Lot;

// In place of an instant: a byte, where most lots have none.
constexpr ledger::TimeMs kNoNotice = -1;

ledger::TimeMs until_of(const Hold& hold) {
  const bool is_older = base::planted(base::PlantedBug::kSpendsSavedOlder) &&
                        hold.state == ledger::HoldState::kCaptured;
  return hold.until - (is_older ? base::kMsPerDay : 0);
}

void put_lot(const Lot& lot, snapshot::SnapshotWriter& out) {
  out.put_signed(lot.amount);
  out.put_signed(lot.expires_at);
  out.put_signed(lot.matures_at);
  out.put_signed(lot.earned_at);
  out.put_word(lot.cause);
  out.put_word(lot.origin.packed());
  out.put_signed(lot.warns_at == ledger::kNever ? kNoNotice : lot.warns_at);
}

bool take_lot(snapshot::SectionReader& in, Lot* lot) {
  uint64_t origin = 0;
  if (!in.take_signed(&lot->amount) || !in.take_signed(&lot->expires_at) ||
      !in.take_signed(&lot->matures_at) || !in.take_signed(&lot->earned_at) ||
      !in.take_word(&lot->cause) || !in.take_word(&origin) || !in.take_signed(&lot->warns_at)) {
    return false;
  }
  if (lot->warns_at == kNoNotice) lot->warns_at = ledger::kNever;
  lot->origin = ledger::Origin::unpacked(origin);
  return true;
}

bool take_hold(snapshot::SectionReader& in, ledger::WalletLoader& loader) {
  Hold hold;
  uint64_t state = 0;
  uint64_t parts = 0;
  if (!in.take_word(&hold.id) || !in.take_unsigned(UINT64_MAX, &hold.lsn) ||
      !in.take_signed(&hold.until) || !in.take_signed(&hold.amount) ||
      !in.take_unsigned(UINT8_MAX, &state) || !in.take_unsigned(ledger::kLotsMax, &parts)) {
    return false;
  }
  hold.state = static_cast<ledger::HoldState>(state);
  loader.hold(hold);
  for (uint64_t i = 0; i < parts; ++i) {
    Lot part;
    if (!take_lot(in, &part)) return false;
    loader.part(part);
  }
  return true;
}

bool take_debt(snapshot::SectionReader& in, ledger::WalletLoader& loader) {
  Debt debt;
  uint64_t origin = 0;
  if (!in.take_signed(&debt.amount) || !in.take_word(&origin)) return false;
  debt.origin = ledger::Origin::unpacked(origin);
  loader.debt(debt);
  return true;
}

// `count` of what `take` takes.
template <typename Take>
bool take_each(snapshot::SectionReader& in, uint64_t most, const Take& take) {
  uint64_t count = 0;
  if (!in.take_unsigned(most, &count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    if (!take()) return false;
  }
  return true;
}

}  // namespace

void put_wallet_state(const ledger::WalletState& state, snapshot::SnapshotWriter& out) {
  out.put_unsigned(static_cast<uint64_t>(state.status()));
  out.put_signed(state.overdraft());
  out.put_unsigned(state.lots().size());
  for (const Lot& lot : state.lots().lots()) put_lot(lot, out);
  out.put_unsigned(state.claims().debts.size());
  for (const Debt& debt : state.claims().debts) {
    out.put_signed(debt.amount);
    out.put_word(debt.origin.packed());
  }
  out.put_unsigned(state.claims().holds.size());
  for (const Hold& hold : state.claims().holds) {
    out.put_word(hold.id);
    out.put_unsigned(hold.lsn);
    out.put_signed(until_of(hold));
    out.put_signed(hold.amount);
    out.put_unsigned(static_cast<uint64_t>(hold.state));
    out.put_unsigned(hold.parts.size());
    for (const Lot& part : hold.parts) put_lot(part, out);
  }
}

bool take_wallet_state(ledger::SpendOrder order, int64_t posted, snapshot::SectionReader& in,
                       ledger::WalletState* state) {
  ledger::WalletLoader loader(order);
  uint64_t status = 0;
  int64_t overdraft = 0;
  if (!in.take_unsigned(UINT8_MAX, &status) || !in.take_signed(&overdraft)) return false;
  loader.status(static_cast<ledger::WalletStatus>(status));
  if (overdraft != 0) loader.overdraft(overdraft);
  const bool is_taken = take_each(in, ledger::kLotsMax,
                                  [&] {
                                    Lot lot;
                                    if (!take_lot(in, &lot)) return false;
                                    loader.lot(lot);
                                    return true;
                                  }) &&
                        take_each(in, ledger::kDebtsMax, [&] { return take_debt(in, loader); }) &&
                        take_each(in, ledger::kHoldsMax, [&] { return take_hold(in, loader); });
  if (!is_taken) return false;
  return loader.finish(posted, state) || in.fail("what a wallet has beside its balance is broken");
}

}  // namespace guerdon::shard
