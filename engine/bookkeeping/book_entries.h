// What the book keeps of an entry: the numbers of the program's wallets, kinds and clauses, which
// stand for the same as long as a log lives, since its plans do.
#pragma once

#include "engine/book/book_entry.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/entry_lot.h"
#include "engine/ledger/leg.h"
#include "engine/ledger/of_file.h"
#include "engine/program/program.h"

namespace guerdon::bookkeeping {

// Whether the amount changed the wallet's balance: else it went to suspense.
inline bool moves_balance(ledger::Note note) {
  const ledger::Note alone = ledger::note_alone(note);
  return alone != ledger::Note::kOverflow && alone != ledger::Note::kClosed;
}

// BookEntry::clause: that of the entry and 2 more, round 2^32, so that it is small: 0 a command
// made it, 1 time did, else a rule.
inline uint32_t book_clause(uint32_t clause) { return clause + 2; }
static_assert(ledger::kOfCommand + 2 == 0 && ledger::kOfDueWork + 2 == 1);
inline uint32_t clause_of(const book::BookEntry& entry) { return entry.clause - 2; }
inline bool is_of_rule(const book::BookEntry& entry) { return entry.clause >= 2; }

// It was paid when its period was closed, whatever the record is that did it.
inline bool is_of_close(const plan::Program& program, const book::BookEntry& entry) {
  if (!is_of_rule(entry)) return false;
  ledger::Entry of;
  of.clause = clause_of(entry);
  of.kind = entry.kind;
  return plan::is_of_due_work(program, of);
}

// A file of goals made it that was committed before the record.
inline bool is_of_file(const book::BookEntry& entry) {
  return ledger::is_of_file(static_cast<ledger::Note>(entry.note));
}

// What was due before the record came; of a rule only.
inline bool is_due_before(const plan::Program& program, const book::BookEntry& entry) {
  return is_of_file(entry) || is_of_close(program, entry);
}

// With its lot and validity: what `lot` says, which stood beside it; null: what the plan gives what
// a rule credits, from the instant the entry is effective. That follows from the plan's text alone,
// so it need not travel with the entry.
book::BookEntry book_entry_of(const plan::Program& program, const ledger::Entry& entry,
                              const ledger::EntryLot* lot = nullptr);

// Whether it has a lot of its own, that no other entry's name is needed for.
inline bool makes_lot(const book::BookEntry& entry) {
  return entry.lot_lsn == 0 && (entry.matures_at != 0 || entry.expires_at != 0);
}

// Whether `about` is the LSN of the record that made a hold.
inline bool has_hold(const book::BookEntry& entry) {
  return entry.kind == static_cast<uint8_t>(ledger::Kind::kTimeout) && entry.about > 0;
}

}  // namespace guerdon::bookkeeping
