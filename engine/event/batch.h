// A batch of events on its way from text to effects: the unit that the stages hand on.
//
// The parser fills `records`, `values` and `texts`; admission gives each record its outcome, LSN
// and clock, replaces text values by symbol numbers and writes the `log`; the shards read it all.
// The stages own a batch one after the other; nobody reads it while another writes it, except that
// all shards read it at the same time.
//
// Memory: everything lives in the batch and is reused; a batch never keeps a pointer into the text
// it was parsed from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/outcome.h"
#include "engine/event/refusal.h"
#include "engine/event/schema.h"

namespace guerdon::event {

using base::TimeMs;

inline constexpr int kBatchRecordsMax = 256;

// Bytes in the batch's arena, with their hash (base::hash64).
struct Text {
  uint64_t hash = 0;
  uint32_t offset = 0;
  uint32_t size = 0;
};

// Where a refused row is wrong. `column` is the number of the field in its row, from 1; 0: the row.
struct Place {
  uint64_t line = 0;  // of the trace, from 1, the header included
  uint16_t column = 0;
};

// In place of a time: that of the engine when the record is admitted.
inline constexpr TimeMs kWhenAdmitted = INT64_MIN;
inline constexpr uint32_t kNoObject = UINT32_MAX;
inline constexpr int64_t kNoVersion = -1;

struct Record {
  // ---- by the parser
  TimeMs occurred_at = 0;
  uint64_t present = 0;     // a bit a slot: the event carries this attribute
  uint32_t values = 0;      // index of slot 0 in Batch::values
  uint16_t type = kNoType;  // of the schema, or a command's (command.h)
  Outcome outcome = Outcome::kOk;
  bool has_key = true;   // false: a command without an id
  base::Hash128 key;     // of source and id
  uint64_t payload = 0;  // of the name=value pairs as sent, order does not matter
  Place place;
  int64_t version = kNoVersion;  // of the object; 0 to money::kCountMax
  uint32_t object = kNoObject;   // its id: index into texts
  // ---- by admission
  uint32_t key_place = 0;  // in the ring of the key table, if it has a key: of an accepted one, of
                           // a duplicate
  uint64_t lsn = 0;        // 0: none given; of a duplicate that of the first
  // ---- by the tail
  uint32_t entries = 0;  // over all shards; of a duplicate those of the first
};
static_assert(sizeof(Record) == 96);

// What became of a command in the state that it met; its shard says so.
struct CommandResult {
  int64_t amount = 0;   // that the answer names: in minor units of `wallet`, a count, or an LSN
  uint16_t wallet = 0;  // of the program
  Outcome outcome = Outcome::kOk;
  friend bool operator==(const CommandResult&, const CommandResult&) = default;
};
static_assert(sizeof(CommandResult) == 16);

// Who sent an event and under which id: indexes into texts. Of a command without an id it is empty.
struct Identity {
  uint32_t source = 0;
  uint32_t id = 0;
};

// What the log holds, in its order. Only inputs have a log sequence number.
// kPass: an event of a type that no plan declares; like a tick it only moves the clock.
// kSettle: periods with challenges are closed; it comes right before the record that closes them.
enum class LogKind : uint8_t { kEvent = 1, kTick, kSweep, kPlan, kPass, kCommand, kSettle };

// What one SWEEP goes through: `count` of the slices of the hash space of accounts, from `first` on
// and round the end.
inline constexpr uint32_t kSlices = 4096;
inline constexpr uint32_t kSlicesAtOnce = 64;  // of one SWEEP at most

struct Slices {
  uint32_t first = 0;  // below kSlices
  uint32_t count = 1;  // from 1 to kSlicesAtOnce

