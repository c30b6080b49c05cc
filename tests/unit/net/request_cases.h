// What the tests of requests and the fuzz target share: the parser's outcomes in the form of its
// slow twin, and texts cut in every way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/net/slow_request.h"

namespace guerdon::net {

inline constexpr std::string_view kLongWord = "BATCH";

// The parser's outcomes of `bytes`, given in pieces that end at `cuts` (ascending, within the
// bytes) and at their end. Each input is a copy of its own without a byte behind it, so that a
// reader of what lies there is found by the address sanitizer. What was not consumed is given
// again.
std::vector<slow::Outcome> parse_in_pieces(std::string_view bytes, std::span<const size_t> cuts);
std::vector<slow::Outcome> parse_whole(std::string_view bytes);

// One byte after the other, without copies: for long bytes.
std::vector<slow::Outcome> parse_by_bytes(std::string_view bytes);

// Up to `count` places to cut, drawn from the seed.
std::vector<size_t> draw_cuts(size_t size, size_t count, uint64_t seed);

// The same outcomes? Otherwise what differs first, for a message.
std::string difference(const std::vector<slow::Outcome>& expected,
                       const std::vector<slow::Outcome>& actual);

// A request as clients of Redis send it.
std::string array_of(const std::vector<std::string>& words);

}  // namespace guerdon::net
