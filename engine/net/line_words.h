// Cuts one line of a request into words.
//
//   line = *SP [word *(1*SP word)] *SP
//   word = 1*plain | *plain quoted                 quotes may begin anywhere, and end the word
//   quoted = DQUOTE *(any byte but " \ | escape) DQUOTE
//   escape = \" | \\ | \n | \r | \t | \x 2HEX
//
// plain is any byte but space, quote and control characters (below 0x20, and 0x7f); those are
// refused everywhere, also between quotes. A backslash outside quotes is itself. Whether the bytes
// are UTF-8 is asked by who uses the words.
//
//   EVENT purchase 7 account="Jane Doe"    ->    EVENT | purchase | 7 | account=Jane Doe
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "engine/net/request_error.h"

namespace guerdon::net {

// One that a line of a request cannot have, and a line of an answer does not.
constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

// Views into the line, or into the buffer of what was unescaped.
struct Words {
  std::array<std::string_view, kWordsMax + 1> views;  // one is room for writing ahead
  size_t count = 0;
};

// The usual line, line feed and all, if the text begins with one: no quote, no control character,
// no more than kWordsMax words. Gives the bytes of the line with its line end, 0 if it is not
// there whole or not usual; *words is then anything. A blank line has no words.
// Cost: 3 ns a word and 3 ns for each 16 bytes.
size_t cut_usual_line(std::string_view text, Words* words);

// Any line, without its line end. The first control character decides; else the leftmost fault.
// *unescaped is the buffer for words that are not in the line as they are; it must stay as long as
// the words are used.
std::optional<RequestError> cut_line(std::string_view line, std::string* unescaped, Words* words);

// Whether a line without its line feed is passed over between requests: it has no words, and
// nothing that would be refused.
bool is_blank_line(std::string_view line);

}  // namespace guerdon::net
