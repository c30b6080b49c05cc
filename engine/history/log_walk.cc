#include "engine/history/log_walk.h"

#include <algorithm>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/event/command.h"
#include "engine/event/reversal.h"
#include "engine/program/machine.h"

namespace guerdon::history {

bool LogWalk::next() {
  do {
    if (lsn_ >= last_ || !problem_.empty()) return false;
    while (left_ == 0) {
      if (!read_frame()) return false;
    }
    --left_;
    ++lsn_;
    batch_.clear();
    step_ = records_.next(batch_);
    if (step_ == Step::kEnd || step_ == Step::kBad) {
      return fail("what stands in the log at LSN " + std::to_string(lsn_) + " is no record");
    }
  } while (lsn_ < first_);
  return true;
}

bool LogWalk::read_frame() {
  const bool is_begun = std::exchange(is_begun_, true);
  const wal::LogReader::Step step =
      is_begun || log_.open(first_) ? log_.next() : wal::LogReader::Step::kProblem;
  if (step == wal::LogReader::Step::kProblem) return fail(log_.problem().sentence());
  if (step != wal::LogReader::Step::kFrame) {
    return fail("the log ends before LSN " + std::to_string(last_) +
                ", or its beginning is not there");
  }
  const uint64_t first = log_.header().first_lsn;
  left_ = log_.header().records;
  if (left_ == 0) return true;
  // A segment is opened at its beginning, which may be before the first that is asked for.
  if (lsn_ == 0 ? first > first_ : first != lsn_ + 1) {
    return fail("the log does not go on at LSN " + std::to_string(lsn_ == 0 ? first_ : lsn_ + 1));
  }
  lsn_ = first - 1;
  records_.begin(base::text_of(log_.payload()), log_.header().before_at);
  return true;
}

bool LogWalk::fail(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

// ---- Of an object -------------------------------------------------------------------------------

namespace {

// The event that the record is, or that it takes back; null: neither.
const event::Record* event_of(const LogWalk& walk) {
  if (walk.step() == LogWalk::Step::kEvent) return &walk.batch().records.back();
  if (walk.step() != LogWalk::Step::kCommand) return nullptr;
  const event::Reversal* const reversal =
      event::find_reversal(walk.batch(), walk.batch().records.back());
  return reversal == nullptr ? nullptr : &reversal->event;
}

}  // namespace

RejectedEvents::RejectedEvents(const plan::Program& newest)
    : newest_(newest), reopened_(std::make_unique<plan::Reopenings>()) {}
RejectedEvents::~RejectedEvents() = default;

bool RejectedEvents::has(const LogWalk& walk) {
  const plan::Program& version = plan::program_at(newest_, walk.lsn());
  const event::Record& record = walk.batch().records.back();
  const plan::EventProgram& type = version.events[record.type];
  if (type.rejects.empty()) return false;
  if (version_ != &version) {
    version_ = &version;
    periods_ = std::make_unique<plan::CountedPeriods>(version);
    periods_->heed(reopened_.get());
  }
  return periods_->was_rejected(type, record.occurred_at, walk.at(), walk.lsn());
}

// A REOPEN or a CLOSE is taken as admission takes it.
void RejectedEvents::note(const LogWalk& walk) {
  const event::Record& record = walk.batch().records.back();
  const event::CommandKind kind = event::kind_of(record);
  if (kind != event::CommandKind::kReopen && kind != event::CommandKind::kClose) return;
  const plan::Program& program = plan::program_at(newest_, walk.lsn());
  const plan::NamedPeriod named = plan::find_period(program, walk.batch(), record);
  if (named.fault != plan::NamedPeriod::Fault::kNone) return;
  // Of a log that is walked twice what is behind is known.
  const plan::Reopening* const last = reopened_->newest(named.clock);
  if (last != nullptr && std::max(last->lsn, last->closed) >= walk.lsn()) return;
  if (kind == event::CommandKind::kClose) {
    if (last != nullptr) reopened_->close(named.clock, walk.at(), walk.lsn());
    return;
  }
  const plan::TimeMs until = plan::closes_again_at(program.clocks[named.clock], named.period);
  reopened_->reopen(named.clock, {named.period, walk.lsn(), 0, until});
}

bool find_object_events(os::Disk& log, const plan::Program& program, std::string_view object,
                        uint64_t last_lsn, ObjectEvents* found) {
  const auto too_many = [&](uint64_t limit, const std::string& what) {
    found->too_many = true;
    found->problem = "there are more than " + std::to_string(limit) + " " + what;
    return false;
  };
  if (last_lsn > kObjectRecordsMax) return too_many(kObjectRecordsMax, "records");
  LogWalk walk(program.schema, log, 1, last_lsn);
  RejectedEvents rejected(program);
  while (walk.next()) {
    if (walk.step() == LogWalk::Step::kCommand) rejected.note(walk);
    const event::Record* const event = event_of(walk);
    if (event == nullptr || event->object == event::kNoObject) continue;
    if (walk.batch().view(walk.batch().texts[event->object]) != object) continue;
    if (walk.step() == LogWalk::Step::kEvent && rejected.has(walk)) continue;
    if (found->lsns.size() == kObjectEventsMax) return too_many(kObjectEventsMax, "events of it");
    found->lsns.push_back(walk.lsn());
  }
  found->problem = walk.problem();
  return found->problem.empty();
}

}  // namespace guerdon::history
