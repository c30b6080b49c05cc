#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "tests/unit/reference/scenario.h"

// The ten rule sets on their hand-worked traces (tests/acceptance/examples), by the reference
// engine.

namespace guerdon::reference {
namespace {

constexpr const char* kRetail = R"(
unit money as "GBP", 2 decimals
unit points, 0 decimals

event purchase, cancel
  account, agent : account
  amount : money
  sku, country, city : text
  qty : count
  when amount > 0
)";

constexpr const char* kCashback = R"(
rule cashback
  on purchase
  credit account by amount
    up to 500.00 : 5% of amount
    otherwise    : 7% of amount
)";

constexpr const char* kGradation = R"(
table gradation by spend
  from 0       : 1%
  from 1000.00 : 2%
  from 5000.00 : 3%
)";

constexpr const char* kLifetime = "\nmeasure spent per account = sum of amount on purchase\n";

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> split(const std::string& line, char mark) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == mark) {
      fields.emplace_back();
    } else if (c != '\r') {
      fields.back() += c;
    }
  }
  return fields;
}

// The hand-worked traces have no quotes.
std::vector<Event> read_trace(const std::string& path) {
  const std::vector<std::string> lines = split(text_of_file(path), '\n');
  const std::vector<std::string> names = split(lines[0], ',');
  std::vector<Event> events;
  for (size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].empty()) continue;
    const std::vector<std::string> fields = split(lines[i], ',');
    EXPECT_EQ(fields.size(), names.size()) << lines[i];
    Event event{"trace", fields[0], fields[2], fields[1], {}};
    for (size_t f = 3; f < fields.size(); ++f) event.values.emplace_back(names[f], fields[f]);
    events.push_back(event);
  }
  return events;
}

template <class Number>
std::string as_json(const std::map<std::string, Number>& numbers) {
  std::string text;
  for (const auto& [name, number] : numbers) {
    text += (text.empty() ? "\"" : ", \"") + name + "\": " + std::to_string(number);
  }
  return "{" + text + "}";
}

void expect_example(const std::string& name, const std::string& settings,
                    const std::string& rules) {
  SCOPED_TRACE(name);
  std::vector<plan::Plan> plans;
  plans.push_back(load("plan " + name + "\n" + settings + kRetail + rules));
  Engine engine(std::move(plans));
  const std::string folder = "tests/acceptance/examples/" + name + "/";
  for (const Event& event : read_trace(folder + "trace.csv")) {
    EXPECT_EQ(engine.apply(event).outcome, Outcome::kAccepted);
  }
  std::map<std::string, int64_t> balances;
  for (const auto& [wallet, balance] : engine.balances()) balances[std::get<0>(wallet)] += balance;
  std::map<std::string, int> kinds;
  for (const Entry& entry : engine.entries()) ++kinds[entry.kind];
  EXPECT_EQ("{\"balances\": " + as_json(balances) + ", \"entries\": " + as_json(kinds) + "}",
            split(text_of_file(folder + "expected.json"), '\n')[0]);
}

TEST(ReferenceAcceptanceTest, RS01) { expect_example("RS01", "", kCashback); }

TEST(ReferenceAcceptanceTest, RS02) { expect_example("RS02", "  round half up\n", kCashback); }

TEST(ReferenceAcceptanceTest, RS03) {
  expect_example("RS03", "", std::string(kLifetime) + kGradation + R"(
rule gradation_cashback
  on purchase
  credit account (gradation for spent before) of amount
)");
}

TEST(ReferenceAcceptanceTest, RS03S) {
  expect_example("RS03S", "", std::string(kLifetime) + kGradation + R"(
rule gradation_cashback
  on purchase
  credit account gradation for each part of amount on top of spent before
)");
}

TEST(ReferenceAcceptanceTest, RS04) {
  expect_example("RS04", "", R"(
table bonus by sku
  "X" : 50 points
  "Y" : 200 points

rule sku_bonus
  on purchase
  when sku in bonus
  credit account bonus for sku
)");
}

TEST(ReferenceAcceptanceTest, RS05) {
  expect_example("RS05", "", R"(
table place_rate by country, city
  "France", "Paris" : 350 bp
  "UK", "Leeds"     : 0 bp
  "France", any     : 300 bp
  "UK", any         : 100 bp
  otherwise         : 50 bp

rule place_cashback
  on purchase
  credit account (place_rate for country, city) of amount
)");
}

TEST(ReferenceAcceptanceTest, RS05ByFallingThrough) {
  expect_example("RS05", "", R"(
table city_rate by country, city
  "France", "Paris" : 350 bp
  "UK", "Leeds"     : 0 bp

table country_rate by country
  "France" : 300 bp
  "UK"     : 100 bp

rule place_cashback
  on purchase
  let rate = city_rate for country, city otherwise country_rate for country otherwise 50 bp
  credit account rate of amount
)");
}

TEST(ReferenceAcceptanceTest, RS07) {
  expect_example("RS07", "", R"(
measure bought per account per sku per month = sum of qty on purchase

table goal by sku : pieces, reward
  "X" : 10, 300 points
  "Y" : 2, 40 points

rule sku_target
  on purchase
  when bought before < goal.pieces for sku
  when bought after >= goal.pieces for sku
  credit account goal.reward for sku
)");
}

TEST(ReferenceAcceptanceTest, RS08) {
  std::string rules = "\nmeasure spent per account per month = sum of amount on purchase\n";
  const std::vector<std::pair<std::string, std::string>> milestones = {
      {"500.00", "500"}, {"900.00", "1000"}, {"1000.00", "2500"}};
  for (const auto& [goal, reward] : milestones) {
    rules.append("\nrule reaching_").append(reward).append("\n  on purchase\n");
    rules.append("  when spent before < ").append(goal).append("\n");
    rules.append("  when spent after >= ").append(goal).append("\n");
    rules.append("  credit account ").append(reward).append(" points\n");
  }
  expect_example("RS08", "", rules);
}

TEST(ReferenceAcceptanceTest, RS09) {
  expect_example("RS09", "", R"(
measure spent per account per quarter = sum of amount on purchase

table gradation by spend
  from 0      : 1%
  from 500.00 : 2%

rule gradation_cashback
  on purchase
  credit account (gradation for spent before) of amount
)");
}

TEST(ReferenceAcceptanceTest, RS10) {
  expect_example("RS10", "", R"(
measure spent per account per month = sum of amount on purchase

rule points_for_spend per account per month
  credit account 3 points per full 10.00 of spent
)");
}

}  // namespace
}  // namespace guerdon::reference
