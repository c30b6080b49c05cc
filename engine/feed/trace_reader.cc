#include "engine/feed/trace_reader.h"

#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/feed/csv_row.h"

namespace guerdon::event {

static_assert(TraceReader::kBufferBytes > 2 * kRowBytesMax, "a row and more fit the buffer");

std::unique_ptr<TraceReader> TraceReader::open(const std::string& path, const Schema& schema,
                                               std::string* error) {
  auto bytes = os::open_source(path, error);
  return bytes == nullptr ? nullptr : read(std::move(bytes), path, schema, error);
}

std::unique_ptr<TraceReader> TraceReader::read(std::unique_ptr<os::ByteSource> bytes,
                                               const std::string& path, const Schema& schema,
                                               std::string* error) {
  // new: the constructor is private.
  std::unique_ptr<TraceReader> reader(new TraceReader(std::move(bytes), path, schema));
  if (!reader->read_header(path, error)) return nullptr;
  return reader;
}

TraceReader::TraceReader(std::unique_ptr<os::ByteSource> bytes, const std::string& path,
                         const Schema& schema)
    : bytes_(std::move(bytes)),
      bytes_total_(path == "-" ? 0 : os::file_size(path)),
      source_(source_name(path)),
      parser_(schema, source_),
      buffer_(kBufferBytes, '\0') {}

bool TraceReader::read_header(const std::string& path, std::string* error) {
  size_t line_end = pending().find('\n');
  while (line_end == std::string_view::npos && pending().size() <= kRowBytesMax && read_more()) {
    line_end = pending().find('\n');
  }
  if (!error_.empty()) {
    *error = error_;
    return false;
  }
  const size_t header_bytes = line_end == std::string_view::npos ? pending().size() : line_end + 1;
  std::string sentence;
  if (!parser_.set_header(pending().substr(0, header_bytes), &sentence)) {
    *error = path + ": " + sentence;
    return false;
  }
  begin_ += header_bytes;
  return true;
}

// Reads behind what is pending; false at the end of the source and on an error.
bool TraceReader::read_more() {
  if (at_end_) return false;
  std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
  end_ -= begin_;
  begin_ = 0;
  GUERDON_ASSERT(end_ < buffer_.size());
  const std::ptrdiff_t n = bytes_->read(buffer_.data() + end_, buffer_.size() - end_);
  if (n < 0) error_ = bytes_->error();
  if (n <= 0) {
    at_end_ = true;
    return false;
  }
  end_ += static_cast<size_t>(n);
  return true;
}

size_t TraceReader::fill(Batch& batch, size_t max_records) {
  GUERDON_ASSERT(max_records > 0);
  const size_t before = batch.records.size();
  for (;;) {
    // A source that broke off has no last row: what is left is the beginning of one.
    const bool is_last = at_end_ && error_.empty();
    const size_t wanted = max_records - (batch.records.size() - before);
    begin_ += parser_.parse(pending(), is_last, wanted, batch);
    const size_t added = batch.records.size() - before;
    if (added == max_records) return added;
    if (!read_more() && (is_last || !error_.empty())) return added;
  }
}

}  // namespace guerdon::event
