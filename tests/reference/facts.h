// What commands said, as the slow twin keeps it: texts, and when they hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"

namespace guerdon::reference {

using base::TimeMs;

// What a command said of an account; the last that holds at an instant is what is known then.
struct Known {
  std::string account;
  std::string attribute;
  TimeMs from = 0;
  TimeMs until = 0;
  std::string value;
};

// The first bad value of an event, as sent.
struct Fault {
  size_t place = SIZE_MAX;  // in Event::values
  std::string code;         // empty: none
};

// What a TABLE said, as texts.
struct TableRow {
  std::string table;
  std::string column;
  std::vector<std::string> keys;
  std::optional<TimeMs> from;  // none: always
  std::string value;
};

}  // namespace guerdon::reference
