#include "engine/event/field.h"

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

}  // namespace guerdon::event
