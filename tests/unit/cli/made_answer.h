// Answers for tests, from the bytes that a server sends.
#pragma once

#include <string_view>

#include "tools/cli/answer.h"

namespace guerdon::cli {

// `bytes` is one whole reply, which may be written with LF where the wire has CR LF.
Answer made_answer(std::string_view bytes);

// The same from bytes that come in pieces of this size, each in memory of its own.
Answer made_in_pieces(std::string_view bytes, size_t piece);

}  // namespace guerdon::cli
