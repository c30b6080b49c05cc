#include "tools/cli/usage_grammar.h"

#include <algorithm>

namespace guerdon::cli {
namespace {

constexpr std::string_view kAgain = "...";
constexpr std::string_view kSigns = "[]|";
constexpr size_t kBracketsMax = 16;  // of brackets; deeper ones are passed over
constexpr size_t kWordsMax = 256;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
char upper(char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; }

// Brackets and bars are tokens of their own, and so are three dots behind something.
std::vector<std::string_view> tokens_of(std::string_view usage) {
  std::vector<std::string_view> tokens;
  while (!usage.empty() && tokens.size() < kWordsMax) {
    size_t size = 1;
    if (usage.starts_with(kAgain)) {
      size = kAgain.size();
    } else if (kSigns.find(usage.front()) == std::string_view::npos) {
      size = std::min({usage.find_first_of(" []|"), usage.find(kAgain), usage.size()});
    }
    if (size > 0) tokens.push_back(usage.substr(0, size));
    usage.remove_prefix(std::max<size_t>(size, 1));
  }
  return tokens;
}

void merge(const std::vector<size_t>& from, std::vector<size_t>* to) {
  to->insert(to->end(), from.begin(), from.end());
  std::sort(to->begin(), to->end());
  to->erase(std::unique(to->begin(), to->end()), to->end());
}

}  // namespace

// ---- Reading

class UsageGrammar::Reader {
 public:
  Reader(UsageGrammar* grammar, std::vector<std::string_view> tokens)
      : grammar_(*grammar), tokens_(std::move(tokens)) {}

  void read() {
    const std::string_view command = tokens_.empty() ? "" : tokens_.front();
    at_ = tokens_.empty() ? 0 : 1;
    const size_t root = add(command);
    link({root}, choice(0).first);
    while (at_ < tokens_.size()) {  // a bracket that nothing opened
      ++at_;
      link({root}, choice(0).first);
    }
  }

 private:
  Part choice(size_t depth) {
    Part whole = row(depth);
    while (is_next("|")) {
      ++at_;
      const Part other = row(depth);
      merge(other.first, &whole.first);
      merge(other.last, &whole.last);
      whole.may_be_empty = whole.may_be_empty || other.may_be_empty;
    }
    return whole;
  }

  Part row(size_t depth) {
    Part whole;
    while (at_ < tokens_.size() && !is_next("|") && !is_next("]")) {
      Part next = item(depth);
      for (; is_next(kAgain); ++at_) link(next.last, next.first);
      link(whole.last, next.first);
      if (whole.may_be_empty) merge(next.first, &whole.first);
      if (!next.may_be_empty) whole.last.clear();
      merge(next.last, &whole.last);
      whole.may_be_empty = whole.may_be_empty && next.may_be_empty;
    }
    return whole;
  }

  Part item(size_t depth) {
    const std::string_view token = tokens_[at_++];
    if (token == kAgain) return {};
    if (token != "[") {
      const size_t state = add(token);
      return {{state}, {state}, false};
    }
    if (depth == kBracketsMax) return {};
    Part inside = choice(depth + 1);
    if (is_next("]")) ++at_;
    inside.may_be_empty = true;
    return inside;
  }

  bool is_next(std::string_view token) const {
    return at_ < tokens_.size() && tokens_[at_] == token;
  }

  size_t add(std::string_view word) {
    grammar_.words_.emplace_back(word);
    grammar_.follow_.emplace_back();
    return grammar_.words_.size() - 1;
  }

  void link(const States& from, const States& to) {
    for (const size_t state : from) merge(to, &grammar_.follow_[state]);
  }

  UsageGrammar& grammar_;
  const std::vector<std::string_view> tokens_;
  size_t at_ = 0;
};

UsageGrammar::UsageGrammar(std::string_view usage) { Reader(this, tokens_of(usage)).read(); }

// ---- Asking

std::vector<std::string> UsageGrammar::after(std::span<const std::string> words) const {
  if (words.empty()) return {};
  States states = {0};
  for (const std::string& word : words.subspan(1)) {
    States next;
    for (const size_t state : states) merge(follow_[state], &next);
    std::erase_if(next, [&](size_t state) { return !fits(state, word); });
    states = std::move(next);
  }
  States next;
  for (const size_t state : states) merge(follow_[state], &next);
  std::vector<std::string> names;
  for (const size_t state : next) {
    if (std::find(names.begin(), names.end(), words_[state]) == names.end()) {
      names.push_back(words_[state]);
    }
  }
  return names;
}

std::vector<std::string> UsageGrammar::attributes() const {
  std::vector<std::string> names;
  for (const std::string& word : words_) {
    const size_t sign = word.find('=');
    // `name=value` is any attribute.
    if (sign == std::string::npos || sign == 0 || word == "name=value") continue;
    names.push_back(word.substr(0, sign + 1));
  }
  return names;
}

bool UsageGrammar::fits(size_t state, std::string_view word) const {
  const std::string& wanted = words_[state];
  if (!is_literal(wanted)) return true;
  return is_alike(wanted, word);
}

bool is_literal(std::string_view word) {
  return !word.empty() && std::none_of(word.begin(), word.end(), is_lower) &&
         (is_upper(word.front()) || (word.front() >= '0' && word.front() <= '9'));
}

bool is_alike(std::string_view a, std::string_view b) {
  return a.size() == b.size() && begins_alike(a, b);
}

bool begins_alike(std::string_view text, std::string_view begin) {
  return begin.size() <= text.size() &&
         std::equal(begin.begin(), begin.end(), text.begin(),
                    [](char a, char b) { return upper(a) == upper(b); });
}

}  // namespace guerdon::cli
