#include "tests/unit/feed/slow_csv.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/event/identity.h"
#include "engine/money/limits.h"

namespace guerdon::event::slow {
namespace {

constexpr size_t kRowLimit = 65536;
constexpr size_t kKept = 68;

enum class State { kFieldBegin, kPlain, kQuoted, kQuoteInQuoted, kReturnAfterQuote };

// The row at text[begin..]; *end is set to where the next one begins.
class RowMachine {
 public:
  RowMachine(std::string_view text, size_t begin) : text_(text), begin_(begin) {}

  Row run(size_t* end) {
    for (size_t i = begin_; i <= begin_ + kRowLimit; ++i) {
      const bool at_end = i == text_.size();
      if (at_end) at_input_end(i);
      if (!at_end && !on_byte(text_[i], i)) continue;
      *end = at_end ? i : i + 1;
      return row_.fault ? end_with_first_line(end) : row_;
    }
    return too_long(end);
  }

 private:
  // True when the row is decided.
  bool on_byte(char c, size_t at) {
    switch (state_) {
      case State::kFieldBegin:
        field_begin_ = at;
        if (c == '"') {
          state_ = State::kQuoted;
          return false;
        }
        state_ = State::kPlain;
        [[fallthrough]];
      case State::kPlain:
        if (c == '"') return fail(Reason::kQuoteInside, at);
        if (c == '\n' && value_.ends_with('\r')) value_.pop_back();
        return on_plain_byte(c);
      case State::kQuoted:
        if (c == '"') {
          state_ = State::kQuoteInQuoted;
        } else {
          value_.push_back(c);
        }
        return false;
      case State::kQuoteInQuoted:
        if (c == '"') {
          value_.push_back('"');
          state_ = State::kQuoted;
          return false;
        }
        if (c == '\r') {
          state_ = State::kReturnAfterQuote;
          return false;
        }
        if (c != ',' && c != '\n') return fail(Reason::kTextAfterQuote, at);
        return on_plain_byte(c);
      case State::kReturnAfterQuote:
        if (c != '\n') return fail(Reason::kTextAfterQuote, at);
        return on_plain_byte(c);
    }
    return false;
  }

  bool on_plain_byte(char c) {
    if (c == ',' || c == '\n') {
      put_field();
      return c == '\n';
    }
    value_.push_back(c);
    return false;
  }

  void at_input_end(size_t at) {
    if (state_ == State::kQuoted) {
      fail(Reason::kOpenQuote, at - 1);
      return;
    }
    if (state_ == State::kPlain && value_.ends_with('\r')) value_.pop_back();
    put_field();
  }

  void put_field() {
    row_.fields.push_back(value_);
    value_.clear();
    state_ = State::kFieldBegin;
  }

  bool fail(Reason reason, size_t at) {
    row_.fault = reason;
    row_.column = static_cast<int>(std::min<size_t>(row_.fields.size(), 256)) + 1;
    row_.near = text_.substr(field_begin_, std::min(kKept, at + 1 - field_begin_));
    return true;
  }

  Row end_with_first_line(size_t* end) {
    const size_t found = text_.find('\n', begin_);
    const size_t content_end = std::min(found, text_.size());
    if (content_end - begin_ > kRowLimit) return too_long(end);
    *end = found == std::string_view::npos ? text_.size() : found + 1;
    return row_;
  }

  Row too_long(size_t* end) {
    row_ = Row();
    row_.fault = Reason::kRowTooLong;
    row_.near = text_.substr(begin_, kKept);
    bool in_quotes = false;
    for (size_t i = begin_; i < text_.size(); ++i) {
      if (text_[i] == '"') in_quotes = !in_quotes;
      if (text_[i] == '\n' && !in_quotes) {
        *end = i + 1;
        return row_;
      }
    }
    *end = text_.size();
    return row_;
  }

