// An answer of the server as a tree that owns its texts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/net/reply_reader.h"

namespace guerdon::cli {

// Arrays in arrays: nothing that a person can read goes deeper.
inline constexpr size_t kDepthMax = 32;

struct Answer {
  net::ReplyKind kind = net::ReplyKind::kNull;
  int64_t number = 0;         // kInteger; kBoolean: 0 or 1
  std::string text;           // kStatus, kError, kBulk
  std::vector<Answer> items;  // kArray: what is in it; kMap: keys and values by turns

  bool is_error() const { return kind == net::ReplyKind::kError; }
  bool is_array() const { return kind == net::ReplyKind::kArray; }
  bool is_map() const { return kind == net::ReplyKind::kMap; }
  bool is_scalar() const { return !is_array() && !is_map(); }
};

// Nothing where it is nested deeper than kDepthMax. REQUIRES: the parts of one whole reply.
std::optional<Answer> answer_of(std::span<const net::ReplyPart> parts);

// The value behind this key of a map; null where there is none, or where it is no map.
const Answer* find_value(const Answer& map, std::string_view key);
// That value in words; "" where there is nothing, or a null.
std::string text_under(const Answer& map, std::string_view key);

// `INVALID word 3: ...` in its two halves; a sentence may be empty.
struct ErrorWords {
  std::string_view code;
  std::string_view sentence;
};
// Views into the answer. REQUIRES: error.is_error().
ErrorWords error_words(const Answer& error);

}  // namespace guerdon::cli
