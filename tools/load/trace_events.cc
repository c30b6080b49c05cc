#include "tools/load/trace_events.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/text_rules.h"

namespace guerdon::load {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 20;
constexpr uint64_t kFirstRowLine = 2;
constexpr size_t kNameShownMax = 64;
constexpr std::string_view kAccount = "account";

static_assert(kBufferBytes > 2 * event::kRowBytesMax, "a row and more fit the buffer");

}  // namespace

std::unique_ptr<TraceEvents> TraceEvents::open(const std::string& path, const event::Schema& schema,
                                               std::string* error) {
  auto bytes = os::open_source(path, error);
  if (bytes == nullptr) return nullptr;
  // new: the constructor is private.
  std::unique_ptr<TraceEvents> trace(new TraceEvents(schema, std::move(bytes)));
  return trace->read_header(path, error) ? std::move(trace) : nullptr;
}

TraceEvents::TraceEvents(const event::Schema& schema, std::unique_ptr<os::ByteSource> bytes)
    : schema_(schema), bytes_(std::move(bytes)), buffer_(kBufferBytes, '\0') {}

bool TraceEvents::read_header(const std::string& path, std::string* error) {
  const auto text = [&] { return std::string_view(buffer_).substr(0, to_); };
  while (text().find('\n') == std::string_view::npos && to_ <= event::kRowBytesMax && read_more()) {
  }
  if (!error_.empty()) {
    *error = error_;
    return false;
  }
  const size_t line_end = text().find('\n');
  const bool is_line = line_end != std::string_view::npos;
  const std::string_view header = text().substr(0, is_line ? line_end + 1 : line_end);
  std::string sentence;
  if (!layout_.build(schema_, header, &sentence)) {
    *error = path + ": " + sentence;
    return false;
  }
  from_ = header.size();
  rows_ = std::make_unique<event::CsvRows>(layout_.columns().size(), kFirstRowLine);
  rows_->begin(std::string_view(buffer_).substr(from_, to_ - from_), at_end_);
  return true;
}

// Reads behind what is not cut yet; false at the end of the source and on an error.
bool TraceEvents::read_more() {
  if (at_end_ || !error_.empty()) return false;
  std::memmove(buffer_.data(), buffer_.data() + from_, to_ - from_);
  to_ -= from_;
  from_ = 0;
  GUERDON_ASSERT(to_ < buffer_.size());
  const std::ptrdiff_t n = bytes_->read(buffer_.data() + to_, buffer_.size() - to_);
  if (n < 0) error_ = bytes_->error();
  at_end_ = n == 0;
  if (n > 0) to_ += static_cast<size_t>(n);
  return n > 0;
}

// The next row that is one, in rows_.
bool TraceEvents::next_row() {
  for (;;) {
    const event::CsvRows::Cut cut = rows_->next();
    if (cut != event::CsvRows::Cut::kEnd) ++counts_.rows;
    if (cut == event::CsvRows::Cut::kRow) return true;
    if (cut == event::CsvRows::Cut::kRefused) {
      ++counts_.unsendable;
      continue;
    }
    from_ += rows_->consumed();
    const bool was_end = at_end_;
    // A source that broke off has no last row: what is left is the beginning of one.
    if (!read_more() && (was_end || !error_.empty())) return false;
    rows_->begin(std::string_view(buffer_).substr(from_, to_ - from_), at_end_);
  }
}

bool TraceEvents::next(WireEvent* event) {
  while (next_row()) {
    if (take_row(event)) return true;
  }
  return false;
}

// False where the row is left out.
bool TraceEvents::take_row(WireEvent* event) {
  const std::string_view* const fields = rows_->fields();
  event->type = fields[layout_.type_column()];
  event->id = fields[layout_.id_column()];
  event->account = {};
  event->attributes.clear();
  const std::string_view time = fields[layout_.time_column()];
  if (event->type.empty() || event->id.empty() || time.empty()) {
    ++counts_.unsendable;
    return false;
  }
  base::TimeMs instant = 0;
  if (base::parse_timestamp(time, &instant)) {
    counts_.last_time = std::max(counts_.last_time, instant);
  }
  const uint16_t type = schema_.find_type(event->type);
  if (type == event::kNoType) {
    count_ignored(event->type);
    return false;
  }
  const event::TypeLayout& layout = layout_.type(type);
  for (size_t c = 0; c < layout.columns.size(); ++c) {
    const event::ColumnUse& use = layout.columns[c];
    const bool is_declared =
        use.first_reader != use.end_reader && use.engine == event::Purpose::kNone;
    if (fields[c].empty() || (!is_declared && c != layout_.time_column())) continue;
    const std::string& name = layout_.columns()[c].name;
    event->attributes.push_back({name, fields[c]});
    if (name == kAccount) event->account = fields[c];
  }
  return true;
}

void TraceEvents::count_ignored(std::string_view type) {
  ++counts_.ignored;
  const std::string name = event::printable(type, kNameShownMax);
  const auto found = counts_.ignored_types.find(name);
  if (found != counts_.ignored_types.end()) {
    ++found->second;
  } else if (counts_.ignored_types.size() < kTypesShownMax) {
    counts_.ignored_types.emplace(name, 1);
  }
}

}  // namespace guerdon::load
