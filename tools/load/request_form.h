// Requests as bytes, in the two forms that the server takes.
//
//   EVENT order o-17 time=2026-03-01T10:00:00Z account="Jane Doe" amount=12.50 LF
//   *6 CR LF $5 CR LF EVENT CR LF $5 CR LF order CR LF ...
//
// A value is quoted only where it must be, so that the usual line stays the short one that the
// server reads fastest. Every byte comes back as it was: control characters go as escapes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "tools/load/wire_event.h"

namespace guerdon::load {

enum class SendForm : uint8_t {
  kLines,  // a line an event, a reply each
  kResp,   // an array of bulk strings an event, a reply each
  kBatch,  // BATCH n and n lines, a reply a batch
};

// With its line end.
void append_event_line(const WireEvent& event, std::string* out);
void append_event_array(const WireEvent& event, std::string* out);

// Any other request. REQUIRES: the words need no quotes.
void append_request(SendForm form, std::initializer_list<std::string_view> words, std::string* out);

}  // namespace guerdon::load
