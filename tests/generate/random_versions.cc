#include "tests/generate/random_versions.h"

#include <algorithm>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_plan.h"
#include "tests/generate/version_text.h"

namespace guerdon::generate {
namespace {

constexpr int kVersionTries = 40;
constexpr size_t npos = std::string::npos;

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

// Whether its goal is from a file.
bool change_goal(Rng& rng, Block& block) {
  static const std::string kFromFile = "  goal from file";
  for (std::string& line : block) {
    if (!line.starts_with("  goal ")) continue;
    if (line.starts_with(kFromFile)) {
      const size_t otherwise = line.find(" otherwise ");
      line = otherwise == npos ? "  goal 3" : "  goal" + line.substr(otherwise + 10);
    } else {
      line = kFromFile + (rng.chance(50) ? " otherwise" + line.substr(6) : "");
    }
    return true;
  }
  return false;
}

// What is achieved of a target that carries a surplus: some events do not count any more.
bool change_achieved(Block& block) {
  const auto begins = [](const std::string& words) {
    return [&words](const std::string& line) { return line.starts_with(words); };
  };
  static const std::string kCarries = "  surplus carried";
  static const std::string kAchieved = "  achieved ";
  if (std::none_of(block.begin(), block.end(), begins(kCarries))) return false;
  const auto line = std::find_if(block.begin(), block.end(), begins(kAchieved));
  if (line == block.end()) return false;
  const size_t less = line->find(" less ");
  const size_t last = less == npos ? line->rfind(", ") : less;
  if (last == npos) return false;
  line->resize(last);
  return true;
}

}  // namespace

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
  const std::optional<size_t> target = some({"target"});
  if (target && rng.chance(50)) {
    if (rng.chance(60) && change_achieved(blocks[*target])) return true;
    return change_goal(rng, blocks[*target]);
  }
  const std::optional<size_t> constant = some({"param", "table", "target", "ladder", "budget"});
  return constant && change_number(rng, blocks[*constant]);
}

void draft_policies(Rng& rng, std::vector<Block>& blocks) {
  const bool is_pinned = rng.chance(70);
  Block& header = blocks.front();
  erase_lines(header, "change ");
  header.insert(header.begin() + 1, is_pinned ? "  change pin" : "  change split");
  for (Block& block : blocks) {
    if (!is_a(block, "rule") && !is_a(block, "target")) continue;
    erase_lines(block, "change ");
    const bool is_of_order = block[0].find(" per the_order") != std::string::npos;
    const bool is_apart = block[0].ends_with(" per week") || block[0].find(" from ") != npos;
    const bool says = is_apart || is_of_order ? !is_pinned : rng.chance(15);
    if (!says) continue;
    const bool may_split = !is_of_order && !is_apart && !is_pinned;
    block.insert(block.begin() + 1, may_split ? "  change split" : "  change pin");
  }
}

std::optional<std::string> random_version(Rng& rng, const plan::Plan& before, int64_t number) {
  const std::string header = header_of(rng, before, number);
  for (int i = 0; i < kVersionTries; ++i) {
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
