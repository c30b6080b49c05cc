#include "tests/generate/draft.h"

#include <cstdlib>

namespace guerdon::generate {

const std::vector<int64_t>& common_amounts() {
  static const std::vector<int64_t> amounts = {0,
                                               1,
                                               2,
                                               3,
                                               19,
                                               20,
                                               50,
                                               99,
                                               100,
                                               101,
                                               250,
                                               999,
                                               1'000,
                                               1'001,
                                               2'500,
                                               10'000,
                                               49'999,
                                               50'000,
                                               50'001,
                                               100'000,
                                               1'000'000,
                                               123'456'789,
                                               1'000'000'000'000,
                                               999'999'999'999'999,
                                               1'000'000'000'000'000};
  return amounts;
}

const std::vector<int64_t>& common_counts() {
  static const std::vector<int64_t> counts = {0, 1, 2, 3, 5, 6, 10, 12, 100, 1'000'000'000};
  return counts;
}

const std::vector<std::string>& common_days() {
  static const std::vector<std::string> days = {"2009-01-05", "2012-02-01", "2015-07-15",
                                                "2019-12-31", "2023-03-26", "2027-06-01",
                                                "2032-02-29", "2038-01-19"};
  return days;
}

const std::vector<std::string>& common_texts() {
  static const std::vector<std::string> texts = {"A", "B", "a", "X 1", "Zürich", "10%", "\"q\""};
  return texts;
}

namespace {

// The digits of a whole number, now and then parted by `_`.
std::string whole_digits(Rng& rng, int64_t whole) {
  std::string digits = std::to_string(whole);
  if (digits.size() < 5 || !rng.chance(50)) return digits;
  for (size_t at = digits.size() - 3; at > 0 && at < digits.size(); at -= 3) {
    digits.insert(at, "_");
    if (at < 3) break;
  }
  return digits;
}

}  // namespace

std::string amount_literal(Rng& rng, const Unit& unit, int64_t minor, bool with_unit) {
  int64_t one = 1;
  for (int i = 0; i < unit.scale; ++i) one *= 10;
  std::string text = whole_digits(rng, minor / one);
  const bool is_whole = minor % one == 0;
  if (unit.scale > 0 && (!is_whole || rng.chance(50))) {
    const std::string decimals = std::to_string(minor % one);
    text += "." + std::string(static_cast<size_t>(unit.scale) - decimals.size(), '0') + decimals;
  }
  return with_unit ? text + " " + unit.name : text;
}

std::string count_literal(Rng& rng, int64_t count) { return whole_digits(rng, count); }

std::string text_literal(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

Named ratio_literal(Rng& rng) {
  Named ratio;
  ratio.kind = Kind::kRatio;
  switch (rng.below(5)) {
    case 0: {  // tenths of a percent
      const int64_t tenths = rng.between(0, 999);
      ratio.name = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
      ratio.top = tenths;
      ratio.den = 1'000;
      break;
    }
    case 1: {
      const int64_t points = rng.between(0, 10'000);
      ratio.name = std::to_string(points) + " bp";
      ratio.top = points;
      ratio.den = 10'000;
      break;
    }
    default: {
      const std::vector<int64_t> percents = {0, 1, 2, 3, 5, 7, 10, 33, 50, 100};
      const int64_t percent = rng.pick(percents);
      ratio.name = std::to_string(percent) + "%";
      ratio.top = percent;
      ratio.den = 100;
      break;
    }
  }
  return ratio;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace guerdon::generate
