#include "engine/history/log_record.h"

#include "engine/base/bytes.h"
#include "engine/base/timestamp.h"
#include "engine/event/record_codec.h"
#include "engine/wal/log_reader.h"

namespace guerdon::history {

namespace {

using Step = event::RecordReader::Step;
using LogStep = wal::LogReader::Step;

std::string name_of(Step step) {
  switch (step) {
    case Step::kEvent:
      return "event";
    case Step::kCommand:
      return "command";
    case Step::kTick:
      return "tick";
    case Step::kSweep:
      return "sweep";
    case Step::kSettle:
      return "settle";
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
  bool read(uint64_t others, event::RecordWords* words) {
    Step step = Step::kPass;
    for (uint64_t i = 0; i <= others; ++i) {
      batch_.clear();
      step = records_.next(batch_);
      if (step == Step::kEnd || step == Step::kBad) return false;
    }
    const bool has_words = step == Step::kEvent || step == Step::kCommand;
    *words = has_words ? event::in_words(schema_, batch_) : event::RecordWords{};
    words->fields.insert(words->fields.begin(), {{"record", name_of(step)},
                                                 {"at", base::format_timestamp(records_.at())}});
    return true;
  }

 private:
  const event::Schema& schema_;
  event::RecordReader records_;
  event::Batch batch_;
};

}  // namespace

bool read_record(os::Disk& log, const event::Schema& schema, uint64_t lsn,
                 event::RecordWords* words, std::string* error) {
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
