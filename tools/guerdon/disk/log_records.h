// The records of a log in words, under the plans that stand in the log itself.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/record_codec.h"
#include "engine/event/record_words.h"
#include "engine/event/schema.h"
#include "engine/os/disk.h"
#include "engine/versions/publication.h"
#include "engine/wal/log_reader.h"

namespace guerdon::tools {

struct LogRecord {
  using Fields = event::RecordWords::Fields;

  uint64_t lsn = 0;
  std::string at;
  std::string kind;  // EVENT, COMMAND, TICK, SWEEP, PLAN
  // What the record says, names and values in their order.
  Fields fields;
  // Of an event or a command.
  Fields attributes;
};

class LogRecords {
 public:
  LogRecords(os::Disk& disk, plan::PlanHistory history)
      : disk_(disk), history_(std::move(history)), reader_(history_.program().schema) {}
  LogRecords(const LogRecords&) = delete;
  LogRecords& operator=(const LogRecords&) = delete;

  // By the plans of the log that begins in this folder. Null, and a sentence, where they cannot be
  // read, or are none for this version. The disk must outlive it.
  static std::unique_ptr<LogRecords> open(os::Disk& disk, std::string* error);

  // All records of a frame, by the plans as they are there: the frames in their order. Where some
  // are passed over, they are read for versions of plans.
  // False with a sentence where what stands there is none.
  bool read(const wal::FrameHeader& frame, std::span<const std::byte> payload,
            std::vector<LogRecord>* records, std::string* error);

  // Reads on to the end of the log, for what plans it ends with: program().
  bool read_to_end(std::string* error);
  const plan::Program& program() const { return history_.program(); }
  const plan::PlanHistory& history() const { return history_; }
  // Of the last record that was read; 0: none was.
  uint64_t last_lsn() const { return next_lsn_ - 1; }

 private:
  bool add(event::RecordReader::Step step, LogRecord* record) const;
  bool catch_up(uint64_t lsn, std::string* error);
  std::optional<wal::LogReader::Step> read_up_to(uint64_t lsn, wal::LogReader& log,
                                                 std::string* error);
  bool adopt(const event::PlanRecord& plan, uint64_t lsn, std::string* error);
  void add_words(LogRecord* record) const;

  os::Disk& disk_;
  uint64_t next_lsn_ = 1;  // behind the frames that were read
  plan::PlanHistory history_;
  event::RecordReader reader_;
  event::Batch batch_;
  plan::Symbol last_text_ = plan::kOtherSymbol;  // of those that versions named first
};

}  // namespace guerdon::tools
