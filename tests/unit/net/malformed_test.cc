// The table of malformed requests (malformed_requests.txt): what is answered, and that the next
// request of the connection is read as if nothing had been.

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/net/request_cases.h"

namespace guerdon::net {
namespace {

constexpr const char* kTable = "tests/unit/net/malformed_requests.txt";

struct Case {
  std::string name;
  int line = 0;
  std::string input;
  std::vector<std::string> expected;  // as described by describe()
};

// Backslash escapes, and {70000a} for so many times the character.
std::string input_of(std::string_view text) {
  std::string input;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '{') {
      const size_t end = text.find('}', i);
      input.append(std::stoul(std::string(text.substr(i + 1))), text[end - 1]);
      i = end;
    } else if (text[i] != '\\') {
      input += text[i];
    } else if (text[++i] == 'x') {
      input += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      input += text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i] == 't' ? '\t' : text[i];
    }
  }
  return input;
}

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  std::ifstream file(kTable);
  int line = 0;
  for (std::string text; std::getline(file, text);) {
    ++line;
    if (text.rfind("== ", 0) == 0) cases.push_back({text.substr(3), line, {}, {}});
    if (text.rfind("> ", 0) == 0) cases.back().input += input_of(text.substr(2));
    if (text.rfind("! ", 0) == 0 || text.rfind("+ ", 0) == 0) cases.back().expected.push_back(text);
  }
  return cases;
}

std::string describe(const slow::Outcome& outcome) {
  if (outcome.is_error) {
    return "! " + std::string(code_word(outcome.error.code())) +
           (outcome.error.closes() ? " and closes: " : ": ") + sentence_of(outcome.error);
  }
  std::string text = "+";
  for (const std::string& word : outcome.words) text += " [" + word + "]";
  return text;
}

std::vector<std::string> describe(const std::vector<slow::Outcome>& outcomes) {
  std::vector<std::string> lines;
  lines.reserve(outcomes.size());
  for (const slow::Outcome& outcome : outcomes) lines.push_back(describe(outcome));
  return lines;
}

TEST(MalformedRequestsTest, AreAnsweredAsTheTableSays) {
  for (const Case& one : read_cases()) {
    SCOPED_TRACE(std::string(kTable) + ":" + std::to_string(one.line) + ": " + one.name);
    EXPECT_EQ(describe(parse_whole(one.input)), one.expected);
    EXPECT_EQ(describe(parse_by_bytes(one.input)), one.expected);
    EXPECT_EQ(describe(slow::read_requests(one.input, kLongWord)), one.expected);
  }
}

TEST(MalformedRequestsTest, TheTableIsWhole) {
  const auto cases = read_cases();
  EXPECT_GE(cases.size(), 40u);
  std::set<RequestFault> seen;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    const auto outcomes = parse_whole(one.input);
    bool has_error = false;
    for (const slow::Outcome& outcome : outcomes) {
      if (!outcome.is_error) continue;
      has_error = true;
      seen.insert(outcome.error.fault);
    }
    EXPECT_TRUE(has_error);
    ASSERT_FALSE(outcomes.empty());
    // Either the connection ends, or a request behind the error is read.
    const slow::Outcome& last = outcomes.back();
    EXPECT_TRUE(!last.is_error || last.error.closes());
  }
  EXPECT_EQ(seen.size(), kRequestFaults);
}

}  // namespace
}  // namespace guerdon::net
