#include "tests/generate/random_versions.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "engine/base/civil.h"
#include "engine/calendar/period.h"
#include "engine/plan/checker.h"
#include "tests/generate/draft.h"
#include "tests/generate/random_plan.h"

namespace guerdon::generate {
namespace {

using calendar::PeriodKind;
using calendar::TimeMs;

constexpr int kTries = 40;
constexpr int64_t kDaysBetweenMax = 60;

// A line of the first depth with what stands below it.
using Block = std::vector<std::string>;

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

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

void replace_word(std::string& line, const std::string& word, const std::string& by) {
  for (size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + by.size())) {
    const size_t end = at + word.size();
    const bool is_whole =
        (at == 0 || !is_word(line[at - 1])) && (end == line.size() || !is_word(line[end]));
    if (is_whole) line.replace(at, word.size(), by);
  }
}

// `rule7` of `rule rule7 per account`.
std::string name_of(const Block& block) {
  const size_t begin = block[0].find(' ') + 1;
  return block[0].substr(begin, block[0].find(' ', begin) - begin);
}

void erase_lines(Block& block, const std::string& start) {
  std::erase_if(block, [&](const std::string& line) { return line.starts_with("  " + start); });
}

// ---- what may be otherwise ----------------------------------------------------------------------

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

// The whole part of one number.
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

bool change_period(Rng& rng, Block& block) {
  for (const std::string& word : periods()) {
    const size_t at = word.empty() ? std::string::npos : block[0].find(" per " + word + " =");
    if (at == std::string::npos) continue;
    const std::string other = rng.pick(periods());
    block[0].replace(at, word.size() + 5, other.empty() ? "" : " per " + other);
    return other != word;
  }
  const size_t where = block[0].find(" where ");
  if (where == std::string::npos) return false;
  block[0].resize(where);
  return true;
}

bool change_group(Rng& rng, Block& block) {
  static const std::vector<std::string> kWords = {"all", "best", "first"};
  block[0] = "group " + name_of(block) + " : " + rng.pick(kWords);
  return true;
}

bool rename_rule(std::vector<Block>& blocks, size_t number, int64_t version) {
  const std::string name = name_of(blocks[number]);
  const std::string other = name + "v" + std::to_string(version);
  for (Block& block : blocks) {
    const bool may_name = is_a(block, "measure") || &block == &blocks[number];
    if (may_name) replace_word(block[0], name, other);
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

// With some of the attributes of another one; rules that run at that one run at the new one, too.
bool add_event(Rng& rng, std::vector<Block>& blocks, size_t number, int64_t version) {
  const std::string name = "fresh" + std::to_string(version);
  Block added = {"event " + name};
  for (const std::string& line : blocks[number]) {
    const bool is_attribute = line.find(" : ") != std::string::npos && !line.starts_with("    ");
    if (is_attribute && !line.starts_with("  when ") && rng.chance(85)) added.push_back(line);
  }
  if (added.size() < 2) return false;
  for (Block& block : blocks) {
    for (std::string& line : block) {
      if (is_a(block, "rule") && line.starts_with("  on ") && rng.chance(50)) line += ", " + name;
    }
  }
  blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(number) + 1, added);
  return true;
}

bool add_attribute(Rng& rng, Block& block, int64_t version) {
  static const std::vector<std::string> kTypes = {"account", "text", "count", "flag"};
  const std::string name = "fresh_attribute" + std::to_string(version);
  block.insert(block.begin() + 1, "  " + name + " : " + rng.pick(kTypes));
  return true;
}

// One thing is otherwise. False: it could not be.
bool change_something(Rng& rng, std::vector<Block>& blocks, int64_t version) {
  const auto some = [&](const std::vector<std::string>& words) -> std::optional<size_t> {
    const std::vector<size_t> found = all_of(blocks, words);
    if (found.empty()) return std::nullopt;
    return rng.pick(found);
  };
  const uint64_t die = rng.below(100);
  const std::optional<size_t> rule = some({"rule"});
  const std::optional<size_t> event = some({"event"});
  if (!rule || !event) return false;
  if (die < 40) return change_number(rng, blocks[*rule]);
  if (die < 52) return change_condition(rng, blocks[*rule]);
  if (die < 62) return rename_rule(blocks, *rule, version);
  if (die < 70) return add_rule(rng, blocks, *rule, version);
  if (die < 75) return add_event(rng, blocks, *event, version);
  if (die < 78) return add_attribute(rng, blocks[*event], version);
  if (die < 84) {
    if (all_of(blocks, {"rule"}).size() < 2) return false;
    blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(*rule));
    return true;
  }
  const std::optional<size_t> measure = some({"measure"});
  if (die < 89) return measure && change_period(rng, blocks[*measure]);
  const std::optional<size_t> group = some({"group"});
  if (die < 92) return group && change_group(rng, blocks[*group]);
  const std::optional<size_t> constant = some({"param", "table"});
  return constant && change_number(rng, blocks[*constant]);
}

// ---- the day ------------------------------------------------------------------------------------

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

// What is open is pinned to its version, or split where the day lets it.
void draft_policies(Rng& rng, std::vector<Block>& blocks) {
  const bool is_pinned = rng.chance(70);
  Block& header = blocks.front();
  erase_lines(header, "change ");
  header.insert(header.begin() + 1, is_pinned ? "  change pin" : "  change split");
  for (Block& block : blocks) {
    if (!is_a(block, "rule")) continue;
    erase_lines(block, "change ");
    const bool is_of_order = block[0].find(" per the_order") != std::string::npos;
    const bool is_of_week = block[0].ends_with(" per week");
    const bool says = is_of_week || is_of_order ? !is_pinned : rng.chance(15);
    if (!says) continue;
    const bool may_split = !is_of_order && !is_of_week && !is_pinned;
    block.insert(block.begin() + 1, may_split ? "  change split" : "  change pin");
  }
}

}  // namespace

std::optional<std::string> random_version(Rng& rng, const plan::Plan& before, int64_t number) {
  const std::string header = "plan " + before.name + " version " + std::to_string(number) +
                             " from " + random_day(rng, before);
  for (int i = 0; i < kTries; ++i) {
    std::vector<Block> blocks = blocks_of(before.text);
    blocks.front().front() = header;
    bool is_other = false;
    for (int changes = rng.small(1, 4); changes > 0; --changes) {
      is_other = change_something(rng, blocks, number) || is_other;
    }
    draft_policies(rng, blocks);
    std::string text = text_of(blocks);
    if (is_other && loads(text)) return text;
  }
  return std::nullopt;
}

}  // namespace guerdon::generate
