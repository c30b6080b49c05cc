#include "engine/history/object_events.h"

#include <utility>

#include "engine/base/bytes.h"
#include "engine/event/record_codec.h"
#include "engine/wal/log_reader.h"

namespace guerdon::history {

namespace {

using Step = event::RecordReader::Step;
using LogStep = wal::LogReader::Step;

class ObjectSearch {
 public:
  ObjectSearch(const event::Schema& schema, std::string_view object, uint64_t last_lsn,
               ObjectEvents* found)
      : object_(object), last_lsn_(last_lsn), found_(*found), records_(schema, false) {}

  bool read(os::Disk& log) {
    if (last_lsn_ > kObjectRecordsMax) return too_many(kObjectRecordsMax, "records");
    wal::LogReader reader(log);
    LogStep step = reader.open(1) ? reader.next() : LogStep::kProblem;
    for (; step == LogStep::kFrame && lsn_ < last_lsn_; step = reader.next()) {
      if (!read_frame(reader)) return false;
    }
    return step == LogStep::kProblem ? fail(reader.problem().sentence()) : true;
  }

 private:
  bool read_frame(const wal::LogReader& log) {
    if (log.header().records != 0 && log.header().first_lsn != lsn_ + 1) {
      return fail("the log does not go on at LSN " + std::to_string(lsn_ + 1));
    }
    records_.begin(base::text_of(log.payload()), log.header().before_at);
    for (uint32_t i = 0; i < log.header().records && lsn_ < last_lsn_; ++i) {
      batch_.clear();
      const Step step = records_.next(batch_);
      ++lsn_;
      if (step == Step::kEnd || step == Step::kBad) {
        return fail("what stands in the log at LSN " + std::to_string(lsn_) + " is no record");
      }
      if (step != Step::kEvent || !is_of_object()) continue;
      if (found_.lsns.size() == kObjectEventsMax) return too_many(kObjectEventsMax, "events of it");
      found_.lsns.push_back(lsn_);
    }
    return true;
  }

  bool is_of_object() const {
    const uint32_t object = batch_.records.back().object;
    return object != event::kNoObject && batch_.view(batch_.texts[object]) == object_;
  }

  bool fail(std::string problem) {
    found_.problem = std::move(problem);
    return false;
  }
  bool too_many(uint64_t limit, const std::string& what) {
    found_.too_many = true;
    return fail("there are more than " + std::to_string(limit) + " " + what);
  }

  const std::string_view object_;
  const uint64_t last_lsn_;
  ObjectEvents& found_;
  event::RecordReader records_;
  event::Batch batch_;
  uint64_t lsn_ = 0;
};

}  // namespace

bool find_object_events(os::Disk& log, const event::Schema& schema, std::string_view object,
                        uint64_t last_lsn, ObjectEvents* found) {
  return ObjectSearch(schema, object, last_lsn, found).read(log);
}

}  // namespace guerdon::history
