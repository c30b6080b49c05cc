#include "engine/feed/source.h"

#include "engine/base/bytes.h"
#include "engine/event/schema.h"
#include "engine/event/text_rules.h"
#include "engine/feed/problem.h"

namespace guerdon::event {

namespace {}

EventFault fault_at(Outcome outcome, size_t word, std::string_view name,
                    std::string_view sentence) {
  EventFault fault{outcome, "word " + std::to_string(word + 1)};
  if (!name.empty()) fault.sentence += ", " + printable(name, kExcerptShownMax);
  fault.sentence.append(": ").append(sentence);
  return fault;
}

EventFault fault_at(Reason reason, size_t word, std::string_view name, std::string_view value,
                    uint32_t limit, uint16_t line, uint16_t part) {
  Refusal refusal;
  refusal.reason = reason;
  refusal.bytes = static_cast<uint32_t>(value.size());
  refusal.limit = limit;
  refusal.line = line;
  refusal.part = part;
  return fault_at(outcome_of(reason), word, name,
                  explain(refusal, value.substr(0, kExcerptKeptMax)));
}

const Source* named_source(std::string_view text, std::optional<Source>& other) {
  if (other && base::is_same(other->name(), text)) return &*other;
  if (!is_source_name(text)) return nullptr;
  return &other.emplace(text);
}

std::string wrong_source(std::string_view text) {
  return printable(text, kExcerptShownMax) + " is no name of a source; write 1 to " +
         std::to_string(kIdBytesMax) + " of A-Z a-z 0-9 . _ -";
}

}  // namespace guerdon::event
