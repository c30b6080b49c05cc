#include "engine/event/text_rules.h"

#include <algorithm>

namespace guerdon::event {
namespace {

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
  return is_plain_text(text) ? TextFault::kNone : check_characters(text);
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

std::string listed(const std::vector<std::string>& names) {
  constexpr size_t kListedMax = 8;
  std::string list;
  for (size_t i = 0; i < std::min(names.size(), kListedMax); ++i) {
    list.append(i == 0 ? "" : ", ").append(names[i]);
  }
  if (names.size() > kListedMax)
    list += " and " + std::to_string(names.size() - kListedMax) + " more";
  return list;
}

}  // namespace guerdon::event
