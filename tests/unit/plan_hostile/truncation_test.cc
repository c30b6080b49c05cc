// Every beginning of a real plan is compiled or refused with a place: whoever saves a file in the
// middle of typing gets an answer. So is every plan with one byte left out, or one line.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/unit/plan_hostile/outcome.h"

namespace guerdon::plan::hostile {
namespace {

std::vector<std::string> real_plans() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::directory_iterator("tests/acceptance")) {
    if (entry.path().extension() != ".plan") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

void expect_answer(const std::string& text) {
  const Outcome outcome = outcome_of(text);
  EXPECT_TRUE(outcome.is_compiled || outcome.has_place) << outcome.said << "\n" << text;
}

TEST(TruncatedPlans, EveryBeginningOfARealPlan) {
  const std::vector<std::string> plans = real_plans();
  ASSERT_GE(plans.size(), 10U);
  for (const std::string& text : plans) {
    EXPECT_TRUE(outcome_of(text).is_compiled) << text;
    for (size_t bytes = 0; bytes < text.size(); ++bytes) expect_answer(text.substr(0, bytes));
  }
}

TEST(TruncatedPlans, EveryByteLeftOut) {
  for (const std::string& text : real_plans()) {
    for (size_t at = 0; at < text.size(); ++at) {
      expect_answer(text.substr(0, at) + text.substr(at + 1));
    }
  }
}

TEST(TruncatedPlans, EveryLineLeftOut) {
  for (const std::string& text : real_plans()) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
      expect_answer(text.substr(0, at) + text.substr(end));
      at = end;
    }
  }
}

}  // namespace
}  // namespace guerdon::plan::hostile
