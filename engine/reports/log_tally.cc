#include "engine/reports/log_tally.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "engine/event/batch.h"
#include "engine/history/log_walk.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/parser.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::reports {

namespace {

// What the events of a plan are called outside, in any of its versions: sorted.
std::vector<std::string> types_of(const plan::LoadedPlan& plan) {
  std::vector<std::string> names;
  for (const plan::PlanVersion& version : plan.versions) {
    const plan::SourceText source(plan.name, version.text);
    plan::Diagnostics diagnostics;
    const plan::tree::Plan tree = plan::parse(source, plan::lex(source, diagnostics), diagnostics);
    for (const plan::tree::Declaration& declaration : tree.declarations) {
      const auto* const event = std::get_if<plan::tree::Event>(&declaration.what);
      if (event == nullptr) continue;
      for (const plan::tree::Alias& type : event->types) {
        names.push_back(type.wire ? *type.wire : type.name.text);
      }
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Events by the version of the plans under which they were taken.
class LogTally {
 public:
  LogTally(const plan::Program& newest, const plan::Reopenings& reopened,
           std::vector<PlanReport>* reports);

  void add(const history::LogWalk& walk);

 private:
  void turn_to(const plan::Program& version);
  void count(const history::LogWalk& walk, const event::Record& record, bool is_rejected,
             PlanReport& report, const std::vector<int>& clocks);
  void count_unmatched(const event::Record& record, PlanReport& report) const;

  const plan::Program& newest_;
  const plan::Reopenings& reopened_;
  std::vector<PlanReport>& reports_;
  std::vector<std::vector<bool>> declares_;  // by report and event type
  const plan::Program* version_ = nullptr;   // that the next two are of
  std::unique_ptr<plan::CountedPeriods> periods_;
  std::vector<std::vector<int>> clocks_;  // by report: those that its plan counts by
};

LogTally::LogTally(const plan::Program& newest, const plan::Reopenings& reopened,
                   std::vector<PlanReport>* reports)
    : newest_(newest), reopened_(reopened), reports_(*reports) {
  for (const PlanReport& report : reports_) {
    const std::vector<std::string> names = types_of(newest.plans[report.plan]);
    std::vector<bool>& declares = declares_.emplace_back();
    for (size_t type = 0; type < newest.events.size(); ++type) {
      const std::string& wire = newest.schema.type(static_cast<uint16_t>(type)).wire;
      declares.push_back(std::binary_search(names.begin(), names.end(), wire));
    }
  }
}

// No event is late for a window that rolls on.
void LogTally::turn_to(const plan::Program& version) {
  version_ = &version;
  periods_ = std::make_unique<plan::CountedPeriods>(version);
  periods_->heed(&reopened_);
  clocks_.assign(reports_.size(), {});
  for (size_t r = 0; r < reports_.size(); ++r) {
    for (size_t c = 0; c < version.clocks.size(); ++c) {
      const auto counts_by_it = [&](const plan::SubjectKind& subject) {
        return static_cast<uint32_t>(subject.plan) == reports_[r].plan &&
               subject.clock == static_cast<int>(c);
      };
      const bool counts =
          std::any_of(version.subjects.begin(), version.subjects.end(), counts_by_it);
      if (counts && !version.clocks[c].rule.is_rolling()) clocks_[r].push_back(static_cast<int>(c));
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
    const bool is_told = reports_[r].log && reports_[r].period.has(walk.at());
    if (!is_told || !declares_[r][record.type]) continue;
    count(walk, record, is_rejected, reports_[r], clocks_[r]);
  }
}

void LogTally::count(const history::LogWalk& walk, const event::Record& record, bool is_rejected,
                     PlanReport& report, const std::vector<int>& clocks) {
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
