// A CSV trace as events over the wire: the fields as they stand in the file, so that an event has
// the key and the values that it has in a replay.
//
// The server refuses what no plan declares, so that is left out here, and counted: events of types
// and columns that the schema does not have. So are rows that cannot be sent: broken ones (their
// length, quotes or number of fields, csv_row.h), and those without an id, a time or a type.
// Whatever else is wrong with a row is sent, for the server to refuse.
//
//   auto trace = TraceEvents::open(path, schema, &error);
//   if (trace == nullptr) ...                   // error: a sentence
//   while (trace->next(&event)) ...
//   if (!trace->error().empty()) ...            // it broke off there
//
// Ownership: the schema must outlive it. Thread-safety: one thread at a time. Memory: fixed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_layout.h"
#include "engine/feed/csv_row.h"
#include "engine/os/byte_source.h"
#include "tools/load/wire_event.h"

namespace guerdon::load {

inline constexpr size_t kTypesShownMax = 64;  // types that are left out, by name

struct TraceCounts {
  uint64_t rows = 0;
  uint64_t unsendable = 0;                        // rows that are no event
  uint64_t ignored = 0;                           // events of a type that no plan declares
  base::TimeMs last_time = 0;                     // the latest, of any row with a time
  std::map<std::string, uint64_t> ignored_types;  // the first kTypesShownMax of them
};

class TraceEvents {
 public:
  // Opens the path as replay does ("-": standard input; .gz and .zst as what they hold) and reads
  // the header. Null, and a sentence that names the path, where that fails.
  static std::unique_ptr<TraceEvents> open(const std::string& path, const event::Schema& schema,
                                           std::string* error);

  // The next event that can be sent; its views are valid until the next call. False: the end, or an
  // error.
  bool next(WireEvent* event);

  // Why the trace broke off, once next() was false; empty at its proper end.
  const std::string& error() const { return error_; }
  const TraceCounts& counts() const { return counts_; }
  // Columns that no plan declares for any type.
  std::vector<std::string> ignored_columns() const { return layout_.ignored_columns(); }

 private:
  TraceEvents(const event::Schema& schema, std::unique_ptr<os::ByteSource> bytes);

  bool read_header(const std::string& path, std::string* error);
  bool read_more();
  bool next_row();
  bool take_row(WireEvent* event);
  void count_ignored(std::string_view type);

  const event::Schema& schema_;
  std::unique_ptr<os::ByteSource> bytes_;
  event::CsvLayout layout_;
  std::unique_ptr<event::CsvRows> rows_;
  std::string buffer_;
  size_t from_ = 0;  // of the buffer: what is not cut yet is [from_, to_)
  size_t to_ = 0;
  bool at_end_ = false;
  std::string error_;
  TraceCounts counts_;
};

}  // namespace guerdon::load
