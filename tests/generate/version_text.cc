#include "tests/generate/version_text.h"

#include <algorithm>
#include <cctype>

#include "engine/base/civil.h"
#include "engine/calendar/period.h"

namespace guerdon::generate {
namespace {

using calendar::PeriodKind;
using calendar::TimeMs;

constexpr int64_t kDaysBetweenMax = 60;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void replace_word(std::string& line, const std::string& word, const std::string& by) {
  for (size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + by.size())) {
    const size_t end = at + word.size();
    const bool is_whole =
        (at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]));
    if (is_whole) line.replace(at, word.size(), by);
  }
}

// The places of numbers in a line: not in a name, nor in a date.
std::vector<std::pair<size_t, size_t>> numbers_in(const std::string& line) {
  std::vector<std::pair<size_t, size_t>> found;
  if (line.starts_with("  from ") || line.find("\"") != std::string::npos) return found;
  for (size_t at = 0; at < line.size(); ++at) {
    const bool is_digit = std::isdigit(static_cast<unsigned char>(line[at])) != 0;
    if (!is_digit || (at > 0 && (is_word(line[at - 1]) || line[at - 1] == '.'))) continue;
    size_t end = at;
    while (end < line.size() &&
           (std::isdigit(static_cast<unsigned char>(line[end])) != 0 || line[end] == '_')) {
      ++end;
    }
    found.emplace_back(at, end);
    at = end;
  }
  return found;
}

// Where periods begin, mostly; some days behind that of the version before.
std::string random_day(Rng& rng, const plan::Plan& before) {
  static const std::vector<PeriodKind> kKinds = {PeriodKind::kDay, PeriodKind::kMonth,
                                                 PeriodKind::kMonth, PeriodKind::kQuarter,
                                                 PeriodKind::kYear};
  TimeMs about = rng.between(1'210'000'000'000, 2'290'000'000'000);
  if (before.from != calendar::kTimeBeginning) {
    about = before.from + rng.between(0, kDaysBetweenMax) * base::kMsPerDay;
  }
  const PeriodKind kind = rng.pick(kKinds);
  const int32_t index = calendar::period_at(before.calendar, kind, about).index;
  const base::CivilDay day = calendar::first_day_of_period(before.calendar, kind, index + 1);
  const auto two = [](int number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  return std::to_string(day.year) + "-" + two(day.month) + "-" + two(day.day);
}

}  // namespace

std::vector<Block> blocks_of(const std::string& text) {
  std::vector<Block> blocks;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (line.empty()) continue;
    if (line[0] != ' ') blocks.emplace_back();
    blocks.back().push_back(line);
  }
  return blocks;
}

std::string text_of(const std::vector<Block>& blocks) {
  std::string text;
  for (const Block& block : blocks) {
    for (const std::string& line : block) text += line + "\n";
  }
  return text;
}

bool is_a(const Block& block, const std::string& word) { return block[0].starts_with(word + " "); }

std::vector<size_t> all_of(const std::vector<Block>& blocks,
                           const std::vector<std::string>& words) {
  std::vector<size_t> found;
  for (size_t b = 0; b < blocks.size(); ++b) {
    for (const std::string& word : words) {
      if (is_a(blocks[b], word)) found.push_back(b);
    }
  }
  return found;
}

std::string name_of(const Block& block) {
  const size_t begin = block[0].find(' ') + 1;
  return block[0].substr(begin, block[0].find(' ', begin) - begin);
}

void erase_lines(Block& block, const std::string& start) {
  std::erase_if(block, [&](const std::string& line) { return line.starts_with("  " + start); });
}

bool change_number(Rng& rng, Block& block) {
  std::string& line = block[static_cast<size_t>(rng.below(block.size()))];
  const std::vector<std::pair<size_t, size_t>> numbers = numbers_in(line);
  if (numbers.empty()) return false;
  const auto [begin, end] = rng.pick(numbers);
  const int64_t other = rng.chance(60) ? rng.between(0, 40) : rng.between(0, 2'000);
  line.replace(begin, end - begin, std::to_string(other));
  return true;
}

bool change_condition(Rng& rng, Block& block) {
  for (std::string& line : block) {
    if (!line.starts_with("  when ") || !rng.chance(60)) continue;
    line = "  when not (" + line.substr(7) + ")";
    return true;
  }
  const size_t before = block.size();
  erase_lines(block, "when ");
  return block.size() < before;
}

bool rename_rule(std::vector<Block>& blocks, size_t number, int64_t version) {
  const std::string name = name_of(blocks[number]);
  const std::string other = name + "v" + std::to_string(version);
  for (Block& block : blocks) {
    const bool may_name = is_a(block, "measure") || &block == &blocks[number];
    if (may_name) replace_word(block[0], name, other);
    for (std::string& line : block) {
      if (line.find(name + ".credited") != std::string::npos) replace_word(line, name, other);
    }
  }
  erase_lines(blocks[number], "was ");
  blocks[number].insert(blocks[number].begin() + 1, "  was " + name);
  return true;
}

bool add_rule(Rng& rng, std::vector<Block>& blocks, size_t number, int64_t version) {
  Block added = blocks[number];
  replace_word(added[0], name_of(added), "added" + std::to_string(version));
  erase_lines(added, "was ");
  for (int i = 0; i < 3; ++i) (void)change_number(rng, added);
  const size_t at = number + static_cast<size_t>(rng.below(blocks.size() - number + 1));
  blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(at), added);
  return true;
}

std::string header_of(Rng& rng, const plan::Plan& before, int64_t number) {
  return "plan " + before.name + " version " + std::to_string(number) + " from " +
         random_day(rng, before);
}

}  // namespace guerdon::generate
