#include "engine/syntax/source.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {
namespace {

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The number of bytes that a lead byte announces; 0 for a byte that begins nothing.
uint32_t announced_bytes(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

bool well_formed(char32_t value, uint32_t bytes) {
  if (bytes == 3 && value < 0x800) return false;    // overlong
  if (bytes == 4 && value < 0x10000) return false;  // overlong
  if (value >= 0xD800 && value <= 0xDFFF) return false;
  return value <= 0x10FFFF;
}

}  // namespace

Span join(Span a, Span b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

CodePoint code_point_at(std::string_view text, size_t offset) {
  GUERDON_ASSERT(offset < text.size());
  const auto lead = static_cast<unsigned char>(text[offset]);
  const uint32_t announced = announced_bytes(lead);
  uint32_t bytes = 1;
  // A stray continuation byte swallows the ones after it, so that garbage counts as one column.
  const uint32_t at_most = announced == 0 ? 4 : announced;
  char32_t value = announced == 1 ? lead : lead & (0x7FU >> announced);
  while (bytes < at_most && offset + bytes < text.size() && is_continuation(text[offset + bytes])) {
    value = (value << 6) | (static_cast<unsigned char>(text[offset + bytes]) & 0x3FU);
    ++bytes;
  }
  const bool valid = announced != 0 && bytes == announced && well_formed(value, bytes);
  return {value, bytes, valid};
}

bool is_hidden(char32_t c) {
  if (c == '\t') return false;
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069);
}

SourceText::SourceText(std::string name, std::string text)
    : name_(std::move(name)), text_(std::move(text)) {
  GUERDON_ASSERT(text_.size() < std::numeric_limits<uint32_t>::max());
  line_starts_.push_back(0);
  for (size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_starts_.push_back(static_cast<uint32_t>(i + 1));
  }
}

Position SourceText::position(uint32_t offset) const {
  GUERDON_ASSERT(offset <= text_.size());
  const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  Position position;
  position.line = static_cast<int>(after - line_starts_.begin());
  for (size_t at = *(after - 1); at < offset; ++position.column) {
    at += code_point_at(text_, at).bytes;
  }
  return position;
}

std::string_view SourceText::line(int line) const {
  GUERDON_ASSERT(line >= 1 && line <= lines());
  const uint32_t begin = line_start(line);
  const size_t end = line == lines() ? text_.size() : line_start(line + 1) - 1;
  std::string_view text = std::string_view(text_).substr(begin, end - begin);
  // A CR that no LF follows is a character of the line; the lexer refuses it.
  if (line != lines() && text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace guerdon::plan