  std::string_view text_;
  size_t begin_;
  size_t field_begin_ = 0;
  State state_ = State::kFieldBegin;
  std::string value_;
  Row row_;
};

bool is_blank(std::string_view row) { return row == "\n" || row == "\r\n" || row == "\r"; }

uint64_t lines_in(std::string_view text) {
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Nothing: fine. Decodes by the table of RFC 3629, section 4.
std::optional<Reason> text_fault(const std::string& text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto within = [](unsigned c, unsigned lo, unsigned hi) { return c >= lo && c <= hi; };
  size_t i = 0;
  while (i < text.size()) {
    const unsigned a = byte(i), b = byte(i + 1), c = byte(i + 2), d = byte(i + 3);
    const bool c_tail = within(c, 0x80, 0xbf);
    const bool d_tail = within(d, 0x80, 0xbf);
    if (a < 0x20 || a == 0x7f) return Reason::kControlCharacter;
    if (a < 0x80) {
      i += 1;
    } else if (within(a, 0xc2, 0xdf) && within(b, 0x80, 0xbf)) {
      if (a == 0xc2 && b <= 0x9f) return Reason::kControlCharacter;
      i += 2;
    } else if ((a == 0xe0 && within(b, 0xa0, 0xbf) && c_tail) ||
               (within(a, 0xe1, 0xec) && within(b, 0x80, 0xbf) && c_tail) ||
               (a == 0xed && within(b, 0x80, 0x9f) && c_tail) ||
               (within(a, 0xee, 0xef) && within(b, 0x80, 0xbf) && c_tail)) {
      i += 3;
    } else if ((a == 0xf0 && within(b, 0x90, 0xbf) && c_tail && d_tail) ||
               (within(a, 0xf1, 0xf3) && within(b, 0x80, 0xbf) && c_tail && d_tail) ||
               (a == 0xf4 && within(b, 0x80, 0x8f) && c_tail && d_tail)) {
      i += 4;
    } else {
      return Reason::kNotUtf8;
    }
  }
  return std::nullopt;
}

bool all_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

// Digits, however many, if at most `max`.
std::optional<int64_t> bounded(const std::string& digits, int64_t max) {
  int64_t value = 0;
  for (const char c : digits) {
    value = value * 10 + (c - '0');
    if (value > max) return std::nullopt;
  }
  return value;
}

std::optional<Reason> amount(std::string text, const Field& field, int64_t* out) {
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  std::string decimals;
  const size_t point = text.find('.');
  if (point != std::string::npos) {
    decimals = text.substr(point + 1);
    text.resize(point);
    if (!all_digits(decimals)) return Reason::kNotANumber;
  }
  if (!all_digits(text)) return Reason::kNotANumber;
  if (decimals.size() > field.scale) return Reason::kTooManyDecimals;
  if (text.size() + decimals.size() > 19) return Reason::kAmountTooLarge;
  decimals.resize(field.scale, '0');
  const auto value = bounded(text + decimals, money::kAmountMax);
  if (!value) return Reason::kAmountTooLarge;
  if (negative && *value > 0 && !field.is_signed) return Reason::kNegative;
  *out = negative ? -*value : *value;
  return std::nullopt;
}

std::optional<Reason> count(std::string text, const Field& field, int64_t* out) {
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  if (!all_digits(text)) return Reason::kNotACount;
  const auto value = bounded(text, money::kCountMax);
  if (!value) return Reason::kCountTooLarge;
  if (negative && *value > 0 && !field.is_signed) return Reason::kNegative;
  *out = negative ? -*value : *value;
  return std::nullopt;
}

class RowReader {
 public:
  RowReader(const Schema& schema, const std::string& source,
            const std::vector<std::string>& columns, const Row& row)
      : schema_(schema), source_(source), columns_(columns), row_(row) {}

  Event read() {
    event_.line = row_.line;
    if (row_.fault) {
      const bool is_counted =
          *row_.fault == Reason::kTooManyFields || *row_.fault == Reason::kTooFewFields;
      const size_t limit = *row_.fault == Reason::kRowTooLong ? kRowLimit
                           : is_counted                       ? columns_.size()
                                                              : 0;
      refuse(*row_.fault, row_.column, row_.near, row_.bytes, limit);
      return event_;
    }
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i] == "type") event_.type = schema_.find_type(row_.fields[i]);
    }
    if (event_.type == kNoType) event_.outcome = Outcome::kIgnored;
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!read_column(i)) return event_;
    }
    return event_;
  }

 private:
  bool read_column(size_t i) {
    const std::string& name = columns_[i];
    const std::string& text = row_.fields[i];
    const bool is_ignored = event_.type == kNoType;
    const bool required = name == "time" || name == "type" || (name == "event_id" && !is_ignored);
    if (text.empty()) return !required || refuse_field(i, Reason::kEmpty, 0);
    if (name == "event_id" && !is_ignored) {
      if (text.size() > 64) return refuse_field(i, Reason::kFieldTooLong, 64);
      if (auto fault = text_fault(text)) return refuse_field(i, *fault, 0);
      event_.key = KeyHasher(source_).key(text);
    }
    if (name == "time" && !base::parse_timestamp(text, &event_.occurred_at)) {
      return refuse_field(i, Reason::kNotATime, 0);
    }
    if (is_ignored) return true;
    if (name != "event_id") {
      event_.payload += attribute_hash(base::hash64(name), text);
    }
    return read_slots(i);
  }

  bool read_slots(size_t i) {
    const std::string& text = row_.fields[i];
    const std::vector<Field>& slots = schema_.type(event_.type).slots;
    // A column that is kept as text is checked as text before any slot reads it.
    for (const Field& field : slots) {
      const bool is_text = field.kind == FieldKind::kText || field.kind == FieldKind::kAccount;
      if (field.wire != columns_[i] || !is_text) continue;
      if (text.size() > 128) return refuse_field(i, Reason::kFieldTooLong, 128);
      if (auto fault = text_fault(text)) return refuse_field(i, *fault, 0);
    }
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      if (slots[slot].wire != columns_[i]) continue;
      Slot value;
      if (auto fault = read_value(slots[slot], text, &value)) {
        const bool of_scale =
            *fault == Reason::kTooManyDecimals || *fault == Reason::kAmountTooLarge;
        return refuse_field(i, *fault, of_scale ? slots[slot].scale : 0);
      }
      event_.slots[static_cast<int>(slot)] = value;
    }
    return true;
  }

  static std::optional<Reason> read_value(const Field& field, const std::string& text,
                                          Slot* value) {
    switch (field.kind) {
      case FieldKind::kAmount:
        return amount(text, field, &value->number);
      case FieldKind::kCount:
        return count(text, field, &value->number);
      case FieldKind::kFlag:
        value->number = text == "true" ? 1 : 0;
        if (text != "true" && text != "false") return Reason::kNotAFlag;
        return std::nullopt;
      case FieldKind::kText:
      case FieldKind::kAccount:
        value->text = text;
        return std::nullopt;
      case FieldKind::kLines:
        break;  // lines_test.cc; no schema that this reads has one
    }
    GUERDON_UNREACHABLE();
  }

  bool refuse_field(size_t i, Reason reason, uint32_t limit) {
    const std::string& text = row_.fields[i];
    refuse(reason, static_cast<int>(i) + 1, text.substr(0, kKept), text.size(), limit);
    return false;
  }

  void refuse(Reason reason, int column, const std::string& near, uint64_t bytes, size_t limit) {
    event_ = Event();
    event_.line = row_.line;
    event_.column = column;
    event_.outcome = outcome_of(reason);
    event_.reason = reason;
    event_.near = near;
    event_.bytes = bytes;
    event_.limit = static_cast<uint32_t>(limit);
  }

  const Schema& schema_;
  const std::string& source_;
  const std::vector<std::string>& columns_;
  const Row& row_;
  Event event_;
};

}  // namespace

std::vector<Row> cut_rows(std::string_view text, size_t columns) {
  std::vector<Row> rows;
  uint64_t line = 2;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = begin;
    Row row = RowMachine(text, begin).run(&end);
    const std::string_view bytes = text.substr(begin, end - begin);
    row.line = line;
    line += lines_in(bytes);
    begin = end;
    if (is_blank(bytes)) continue;
    const size_t n = row.fields.size();
    if (!row.fault && n != columns) {
      row.fault = n > columns ? Reason::kTooManyFields : Reason::kTooFewFields;
      row.column = static_cast<int>(std::min(n, columns)) + 1;
      row.bytes = n;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Event> parse(const Schema& schema, const std::string& source,
                         const std::vector<std::string>& columns, std::string_view text) {
  std::vector<Event> events;
  for (const Row& row : cut_rows(text, columns.size())) {
    events.push_back(RowReader(schema, source, columns, row).read());
  }
  return events;
}

}  // namespace guerdon::event::slow
