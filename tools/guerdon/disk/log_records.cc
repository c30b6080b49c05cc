#include "tools/guerdon/disk/log_records.h"

#include <optional>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/event/command.h"
#include "engine/event/text_rules.h"
#include "engine/money/decimal.h"
#include "engine/plan/checker.h"
#include "engine/program/compiler.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "tools/guerdon/disk/log_words.h"

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

// The plans that stand before all other records, over as many frames as they take.
bool read_plans(os::Disk& disk, std::vector<plan::Plan>* plans, std::string* error) {
  wal::LogReader log(disk);
  const event::Schema none;
  event::RecordReader records(none);
  event::Batch batch;
  Step step = Step::kEnd;
  auto found = log.open(1) ? log.next() : wal::LogReader::Step::kProblem;
  while (found == wal::LogReader::Step::kFrame && step == Step::kEnd) {
    records.begin(base::text_of(log.payload()), log.header().before_at);
    while ((step = records.next(batch)) == Step::kPlan) {
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
  if (!read_plans(disk, &plans, error)) return nullptr;
  std::optional<plan::Program> program = plan::compile(plans, error);
  if (!program) return nullptr;
  return std::make_unique<LogRecords>(std::move(program->schema));
}

bool LogRecords::read(const wal::FrameHeader& frame, std::span<const std::byte> payload,
                      std::vector<LogRecord>* records, std::string* error) {
  records->clear();
  batch_.clear();
  reader_.begin(base::text_of(payload), frame.before_at);
  for (uint32_t i = 0; i < frame.records; ++i) {
    LogRecord record;
    record.lsn = frame.first_lsn + i;
    if (!add(reader_.next(batch_), &record)) {
      *error = "LSN " + std::to_string(record.lsn) + ": what stands in the log is no record";
      return false;
    }
    records->push_back(std::move(record));
  }
  if (reader_.is_at_end()) return true;
  *error = "a frame holds more than it says, behind LSN " +
           std::to_string(frame.first_lsn + frame.records - 1);
  return false;
}

bool LogRecords::add(Step step, LogRecord* record) const {
  record->at = time_in_words(reader_.at());
  switch (step) {
    case Step::kEvent:
      record->kind = "EVENT";
      add_event(record);
      return true;
    case Step::kCommand:
      record->kind = "COMMAND";
      add_command(record);
      return true;
    case Step::kTick:
      record->kind = "TICK";
      return true;
    case Step::kPass:
      record->kind = "PASS";
      return true;
    case Step::kSweep:
      record->kind = "SWEEP";
      record->fields.emplace_back("slice", std::to_string(reader_.slice()));
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
void LogRecords::add_event(LogRecord* record) const {
  const event::Record& event = batch_.records.back();
  const event::Identity& identity = batch_.identities.back();
  const event::TypeSchema& type = schema_.type(event.type);
  LogRecord::Fields& fields = record->fields;
  fields.emplace_back("type", type.wire);
  fields.emplace_back("source", batch_.view(batch_.texts[identity.source]));
  fields.emplace_back("id", batch_.view(batch_.texts[identity.id]));
  fields.emplace_back("occurred_at", time_in_words(event.occurred_at));
  for (size_t slot = 0; slot < type.slots.size(); ++slot) {
    if ((event.present >> slot & 1) == 0) continue;
    const event::Field& field = type.slots[slot];
    record->attributes.emplace_back(field.wire,
                                    value_in_words(field, batch_.values[event.values + slot]));
  }
}

// The last of the batch. Fields of further legs have their number behind the name.
void LogRecords::add_command(LogRecord* record) const {
  const event::Record& command = batch_.records.back();
  const event::Identity& identity = batch_.identities.back();
  const event::CommandRow& row = event::row_of(command);
  LogRecord::Fields& fields = record->fields;
  const std::string verb(row.verb);
  fields.emplace_back("command", std::string(row.word) + (verb.empty() ? "" : " " + verb));
  fields.emplace_back("source", batch_.view(batch_.texts[identity.source]));
  if (command.has_key) fields.emplace_back("id", batch_.view(batch_.texts[identity.id]));
  fields.emplace_back("occurred_at", time_in_words(command.occurred_at));
  for (size_t slot = 0; slot < event::kSlotsMax; ++slot) {
    if ((command.present >> slot & 1) == 0) continue;
    const size_t leg = event::leg_of_slot(slot);
    std::string name(event::word_of_slot(slot));
    if (leg > 0) name += " " + std::to_string(leg + 1);
    record->attributes.emplace_back(std::move(name), command_value_in_words(slot, command));
  }
}

std::string LogRecords::command_value_in_words(size_t slot, const event::Record& command) const {
  event::FieldForm form = event::FieldForm::kText;
  GUERDON_ASSERT(event::form_of_slot(slot, &form));
  const event::CommandView view(batch_, command);
  const int64_t value = batch_.values[command.values + slot];
  switch (form) {
    case event::FieldForm::kAccount:
    case event::FieldForm::kText:
    case event::FieldForm::kName:
    case event::FieldForm::kRate:
      return std::string(batch_.view(batch_.texts[static_cast<size_t>(value)]));
    case event::FieldForm::kCount:
      return std::to_string(value);
    case event::FieldForm::kItem: {
      const event::ItemName& item = schema_.items()[static_cast<size_t>(value)];
      return item.program + "/" + item.item;
    }
    case event::FieldForm::kGot: {
      const auto wallet = static_cast<size_t>(view[event::CommandField::kTo]);
      return money::format_decimal(value, schema_.wallets()[wallet].scale);
    }
    case event::FieldForm::kUnit:
    case event::FieldForm::kWallet: {
      const event::WalletName& wallet = schema_.wallets()[static_cast<size_t>(value)];
      return wallet.program + "/" + wallet.unit;
    }
    case event::FieldForm::kAmount: {
      const uint16_t wallet = view.wallet(event::leg_of_slot(slot));
      return money::format_decimal(value, schema_.wallets()[wallet].scale);
    }
    case event::FieldForm::kTime:
      return time_in_words(value);
    case event::FieldForm::kInstant:
      return value == event::kNeverMs ? "never" : time_in_words(value);
    case event::FieldForm::kLength:
      return std::to_string(value) + "ms";
  }
  GUERDON_UNREACHABLE();
}

std::string LogRecords::value_in_words(const event::Field& field, int64_t value) const {
  switch (field.kind) {
    case event::FieldKind::kAmount:
      return money::format_decimal(value, field.scale);
    case event::FieldKind::kCount:
      return std::to_string(value);
    case event::FieldKind::kFlag:
      return value != 0 ? "true" : "false";
    case event::FieldKind::kText:
    case event::FieldKind::kAccount:
      return std::string(batch_.view(batch_.texts[static_cast<size_t>(value)]));
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::tools
