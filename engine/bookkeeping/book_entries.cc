#include "engine/bookkeeping/book_entries.h"

#include "engine/calendar/period.h"

namespace guerdon::bookkeeping {

book::BookEntry book_entry_of(const plan::Program& program, const ledger::Entry& entry,
                              const ledger::EntryLot* lot) {
  book::BookEntry kept;
  kept.lsn = entry.lsn;
  kept.account = entry.account;
  kept.amount = entry.amount;
  kept.effective = entry.effective;
  kept.clause = book_clause(entry.clause);
  kept.period = entry.period;
  kept.n = entry.n;
  kept.wallet = entry.wallet;
  kept.kind = entry.kind;
  kept.note = static_cast<uint8_t>(entry.note);
  if (lot != nullptr) {
    kept.lot_lsn = lot->origin.lsn();
    kept.lot_n = lot->origin.n();
    kept.other_lots = lot->others;
    kept.matures_at = lot->matures_at;
    kept.expires_at = lot->expires_at;
    kept.about = lot->about;
    return kept;
  }
  const bool is_credit_of_rule = entry.is_of_rule() && entry.amount > 0;
  if (!is_credit_of_rule || !moves_balance(entry.note)) return kept;
  const base::TimeMs matures = plan::matures_at(program, entry.wallet, entry.effective);
  const base::TimeMs expires = plan::expires_at(program, entry.wallet, entry.effective);
  if (matures > entry.effective) kept.matures_at = matures;
  if (expires != calendar::kTimeEternity) kept.expires_at = expires;
  return kept;
}

}  // namespace guerdon::bookkeeping
