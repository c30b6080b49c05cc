// The parser against its slow twin, over bytes made of the pieces that matter, cut anywhere.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/net/request_cases.h"

namespace guerdon::net {
namespace {

class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed) {}
  size_t below(size_t n) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return (state_ >> 33) % n;
  }
  bool one_in(size_t n) { return below(n) == 0; }

 private:
  uint64_t state_;
};

const std::string_view kWords[] = {
    "EVENT",
    "purchase",
    "7",
    "account=17850",
    "amount=15.30",
    "note=\"two words\"",
    "\"\"",
    "\"a\\\"b\\\\c\"",
    "x=\"\\n\\r\\t\\x41\\xfF\"",
    "Z\xc3\xbcrich",
    "\xff\x80",
    "back\\slash",
    "*2",
    "$4",
    "BATCH",
    "a-word-of-more-than-sixty-four-bytes,-so-that-it-crosses-a-mask's-end"};

const std::string_view kBroken[] = {"\"",      "\"a\"b",  "\"\\q\"", "\"\\x4\"", "\"\\",
                                    "\t",      "\r",      "\x7f",    "a\x01",    "\"a\"\"b\"",
                                    "\"\\x\"", "\"\\xg0", "in\"side"};

std::string draw_line(Draw* draw) {
  std::string line;
  if (draw->one_in(30)) return draw->one_in(2) ? "GET / HTTP/1.1\r\n" : "host: a\n";
  const size_t words = draw->one_in(40) ? 60 + draw->below(8) : draw->below(12);
  for (size_t i = 0; i < words; ++i) {
    if (i != 0 || draw->one_in(8)) line.append(draw->one_in(6) ? 1 + draw->below(3) : 1, ' ');
    line += draw->one_in(60) ? kBroken[draw->below(std::size(kBroken))]
                             : kWords[draw->below(std::size(kWords))];
  }
  if (draw->one_in(8)) line += ' ';
  return line + (draw->one_in(3) ? "\r\n" : "\n");
}

std::string draw_array(Draw* draw) {
  std::vector<std::string> words;
  const size_t count = draw->one_in(20) ? 60 + draw->below(8) : draw->below(6);
  if (draw->one_in(10)) words.emplace_back(draw->one_in(2) ? "batch" : "Batch");
  while (words.size() < count) {
    words.emplace_back(kWords[draw->below(std::size(kWords))]);
    if (draw->one_in(40)) words.back() = "with\r\nline ends\n";
  }
  std::string text = array_of(words);
  if (draw->one_in(12)) text[draw->below(text.size())] = "*$-\r\n019x"[draw->below(9)];
  if (draw->one_in(30)) text = "*-1\r\n";
  return text;
}

// Lines and words about as long as they may be.
std::string draw_long(Draw* draw) {
  const size_t size = (size_t{64} << 10) - 4 + draw->below(8);
  const std::string text(size, draw->one_in(4) ? ' ' : 'w');
  switch (draw->below(5)) {
    case 0:
      return text + (draw->one_in(2) ? "\r\n" : "\n");
    case 1:
      return array_of({text});
    case 2:
      return array_of({"GETS", text});
    case 3:
      return array_of({"batch", std::string((size_t{1} << 20) - 2 + draw->below(4), 'b'), text});
    default:
      return "POST " + text + "\n";
  }
}

std::string draw_bytes(Draw* draw, bool may_be_long) {
  std::string bytes;
  for (size_t requests = draw->below(12); requests > 0; --requests) {
    bytes += draw->one_in(3) ? draw_array(draw) : draw_line(draw);
    if (may_be_long && draw->one_in(3)) bytes += draw_long(draw);
  }
  if (draw->one_in(10) && !bytes.empty()) bytes.resize(draw->below(bytes.size()));
  if (draw->one_in(20)) bytes += static_cast<char>(draw->below(256));
  return bytes;
}

TEST(RequestTwinTest, AgreesOnDrawnRequests) {
  size_t requests = 0;
  size_t errors = 0;
  size_t closed = 0;
  for (uint64_t seed = 1; seed <= 20'000; ++seed) {
    Draw draw(seed);
    const std::string bytes = draw_bytes(&draw, false);
    const auto expected = slow::read_requests(bytes, kLongWord);
    for (const slow::Outcome& outcome : expected) {
      ++(outcome.is_error ? errors : requests);
      if (outcome.is_error && outcome.error.closes()) ++closed;
    }
    ASSERT_EQ(difference(expected, parse_whole(bytes)), "") << "seed " << seed;
    ASSERT_EQ(difference(expected, parse_by_bytes(bytes)), "") << "seed " << seed;
    const auto cuts = draw_cuts(bytes.size(), 1 + draw.below(12), seed);
    ASSERT_EQ(difference(expected, parse_in_pieces(bytes, cuts)), "") << "seed " << seed;
  }
  // The draws say something only while they are of every sort.
  EXPECT_GT(requests, 50'000u);
  EXPECT_GT(errors, 5'000u);
  EXPECT_GT(closed, 1'000u);
}

TEST(RequestTwinTest, AgreesNearTheLimits) {
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    Draw draw(seed);
    const std::string bytes = draw_bytes(&draw, true);
    const auto expected = slow::read_requests(bytes, kLongWord);
    ASSERT_EQ(difference(expected, parse_whole(bytes)), "") << "seed " << seed;
    ASSERT_EQ(difference(expected, parse_by_bytes(bytes)), "") << "seed " << seed;
    const auto cuts = draw_cuts(bytes.size(), 40, seed);
    ASSERT_EQ(difference(expected, parse_in_pieces(bytes, cuts)), "") << "seed " << seed;
  }
}

TEST(RequestTwinTest, AgreesOnEveryByteAtEveryPlace) {
  for (const std::string& sound :
       {std::string("PING a=\"b c\\x41\" d\r\n"), array_of({"PING", "a b"})}) {
    for (size_t at = 0; at < sound.size(); ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string bytes = sound + "PING\n";
        bytes[at] = static_cast<char>(byte);
        const auto expected = slow::read_requests(bytes, kLongWord);
        ASSERT_EQ(difference(expected, parse_whole(bytes)), "") << at << " " << byte;
        ASSERT_EQ(difference(expected, parse_by_bytes(bytes)), "") << at << " " << byte;
      }
    }
  }
}

}  // namespace
}  // namespace guerdon::net
