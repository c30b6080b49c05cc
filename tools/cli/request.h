// What a person or a file says, as the bytes of a request.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace guerdon::cli {

// A line without its line end that asks for nothing: the server passes over it.
bool is_blank(std::string_view line);

// `BATCH n`: so many lines that follow belong to the request. 0 for any other line, and for a batch
// that the server refuses as soon as it sees its number. That is the framing of the protocol; of
// the commands the client has to know this one and SUBSCRIBE by name.
size_t lines_to_follow(std::string_view line);

// Whether a whole request, a line or an array, would have the server send what is not asked for.
bool is_subscription(std::string_view request);

// The words as they are, as a RESP array.
std::string array_of(std::span<const std::string> words);

}  // namespace guerdon::cli
