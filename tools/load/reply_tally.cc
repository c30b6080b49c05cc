#include "tools/load/reply_tally.h"

#include <charconv>

#include "engine/event/text_rules.h"

namespace guerdon::load {
namespace {

using net::ReplyKind;
using net::ReplyPart;

constexpr size_t kSentenceShownMax = 240;
constexpr size_t kCodeShownMax = 32;

// The number behind the last space; 0 where there is none.
uint64_t last_number(std::string_view text) {
  uint64_t number = 0;
  const char* const from = text.data() + text.rfind(' ') + 1;
  const auto [end, error] = std::from_chars(from, text.data() + text.size(), number);
  return error == std::errc() ? number : 0;
}

// -1 where there is none.
int64_t integer_of(std::span<const ReplyPart> reply, std::string_view name) {
  const ReplyPart* const value = net::find_value(reply, name);
  return value != nullptr && value->kind == ReplyKind::kInteger ? value->number : -1;
}

}  // namespace

bool ReplyTally::take(std::span<const ReplyPart> reply, const Request& request,
                      std::string_view bytes) {
  ++requests;
  const ReplyPart& part = reply.front();
  switch (part.kind) {
    case ReplyKind::kStatus:
      return take_status(part.text, request);
    case ReplyKind::kError:
      if (request.events == 0) return false;
      refuse(part.text, request.events, bytes, 0);
      return true;
    case ReplyKind::kArray:
      return take_batch(reply, request, bytes);
    default:
      return false;
  }
}

bool ReplyTally::take_status(std::string_view text, const Request& request) {
  if (request.events == 0) return text == "OK";
  if (request.events != 1) return false;
  if (text.starts_with("OK ")) {
    ++accepted;
    entries += last_number(text);
    return true;
  }
  if (!text.starts_with("DUP ")) return false;
  ++duplicates;
  return true;
}

bool ReplyTally::take_batch(std::span<const ReplyPart> reply, const Request& request,
                            std::string_view bytes) {
  const int64_t taken = integer_of(reply, "accepted");
  const int64_t known = integer_of(reply, "duplicates");
  if (taken < 0 || known < 0) return false;
  const uint64_t before = answered();
  accepted += static_cast<uint64_t>(taken);
  duplicates += static_cast<uint64_t>(known);
  const ReplyPart* const errors = net::find_value(reply, "errors");
  if (errors == nullptr || errors->kind != ReplyKind::kArray) return false;
  for (int64_t i = 1; i <= errors->number; ++i) {
    if (!take_batch_error(errors[i].text, bytes)) return false;
  }
  return answered() - before == request.events;
}

// `3 INVALID word 4 ...`
bool ReplyTally::take_batch_error(std::string_view text, std::string_view bytes) {
  uint64_t line = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), line);
  const auto digits = static_cast<size_t>(end - text.data());
  if (error != std::errc() || digits + 1 >= text.size()) return false;
  refuse(text.substr(digits + 1), 1, bytes, line);
  return true;
}

void ReplyTally::refuse(std::string_view text, uint64_t events, std::string_view bytes,
                        uint64_t line) {
  refused += events;
  const std::string_view code = text.substr(0, text.find(' '));
  refused_by_code[event::printable(code, kCodeShownMax)] += events;
  if (sentences.size() == kSentencesMax) return;
  sentences.push_back(event_name(bytes, line) + ": " + event::printable(text, kSentenceShownMax));
}

}  // namespace guerdon::load
