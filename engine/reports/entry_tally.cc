#include "engine/reports/entry_tally.h"

#include <algorithm>

#include "engine/bookkeeping/book_entries.h"
#include "engine/calendar/period.h"
#include "engine/ledger/leg.h"

namespace guerdon::reports {

EntryTally::EntryTally(const plan::Program& program, std::vector<PlanReport>* reports)
    : program_(program),
      reports_(*reports),
      places_(program.wallets.size()),
      clock_of_(program.clauses.size(), plan::kNoClock),
      is_prize_(program.clauses.size()),
      won_(reports->size()) {
  for (size_t r = 0; r < reports_.size(); ++r) {
    const PlanReport& report = reports_[r];
    for (size_t u = 0; u < report.units.size(); ++u) {
      places_[report.units[u].wallet] = {static_cast<int>(r), u};
    }
    for (size_t b = 0; b < report.badges.size(); ++b) {
      places_[report.badges[b].wallet] = {static_cast<int>(r), b};
    }
  }
  for (size_t c = 0; c < program.clauses.size(); ++c) {
    const plan::Clause& clause = program.clauses[c];
    if (clause.at_close && clause.subject != plan::kNowhere) {
      clock_of_[c] = program.subjects[clause.subject].clock;
    }
  }
  for (const plan::ChallengeKind& challenge : program.challenges) {
    for (const plan::ChallengeKind::Row& row : challenge.rows) {
      clock_of_[row.clause] = challenge.clock;
      is_prize_[row.clause] = 1;
    }
  }
}

bool EntryTally::is_of_end(const ledger::Entry& entry, int clock, const ReportedPeriod& period) {
  if (clock == plan::kNoClock) return false;
  const auto [at, is_new] = ends_.try_emplace({clock, entry.period});
  if (is_new) {
    const plan::Clock& of = program_.clocks[static_cast<size_t>(clock)];
    at->second = calendar::period_of_index(of.calendar, of.rule, entry.period).to;
  }
  return period.has_end(at->second);
}

void EntryTally::add(const ledger::Entry& entry) {
  const Place place = places_[entry.wallet];
  if (place.report < 0 || !bookkeeping::moves_balance(entry.note)) return;
  PlanReport& report = reports_[static_cast<size_t>(place.report)];
  if (entry.effective < report.period.until) report.participants.insert(entry.account);
  if (entry.is_of_rule() && is_prize_[entry.clause] != 0 &&
      is_of_end(entry, clock_of_[entry.clause], report.period)) {
    won_[static_cast<size_t>(place.report)][{entry.clause, entry.period, entry.account}] +=
        entry.amount;
  }
  if (program_.wallets[entry.wallet].badge) {
    add_to_badge(entry, report.period, report.badges[place.figures]);
  } else {
    add_to_unit(entry, report, report.units[place.figures]);
  }
}

void EntryTally::add_to_unit(const ledger::Entry& entry, PlanReport& report, UnitFigures& unit) {
  const ReportedPeriod& period = report.period;
  if (entry.effective < period.until) unit.balance += entry.amount;
  const bool is_now = period.has(entry.effective);
  if (is_now && entry.amount != 0) unit.by_kind[entry.kind] += entry.amount;
  if (!entry.is_of_rule() || program_.clauses[entry.clause].verb != plan::Verb::kCredit) return;
  if (is_of_end(entry, clock_of_[entry.clause], period)) unit.at_close += entry.amount;
  if (period.has_before(entry.effective)) unit.before += entry.amount;
  if (!is_now) return;
  if (entry.amount < 0) {
    unit.taken_back -= entry.amount;
    return;
  }
  unit.credited += entry.amount;
  const bool is_credit = entry.kind != static_cast<uint8_t>(ledger::Kind::kReverse);
  if (is_credit && entry.amount > 0) report.active.insert(entry.account);
}

void EntryTally::add_to_badge(const ledger::Entry& entry, const ReportedPeriod& period,
                              BadgeFigures& badge) {
  if (!period.has(entry.effective)) return;
  if (entry.amount < 0) {
    badge.taken_back -= entry.amount;
  } else {
    badge.given += entry.amount;
  }
}

void EntryTally::finish() {
  for (size_t r = 0; r < reports_.size(); ++r) {
    for (const auto& [prize, amount] : won_[r]) {
      if (amount == 0) continue;
      const auto& [clause, period, account] = prize;
      reports_[r].winners.push_back({clause, period, account, amount});
    }
  }
}

}  // namespace guerdon::reports
