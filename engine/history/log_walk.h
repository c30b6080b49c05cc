// The records of a log between two LSNs, one after the other.
//
//   LogWalk walk(schema, log_disk, 1, last_lsn);
//   while (walk.next()) ... walk.step(), walk.lsn(), walk.batch() ...
//   if (!walk.problem().empty()) ... a sentence: it has not come to the last ...
//
// What is behind a record that was durable may still be on its way: ask for no more than is.
// Thread-safety: one thread at a time; the log may be written meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/record_codec.h"
#include "engine/event/schema.h"
#include "engine/os/disk.h"
#include "engine/program/program.h"
#include "engine/wal/log_reader.h"

namespace guerdon::plan {
class CountedPeriods;
class Reopenings;
}  // namespace guerdon::plan

namespace guerdon::history {

inline bool is_present(const event::Record& record, size_t slot) {
  return (record.present >> slot & 1) != 0;
}

// Calls visit(slot, name on the wire) for each slot of the type that reads a role of its object, as
// admission does (Admission::RoleSlot). A type of the version under which the event was taken: a
// later one may call a role what was none.
template <typename Visit>
void for_each_role(const event::TypeSchema& type, const Visit& visit) {
  for (const uint8_t account : type.account_slots) {
    // One that is not sent is known of the object alone: a text of that name is another plan's.
    if (!type.slots[account].is_sent()) continue;
    for (size_t slot = 0; slot < type.slots.size(); ++slot) {
      const event::Field& field = type.slots[slot];
      const bool is_text =
          field.kind == event::FieldKind::kAccount || field.kind == event::FieldKind::kText;
      const bool is_role = is_text && field.is_sent() && field.wire == type.slots[account].wire;
      if (is_role) visit(slot, field.wire);
    }
  }
}

class LogWalk {
 public:
  using Step = event::RecordReader::Step;

  // Schema and disk must outlive it. REQUIRES: 1 <= first.
  LogWalk(const event::Schema& schema, os::Disk& log, uint64_t first, uint64_t last)
      : log_(log), records_(schema), first_(first), last_(last) {}

  // On to the next record. False: behind the last, or problem().
  bool next();

  // Of the record at hand.
  Step step() const { return step_; }
  uint64_t lsn() const { return lsn_; }
  event::TimeMs at() const { return records_.at(); }
  // Has it alone, where it is an event or a command.
  event::Batch& batch() { return batch_; }
  const event::Batch& batch() const { return batch_; }

  const std::string& problem() const { return problem_; }

 private:
  bool read_frame();
  bool fail(std::string problem);

  wal::LogReader log_;
  event::RecordReader records_;
  const uint64_t first_;
  const uint64_t last_;
  bool is_begun_ = false;
  uint64_t left_ = 0;  // records of the frame
  uint64_t lsn_ = 0;
  Step step_ = Step::kEnd;
  event::Batch batch_;
  std::string problem_;
};

// ---- Which events were refused for being late ---------------------------------------------------
//
// The log has them, and nothing came of them. Nothing about that is kept, so it is found anew: by
// the version under which each was taken. Cheap where walks go on as the log does.

class RejectedEvents {
 public:
  explicit RejectedEvents(const plan::Program& newest);
  ~RejectedEvents();

  // Whether the event at hand is one. Of each command before it note() was told.
  bool has(const LogWalk& walk);
  // The command at hand may open a period again, or close it.
  void note(const LogWalk& walk);
  // Which periods were opened again up to there, for who asks more of them. Valid as long as this.
  const plan::Reopenings& reopened() const { return *reopened_; }

 private:
  const plan::Program& newest_;
  const plan::Program* version_ = nullptr;  // of periods_; null: of none yet
  std::unique_ptr<plan::CountedPeriods> periods_;
  std::unique_ptr<plan::Reopenings> reopened_;
};

// ---- Which records were events of an object (an order, a contract), or took one back ------------
//
// Nothing of that is kept but in the log, so it is read from its beginning.

// Records that are read; beyond that it is not done.
inline constexpr uint64_t kObjectRecordsMax = 5'000'000;
// ... and events of one object.
inline constexpr size_t kObjectEventsMax = 65'536;

// Their LSNs, ascending, up to last_lsn. False: *problem, a sentence; too_many: there are more
// records or events than are looked at.
struct ObjectEvents {
  std::vector<uint64_t> lsns;
  std::string problem;
  bool too_many = false;
};
bool find_object_events(os::Disk& log, const plan::Program& program, std::string_view object,
                        uint64_t last_lsn, ObjectEvents* found);

}  // namespace guerdon::history
