// What a name or a text value may be: UTF-8 without control characters, so many bytes and no more.
//
// Bytes are compared as they are, never folded, trimmed or normalised; spaces are allowed. Control
// characters are Unicode's category Cc: U+0000-001F and U+007F-009F. UTF-8 is that of RFC 3629: no
// surrogates, nothing above U+10FFFF, shortest forms only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"

namespace guerdon::event {

enum class TextFault : uint8_t { kNone, kTooLong, kNotUtf8, kControlCharacter };

// Longer than bytes_max comes before what is inside; of the others, the leftmost decides.
TextFault check_text(std::string_view text, size_t bytes_max);

// Whether all bytes are printing ASCII characters or spaces: then, and only then, nothing else of
// UTF-8 needs a look. Most texts are.
inline bool is_plain_text(std::string_view text);

// At most bytes_max bytes of `text` for a person to read: control characters, backslashes and what
// is no UTF-8 as \xNN, three dots where something was cut off.
std::string printable(std::string_view text, size_t bytes_max);

// "a, b, c and 4 more": the first eight.
std::string listed(const std::vector<std::string>& names);

// ---- Eight characters at once: a word is a row of eight bytes.
//
// A byte of plain text is 0x20..0x7e. Any other shows a high bit in (row | row - 0x20.. | row +
// 0x01..): a control character by borrowing, 0x7f by carrying, the rest by itself. Only a byte that
// is bad by itself borrows or carries, so a row of plain bytes is never misjudged.
namespace text_rows {

inline constexpr uint64_t kOnes = 0x0101010101010101;

constexpr uint64_t not_plain(uint64_t row) {
  return (row | (row - kOnes * 0x20) | (row + kOnes)) & (kOnes * 0x80);
}

}  // namespace text_rows

// Rows may overlap: looking twice at a byte does no harm.
inline bool is_plain_text(std::string_view text) {
  const char* p = text.data();
  const size_t n = text.size();
  if (n >= 8) {
    uint64_t bad = text_rows::not_plain(base::load<uint64_t>(p + n - 8));
    for (size_t i = 0; i + 8 < n; i += 8) {
      bad |= text_rows::not_plain(base::load<uint64_t>(p + i));
    }
    return bad == 0;
  }
  if (n >= 4) {
    const uint64_t row = base::load<uint32_t>(p) << 32 | base::load<uint32_t>(p + n - 4);
    return text_rows::not_plain(row) == 0;
  }
  uint64_t row = text_rows::kOnes * ' ';
  for (size_t i = 0; i < n; ++i) row = row << 8 | base::load<uint8_t>(p + i);
  return text_rows::not_plain(row) == 0;
}

}  // namespace guerdon::event
