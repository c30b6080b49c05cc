#include "engine/history/record_words.h"

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/timestamp.h"
#include "engine/event/record_codec.h"
#include "engine/money/decimal.h"
#include "engine/wal/log_reader.h"

namespace guerdon::history {

namespace {

using Step = event::RecordReader::Step;
using LogStep = wal::LogReader::Step;

std::string name_of(Step step) {
  switch (step) {
    case Step::kEvent:
      return "event";
    case Step::kTick:
      return "tick";
    case Step::kSweep:
      return "sweep";
    case Step::kPlan:
      return "plan";
    case Step::kPass:
      return "pass";
    case Step::kEnd:
    case Step::kBad:
      break;
  }
  return "";
}

// One frame, record by record.
class FrameWords {
 public:
  FrameWords(const event::Schema& schema, const wal::LogReader& log)
      : schema_(schema), records_(schema) {
    records_.begin(base::text_of(log.payload()), log.header().before_at);
  }

  // The record behind so many others of the frame. False: there is none.
  bool read(uint64_t others, RecordWords* words) {
    Step step = Step::kPass;
    for (uint64_t i = 0; i <= others; ++i) {
      batch_.clear();
      step = records_.next(batch_);
      if (step == Step::kEnd || step == Step::kBad) return false;
    }
    words->fields.emplace_back("record", name_of(step));
    words->fields.emplace_back("at", base::format_timestamp(records_.at()));
    if (step == Step::kEvent) add_event(words);
    return true;
  }

 private:
  std::string text_of(int64_t number) const {
    return std::string(batch_.view(batch_.texts[static_cast<size_t>(number)]));
  }

  void add_event(RecordWords* words) const {
    const event::Record& record = batch_.records.back();
    const event::Identity& identity = batch_.identities.back();
    const event::TypeSchema& type = schema_.type(record.type);
    words->fields.emplace_back("type", type.wire);
    words->fields.emplace_back("source", text_of(identity.source));
    words->fields.emplace_back("id", text_of(identity.id));
    words->fields.emplace_back("time", base::format_timestamp(record.occurred_at));
    for (size_t slot = 0; slot < type.slots.size(); ++slot) {
      if ((record.present >> slot & 1) == 0) continue;
      words->fields.emplace_back(type.slots[slot].wire,
                                 value_of(type.slots[slot], batch_.values[record.values + slot]));
      ++words->attributes;
    }
  }

  std::string value_of(const event::Field& field, int64_t value) const {
    switch (field.kind) {
      case event::FieldKind::kAmount:
        return money::format_decimal(value, field.scale);
      case event::FieldKind::kCount:
        return std::to_string(value);
      case event::FieldKind::kFlag:
        return value != 0 ? "true" : "false";
      case event::FieldKind::kText:
      case event::FieldKind::kAccount:
        return text_of(value);
    }
    GUERDON_UNREACHABLE();
  }

  const event::Schema& schema_;
  event::RecordReader records_;
  event::Batch batch_;
};

}  // namespace

bool read_record(os::Disk& log, const event::Schema& schema, uint64_t lsn, RecordWords* words,
                 std::string* error) {
  wal::LogReader reader(log);
  LogStep step = reader.open(lsn) ? reader.next() : LogStep::kProblem;
  while (step == LogStep::kFrame && reader.header().first_lsn + reader.header().records <= lsn) {
    step = reader.next();
  }
  if (step == LogStep::kProblem) {
    *error = "its record cannot be read: " + reader.problem().sentence();
    return false;
  }
  if (step == LogStep::kEnd || reader.header().first_lsn > lsn) {
    *error = "its record is not in the log's files, or not yet; ask again";
    return false;
  }
  if (FrameWords(schema, reader).read(lsn - reader.header().first_lsn, words)) return true;
  *error = "what stands in the log there is no record";
  return false;
}

}  // namespace guerdon::history
