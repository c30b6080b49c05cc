// Where events and commands come from, and why one could not be read: what all readers of requests
// share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/event/identity.h"
#include "engine/event/outcome.h"
#include "engine/event/refusal.h"

namespace guerdon::event {

// Where events come from that do not say so themselves.
class Source {
 public:
  // REQUIRES: is_logged_source(name).
  explicit Source(std::string_view name) : name_(name), keys_(name) {}
  const std::string& name() const { return name_; }
  const KeyHasher& keys() const { return keys_; }

 private:
  std::string name_;
  KeyHasher keys_;
};

struct EventFault {
  Outcome outcome = Outcome::kInvalid;
  std::string sentence;  // "word 4, amount: 500.005 has more decimals than 2; write at most 2 ..."
};

// `word` from 0; the sentence counts from 1. `name`: of the value, or empty.
EventFault fault_at(Outcome outcome, size_t word, std::string_view name, std::string_view sentence);
// Of a value that is none. `limit`: what the reason wants named; `line` and `part`: as in Refusal.
EventFault fault_at(Reason reason, size_t word, std::string_view name, std::string_view value,
                    uint32_t limit, uint16_t line = 0, uint16_t part = 0);

// The source that a request names itself, `text`: nothing where that is no name of a source.
// `other` keeps the last.
const Source* named_source(std::string_view text, std::optional<Source>& other);
// "... is no name of a source; write 1 to 64 of A-Z a-z 0-9 . _ -"
std::string wrong_source(std::string_view text);

}  // namespace guerdon::event
