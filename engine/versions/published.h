// The versions of all plans that a program goes by, and where in the log each is.
//
// Thread-safety: free functions over what does not change.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/calendar/period.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// Views into the program.
struct PublishedVersion {
  std::string_view plan;
  std::string_view text;
  int64_t number = 1;
  calendar::TimeMs from = calendar::kTimeBeginning;  // of the first one: since ever
  uint64_t lsn = 0;                                  // of its PLAN record
};

// Plan by plan, ascending.
std::vector<PublishedVersion> published_versions(const Program& program);

// The LSN of this text, byte for byte. Nothing: it was not published.
std::optional<uint64_t> lsn_of_text(const Program& program, std::string_view text);

}  // namespace guerdon::plan
