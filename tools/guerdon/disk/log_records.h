// The records of a log in words, under the plans that stand in the log itself.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/record_codec.h"
#include "engine/event/schema.h"
#include "engine/os/disk.h"
#include "engine/wal/log_reader.h"

namespace guerdon::tools {

struct LogRecord {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  uint64_t lsn = 0;
  std::string at;
  std::string kind;  // EVENT, COMMAND, TICK, SWEEP, PLAN
  // What the record says, names and values in their order.
  Fields fields;
  // Of an event or a command; where two plans read one in two ways, each reading.
  Fields attributes;
};

class LogRecords {
 public:
  explicit LogRecords(event::Schema schema) : schema_(std::move(schema)), reader_(schema_) {}
  LogRecords(const LogRecords&) = delete;
  LogRecords& operator=(const LogRecords&) = delete;

  // By the plans of the log that begins in this folder. Null, and a sentence, where they cannot be
  // read, or are none for this version.
  static std::unique_ptr<LogRecords> open(os::Disk& disk, std::string* error);

  // All records of a frame. False with a sentence where what stands there is none.
  bool read(const wal::FrameHeader& frame, std::span<const std::byte> payload,
            std::vector<LogRecord>* records, std::string* error);

 private:
  bool add(event::RecordReader::Step step, LogRecord* record) const;
  void add_event(LogRecord* record) const;
  void add_command(LogRecord* record) const;
  std::string command_value_in_words(size_t slot, const event::Record& command) const;
  std::string value_in_words(const event::Field& field, int64_t value) const;

  const event::Schema schema_;
  event::RecordReader reader_;
  event::Batch batch_;
};

}  // namespace guerdon::tools
