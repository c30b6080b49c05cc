// What rules credited at events of before, as the book has it: for who was paid by it.
#include <algorithm>

#include "engine/bookkeeping/book_entries.h"
#include "engine/history/account_rerun.h"
#include "engine/money/limits.h"

namespace guerdon::history {

// Runs go forward; a second pass begins anew.
bool CreditsOfBook::at(uint64_t lsn, std::vector<Credit>* credits, std::string* error) {
  using ScanStep = book::BookScan::Step;
  credits->clear();
  if (!scan_ || lsn < reached_) {
    if (!book_.refresh()) {
      *error = book_.problem().sentence();
      return false;
    }
    scan_.emplace(book_, book::BookFilter{.first_lsn = lsn});
    step_ = scan_->next();
  }
  reached_ = lsn;
  for (; step_ == ScanStep::kEntry; step_ = scan_->next()) {
    const book::BookEntry& entry = scan_->entry().entry;
    if (entry.lsn > lsn) break;
    const bool is_credit = entry.lsn == lsn && entry.amount > 0 && bookkeeping::is_of_rule(entry) &&
                           !bookkeeping::is_due_before(program_, entry);
    if (is_credit) credits->push_back({bookkeeping::clause_of(entry), entry.amount});
  }
  if (step_ != ScanStep::kProblem) return true;
  *error = scan_->problem().sentence();
  return false;
}

// As the shard does (shard/credited.cc). False: error().
bool AccountRerun::add_credited(const plan::EventProgram& type, uint32_t role,
                                plan::EventView* event) {
  std::vector<Credit> credits;
  std::string problem = "what another rule credited at LSN " + std::to_string(walk_->lsn()) +
                        " stands in the book, and that is not at hand";
  if (!credits_at_ || !credits_at_(walk_->lsn(), &credits, &problem)) return fail(problem);
  const size_t slots = program_->schema.type(batch().records.back().type).slots.size();
  credited_values_.assign(event->values, event->values + slots);
  for (const plan::CreditedSlot& each : type.credited) {
    if (std::find(each.askers.begin(), each.askers.end(), role) == each.askers.end()) continue;
    int64_t sum = 0;
    for (const Credit& credit : credits) {
      if (!std::binary_search(each.clauses.begin(), each.clauses.end(), credit.clause)) continue;
      sum = money::saturating_add(sum, credit.amount, money::kBalanceMax);
    }
    credited_values_[each.slot] = sum;
    event->present |= uint64_t{1} << each.slot;
  }
  event->values = credited_values_.data();
  return true;
}

}  // namespace guerdon::history
