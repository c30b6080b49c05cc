// Any bytes as those of a connection: the parser of requests and its slow twin agree, and where the
// bytes are cut does not show.
//
// Byte 0x0e stands for 16 KiB of 'a' and byte 0x0f for 65,000 of 'b', so that short inputs come
// past the longest line and the longest bulk.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "tests/unit/net/request_cases.h"

namespace {

using guerdon::net::slow::Outcome;

// Most texts stay short, for speed: only who names a bulk of about a mebibyte gets so many bytes,
// and only short ones are given byte by byte.
constexpr size_t kTextMax = 200'000;
constexpr size_t kTextOfABatchMax = 1'200'000;
constexpr std::string_view kMebibyte = "10485";
constexpr size_t kByBytesMax = 5'000;

std::string expand(std::string_view bytes) {
  const bool has_batch = bytes.find(kMebibyte) != std::string_view::npos;
  const size_t size_max = has_batch ? kTextOfABatchMax : kTextMax;
  std::string text;
  for (const char c : bytes) {
    if (text.size() > size_max) break;
    if (c == '\x0e') {
      text.append(16 * 1024, 'a');
    } else if (c == '\x0f') {
      text.append(65'000, 'b');
    } else {
      text.push_back(c);
    }
  }
  return text;
}

void demand_equal(const std::vector<Outcome>& expected, const std::vector<Outcome>& actual,
                  const char* how) {
  const std::string difference = guerdon::net::difference(expected, actual);
  if (difference.empty()) return;
  std::fprintf(stderr, "%s: %s\n", how, difference.c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = expand({reinterpret_cast<const char*>(data), size});
  const auto expected = guerdon::net::slow::read_requests(text, guerdon::net::kLongWord);
  demand_equal(expected, guerdon::net::parse_whole(text), "whole");
  if (text.size() <= kByBytesMax) {
    demand_equal(expected, guerdon::net::parse_by_bytes(text), "byte by byte");
  }
  const auto cuts = guerdon::net::draw_cuts(text.size(), 12, guerdon::base::hash64(text));
  demand_equal(expected, guerdon::net::parse_in_pieces(text, cuts), "in pieces");
  return 0;
}
