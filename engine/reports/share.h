// Percents of a report: a part of all, and a change, to whole percents, a half away from zero.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/int128.h"

namespace guerdon::reports {

// 29 of 31 are 94. Nothing: there are none at all. REQUIRES: part <= whole.
std::optional<int64_t> share_percent(uint64_t part, uint64_t whole);

// "94 %"; of nothing "nobody".
std::string share_in_words(std::optional<int64_t> percent);

// How much more a sum is than another, in percent of that one.
struct Change {
  std::optional<int64_t> percent;  // at most kPercentMax, of either sign
  std::string words;               // "+12 %", "-13 %", "0 %", or why there is none
};

// From 0 there is no percentage, and from below 0 none that says anything: "new" where there was
// nothing before, "none" where there is nothing in either, "from below zero".
Change change_from(base::Int128 before, base::Int128 now);

// What was paid, in percent of what it was paid for; at most kPercentMax, of either sign. Nothing:
// that is 0 or less.
std::optional<int64_t> cost_percent(base::Int128 paid, base::Int128 achieved);

}  // namespace guerdon::reports
