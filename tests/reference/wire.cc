#include "tests/reference/wire.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/money/limits.h"

namespace guerdon::reference {
namespace {

struct Character {
  uint32_t code = 0;
  size_t bytes = 0;  // 0: not UTF-8
};

Character first_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  const size_t bytes = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (bytes == 0 || bytes > text.size() || lead > 0xF4) return {};
  uint32_t code = bytes == 1 ? lead : lead & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    code = code << 6 | (byte(i) & 0x3FU);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[bytes] || code > 0x10FFFF) return {};
  if (code >= 0xD800 && code <= 0xDFFF) return {};
  return {code, bytes};
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
  const bool negative = text.front() == '-';
  const std::string_view digits = text.substr(negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return "INVALID";
  Int128 count = 0;
  for (const char c : digits) {
    count = count * 10 + (c - '0');
    if (count > money::kCountMax) return "OVERFLOW";
  }
  if (negative && count != 0 && !is_signed) return "INVALID";
  *value = Rational(negative ? -count : count);
  return "";
}

}  // namespace

std::string check_text(std::string_view text, size_t max_bytes) {
  if (text.empty()) return "INVALID";
  if (text.size() > max_bytes) return "TOOLONG";
  while (!text.empty()) {
    const Character first = first_character(text);
    const bool is_control = first.code < 0x20 || (first.code >= 0x7F && first.code <= 0x9F);
    if (first.bytes == 0 || is_control) return "INVALID";
    text.remove_prefix(first.bytes);
  }
  return "";
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
      *value = std::string(text);
      return check_text(text, kTextBytesMax);
    case plan::TypeKind::kRatio:
    case plan::TypeKind::kObject:
    case plan::TypeKind::kDuration:
    case plan::TypeKind::kLevel:
      break;
  }
  GUERDON_UNREACHABLE();  // no attribute is a ratio
}

}  // namespace guerdon::reference
