#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "engine/runtime/core.h"

// A core that is asked in words, as a server asks it, one after the other.

namespace guerdon::booked {

using Words = std::vector<std::string>;
using Balances = std::map<std::tuple<std::string, std::string>, int64_t>;  // by account and unit

// An EVENT or a command of the source "test": its code, as it is answered.
std::string send(runtime::Core& core, const Words& words);
// Without the corrections that it may ask for.
bool publish(runtime::Core& core, const std::string& text, std::string* error);
Balances balances_of(const runtime::Core& core);

}  // namespace guerdon::booked
