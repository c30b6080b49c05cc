// The slow twin of csv_row.h and csv_parser.h: one state machine a byte, strings for everything,
// and each rule of the page in csv_row.h and csv_parser.h written out once more, from the page.
//
// It takes the whole input at once and knows nothing of batches, indexes or layouts.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/outcome.h"
#include "engine/event/refusal.h"
#include "engine/event/schema.h"

namespace guerdon::event::slow {

struct Row {
  uint64_t line = 0;
  std::optional<Reason> fault;
  int column = 0;  // of the fault
  uint64_t bytes = 0;
  std::string near;
  std::vector<std::string> fields;
};

// Rows of everything behind the header line, the first of them on line 2.
std::vector<Row> cut_rows(std::string_view text, size_t columns);

struct Slot {
  int64_t number = 0;  // amount, count, flag
  std::string text;    // text, account

  bool operator==(const Slot&) const = default;
};

struct Event {
  uint64_t line = 0;
  int column = 0;
  Outcome outcome = Outcome::kOk;
  std::optional<Reason> reason;
  std::string near;
  uint64_t bytes = 0;
  uint32_t limit = 0;
  uint16_t type = kNoType;
  base::TimeMs occurred_at = 0;
  base::Hash128 key;
  uint64_t payload = 0;
  std::map<int, Slot> slots;  // those that are present

  bool operator==(const Event&) const = default;
};

// Events of the text behind the header; `columns` are the header's names.
std::vector<Event> parse(const Schema& schema, const std::string& source,
                         const std::vector<std::string>& columns, std::string_view text);

}  // namespace guerdon::event::slow
