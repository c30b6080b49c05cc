#include "engine/pipeline/log_replay.h"

#include <algorithm>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/calendar/zone.h"

namespace guerdon::pipeline {

using event::LogKind;
using Kind = LogFault::Kind;
using Step = event::RecordReader::Step;

namespace {

constexpr size_t kDigestsMax = 4096;  // that wait to be compared

// Only events have their record's index in an item; it follows from the batch.
bool is_same(const event::LogItem& derived, const event::LogItem& told) {
  return derived.lsn == told.lsn && derived.at == told.at && derived.kind == told.kind &&
         ((told.kind != LogKind::kSweep && told.kind != LogKind::kSettle) ||
          derived.record == told.record);
}

// What a look-up found for the event; kNoValue: nothing.
int64_t found_by(const plan::TableAskSlot& ask, const event::Batch& batch,
                 const event::Record& record) {
  const bool is_present = (record.present >> ask.slot & 1) != 0;
  return is_present ? batch.values[record.values + ask.slot] : event::kNoValue;
}

// The same of a tree: by the hash of the name.
int64_t found_by(const plan::ClimbSlot& climb, const event::Batch& batch,
                 const event::Record& record) {
  if ((record.present >> climb.slot & 1) == 0) return event::kNoValue;
  const int64_t text = batch.values[record.values + climb.slot];
  return static_cast<int64_t>(batch.texts[static_cast<size_t>(text)].hash);
}

}  // namespace

LogReplay::LogReplay(const plan::Program& program, Assembly& assembly, const Tail& tail,
                     Publish publish)
    : program_(program),
      assembly_(assembly),
      tail_(tail),
      publish_(std::move(publish)),
      records_(program.schema, false),
      asks_(&program.asks),
      climbs_(&program.climbs) {}

void LogReplay::begin_at(const Position& from) {
  from_ = from;
  lsn_ = from.lsn;
  is_joined_ = false;
}

bool LogReplay::run(wal::LogReader& log, uint64_t last_lsn) {
  using LogStep = wal::LogReader::Step;
  LogStep step = LogStep::kFrame;
  bool is_sound = true;
  while (step == LogStep::kFrame && is_sound && differs_at_ == 0 && lsn_ < last_lsn) {
    step = log.next();
    if (step != LogStep::kFrame) break;
    is_sound = is_joined_ ? read_frame(log) : join(log);
  }
  if (job_ != nullptr) submit();
  assembly_.drain();
  if (!is_sound) return false;
  if (step == LogStep::kProblem) {
    return fail(log.problem().is_damage ? Kind::kDamage : Kind::kDisk, log.problem().sentence());
  }
  if (!is_joined_) {
    return fail(Kind::kDamage, "the log ends before LSN " + std::to_string(from_.lsn) +
                                   ", which a snapshot holds; a part of the log is missing");
  }
  if (const uint64_t lsn = differs_at_; lsn != 0) {
    return fail(Kind::kDamage,
                "LSN " + std::to_string(lsn) +
                    ": the log says otherwise than what follows from it; open it with the "
                    "version and the options that wrote it");
  }
  return compare_digests();
}

// Looks for the place where the state ends: behind the frame with its hash, the last record's or a
// seal's. Where that frame is not there any more, the first one behind it says what was before.
bool LogReplay::join(const wal::LogReader& log) {
  const wal::FrameHeader& header = log.header();
  if (header.first_lsn == from_.lsn + 1 && header.previous == from_.chain) {
    is_joined_ = true;
    return read_frame(log);
  }
  is_joined_ = log.end().chain == from_.chain;
  const bool is_behind = header.records != 0 && header.first_lsn > from_.lsn;
  return !is_behind || fail(Kind::kDamage, "the snapshot at LSN " + std::to_string(from_.lsn) +
                                               " is not of this log: other frames lead to it");
}

// What the log says of an LSN is known before that has been through all stages again.
bool LogReplay::take_digest(const wal::Digest& digest) {
  if (digest.lsn <= from_.lsn || (!told_.empty() && told_.back() == digest)) return true;
  told_.push_back(digest);
  if (told_.size() < kDigestsMax) return true;
  if (job_ != nullptr) submit();
  assembly_.drain();
  return compare_digests();
}

void LogReplay::completed(const Job&) {
  const wal::Digest& digest = tail_.digest();
  if (digest.lsn != 0 && (found_.empty() || found_.back().lsn != digest.lsn)) {
    found_.push_back(digest);
  }
}

// Both rise. The last one stays: more frames may say it. REQUIRES: the assembly is drained.
bool LogReplay::compare_digests() {
  size_t at = 0;
  for (const wal::Digest& told : told_) {
    while (at < found_.size() && found_[at].lsn < told.lsn) ++at;
    const bool is_found = at < found_.size() && found_[at].lsn == told.lsn;
    if (is_found && found_[at].entries == told.entries) continue;
    return fail(Kind::kDamage,
                "the entries up to LSN " + std::to_string(told.lsn) +
                    " are not those that were made when the log was written; open it with "
                    "the version and the options that wrote it");
  }
  if (!told_.empty()) told_.erase(told_.begin(), told_.end() - 1);
  if (!found_.empty()) found_.erase(found_.begin(), found_.end() - 1);
  return true;
}

bool LogReplay::read_frame(const wal::LogReader& log) {
  if (!take_digest(log.header().digest)) return false;
  records_.begin(base::text_of(log.payload()), log.header().before_at);
  for (uint32_t i = 0; i < log.header().records; ++i) {
    // A sweep belongs to the job of the record that it follows, a SETTLE to that of the next one.
    const bool is_full =
        job_ != nullptr && (job_->tick || job_->batch.records.size() == event::kBatchRecordsMax);
    if (is_full && !records_.is_sweep_next()) submit();
    if (!read_record()) return false;
  }
  if (records_.is_at_end()) return true;
  return fail(Kind::kDamage, "a frame holds more than it says, behind LSN " + std::to_string(lsn_));
}

bool LogReplay::read_record() {
  const Step step = records_.next(job().batch);
  ++lsn_;
  event::LogItem told;
  told.lsn = lsn_;
  told.at = records_.at();
  switch (step) {
    case Step::kEvent:
      told.kind = LogKind::kEvent;
      job_->at.push_back(records_.at());
      note_found(job_->batch.records.back());
      break;
    case Step::kCommand:
      told.kind = LogKind::kCommand;
      job_->at.push_back(records_.at());
      break;
    case Step::kPass:
      told.kind = LogKind::kPass;
      job_->at.push_back(records_.at());
      break;
    case Step::kTick:
      told.kind = LogKind::kTick;
      job_->tick = records_.at();
      break;
    case Step::kSweep:
      told.kind = LogKind::kSweep;
      told.record = records_.slices().number();
      break;
    case Step::kSettle:
      told.kind = LogKind::kSettle;
      told.record = records_.periods();
      break;
    case Step::kPlan:
      return check_plan();
    case Step::kEnd:
    case Step::kBad:
      return fail(Kind::kDamage,
                  "LSN " + std::to_string(lsn_) + ": what stands in the log is no record");
  }
  if (lsn_ <= program_.plans.size()) {
    return fail(Kind::kOtherPlans,
                "the log was written under fewer plans; give those it was written under");
  }
  job_->told.push_back(told);
  return true;
}

bool LogReplay::check_plan() {
  const event::PlanRecord& logged = records_.plan();
  if (lsn_ > program_.plans.size()) return publish();
  const plan::LoadedPlan& given = program_.plans[lsn_ - 1];
  if (logged.name != given.name || logged.text != given.text) {
    return fail(Kind::kOtherPlans, "the log was written under another text of plan " +
                                       std::string(logged.name) + " than that of " + given.name +
                                       "; give the plans it was written under, in their order");
  }
  const std::optional<calendar::Zone> zone = calendar::Zone::decode(logged.zone);
  if (!zone) {
    return fail(Kind::kDamage,
                "LSN " + std::to_string(lsn_) + ": what stands in the log is no time zone");
  }
  if (zone->encode_rules() != given.rules) {
    return fail(Kind::kOtherPlans, "the rules of the time zone of plan " + given.name +
                                       " have changed since the log was written");
  }
  return true;
}

bool LogReplay::publish() {
  const std::string_view name = records_.plan().name;
  const bool is_there = std::any_of(program_.plans.begin(), program_.plans.end(),
                                    [&](const auto& plan) { return plan.name == name; });
  if (!is_there) {
    return fail(Kind::kOtherPlans,
                "the log was written under another plan, " + std::string(name) + "; give it, too");
  }
  if (job_ != nullptr) submit();
  assembly_.drain();
  if (differs_at_ != 0) return true;  // run() says so
  std::string error;
  if (publish_(records_.plan(), &error)) return true;
  return fail(Kind::kOtherPlans, "LSN " + std::to_string(lsn_) + ": " + error);
}

Job& LogReplay::job() {
  if (job_ == nullptr) job_ = &assembly_.take();
  return *job_;
}

void LogReplay::submit() { assembly_.submit(*std::exchange(job_, nullptr)); }

void LogReplay::note_found(const event::Record& record) {
  for (const plan::TableAskSlot& ask : (*asks_)[record.type]) {
    job_->told_found.push_back(found_by(ask, job_->batch, record));
  }
  for (const plan::ClimbSlot& climb : (*climbs_)[record.type]) {
    job_->told_found.push_back(found_by(climb, job_->batch, record));
  }
}

// The LSN of the first event that finds something else in tables from files, or in trees, than the
// log says; 0: none does. What an event found is read from the log again: by REVERSE, EXPLAIN,
// WHYNOT.
uint64_t LogReplay::finds_otherwise_at(const Job& job) const {
  size_t next = 0;
  for (const event::LogItem& item : job.batch.log) {
    if (item.kind != LogKind::kEvent) continue;
    const event::Record& record = job.batch.records[item.record];
    for (const plan::TableAskSlot& ask : (*asks_)[record.type]) {
      const bool is_told = next < job.told_found.size();
      if (!is_told || found_by(ask, job.batch, record) != job.told_found[next]) return item.lsn;
      ++next;
    }
    for (const plan::ClimbSlot& climb : (*climbs_)[record.type]) {
      const bool is_told = next < job.told_found.size();
      if (!is_told || found_by(climb, job.batch, record) != job.told_found[next]) return item.lsn;
      ++next;
    }
  }
  return 0;
}

void LogReplay::check(const Job& job) {
  const auto differ = std::mismatch(job.batch.log.begin(), job.batch.log.end(), job.told.begin(),
                                    job.told.end(), &is_same);
  const bool is_as_told = differ.first == job.batch.log.end() && differ.second == job.told.end();
  uint64_t lsn = 0;
  if (is_as_told) {
    lsn = job.told_found.empty() ? 0 : finds_otherwise_at(job);
  } else {
    lsn = differ.second != job.told.end() ? differ.second->lsn : differ.first->lsn;
  }
  if (lsn == 0) return;
  uint64_t none = 0;
  differs_at_.compare_exchange_strong(none, lsn);
}

bool LogReplay::fail(Kind kind, std::string sentence) {
  fault_ = {kind, std::move(sentence)};
  return false;
}

}  // namespace guerdon::pipeline
