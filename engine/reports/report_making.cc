#include "engine/reports/report_making.h"

#include "engine/book/book_scan.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/reports/entry_tally.h"
#include "engine/reports/state_reading.h"

namespace guerdon::reports {

namespace {

ledger::Entry entry_of(const book::BookEntry& kept) {
  ledger::Entry entry;
  entry.lsn = kept.lsn;
  entry.account = kept.account;
  entry.amount = kept.amount;
  entry.effective = kept.effective;
  entry.clause = bookkeeping::clause_of(kept);
  entry.period = kept.period;
  entry.n = kept.n;
  entry.wallet = kept.wallet;
  entry.kind = kept.kind;
  entry.note = static_cast<ledger::Note>(kept.note);
  return entry;
}

}  // namespace

ReportMaking::ReportMaking(const runtime::Core& core, const ReportQuery& query)
    : program_(core.program()),
      unit_(query.unit),
      lsn_(core.admission().last_lsn()),
      at_(core.admission().clock()),
      reopened_(core.admission().reopened()) {
  for (const uint32_t plan : query.plans) {
    PlanReport& report = reports_.emplace_back();
    report.plan = plan;
    report.period = reported_period(program_.plans[plan], query, at_);
  }
  read_state(core, &reports_, &due_);
}

std::optional<ReportFault> ReportMaking::read(book::BookReader& book, os::Disk& log,
                                              const ReportBounds& bounds,
                                              const LaterEntries& later) {
  const auto unreadable = [](const std::string& sentence) {
    return ReportFault{"NOBOOK", "the register cannot be read: " + sentence};
  };
  if (!book.refresh()) return unreadable(book.problem().sentence());
  if (book.entries() > bounds.entries) {
    return ReportFault{"LIMIT", "the book has more than " + std::to_string(bounds.entries) +
                                    " entries, and others wait for it; ask guerdon report "
                                    "--data DIR, which reads the folder by itself"};
  }
  EntryTally tally(program_, &reports_);
  book::BookFilter filter;
  filter.last_lsn = lsn_;
  book::BookScan scan(book, filter);
  book::BookScan::Step step = scan.next();
  for (; step == book::BookScan::Step::kEntry; step = scan.next()) {
    tally.add(entry_of(scan.entry().entry));
  }
  if (step == book::BookScan::Step::kProblem) return unreadable(scan.problem().sentence());
  const uint64_t kept = book.entries();
  for (uint64_t i = kept > later.before ? kept - later.before : 0; i < later.entries.size(); ++i) {
    tally.add(later.entries[i]);
  }
  for (const ledger::Entry& entry : due_) tally.add(entry);
  tally.finish();
  log_problem_ = read_log(program_, reopened_, log, lsn_, &reports_, bounds.records);
  return std::nullopt;
}

}  // namespace guerdon::reports
