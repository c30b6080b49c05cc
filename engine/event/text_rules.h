// What a name or a text value may be: UTF-8 without control characters, so many bytes and no more.
//
// Bytes are compared as they are, never folded, trimmed or normalised; spaces are allowed. Control
// characters are Unicode's category Cc: U+0000-001F and U+007F-009F. UTF-8 is that of RFC 3629: no
// surrogates, nothing above U+10FFFF, shortest forms only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace guerdon::event {

enum class TextFault : uint8_t { kNone, kTooLong, kNotUtf8, kControlCharacter };

// Longer than bytes_max comes before what is inside; of the others, the leftmost decides.
TextFault check_text(std::string_view text, size_t bytes_max);

// At most bytes_max bytes of `text` for a person to read: control characters, backslashes and what
// is no UTF-8 as \xNN, three dots where something was cut off.
std::string printable(std::string_view text, size_t bytes_max);

}  // namespace guerdon::event
