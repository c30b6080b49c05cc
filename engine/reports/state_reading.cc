#include "engine/reports/state_reading.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "engine/accounts/account_state.h"
#include "engine/accounts/progress_view.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/calendar/period.h"
#include "engine/progress/bands.h"

namespace guerdon::reports {

namespace {

using shard::BlockHeader;
using shard::Shard;

class StateReading {
 public:
  StateReading(const runtime::Core& core, std::vector<PlanReport>* reports,
               std::vector<ledger::Entry>* due);

  void read();

 private:
  // A target's period that is told of.
  struct Wanted {
    size_t report = 0;
    size_t figures = 0;  // of PlanReport::targets
    uint32_t role = 0;
  };
  // Of one wallet of one program that is reported.
  struct Unit {
    size_t report = 0;
    size_t figures = 0;  // of PlanReport::units
  };

  const plan::Program& program() const { return core_.program(); }
  void number_roles();
  void want_units(size_t report);
  void want_targets(size_t report);
  void want_target(size_t report, uint32_t target);
  void read_budgets(PlanReport& report);
  BudgetFigures pool_of(uint32_t budget, int32_t period, base::TimeMs at,
                        const std::string& label) const;
  // Periods of a clock that are told of in that of a report: those that have begun and end in it;
  // and the one that holds the engine's clock, if that is in both.
  template <typename See>
  void visit_told(int clock, const ReportedPeriod& reported, const See& see) const;
  void read_account(Shard& shard, Shard* closed, const BlockHeader& account);
  void read_frames(const Shard& shard, const BlockHeader& account);
  bool is_there(const plan::FrameKey& key, const int64_t* cells,
                const ReportedPeriod& period) const;
  void read_wallet(const Shard& shard, const BlockHeader& account, const Unit& unit);
  void add_due(const Shard& shard, const BlockHeader& account);
  void add_lot(const PlanReport& report, const ledger::Lot& lot, UnitFigures* unit) const;
  void read_target(Shard& shard, const BlockHeader& account, std::string_view name,
                   const Wanted& wanted);