  // As one number below kSlices * kSlicesAtOnce, and that again.
  uint32_t number() const { return first * kSlicesAtOnce + count - 1; }
  static Slices of_number(uint32_t number) {
    return {number / kSlicesAtOnce, number % kSlicesAtOnce + 1};
  }
  bool operator==(const Slices&) const = default;
};

struct LogItem {
  uint64_t lsn = 0;
  TimeMs at = 0;  // engine time: never less than its predecessor's
  // kEvent, kCommand: index into Batch::records; kSweep: the number of its slices; kSettle: of how
  // many periods.
  uint32_t record = 0;
  LogKind kind = LogKind::kEvent;
};

// A period that a SETTLE settles.
struct SettledPeriod {
  uint32_t item = 0;    // index into Batch::log
  uint32_t clock = 0;   // of the program
  int32_t period = 0;   // of that
  TimeMs deadline = 0;  // the first instant at which it is closed
};

// Where in the log a question has its place: the engine time, and the last LSN before it.
struct Asked {
  TimeMs at = 0;
  uint64_t lsn = 0;
};

// One thing that an event did to an account, and a REVERSE takes back (reversal.h).
struct Deed {
  enum class What : uint8_t { kMoved, kPosted, kGranted };
  What what = What::kMoved;
  uint8_t role = 0;     // of the event's type: index into plan::EventProgram::roles
  uint32_t number = 0;  // the program's, of the measure that it moved or the clause that posted
                        // or was granted something of a budget
  uint32_t entry = 0;   // kPosted: the number of its first entry, within (lsn, account)
  int64_t amount = 0;   // signed: by how much; what the account got
  friend bool operator==(const Deed&, const Deed&) = default;
};

// Of a deed, in place of an entry: no lot is of this one (ledger::Origin).
inline constexpr uint32_t kNoEntry = UINT16_MAX;

// What a REVERSE undoes, or a CORRECT looks at again.
struct Reversal {
  Record event;      // as the log has it, with the roles that were known of its object
  uint64_t lsn = 0;  // of the event
  TimeMs at = 0;     // the engine time that it had
  // Of the newest event of its object that is accounted for; 0: it has none. Of a CORRECT it is
  // before the publication, and what is owed for the object is asked with that event.
  uint64_t object_lsn = 0;
  std::vector<Deed> deeds;
};

// Who had a role of the object of a record before it, as a plan has seen it.
struct Former {
  uint32_t record = 0;
  uint8_t role = 0;      // index into plan::EventProgram::roles
  uint16_t part = 0;     // of its parts
  uint32_t account = 0;  // index into texts
};

class Batch {
 public:
  std::vector<Record> records;
  // One a slot. Amounts: minor units. Counts. Flags: 0 or 1. Accounts: index into texts. Text:
  // index into texts as parsed, a symbol number once admitted.
  std::vector<int64_t> values;
  std::vector<Text> texts;
  std::vector<Refusal> refusals;  // one a record that the parser refused, in their order
  std::vector<LogItem> log;
  std::vector<Asked> asked;            // of each question about an account
  std::vector<Identity> identities;    // one a record where a log is written, else none
  std::vector<Reversal> reversals;     // of each REVERSE that has one
  std::vector<Former> formers;         // in the order of the records
  std::vector<SettledPeriod> settled;  // by item, then deadline, then clock

  // Forgets the content, keeps the memory.
  void clear();

  // How much there is of what a parser adds; rewind() forgets what came after.
  struct Mark {
    size_t records;
    size_t values;
    size_t texts;
    size_t identities;
    size_t bytes;
  };
  Mark mark() const {
    return {records.size(), values.size(), texts.size(), identities.size(), used_};
  }
  void rewind(const Mark& mark);

  // Copies `bytes` into the arena. REQUIRES: the arena stays below 4 GiB.
  uint32_t add_text(std::string_view bytes) {  // index into texts; hashes it
    if (bytes.size() > arena_.size() - used_) grow(bytes.size());
    base::copy(arena_.data() + used_, bytes.data(), bytes.size());
    texts.push_back(
        {base::hash64(bytes), static_cast<uint32_t>(used_), static_cast<uint32_t>(bytes.size())});
    used_ += bytes.size();
    return static_cast<uint32_t>(texts.size() - 1);
  }
  std::string_view view(const Text& text) const {
    return std::string_view(arena_).substr(text.offset, text.size);
  }

 private:
  void grow(size_t bytes);

  std::string arena_;  // [0, used_) is in use
  size_t used_ = 0;
};

}  // namespace guerdon::event
