#include "engine/event/field.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"

namespace guerdon::event {

std::optional<Reason> read_amount(std::string_view text, int scale, bool is_signed,
                                  int64_t* value) {
  switch (money::parse_decimal(text, scale, value)) {
    case money::DecimalError::kNone:
      if (*value < 0 && !is_signed) return Reason::kNegative;
      return std::nullopt;
    case money::DecimalError::kEmpty:
    case money::DecimalError::kNotANumber:
      return Reason::kNotANumber;
    case money::DecimalError::kTooManyDecimals:
      return Reason::kTooManyDecimals;
    case money::DecimalError::kTooLarge:
      return Reason::kAmountTooLarge;
  }
  GUERDON_UNREACHABLE();
}

std::optional<Reason> read_any_count(std::string_view text, bool is_signed, int64_t* value) {
  const bool is_negative = text.starts_with('-');
  const std::string_view digits = text.substr(is_negative ? 1 : 0);
  if (digits.empty()) return Reason::kNotACount;
  int64_t count = 0;
  bool is_too_large = false;
  for (const char c : digits) {
    if (c < '0' || c > '9') return Reason::kNotACount;
    count = count * 10 + (c - '0');
    is_too_large |= count > money::kCountMax;
    if (is_too_large) count = 0;  // only the kind of the other characters still matters
  }
  if (is_too_large) return Reason::kCountTooLarge;
  if (is_negative && count != 0 && !is_signed) return Reason::kNegative;
  *value = is_negative ? -count : count;
  return std::nullopt;
}

std::optional<Reason> read_flag(std::string_view text, int64_t* value) {
  const bool is_true = text == "true";
  if (!is_true && text != "false") return Reason::kNotAFlag;
  *value = is_true ? 1 : 0;
  return std::nullopt;
}

std::optional<Reason> text_fault(std::string_view text, size_t bytes_max) {
  switch (check_text(text, bytes_max)) {
    case TextFault::kNone:
      return std::nullopt;
    case TextFault::kTooLong:
      return Reason::kFieldTooLong;
    case TextFault::kNotUtf8:
      return Reason::kNotUtf8;
    case TextFault::kControlCharacter:
      return Reason::kControlCharacter;
  }
  GUERDON_UNREACHABLE();
}

// ---- Lines ----

namespace {

constexpr std::array<std::string_view, 3> kFlags = {"reward", "shipping", "paid_with_points"};

// Up to `separator`, which is taken off *rest, too; all of it where there is none.
std::string_view take_until(char separator, std::string_view* rest) {
  const size_t end = rest->find(separator);
  const std::string_view taken = rest->substr(0, end);
  *rest = end == std::string_view::npos ? std::string_view() : rest->substr(end + 1);
  return taken;
}

int64_t most_of(const LineField& field) {
  return field.kind == FieldKind::kAmount ? money::kAmountMax : money::kCountMax;
}

}  // namespace

LineReader::LineReader(std::string_view list, const LineFields& fields)
    : rest_(list == ";" ? std::string_view() : list), fields_(fields) {
  GUERDON_ASSERT(!fields.empty() && fields.size() <= kLineFieldsMax);
}

bool LineReader::fail(Reason reason, size_t field, std::string_view text, uint32_t limit) {
  fault_ = {reason, number_, static_cast<uint16_t>(field), text, limit};
  return false;
}

bool LineReader::next(Line& line) {
  if (rest_.empty() || fault_) return false;
  ++number_;
  const std::string_view whole = take_until(';', &rest_);
  if (number_ > kLinesMax) return fail(Reason::kTooManyLines, 0, whole, kLinesMax);
  line.present = 0;
  line.has_flag = false;
  const auto colons = static_cast<size_t>(std::count(whole.begin(), whole.end(), ':'));
  const bool has_flags = colons == fields_.size();
  if (whole.empty() || (colons + 1 != fields_.size() && !has_flags)) {
    return fail(Reason::kLineFields, 0, whole, static_cast<uint32_t>(fields_.size()));
  }
  std::string_view rest = whole;
  for (size_t field = 0; field < fields_.size(); ++field) {
    const std::string_view text = take_until(':', &rest);
    if (!text.empty() && !read_field(text, field, line)) return false;
  }
  return !has_flags || read_flags(rest, line);
}

bool LineReader::read_field(std::string_view text, size_t field, Line& line) {
  const LineField& kind = fields_[field];
  std::optional<Reason> reason;
  uint32_t limit = 0;
  switch (kind.kind) {
    case FieldKind::kAmount:
      reason = read_amount(text, kind.scale, kind.is_signed, &line.values[field]);
      limit = kind.scale;
      break;
    case FieldKind::kCount:
      reason = read_count(text, kind.is_signed, &line.values[field]);
      break;
    case FieldKind::kText:
      reason = read_text(text, kTextBytesMax);
      line.texts[field] = text;
      limit = kTextBytesMax;
      break;
    default:
      GUERDON_UNREACHABLE();
  }
  if (reason) return fail(*reason, field + 1, text, limit);
  line.present |= uint64_t{1} << field;
  return true;
}

bool LineReader::read_flags(std::string_view text, Line& line) {
  while (!text.empty()) {
    // Whole where it ends with one: no flag is empty.
    const std::string_view flag = text.back() == '+' ? text : take_until('+', &text);
    if (std::find(kFlags.begin(), kFlags.end(), flag) == kFlags.end()) {
      return fail(Reason::kNotALineFlag, fields_.size() + 1, flag);
    }
    line.has_flag = true;
  }
  return true;
}

std::optional<LineFault> check_lines(std::string_view list, const LineFields& fields) {
  if (list.size() > kLinesBytesMax) {
    return LineFault{Reason::kFieldTooLong, 0, 0, list, static_cast<uint32_t>(kLinesBytesMax)};
  }
  LineReader reader(list, fields);
  Line line;
  std::array<int64_t, kLineFieldsMax> sums{};
  while (reader.next(line)) {
    for (size_t field = 0; field < fields.size(); ++field) {
      if (fields[field].kind == FieldKind::kText || (line.present >> field & 1) == 0) continue;
      const int64_t value = line.values[field];
      sums[field] += value < 0 ? -value : value;  // both are far below 2^62
      if (sums[field] > most_of(fields[field])) {
        return LineFault{
            Reason::kLinesTooLarge, reader.number(), static_cast<uint16_t>(field + 1), {}, 0};
      }
    }
  }
  return reader.fault();
}

}  // namespace guerdon::event
