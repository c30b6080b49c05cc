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
  std::unique_ptr<TraceReader> reader(new TraceReader(path, schema));
  reader->bytes_ = std::move(bytes);
  reader->bytes_total_ = path == "-" ? 0 : os::file_size(path);
  reader->buffer_.resize(kBufferBytes);
  reader->pending_ = std::string_view(reader->buffer_).substr(0, 0);  // where bytes will come
  if (!reader->read_header(path, error)) return nullptr;
  return reader;
}

std::unique_ptr<TraceReader> TraceReader::read_text(std::string_view text, const std::string& path,
                                                    const Schema& schema, std::string* error) {
  std::unique_ptr<TraceReader> reader(new TraceReader(path, schema));  // as above
  reader->bytes_total_ = text.size();
  reader->pending_ = text;
  reader->at_end_ = true;
  if (!reader->read_header(path, error)) return nullptr;
  return reader;
}

TraceReader::TraceReader(const std::string& path, const Schema& schema)
    : source_(source_name(path)), parser_(schema, source_) {}

bool TraceReader::read_header(const std::string& path, std::string* error) {
  size_t line_end = window().find('\n');
  while (line_end == std::string_view::npos && pending_.size() <= kRowBytesMax && read_more()) {
    line_end = window().find('\n');
  }
  if (!error_.empty()) {
    *error = error_;
    return false;
  }
  const bool is_line = line_end != std::string_view::npos;
  const std::string_view header = window().substr(0, is_line ? line_end + 1 : line_end);
  std::string sentence;
  if (!parser_.set_header(header, &sentence)) {
    *error = path + ": " + sentence;
    return false;
  }
  pending_.remove_prefix(header.size());
  return true;
}

// Reads behind what is pending; false at the end of the source and on an error.
bool TraceReader::read_more() {
  if (at_end_) return false;
  std::memmove(buffer_.data(), pending_.data(), pending_.size());
  const size_t kept = pending_.size();
  GUERDON_ASSERT(kept < buffer_.size());
  const std::ptrdiff_t n = bytes_->read(buffer_.data() + kept, buffer_.size() - kept);
  if (n < 0) error_ = bytes_->error();
  at_end_ = n <= 0;
  pending_ = std::string_view(buffer_).substr(0, kept + (at_end_ ? 0 : static_cast<size_t>(n)));
  return !at_end_;
}

size_t TraceReader::fill(Batch& batch, size_t max_records) {
  GUERDON_ASSERT(max_records > 0);
  const size_t before = batch.records.size();
  for (;;) {
    const bool is_all = pending_.size() <= kBufferBytes;
    // A source that broke off has no last row: what is left is the beginning of one.
    const bool is_last = at_end_ && is_all && error_.empty();
    const size_t wanted = max_records - (batch.records.size() - before);
    pending_.remove_prefix(parser_.parse(window(), is_last, wanted, batch));
    const size_t added = batch.records.size() - before;
    if (added == max_records) return added;
    if (!is_all) continue;  // a window holds a row and more: so this comes to an end
    if (!read_more() && (is_last || !error_.empty())) return added;
  }
}

}  // namespace guerdon::event
