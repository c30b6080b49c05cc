#include "engine/history/entry_words.h"

#include "engine/base/timestamp.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/calendar/period.h"
#include "engine/ledger/entry.h"
#include "engine/money/decimal.h"

namespace guerdon::history {

namespace {

std::string time_or_nothing(base::TimeMs at) { return at == 0 ? "" : base::format_timestamp(at); }

std::string id_of(uint64_t lsn, uint32_t n) {
  return std::to_string(lsn) + "." + std::to_string(n);
}

std::string period_of(const plan::Program& program, uint32_t number, int32_t period) {
  const plan::Clause& clause = program.clauses[number];
  const plan::ChallengeKind* const challenge = plan::challenge_of(program, number);
  if (clause.subject == plan::kNowhere && challenge == nullptr) return "";
  const int clock =
      challenge != nullptr ? challenge->clock : program.subjects[clause.subject].clock;
  if (clock == plan::kNoClock) return "";
  const plan::Clock& of = program.clocks[static_cast<size_t>(clock)];
  return calendar::period_label(of.calendar, of.rule, period);
}

// 17.0, or 17.0+2: with two others, of which what has no date is one.
std::string lot_of(const book::BookEntry& entry) {
  if (bookkeeping::makes_lot(entry)) return id_of(entry.lsn, entry.n);
  if (entry.lot_lsn == 0) return "";
  const std::string id = id_of(entry.lot_lsn, entry.lot_n);
  return entry.other_lots == 0 ? id : id + "+" + std::to_string(entry.other_lots);
}

}  // namespace

EntryWords words_of(const plan::Program& program, const book::BookEntry& entry, int64_t balance) {
  EntryWords words;
  const auto at = [&](Column column) -> std::string& { return words[static_cast<size_t>(column)]; };
  const plan::WalletKind& wallet = program.wallets[entry.wallet];
  at(Column::kId) = id_of(entry.lsn, entry.n);
  at(Column::kEffective) = base::format_timestamp(entry.effective);
  at(Column::kLsn) = std::to_string(entry.lsn);
  at(Column::kProgram) = wallet.program;
  at(Column::kUnit) = wallet.unit;
  at(Column::kAmount) = money::format_decimal(entry.amount, wallet.scale);
  at(Column::kBalance) = money::format_decimal(balance, wallet.scale);
  at(Column::kKind) = program.kinds[entry.kind];
  at(Column::kNote) = ledger::note_name(static_cast<ledger::Note>(entry.note));
  at(Column::kLot) = lot_of(entry);
  at(Column::kMatures) = time_or_nothing(entry.matures_at);
  at(Column::kExpires) = time_or_nothing(entry.expires_at);
  if (entry.kind == static_cast<uint8_t>(ledger::Kind::kExpiring)) {
    at(Column::kLeft) = money::format_decimal(entry.about, wallet.scale);
  }
  if (bookkeeping::has_hold(entry)) at(Column::kHold) = std::to_string(entry.about);
  if (!bookkeeping::is_of_rule(entry)) return words;
  const plan::Clause& clause = program.clauses[bookkeeping::clause_of(entry)];
  at(Column::kPlan) = program.plans[static_cast<size_t>(clause.plan)].name;
  at(Column::kVersion) = std::to_string(clause.version);
  at(Column::kRule) = clause.rule;
  at(Column::kEffect) = std::to_string(clause.effect);
  at(Column::kPeriod) = period_of(program, bookkeeping::clause_of(entry), entry.period);
  return words;
}

}  // namespace guerdon::history