  const runtime::Core& core_;
  std::vector<PlanReport>& reports_;
  std::vector<ledger::Entry>& due_;
  const base::TimeMs at_;
  shard::KeptSince since_;
  std::vector<int> report_of_plan_;  // by plan; -1: it is not asked for
  std::vector<uint32_t> role_of_;    // by subject: of a plan and an owner
  std::vector<uint8_t> has_role_;    // by role: of the account at hand
  std::vector<Unit> units_;
  std::vector<Wanted> wanted_;
};

StateReading::StateReading(const runtime::Core& core, std::vector<PlanReport>* reports,
                           std::vector<ledger::Entry>* due)
    : core_(core),
      reports_(*reports),
      due_(*due),
      at_(core.admission().clock()),
      since_(core.program()),
      report_of_plan_(core.program().plans.size(), -1) {
  since_.move_to(at_);
  number_roles();
  for (size_t r = 0; r < reports_.size(); ++r) {
    report_of_plan_[reports_[r].plan] = static_cast<int>(r);
    want_units(r);
    want_targets(r);
    read_budgets(reports_[r]);
  }
}

template <typename See>
void StateReading::visit_told(int clock, const ReportedPeriod& reported, const See& see) const {
  const plan::Clock& of = program().clocks[static_cast<size_t>(clock)];
  calendar::Period period = calendar::period_at(of.calendar, of.rule, reported.from);
  for (; period.from < reported.until && period.from <= at_;
       period = calendar::period_of_index(of.calendar, of.rule, period.index + 1)) {
    const bool is_now = reported.has(at_) && at_ < period.to;
    if (period.from < period.to && (reported.has_end(period.to) || is_now)) see(period);
  }
}

// Frames of the same plan and owner are of who has that role there.
void StateReading::number_roles() {
  std::vector<std::pair<int, std::string>> roles;
  for (const plan::SubjectKind& subject : program().subjects) {
    const std::pair role(subject.plan, subject.owner);
    const auto found = std::find(roles.begin(), roles.end(), role);
    role_of_.push_back(static_cast<uint32_t>(found - roles.begin()));
    if (found == roles.end()) roles.push_back(role);
  }
  has_role_.resize(roles.size());
}

void StateReading::want_units(size_t report) {
  PlanReport& of = reports_[report];
  for (uint16_t w = 0; w < program().wallets.size(); ++w) {
    if (program().wallets[w].plan != of.plan) continue;
    if (program().wallets[w].badge) {
      if (!program().wallets[w].badge->is_notice) of.badges.emplace_back().wallet = w;
      continue;
    }
    units_.push_back({report, of.units.size()});
    of.units.emplace_back().wallet = w;
  }
}

void StateReading::want_targets(size_t report) {
  for (uint32_t t = 0; t < program().targets.size(); ++t) {
    if (program().targets[t].plan == reports_[report].plan) want_target(report, t);
  }
}

void StateReading::want_target(size_t report, uint32_t target) {
  PlanReport& of = reports_[report];
  const plan::TargetKind& kind = program().targets[target];
  const uint32_t subject = program().measures[kind.measure].subject;
  const plan::SubjectKind& kept = program().subjects[subject];
  if (kept.clock == plan::kNoClock) return;
  visit_told(kept.clock, of.period, [&](const calendar::Period& period) {
    if (period.from < kind.acts.from || period.from >= kind.acts.until) return;
    if (since_.is_gone(kept, period.index)) {
      ++of.targets_gone;
      return;
    }
    wanted_.push_back({report, of.targets.size(), role_of_[subject]});
    TargetFigures& figures = of.targets.emplace_back();
    figures.target = target;
    figures.period = period.index;
    figures.is_closed = since_.is_closed(kept, period.index) &&
                        !core_.shards().front()->state().is_open_again(kept, period.index, at_);
    figures.in_band.resize(kind.bands.size());
  });
}

// What is granted for good is told of in the period of the clock.
void StateReading::read_budgets(PlanReport& report) {
  for (uint32_t b = 0; b < program().budgets.size(); ++b) {
    const plan::BudgetKind& kind = program().budgets[b];
    if (kind.plan != report.plan) continue;
    if (kind.clock < 0) {
      if (report.period.has(at_)) report.budgets.push_back(pool_of(b, 0, at_, ""));
      continue;
    }
    const plan::Clock& clock = program().clocks[static_cast<size_t>(kind.clock)];
    visit_told(kind.clock, report.period, [&](const calendar::Period& period) {
      report.budgets.push_back(
          pool_of(b, period.index, std::clamp(at_, period.from, period.to - 1),
                  calendar::period_label(clock.calendar, clock.rule, period.index)));
    });
  }
}

BudgetFigures StateReading::pool_of(uint32_t budget, int32_t period, base::TimeMs at,
                                    const std::string& label) const {
  const plan::BudgetKind& kind = program().budgets[budget];
  const plan::WalletKind& wallet = program().wallets[kind.wallet];
  BudgetFigures pool;
  pool.budget = kind.name;
  pool.unit = wallet.unit;
  pool.scale = wallet.scale;
  pool.period = label;
  pool.limit = plan::amount_at(kind.amounts, at).most;
  pool.used = core_.budgets().granted(budget, period);
  return pool;
}

void StateReading::read() {
  for (const auto& shard : core_.shards()) {
    const std::unique_ptr<Shard> closed = shard->closed_copies(at_, &due_);
    shard->state().accounts().visit_all(
        [&](const BlockHeader& account) { read_account(*shard, closed.get(), account); });
  }
}

// As it is once what is due is done; how far it has come is what PROGRESS says. `closed`: of the
// accounts for which periods are to be closed, as they are then, and that is due already.
void StateReading::read_account(Shard& shard, Shard* closed, const BlockHeader& account) {
  const std::string name(shard.state().accounts().name(account));
  const BlockHeader* const copy =
      closed == nullptr ? nullptr : closed->state().accounts().find(account.hash, name);
  const Shard& of = copy == nullptr ? shard : *closed;
  const BlockHeader& settled = copy == nullptr ? account : *copy;
  if (copy == nullptr && shard.wallets().is_due(account, at_)) add_due(shard, account);
  read_frames(of, settled);
  for (const Unit& unit : units_) read_wallet(of, settled, unit);
  // Goals of a file that is committed are told in the copy already.
  Shard& asked = copy != nullptr && shard.state().staged().is_due(account) ? *closed : shard;
  for (const Wanted& wanted : wanted_) {
    if (has_role_[wanted.role] != 0) read_target(asked, account, name, wanted);
  }
}

// What its wallets do by themselves.
void StateReading::add_due(const Shard& shard, const BlockHeader& account) {
  shard.state().wallets().visit(account, [&](uint16_t w, const ledger::WalletState&) {
    for (const ledger::Leg& leg : shard.wallets().settled(account, w, at_).legs) {
      if (leg.receiver != ledger::Receiver::kWallet) continue;
      ledger::Entry entry;
      entry.account = account.hash;
      entry.amount = leg.amount;
      entry.effective = leg.effective;
      entry.clause = ledger::kOfDueWork;
      entry.wallet = w;
      entry.kind = static_cast<uint8_t>(leg.kind);
      entry.note = leg.note;
      due_.push_back(entry);
    }
  });
}

void StateReading::read_frames(const Shard& shard, const BlockHeader& account) {
  std::fill(has_role_.begin(), has_role_.end(), uint8_t{0});
  shard.state().visit_frames(account, since_, [&](const plan::FrameKey& key, const int64_t* cells) {
    const plan::SubjectKind& subject = program().subjects[key.subject];
    const int report = report_of_plan_[static_cast<size_t>(subject.plan)];
    if (report < 0) return;
    PlanReport& of = reports_[static_cast<size_t>(report)];
    if (!is_there(key, cells, of.period)) return;
    of.participants.insert(account.hash);
    if (!subject.holds_known) has_role_[role_of_[key.subject]] = 1;  // HOLDER names no role
  });
}

// Whether it says that the account was there before the end of the period. A frame of zeros is as
// none: a snapshot does not have it. What is kept for life says so of now alone.
bool StateReading::is_there(const plan::FrameKey& key, const int64_t* cells,
                            const ReportedPeriod& period) const {
  const plan::SubjectKind& subject = program().subjects[key.subject];
  if (subject.holds_known) {
    return key.keys[0] < period.until && cells[plan::kKnownUntil] > period.from;
  }
  if (subject.clock != plan::kNoClock) {
    const plan::Clock& clock = program().clocks[static_cast<size_t>(subject.clock)];
    const calendar::Period of = calendar::period_of_index(clock.calendar, clock.rule, key.period);
    if (of.from >= period.until) return false;
  } else if (at_ >= period.until) {
    return false;
  }
  for (uint32_t c = 0; c < subject.cells; ++c) {
    if (cells[c] != 0 && !subject.is_hidden(c)) return true;
  }
  return false;
}

void StateReading::read_wallet(const Shard& shard, const BlockHeader& account, const Unit& unit) {
  PlanReport& of = reports_[unit.report];
  UnitFigures& figures = of.units[unit.figures];
  const uint16_t w = figures.wallet;
  if (shard.state().wallets().find(account, w) == nullptr) {
    figures.undated += std::max<int64_t>(0, shard::cells_of(&account)[w]);
    return;
  }
  const shard::Wallets::Settled now = shard.wallets().settled(account, w, at_);
  for (const ledger::Lot& lot : now.state.lots().lots()) add_lot(of, lot, &figures);
  figures.undated += now.state.undated(now.posted);
  figures.held += now.state.held();
  figures.owed += Int128{now.state.overdraft()} + now.state.debt();
}

void StateReading::add_lot(const PlanReport& report, const ledger::Lot& lot,
                           UnitFigures* unit) const {
  if (lot.expires_at >= base::kTimeEnd) {
    unit->undated += lot.amount;
    return;
  }
  const calendar::Calendar& calendar = program().plans[report.plan].calendar;
  const int32_t month =
      calendar::period_at(calendar, calendar::PeriodKind::kMonth, lot.expires_at).index;
  unit->expiring[month] += lot.amount;
}

void StateReading::read_target(Shard& shard, const BlockHeader& account, std::string_view name,
                               const Wanted& wanted) {
  TargetFigures& figures = reports_[wanted.report].targets[wanted.figures];
  const plan::TargetKind& target = program().targets[figures.target];
  shard::Progress progress;
  progress.wanted.push_back({figures.target, figures.period});
  shard.read_progress(account.hash, name, at_, progress);
  figures.is_too_much = figures.is_too_much || progress.is_too_much;
  for (const shard::ProgressRow& row : progress.rows) {
    figures.achieved += Int128{row.achieved} - row.carried;
    const std::optional<int64_t> percent = shard::percent_of(target, row);
    if (!percent) {
      ++figures.in_none;
      continue;
    }
    const progress::Band& band = progress::band_at(target.bands, *percent);
    ++figures.in_band[static_cast<size_t>(&band - target.bands.data())];
  }
}

}  // namespace

void read_state(const runtime::Core& core, std::vector<PlanReport>* reports,
                std::vector<ledger::Entry>* due) {
  StateReading(core, reports, due).read();
}

}  // namespace guerdon::reports
