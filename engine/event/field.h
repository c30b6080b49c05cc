// Values: text in, slot value out, and the lines of an event. What is wrong is a Reason; *value is
// then unspecified.
//
// Empty text never comes here: an empty field is a missing attribute. Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/digits.h"
#include "engine/event/refusal.h"
#include "engine/event/schema.h"
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

// ---- Lines of an event ----
//
// Such as what an order holds:
//
//   lines=A7:2:19.90;B1:1:4.00:reward+shipping
//
//   list := ";" | line {";" line} [";"]
//   line := field {":" field} [":" [flag {"+" flag}]]
//   flag := "reward" | "shipping" | "paid_with_points"
//
// A list of ";" has no lines. Each line has all fields that its type declares (TypeSchema::lines),
// in their order; an empty one is missing. No field has ":" or ";" in it. Over all lines the
// magnitudes of one field stay within what an amount or a count may be, so no sum of them
// overflows. Texts are views into the list.

inline constexpr int kLinesMax = 256;
// Of a list. A job of kBatchRecordsMax records, each as large as can be, fits the smallest segment
// of a log.
inline constexpr size_t kLinesBytesMax = 6 * 1024;

struct Line {
  std::array<int64_t, kLineFieldsMax> values;          // amounts in minor units, counts
  std::array<std::string_view, kLineFieldsMax> texts;  // of fields of kind kText
  uint64_t present = 0;                                // a bit a field
  bool has_flag = false;
};

// Where a list is wrong, from 1; field 0: the line as a whole.
struct LineFault {
  Reason reason = Reason::kEmpty;
  uint16_t line = 0;
  uint16_t field = 0;
  std::string_view text;  // what is wrong
  uint32_t limit = 0;     // as in Refusal
};

// Line by line.
class LineReader {
 public:
  LineReader(std::string_view list, const LineFields& fields);

  // False: there is no further line, or fault().
  bool next(Line& line);
  const std::optional<LineFault>& fault() const { return fault_; }
  uint16_t number() const { return number_; }  // of the line read last, from 1

 private:
  bool read_field(std::string_view text, size_t field, Line& line);
  bool read_flags(std::string_view text, Line& line);
  bool fail(Reason reason, size_t field, std::string_view text, uint32_t limit = 0);

  std::string_view rest_;
  const LineFields& fields_;
  uint16_t number_ = 0;
  std::optional<LineFault> fault_;
};

// What is wrong with a list, its sums included. Nothing: it can be read to its end.
std::optional<LineFault> check_lines(std::string_view list, const LineFields& fields);

}  // namespace guerdon::event
