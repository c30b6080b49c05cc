#include "tools/guerdon/disk/log_records.h"

#include <algorithm>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/compiler/compiler.h"
#include "engine/event/record_words.h"
#include "engine/event/text_rules.h"
#include "engine/plan/checker.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/versions/published.h"

namespace guerdon::tools {

namespace {

using Step = event::RecordReader::Step;

constexpr size_t kNameBytesMax = 200;

// One plan of the log, checked again; what was accepted once has errors only for another version.
bool add_plan(const event::PlanRecord& record, std::vector<plan::Plan>* plans, std::string* error) {
  const plan::SourceText source(event::printable(record.name, kNameBytesMax),
                                std::string(record.text));
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
  if (plan) {
    plans->push_back(std::move(*plan));
    return true;
  }
  *error = "a plan of the log is none for this version; use the one that wrote it\n" +
           plan::render(source, diagnostics);
  return false;
}

bool is_there(const std::vector<plan::Plan>& plans, std::string_view name) {
  return std::any_of(plans.begin(), plans.end(),
                     [&](const plan::Plan& plan) { return plan.name == name; });
}

// The plans that stand before all other records, over as many frames as they take. What comes
// behind them under the same name is a version.
bool read_plan_records(os::Disk& disk, std::vector<plan::Plan>* plans, std::string* error) {
  wal::LogReader log(disk);
  const event::Schema none;
  event::RecordReader records(none);
  event::Batch batch;
  Step step = Step::kEnd;
  auto found = log.open(1) ? log.next() : wal::LogReader::Step::kProblem;
  while (found == wal::LogReader::Step::kFrame && step == Step::kEnd) {
    records.begin(base::text_of(log.payload()), log.header().before_at);
    while ((step = records.next(batch)) == Step::kPlan) {
      if (is_there(*plans, records.plan().name)) return true;
      if (!add_plan(records.plan(), plans, error)) return false;
    }
    if (step == Step::kEnd) found = log.next();
  }
  if (!plans->empty()) return true;
  *error = "the log has no plans to read its records by";
  if (!log.problem().what.empty()) *error += ": " + log.problem().sentence();
  return false;
}

}  // namespace

std::unique_ptr<LogRecords> LogRecords::open(os::Disk& disk, std::string* error) {
  std::vector<plan::Plan> plans;
  if (!read_plan_records(disk, &plans, error)) return nullptr;
  std::optional<plan::Program> program = plan::compile(plans, error);
  if (!program) return nullptr;
  return std::make_unique<LogRecords>(disk,
                                      plan::PlanHistory(std::move(plans), std::move(*program)));
}

// Versions may have been published in what is passed over.
bool LogRecords::catch_up(uint64_t lsn, std::string* error) {
  wal::LogReader log(disk_);
  const auto found = read_up_to(lsn, log, error);
  if (!found) return false;
  if (*found == wal::LogReader::Step::kFrame) return true;
  *error = "what comes before LSN " + std::to_string(lsn) + " cannot be read";
  if (!log.problem().what.empty()) *error += ": " + log.problem().sentence();
  return false;
}

bool LogRecords::read_to_end(std::string* error) {
  wal::LogReader log(disk_);
  const auto found = read_up_to(UINT64_MAX, log, error);
  if (!found || *found != wal::LogReader::Step::kProblem) return found.has_value();
  *error = log.problem().sentence();
  return false;
}

// From the beginning to the frame that begins with the LSN or behind it. Nothing: *error.
std::optional<wal::LogReader::Step> LogRecords::read_up_to(uint64_t lsn, wal::LogReader& log,
                                                           std::string* error) {
  std::vector<LogRecord> passed;
  auto found = log.open(1) ? log.next() : wal::LogReader::Step::kProblem;
  while (found == wal::LogReader::Step::kFrame && log.header().first_lsn < lsn) {
    if (!read(log.header(), log.payload(), &passed, error)) return std::nullopt;
    found = log.next();
  }
  return found;
}

// Nobody keeps texts by the numbers that they are given here.
bool LogRecords::adopt(const event::PlanRecord& plan, uint64_t lsn, std::string* error) {
  const std::string text(plan.text);
  if (plan::lsn_of_text(history_.program(), text)) return true;
  std::optional<plan::Publication> next =
      history_.prepare(plan::SourceText(std::string(plan.name), text), error);
  if (!next) return false;
  const plan::Program& program = history_.program();
  last_text_ =
      std::max(last_text_, static_cast<plan::Symbol>(program.first_symbols + plan::kOtherSymbol));
  for (const std::string& each : next->texts) next->numbered.push_back({each, ++last_text_});
  if (!history_.compile(&*next, error)) return false;
  reader_.adopt(history_.take(std::move(*next), lsn).schema);
  return true;
}

bool LogRecords::read(const wal::FrameHeader& frame, std::span<const std::byte> payload,
                      std::vector<LogRecord>* records, std::string* error) {
  records->clear();
  if (frame.first_lsn > next_lsn_ && !catch_up(frame.first_lsn, error)) return false;
  batch_.clear();
  next_lsn_ = std::max(next_lsn_, frame.first_lsn + frame.records);
  reader_.begin(base::text_of(payload), frame.before_at);
  for (uint32_t i = 0; i < frame.records; ++i) {
    LogRecord record;
    record.lsn = frame.first_lsn + i;
    const Step step = reader_.next(batch_);
    if (!add(step, &record)) {
      *error = "LSN " + std::to_string(record.lsn) + ": what stands in the log is no record";
      return false;
    }
    if (step == Step::kPlan && !adopt(reader_.plan(), record.lsn, error)) return false;
    records->push_back(std::move(record));
  }
  if (reader_.is_at_end()) return true;
  *error = "a frame holds more than it says, behind LSN " +
           std::to_string(frame.first_lsn + frame.records - 1);
  return false;
}

bool LogRecords::add(Step step, LogRecord* record) const {
  record->at = event::time_in_words(reader_.at());
  switch (step) {
    case Step::kEvent:
      record->kind = "EVENT";
      add_words(record);
      return true;
    case Step::kCommand:
      record->kind = "COMMAND";
      add_words(record);
      return true;
    case Step::kTick:
      record->kind = "TICK";
      return true;
    case Step::kPass:
      record->kind = "PASS";
      return true;
    case Step::kSweep:
      record->kind = "SWEEP";
      record->fields.emplace_back("slices", std::to_string(reader_.slices().first) + " +" +
                                                std::to_string(reader_.slices().count));
      return true;
    case Step::kSettle:
      record->kind = "SETTLE";
      record->fields.emplace_back("periods", std::to_string(reader_.periods()));
      return true;
    case Step::kPlan:
      record->kind = "PLAN";
      record->fields.emplace_back("name", event::printable(reader_.plan().name, kNameBytesMax));
      record->fields.emplace_back("bytes", std::to_string(reader_.plan().text.size()));
      return true;
    case Step::kEnd:
    case Step::kBad:
      return false;
  }
  GUERDON_UNREACHABLE();
}

// The last of the batch.
void LogRecords::add_words(LogRecord* record) const {
  event::RecordWords words = event::in_words(history_.program().schema, batch_);
  record->fields = std::move(words.fields);
  record->attributes = std::move(words.attributes);
}

}  // namespace guerdon::tools
