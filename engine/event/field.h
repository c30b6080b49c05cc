// Single values: text in, slot value out. What is wrong is a Reason; *value is then unspecified.
//
// Empty text never comes here: an empty field is a missing attribute. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/digits.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/money/limits.h"

namespace guerdon::event {

// A decimal, in minor units of the scale. Finer than the scale is refused, not rounded.
std::optional<Reason> read_amount(std::string_view text, int scale, bool is_signed, int64_t* value);

// [-]digits, at most money::kCountMax. Zeros may lead.
static_assert(money::kCountMax > 99'999'999, "eight digits are always a count");
std::optional<Reason> read_any_count(std::string_view text, bool is_signed, int64_t* value);
inline std::optional<Reason> read_count(std::string_view text, bool is_signed, int64_t* value) {
  const size_t n = text.size();
  if (n == 0 || n > 8) return read_any_count(text, is_signed, value);
  const uint64_t digits = base::digits_of(text.data(), n);
  if (base::not_digits(digits) != 0) return read_any_count(text, is_signed, value);
  *value = static_cast<int64_t>(base::number_of(digits));
  return std::nullopt;
}

// Exactly `true` or `false`.
std::optional<Reason> read_flag(std::string_view text, int64_t* value);

// Whether it may be a text, a name or an id: see text_rules.h.
std::optional<Reason> text_fault(std::string_view text, size_t bytes_max);
inline std::optional<Reason> read_text(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max && is_plain_text(text)) return std::nullopt;
  return text_fault(text, bytes_max);
}

}  // namespace guerdon::event
