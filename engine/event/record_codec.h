// The records of a log, as the bytes of a frame's payload. The page for people:
// docs/formats/records.md.
//
//   record := kind | at | body
//   at     := milliseconds since the record before it; a frame says what that was for its first
//   EVENT  := type | at - occurred_at | source | id | payload hash | present | values | object
//   object := nothing, or where bit 6 of the kind is set: id | version + 1, 0 for none
//   TICK   := nothing
//   PASS   := nothing
//   SWEEP  := slices
//   SETTLE := number of periods
//   PLAN   := name | text | zone
//   COMMAND := number | at - occurred_at | source | id, empty for none | payload hash | present
//            | values                                                      (command_codec.h)
//
// Types and slots are numbers of the schema under which the record was written; the key of an event
// follows from source and id. Numbers are varints but for the payload hash (8 bytes); a text has
// its length in front.
//
// What comes back is checked as what comes from outside is: a log written by another program, or by
// one with other limits, is refused and not believed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/event/identity.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// The source of the commands that the engine itself makes of a file of goals
// (docs/decisions/0040-drop-folder.md). It is no source's name, so no request can have it: else an
// id that is a file's checksum could be taken before the file comes, which would never be applied.
inline constexpr std::string_view kFilesSource = "*targets";

// Whether the log may have it.
inline bool is_logged_source(std::string_view name) {
  return is_source_name(name) || name == kFilesSource;
}

// Bytes that one record takes at most, but for a PLAN; and a TICK, SWEEP or SETTLE. A batch of the
// largest fits the smallest file of a log (docs/decisions/0027): lists of lines are as long as that
// leaves.
inline constexpr size_t kRecordBytesMax = 31 * 512;
inline constexpr size_t kShortRecordBytesMax = 24;

struct PlanRecord {
  std::string_view name;
  std::string_view text;
  std::string_view zone;
};

// Writes records one behind the other. `out` has room for kRecordBytesMax; returned is what is
// behind the record. Times must not fall.
//
// Thread-safety: one thread at a time.
class RecordWriter {
 public:
  explicit RecordWriter(const Schema& schema) : schema_(&schema) {}

  // Goes on under a schema that has all of this one (plan::compile_again).
  void adopt(const Schema& schema) { schema_ = &schema; }

  // The engine's time before the next record.
  void begin(TimeMs before_at) { before_ = before_at; }

  // REQUIRES: the record is accepted, has its identity, and its texts are as parsed.
  char* put_event(const Batch& batch, uint32_t record, TimeMs at, char* out);
  // REQUIRES: the same; it is a command.
  char* put_command(const Batch& batch, uint32_t record, TimeMs at, char* out);
  char* put_tick(TimeMs at, char* out);
  char* put_pass(TimeMs at, char* out);
  char* put_sweep(Slices slices, TimeMs at, char* out);
  char* put_settle(uint32_t periods, TimeMs at, char* out);
  // Appends to `out`, however long it is.
  void put_plan(const PlanRecord& plan, TimeMs at, std::string* out);

 private:
  char* put_front(LogKind kind, TimeMs at, char* out);
  char* put_identity(const Batch& batch, uint32_t record, char* out);

  const Schema* schema_;
  TimeMs before_ = 0;
  std::string source_;  // of the last record, and known to be one
};

// Thread-safety: one thread at a time.
class RecordReader {
 public:
  enum class Step : uint8_t { kEvent, kTick, kSweep, kPlan, kPass, kCommand, kSettle, kEnd, kBad };

  // `keeps_identities`: false where no event will be written again. Source and id are then checked
  // and make the key, but are not in the batch.
  explicit RecordReader(const Schema& schema, bool keeps_identities = true)
      : schema_(&schema), keeps_identities_(keeps_identities) {}

  // Goes on under a schema that has all of this one (plan::compile_again).
  void adopt(const Schema& schema) { schema_ = &schema; }

  // The payload of a frame; it must stay where it is. From frame to frame time must not fall.
  void begin(std::string_view payload, TimeMs before_at);

  // Whether the next record is one, if there is a next.
  bool is_sweep_next() const {
    return cursor_ != end_ && *cursor_ == static_cast<char>(LogKind::kSweep);
  }

  bool is_at_end() const { return cursor_ == end_; }

  // The next record. An event or a command is added to the batch, with values, texts and identity,
  // as a parser would, and so is one that passed; the other kinds are in slices(), periods() and
  // plan(). After kBad there is nothing but that.
  Step next(Batch& batch);

  TimeMs at() const { return at_; }
  Slices slices() const { return slices_; }
  uint32_t periods() const { return periods_; }
  const PlanRecord& plan() const { return plan_; }

 private:
  Step read_record(Batch& batch);
  bool read_event(bool has_object, Batch& batch);
  bool read_command(Batch& batch);
  bool read_occurred_at(Record& record);
  bool read_identity(Record& record, Batch& batch);
  bool read_values(const TypeSchema& type, Record& record, Batch& batch);
  bool read_object(Record& record, Batch& batch);
  bool read_plan();
  void add_pass(Batch& batch) const;
  bool take(uint64_t* value);
  bool take_signed(int64_t most, int64_t* value);
  bool take_bytes(std::string_view* bytes);
  bool take_text(size_t bytes_max, std::string_view* text);
  bool take_word(uint64_t* word);

  const Schema* schema_;
  const bool keeps_identities_;
  std::string source_;  // of the event before: most are like their neighbour
  KeyHasher keys_{""};  // of that

  const char* cursor_ = nullptr;
  const char* end_ = nullptr;
  TimeMs at_ = 0;
  Slices slices_;
  uint32_t periods_ = 0;
  PlanRecord plan_;
  bool is_bad_ = false;
};

}  // namespace guerdon::event
