// Any bytes as the rows of a trace: the parser and its slow twin agree, and where the bytes are cut
// into pieces does not show.
//
// Input: byte 0 chooses the header; the rest is the text, in which byte 1 stands for 16 KiB of 'a'
// and byte 2 for 65,000 of 'b', so that short inputs come past the longest row.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/hash.h"
#include "tests/unit/feed/csv_cases.h"

namespace {

using guerdon::event::slow::Event;

constexpr size_t kTextMax = 200'000;

std::string expand(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (text.size() > kTextMax) break;
    if (c == '\x01') {
      text.append(16 * 1024, 'a');
    } else if (c == '\x02') {
      text.append(65'000, 'b');
    } else {
      text.push_back(c);
    }
  }
  return text;
}

void demand_equal(const std::vector<Event>& expected, const std::vector<Event>& actual,
                  const char* what) {
  if (expected == actual) return;
  std::fprintf(stderr, "%s: %zu events, expected %zu\n", what, actual.size(), expected.size());
  for (size_t i = 0; i < expected.size() || i < actual.size(); ++i) {
    const std::string want =
        i < expected.size() ? guerdon::event::to_string(expected[i]) : "nothing";
    const std::string got = i < actual.size() ? guerdon::event::to_string(actual[i]) : "nothing";
    if (want == got) continue;
    std::fprintf(stderr, "  expected %s\n  actual   %s\n", want.c_str(), got.c_str());
    break;
  }
  std::abort();
}

// Up to eight places to cut, drawn from the text itself: the same input always does the same.
std::vector<size_t> draw_cuts(std::string_view text, uint64_t seed) {
  std::vector<size_t> cuts;
  size_t at = 0;
  for (int i = 0; i < 8; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    at += (seed >> 33) % (text.size() / 4 + 2);
    if (at > text.size()) break;
    cuts.push_back(at);
  }
  return cuts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const auto kSchema = guerdon::event::example_schema();
  const auto headers = guerdon::event::example_headers();
  const std::string_view header = headers[data[0] % headers.size()];
  const std::string text = expand({reinterpret_cast<const char*>(data) + 1, size - 1});
  const uint64_t seed = guerdon::base::hash64(text);

  const auto expected = guerdon::event::slow::parse(kSchema, std::string(guerdon::event::kSource),
                                                    guerdon::event::split_names(header), text);
  demand_equal(expected, guerdon::event::parse_whole(kSchema, header, text), "whole");
  const auto cuts = draw_cuts(text, seed);
  demand_equal(expected, guerdon::event::parse_in_pieces(kSchema, header, text, cuts, 1 + seed % 5),
               "in pieces");
  return 0;
}
