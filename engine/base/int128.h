#pragma once

#include <string>

// The 128-bit integers in which products of amounts are exact. They are a compiler extension; this
// is the only place that spells it.

namespace guerdon::base {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

// Decimal digits with a leading '-' where negative; exact over the whole range.
std::string to_string(Int128 value);

}  // namespace guerdon::base
