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
// that the server refuses as soon as it sees its number. That is the framing of the protocol, and
// the only command whose name the client has to know.
size_t lines_to_follow(std::string_view line);

// The words as they are, as a RESP array.
std::string array_of(std::span<const std::string> words);

}  // namespace guerdon::cli
