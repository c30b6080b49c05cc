#include "engine/event/text_rules.h"

#include <cstring>

namespace guerdon::event {
namespace {

// ---- Eight characters at once: a word is a row of eight bytes.
//
// A byte of plain text is 0x20..0x7e. Any other shows a high bit in (row | row - 0x20.. | row +
// 0x01..): a control character by borrowing, 0x7f by carrying, the rest by itself. Only a byte that
// is bad by itself borrows or carries, so a row of plain bytes is never misjudged.
constexpr uint64_t kOnes = 0x0101010101010101;
constexpr uint64_t kHighBits = kOnes * 0x80;

uint64_t not_plain(uint64_t row) {
  return (row | (row - kOnes * 0x20) | (row + kOnes)) & kHighBits;
}

uint64_t load8(const char* p) {
  uint64_t row;
  std::memcpy(&row, p, sizeof row);
  return row;
}

uint32_t load4(const char* p) {
  uint32_t row;
  std::memcpy(&row, p, sizeof row);
  return row;
}

// Rows may overlap: looking twice at a byte does no harm.
bool is_plain(std::string_view text) {
  const char* p = text.data();
  const size_t n = text.size();
  if (n >= 8) {
    uint64_t bad = not_plain(load8(p + n - 8));
    for (size_t i = 0; i + 8 < n; i += 8) bad |= not_plain(load8(p + i));
    return bad == 0;
  }
  if (n >= 4) return not_plain(uint64_t{load4(p)} << 32 | load4(p + n - 4)) == 0;
  uint64_t row = kOnes * ' ';
  for (size_t i = 0; i < n; ++i) row = row << 8 | static_cast<unsigned char>(p[i]);
  return not_plain(row) == 0;
}

// ---- Character by character.

struct Character {
  uint32_t code = 0;
  int bytes = 0;  // 0: not UTF-8
};

bool is_continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

// The character at the front. REQUIRES: !text.empty().
//
//   0xxxxxxx                             U+0000..007F
//   110xxxxx 10xxxxxx                    U+0080..07FF
//   1110xxxx 10xxxxxx 10xxxxxx           U+0800..FFFF, without the surrogates U+D800..DFFF
//   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx  U+10000..10FFFF
Character front_character(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  const int bytes = first >= 0xf8   ? 0
                    : first >= 0xf0 ? 4
                    : first >= 0xe0 ? 3
                    : first >= 0xc0 ? 2
                                    : 0;
  if (bytes == 0 || text.size() < static_cast<size_t>(bytes)) return {};
  uint32_t code = first & (0x7fu >> bytes);
  for (int i = 1; i < bytes; ++i) {
    const auto next = static_cast<unsigned char>(text[static_cast<size_t>(i)]);
    if (!is_continuation(next)) return {};
    code = code << 6 | (next & 0x3fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[bytes] || code > 0x10ffff) return {};
  if (code >= 0xd800 && code <= 0xdfff) return {};
  return {code, bytes};
}

bool is_control(uint32_t code) { return code < 0x20 || (code >= 0x7f && code <= 0x9f); }

[[gnu::noinline]] TextFault check_characters(std::string_view text) {
  while (!text.empty()) {
    const Character c = front_character(text);
    if (c.bytes == 0) return TextFault::kNotUtf8;
    if (is_control(c.code)) return TextFault::kControlCharacter;
    text.remove_prefix(static_cast<size_t>(c.bytes));
  }
  return TextFault::kNone;
}

void put_escaped(std::string* out, std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out->append({'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]});
  }
}

}  // namespace

TextFault check_text(std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) return TextFault::kTooLong;
  return is_plain(text) ? TextFault::kNone : check_characters(text);
}

std::string printable(std::string_view text, size_t bytes_max) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const Character c = front_character(text.substr(at));
    const size_t bytes = c.bytes == 0 ? 1 : static_cast<size_t>(c.bytes);
    if (at + bytes > bytes_max) break;
    const bool escaped = c.bytes == 0 || is_control(c.code) || c.code == '\\';
    const std::string_view shown = text.substr(at, bytes);
    if (escaped) {
      put_escaped(&out, shown);
    } else {
      out.append(shown);
    }
    at += bytes;
  }
  if (at < text.size()) out.append("...");
  return out;
}

}  // namespace guerdon::event
