#include "tools/cli/answer.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::cli {
namespace {

using net::ReplyKind;
using net::ReplyPart;

size_t items_of(const ReplyPart& part) {
  if (part.kind == ReplyKind::kArray) return static_cast<size_t>(part.number);
  return part.kind == ReplyKind::kMap ? 2 * static_cast<size_t>(part.number) : 0;
}

// Takes one answer from the front. False where it is too deep.
bool take(std::span<const ReplyPart>* parts, size_t depth, Answer* to) {
  GUERDON_ASSERT(!parts->empty());
  if (depth > kDepthMax) return false;
  const ReplyPart& part = parts->front();
  *parts = parts->subspan(1);
  to->kind = part.kind;
  to->text = part.text;
  const bool is_number = part.kind == ReplyKind::kInteger || part.kind == ReplyKind::kBoolean;
  if (is_number) to->number = part.number;
  to->items.resize(items_of(part));
  return std::all_of(to->items.begin(), to->items.end(),
                     [&](Answer& item) { return take(parts, depth + 1, &item); });
}

}  // namespace

std::optional<Answer> answer_of(std::span<const ReplyPart> parts) {
  Answer answer;
  if (!take(&parts, 0, &answer)) return std::nullopt;
  GUERDON_ASSERT(parts.empty());
  return answer;
}

const Answer* find_value(const Answer& map, std::string_view key) {
  if (!map.is_map()) return nullptr;
  for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
    if (map.items[i].is_scalar() && map.items[i].text == key) return &map.items[i + 1];
  }
  return nullptr;
}

std::string text_under(const Answer& map, std::string_view key) {
  const Answer* const value = find_value(map, key);
  if (value == nullptr || value->kind == net::ReplyKind::kNull) return "";
  return value->kind == net::ReplyKind::kInteger ? std::to_string(value->number) : value->text;
}

ErrorWords error_words(const Answer& error) {
  GUERDON_ASSERT(error.is_error());
  const std::string_view text = error.text;
  const size_t space = std::min(text.find(' '), text.size());
  return {text.substr(0, space), text.substr(std::min(space + 1, text.size()))};
}

}  // namespace guerdon::cli
