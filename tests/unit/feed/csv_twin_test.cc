// The parser against its slow twin, over texts made of the pieces that matter, cut anywhere.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/csv_row.h"
#include "tests/unit/feed/csv_cases.h"
#include "tests/unit/feed/slow_csv.h"

namespace guerdon::event {
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

// Good and bad fields for columns of every kind, and broken structure.
const std::string_view kPieces[] = {"1",
                                    "22",
                                    "0",
                                    "1291191960000",
                                    "2010-12-01T08:26:00Z",
                                    "2010-12-01 08:26:00.5+01:00",
                                    "purchase",
                                    "cancel",
                                    "odd",
                                    "other",
                                    "true",
                                    "false",
                                    "15.30",
                                    "-7",
                                    "1.2345",
                                    "abc def",
                                    "\"quoted\"",
                                    "\"with, comma\"",
                                    "\"with \"\"quotes\"\"\"",
                                    "\"two\nlines\"",
                                    "\"\"",
                                    "Z\xc3\xbcrich",
                                    "\xff",
                                    "\t",
                                    "\"",
                                    "\"open",
                                    "in\"side",
                                    "\"after\"x",
                                    "\"cr\"\r",
                                    "\r",
                                    "1000000001",
                                    "99999999999999999999",
                                    "a-name-of-more-than-sixteen-bytes",
                                    "a-name-of-more-than-thirty-two-bytes-in-all"};

std::string draw_field(Draw* draw) {
  if (draw->one_in(200)) return std::string(60 + draw->below(80), 'k');
  return std::string(kPieces[draw->below(std::size(kPieces))]);
}

// Mostly of the right number of fields, with sound ones where rows would else never be accepted.
std::string draw_row(Draw* draw, const std::vector<std::string>& columns) {
  const bool is_sound = !draw->one_in(4);
  const size_t fields = draw->one_in(12) ? draw->below(columns.size() + 3) : columns.size();
  std::string row;
  for (size_t i = 0; i < fields; ++i) {
    if (i != 0) row += ',';
    const std::string name = i < columns.size() ? columns[i] : "";
    if (is_sound && name == "event_id") {
      row += std::to_string(draw->below(1'000'000));
    } else if (is_sound && name == "time") {
      row += "2010-12-01T08:26:00Z";
    } else if (is_sound && name == "type") {
      row += draw->one_in(3) ? "cancel" : "purchase";
    } else if (is_sound && (name == "amount" || name == "qty")) {
      row += std::to_string(draw->below(100'000));
    } else if (is_sound && name == "gift") {
      row += "true";
    } else if (!draw->one_in(5)) {
      row += draw_field(draw);
    }
  }
  return row + (draw->one_in(3) ? "\r\n" : "\n");
}

std::vector<size_t> draw_cuts(Draw* draw, size_t size) {
  std::vector<size_t> cuts;
  size_t at = 0;
  while (cuts.size() < 12) {
    at += draw->below(size / 4 + 2);
    if (at > size) break;
    cuts.push_back(at);
  }
  return cuts;
}

void expect_equal(const std::vector<slow::Event>& expected, const std::vector<slow::Event>& actual,
                  uint64_t seed) {
  ASSERT_EQ(expected.size(), actual.size()) << "seed " << seed;
  for (size_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(to_string(expected[i]), to_string(actual[i])) << "seed " << seed << " event " << i;
  }
}

void compare(std::string_view header, const std::string& text, Draw* draw, uint64_t seed) {
  const Schema schema = example_schema();
  const auto expected = slow::parse(schema, std::string(kSource), split_names(header), text);
  expect_equal(expected, parse_whole(schema, header, text), seed);
  const std::vector<size_t> cuts = draw_cuts(draw, text.size());
  expect_equal(expected, parse_in_pieces(schema, header, text, cuts, 1 + draw->below(9)), seed);
}

TEST(CsvTwinTest, AgreesOnDrawnTexts) {
  size_t accepted = 0;
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    Draw draw(seed);
    const std::string_view header = example_headers()[draw.below(example_headers().size())];
    const auto columns = split_names(header);
    std::string text;
    for (size_t rows = draw.below(40); rows > 0; --rows) text += draw_row(&draw, columns);
    if (draw.one_in(3) && !text.empty()) text.resize(draw.below(text.size()));
    compare(header, text, &draw, seed);
    if (HasFatalFailure()) return;
    for (const slow::Event& e : parse_whole(example_schema(), header, text)) {
      accepted += e.outcome == Outcome::kOk ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 10'000u);  // the draw reaches more than refusals
}

TEST(CsvTwinTest, AgreesOnEveryShortTextOfDelimiters) {
  constexpr std::string_view kBytes = "a,\"\n\r";
  const Schema schema = example_schema();
  const std::string_view header = example_headers()[1];
  for (size_t length = 0; length <= 6; ++length) {
    size_t texts = 1;
    for (size_t i = 0; i < length; ++i) texts *= kBytes.size();
    for (size_t n = 0; n < texts; ++n) {
      std::string text;
      for (size_t i = 0, rest = n; i < length; ++i, rest /= kBytes.size()) {
        text.push_back(kBytes[rest % kBytes.size()]);
      }
      const auto expected = slow::parse(schema, std::string(kSource), split_names(header), text);
      expect_equal(expected, parse_whole(schema, header, text), n);
      const size_t cuts[] = {length / 3, length - length / 3};
      expect_equal(expected, parse_in_pieces(schema, header, text, cuts, 1), n);
      if (HasFatalFailure()) return;
    }
  }
}

// Rows whose deciding byte is just within or just beyond the longest row.
TEST(CsvTwinTest, AgreesAtTheLongestRow) {
  const std::string_view header = example_headers()[1];
  const std::string_view tails[] = {"\n",        "\r\n",      "\"\n",   "\"\r\n",  "\",b,c\n",
                                    "\"x\n",     "\"\r",      "\"",     "",        "\"\"\n",
                                    "\"\"\",\n", ",\"a\"b\n", "x\"y\n", "\nz\"q\n"};
  const std::string_view fronts[] = {"", "\"", "a,b,", "a,b,\"", "\"a\"x"};
  uint64_t seed = 0;
  for (const std::string_view front : fronts) {
    for (const std::string_view tail : tails) {
      for (size_t length = kRowBytesMax - 4; length <= kRowBytesMax + 3; ++length) {
        ++seed;
        Draw draw(seed);
        std::string text(front);
        text.append(length - front.size(), 'f');
        text += tail;
        if (draw.one_in(2)) text += "5,odd,next\n\"quoted\",odd,\"\n\"\n6,odd,last";
        compare(header, text, &draw, seed);
        if (HasFatalFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace guerdon::event
