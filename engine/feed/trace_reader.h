// Reads a CSV trace from a file, compressed or not, from standard input or from memory, into
// batches.
//
//   auto trace = TraceReader::open(path, schema, &error);
//   if (trace == nullptr) ...                      // error: a sentence
//   while (trace->fill(batch, kBatchRecordsMax) > 0) { ...; batch.clear(); }
//   if (!trace->error().empty()) ...               // it broke off there
//
// Batches are full but for the last, however the bytes arrive: where a batch ends depends on the
// trace alone.
//
// Ownership: owns the source and a buffer of kBufferBytes, or borrows the text in memory; that and
// the schema must outlive it and not change. Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_parser.h"
#include "engine/os/byte_source.h"

namespace guerdon::event {

class TraceReader {
 public:
  static constexpr size_t kBufferBytes = 1024 * 1024;

  // Opens the path ("-": standard input) and reads the header. Null, and a sentence that names the
  // path, where there is no such file, it cannot be read, or its header is none.
  static std::unique_ptr<TraceReader> open(const std::string& path, const Schema& schema,
                                           std::string* error);

  // As open(), from any source of bytes. `path` gives the events' source and the file's size.
  static std::unique_ptr<TraceReader> read(std::unique_ptr<os::ByteSource> bytes,
                                           const std::string& path, const Schema& schema,
                                           std::string* error);

  // As open(), from a text of any size that stays where it is.
  static std::unique_ptr<TraceReader> read_text(std::string_view text, const std::string& path,
                                                const Schema& schema, std::string* error);

  // Gives each record its identity, which a log needs. Before fill().
  void keep_identities() { parser_.keep_identities(); }

  // Adds up to max_records records and returns how many: fewer only at the end. 0: the end, or an
  // error. REQUIRES: max_records > 0.
  size_t fill(Batch& batch, size_t max_records);

  // Why the trace broke off, once fill() has returned 0; empty at its proper end.
  const std::string& error() const { return error_; }

  const std::vector<CsvColumn>& columns() const { return parser_.columns(); }
  std::vector<std::string> ignored_columns() const { return parser_.ignored_columns(); }
  // Of the rows so far.
  const Coverage& coverage() const { return parser_.coverage(); }
  const std::string& source() const { return source_; }  // source_name() of the path

  // Bytes of the file that were read, and its size; as stored. Size 0: not known.
  uint64_t bytes_read() const {
    return bytes_ == nullptr ? bytes_total_ - pending_.size() : bytes_->consumed();
  }
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  TraceReader(const std::string& path, const Schema& schema);

  bool read_header(const std::string& path, std::string* error);
  bool read_more();
  // What is parsed at once of it.
  std::string_view window() const { return pending_.substr(0, kBufferBytes); }

  std::string source_;
  CsvParser parser_;
  std::unique_ptr<os::ByteSource> bytes_;  // null for a text in memory
  uint64_t bytes_total_ = 0;
  std::string buffer_;        // of the source
  std::string_view pending_;  // read, not parsed yet: of the buffer or of the text
  bool at_end_ = false;       // nothing comes behind what is pending
  std::string error_;
};

}  // namespace guerdon::event
