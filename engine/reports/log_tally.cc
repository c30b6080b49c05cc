#include "engine/reports/log_tally.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/event/batch.h"
#include "engine/history/log_walk.h"

namespace guerdon::reports {

namespace {

// Events by the version of the plans under which they were taken.
class LogTally {
 public:
  LogTally(const plan::Program& newest, const plan::Reopenings& reopened,
           std::vector<PlanReport>* reports)
      : newest_(newest), reopened_(reopened), reports_(*reports) {}

  void add(const history::LogWalk& walk);

 private:
  // Of one event type and one report: the clocks of the plan that it counts by.
  using Clocks = std::vector<int>;

  void turn_to(const plan::Program& version);
  void count(const history::LogWalk& walk, const event::Record& record, bool is_rejected,
             PlanReport& report, const Clocks& clocks);
  void count_unmatched(const event::Record& record, PlanReport& report) const;

  const plan::Program& newest_;
  const plan::Reopenings& reopened_;
  std::vector<PlanReport>& reports_;
  const plan::Program* version_ = nullptr;  // that the next two are of
  std::unique_ptr<plan::CountedPeriods> periods_;
  std::vector<std::vector<Clocks>> clocks_;  // by event type and report
};

void LogTally::turn_to(const plan::Program& version) {
  version_ = &version;
  periods_ = std::make_unique<plan::CountedPeriods>(version);
  periods_->heed(&reopened_);
  clocks_.assign(version.events.size(), std::vector<Clocks>(reports_.size()));
  for (size_t type = 0; type < version.events.size(); ++type) {
    for (const plan::RoleProgram& role : version.events[type].roles) {
      for (const plan::RoleFrame& frame : role.frames) {
        const plan::SubjectKind& subject = version.subjects[frame.subject];
        if (subject.clock == plan::kNoClock) continue;
        for (size_t r = 0; r < reports_.size(); ++r) {
          Clocks& clocks = clocks_[type][r];
          const bool is_known =
              std::find(clocks.begin(), clocks.end(), subject.clock) != clocks.end();
          const bool is_its_plans = static_cast<uint32_t>(subject.plan) == reports_[r].plan;
          if (is_its_plans && !is_known) clocks.push_back(subject.clock);
        }
      }
    }
  }
}

void LogTally::add(const history::LogWalk& walk) {
  if (walk.step() != history::LogWalk::Step::kEvent) return;
  const plan::Program& version = plan::program_at(newest_, walk.lsn());
  if (version_ != &version) turn_to(version);
  const event::Record& record = walk.batch().records.back();
  const bool is_rejected = periods_->was_rejected(version.events[record.type], record.occurred_at,
                                                  walk.at(), walk.lsn());
  for (size_t r = 0; r < reports_.size(); ++r) {
    if (!reports_[r].log || !reports_[r].period.has(walk.at())) continue;
    count(walk, record, is_rejected, reports_[r], clocks_[record.type][r]);
  }
}

void LogTally::count(const history::LogWalk& walk, const event::Record& record, bool is_rejected,
                     PlanReport& report, const Clocks& clocks) {
  const bool is_late = periods_->was_late(clocks, record.occurred_at, walk.at(), walk.lsn());
  if (is_late) ++report.log->late;
  if (is_late && is_rejected) ++report.log->refused;
  if (!is_rejected) count_unmatched(record, report);
}

// An event that names all keys of a table and found nothing there; once, however many columns of it
// rules read.
void LogTally::count_unmatched(const event::Record& record, PlanReport& report) const {
  const std::string& plan = newest_.plans[report.plan].name;
  std::vector<uint32_t> unmatched;
  for (const plan::TableAskSlot& ask : version_->asks[record.type]) {
    if (newest_.schema.tables()[ask.table].plan != plan) continue;
    const bool names_all =
        std::all_of(ask.key_slots.begin(), ask.key_slots.end(),
                    [&](uint8_t slot) { return history::is_present(record, slot); });
    if (!names_all || history::is_present(record, ask.slot)) continue;
    unmatched.push_back(ask.table);
  }
  if (unmatched.empty()) return;
  std::sort(unmatched.begin(), unmatched.end());
  unmatched.erase(std::unique(unmatched.begin(), unmatched.end()), unmatched.end());
  for (const uint32_t table : unmatched) ++report.log->unmatched[table];
}

}  // namespace

std::string read_log(const plan::Program& program, const plan::Reopenings& reopened, os::Disk& log,
                     uint64_t last_lsn, std::vector<PlanReport>* reports, uint64_t records_max) {
  const uint64_t first = last_lsn > records_max ? last_lsn - records_max + 1 : 1;
  history::LogWalk walk(program.schema, log, first, last_lsn);
  LogTally tally(program, reopened, reports);
  for (PlanReport& report : *reports) report.log.emplace();
  bool is_first = true;
  while (walk.next()) {
    if (std::exchange(is_first, false) && first > 1) {
      for (PlanReport& report : *reports) {
        if (walk.at() >= report.period.from) report.log.reset();
      }
    }
    tally.add(walk);
  }
  if (walk.problem().empty()) return "";
  for (PlanReport& report : *reports) report.log.reset();
  return walk.problem();
}

}  // namespace guerdon::reports
