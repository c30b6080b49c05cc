#include "tests/shop/shop_story.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "engine/base/timestamp.h"
#include "tests/shop/shop_works.h"
#include "tests/unit/program/compiled.h"

namespace guerdon::shop {
namespace {

std::string trimmed(std::string text) {
  const size_t comment = text.find('#');
  if (comment != std::string::npos) text.resize(comment);
  const size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

struct Line {
  int number = 0;
  std::string request;  // empty: a check
  std::string answer;
  base::TimeMs at = 0;
  std::vector<std::string> check;
};

std::vector<Line> lines_of(std::string_view story) {
  std::vector<Line> lines;
  std::istringstream text{std::string(story)};
  base::TimeMs at = 0;
  int number = 0;
  for (std::string raw; std::getline(text, raw);) {
    const std::string line = trimmed(raw);
    ++number;
    if (line.empty() || base::parse_timestamp(line, &at)) continue;
    Line& made = lines.emplace_back();
    made.number = number;
    made.at = at;
    if (line[0] == '=') {
      std::istringstream words(line.substr(1));
      for (std::string word; words >> word;) made.check.push_back(word);
    } else {
      const size_t arrow = line.find("->");
      EXPECT_NE(arrow, std::string::npos) << line;
      made.request = trimmed(line.substr(0, arrow));
      made.answer = trimmed(line.substr(arrow + 2));
    }
  }
  return lines;
}

std::string system_balance(const ShopWorks& works, const std::string& unit,
                           const std::string& name) {
  for (size_t a = 0; a < ledger::kSystemAccounts; ++a) {
    const auto account = static_cast<ledger::SystemAccount>(a);
    if (ledger::system_account_name(account) == name) return works.system(unit, account);
  }
  return "no system account " + name;
}

std::string found(const ShopWorks& works, const std::vector<std::string>& check) {
  if (check[0] == "stock") return std::to_string(works.stock(check[1]));
  if (check[0] == "system") return system_balance(works, check[1], check[2]);
  const shard::WalletView view = works.view(check[0], check[1]);
  return std::to_string(check[2] == "available" ? view.available : view.posted);
}

// Told up to the end, or the `stop`-th check.
void tell_on(ShopWorks& works, const std::vector<Line>& lines) {
  std::vector<const Line*> waiting;
  const auto compare = [&] {
    const std::vector<std::string> answers = works.answers();
    ASSERT_EQ(answers.size(), waiting.size());
    for (size_t i = 0; i < answers.size(); ++i) {
      // Of a sentence the story has the beginning.
      EXPECT_EQ(answers[i].substr(0, waiting[i]->answer.size()), waiting[i]->answer)
          << "line " << waiting[i]->number << ": " << answers[i];
    }
    waiting.clear();
  };
  for (const Line& line : lines) {
    if (!line.request.empty()) {
      works.ask(line.at, line.request);
      waiting.push_back(&line);
      continue;
    }
    compare();
    EXPECT_EQ(found(works, line.check), line.check.back()) << "line " << line.number;
  }
  compare();
}

}  // namespace

void tell(const std::string& plan, std::string_view story) {
  const plan::Program program = plan::compiled(plan);
  const std::vector<Line> lines = lines_of(story);
  std::string first;
  for (const Variant& variant : variants()) {
    SCOPED_TRACE(name_of(variant));
    ShopWorks works(program, variant);
    tell_on(works, lines);
    EXPECT_EQ(works.broken(), "");
    const std::string seen = works.seen();
    if (first.empty()) first = seen;
    EXPECT_EQ(seen, first);
    ShopWorks again(program, {3, Threads::kFused, 0, 4, false});
    again.replay(works.log());
    EXPECT_EQ(again.seen(), first);
    ShopWorks loaded(program, {5, Threads::kFused, 0, 4, false});
    loaded.load_from(works);
    EXPECT_EQ(loaded.seen(), first);
    EXPECT_EQ(loaded.broken(), "");
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace guerdon::shop
