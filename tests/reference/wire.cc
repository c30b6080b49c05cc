#include "tests/reference/wire.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"

namespace guerdon::reference {
namespace {

// The length of the UTF-8 sequence at the front of `text`; 0 where it is none.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 0 || length > text.size() || lead > 0xF4) return 0;
  uint32_t code = length == 1 ? lead : lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10FFFF) return 0;
  if (code >= 0xD800 && code <= 0xDFFF) return 0;
  return length;
}

std::string parse_amount(int scale, bool is_signed, std::string_view text, Value* value) {
  int64_t minor = 0;
  switch (money::parse_decimal(text, scale, &minor)) {
    case money::DecimalError::kNone:
      break;
    case money::DecimalError::kTooLarge:
      return "OVERFLOW";
    default:
      return "INVALID";
  }
  if (minor < 0 && !is_signed) return "INVALID";
  *value = Rational(minor);
  return "";
}

std::string parse_count(bool is_signed, std::string_view text, Value* value) {
  const bool negative = is_signed && !text.empty() && text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return "INVALID";
  Int128 count = 0;
  for (const char c : digits) {
    count = count * 10 + (c - '0');
    if (count > money::kCountMax) return "OVERFLOW";
  }
  *value = Rational(negative ? -count : count);
  return "";
}

}  // namespace

bool is_plain_text(std::string_view text, size_t max_bytes) {
  if (text.empty() || text.size() > max_bytes) return false;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x20 || lead == 0x7F) return false;
    const size_t length = sequence_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string parse_value(const plan::Plan& plan, const plan::Attribute& attribute,
                        std::string_view text, Value* value) {
  GUERDON_ASSERT(!text.empty());
  switch (attribute.type.kind) {
    case plan::TypeKind::kAmount:
      return parse_amount(plan.units.at(static_cast<size_t>(attribute.type.unit)).scale,
                          attribute.is_signed, text, value);
    case plan::TypeKind::kCount:
      return parse_count(attribute.is_signed, text, value);
    case plan::TypeKind::kBool:
      if (text != "true" && text != "false") return "INVALID";
      *value = text == "true";
      return "";
    case plan::TypeKind::kText:
    case plan::TypeKind::kAccount:
      if (!is_plain_text(text, kTextBytesMax)) return "INVALID";
      *value = std::string(text);
      return "";
    case plan::TypeKind::kRatio:
      break;
  }
  GUERDON_UNREACHABLE();  // no attribute is a ratio
}

}  // namespace guerdon::reference
