#pragma once

#include <string>
#include <string_view>

#include "engine/plan/checked.h"
#include "tests/reference/value.h"

// Values as they stand on the wire.

namespace guerdon::reference {

// "" for 1 to `max_bytes` bytes of UTF-8 without control characters (Unicode's category Cc); else
// the code of the refusal, TOOLONG or INVALID.
std::string check_text(std::string_view text, size_t max_bytes);

inline constexpr size_t kIdBytesMax = 64;
inline constexpr size_t kTextBytesMax = 128;

// Reads `text`, which is not empty, as a value of this attribute. Returns "" and sets *value, or
// the code of the refusal: INVALID or OVERFLOW.
std::string parse_value(const plan::Plan& plan, const plan::Attribute& attribute,
                        std::string_view text, Value* value);

}  // namespace guerdon::reference
