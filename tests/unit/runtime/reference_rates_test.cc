// A file of rates is what RATE commands are, or nothing.
#include "engine/runtime/reference_rates.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon {
namespace {

constexpr const char* kExchanges = R"(plan money

unit USD, 2 decimals
unit EUR, 2 decimals
unit VND, 0 decimals

event earn
  account : account
  earned : USD

rule earning
  on earn
  credit account earned

exchange USD to VND
  rate from file

exchange EUR to USD
  rate 1 EUR = 1.10 USD
)";

std::unique_ptr<Engine> opened() {
  std::string error;
  auto engine = Engine::open({}, {{"money.plan", kExchanges}}, &error);
  EXPECT_NE(engine, nullptr) << error;
  return engine;
}

// What is wrong with it, a line each; empty: it is taken.
std::string take(Engine& engine, const std::string& text, size_t expected_rows = 0) {
  std::vector<RowProblem> problems;
  std::string error;
  size_t rows = 0;
  const bool is_taken = engine.rates(text, &rows, &problems, &error);
  EXPECT_EQ(error, "");
  EXPECT_EQ(is_taken, problems.empty());
  if (is_taken && expected_rows != 0) {
    EXPECT_EQ(rows, expected_rows);
  }
  std::string told;
  for (const RowProblem& each : problems) {
    told += std::to_string(each.line) + ": " + each.sentence + "\n";
  }
  return told;
}

std::string ask(Engine& engine, const std::vector<std::string_view>& words) {
  Answer answer;
  std::string error;
  EXPECT_TRUE(engine.request(words, &answer, &error)) << error;
  return answer.code;
}

constexpr const char* kFile =
    "from,to,rate,effective,until\n"
    "USD,VND,25450/1,2026-03-01T00:00:00Z,\n"
    "money/USD,VND,25500,2026-03-02T00:00:00Z,2026-03-05T00:00:00Z\n";

TEST(ReferenceRatesTest, AFileIsWhatItsRowsAreAsCommands) {
  const auto by_file = opened();
  const auto by_commands = opened();
  const auto without = opened();
  EXPECT_EQ(take(*by_file, kFile, 2), "");
  EXPECT_EQ(ask(*by_commands, {"RATE", "from=USD", "to=VND", "rate=25450/1",
                               "effective=2026-03-01T00:00:00Z", "id=one"}),
            "OK");
  EXPECT_EQ(ask(*by_commands, {"RATE", "from=USD", "to=VND", "rate=25500",
                               "effective=2026-03-02T00:00:00Z", "until=2026-03-05T00:00:00Z"}),
            "OK");
  EXPECT_EQ(by_file->state_hash(), by_commands->state_hash());
  EXPECT_NE(by_file->state_hash(), without->state_hash());
  EXPECT_EQ(by_file->summary().last_lsn, by_commands->summary().last_lsn);
}

TEST(ReferenceRatesTest, TheSameFileAgainChangesNothingAndAnotherIsSetAnew) {
  const auto engine = opened();
  EXPECT_EQ(take(*engine, kFile), "");
  const Hash first = engine->state_hash();
  EXPECT_EQ(
      ask(*engine, {"RATE", "from=USD", "to=VND", "rate=1", "effective=2026-03-01T00:00:00Z"}),
      "OK");
  const Hash corrected = engine->state_hash();
  EXPECT_NE(corrected, first);
  const uint64_t lsn = engine->summary().last_lsn;
  EXPECT_EQ(take(*engine, kFile), "");
  EXPECT_EQ(engine->state_hash(), corrected);
  EXPECT_EQ(engine->summary().last_lsn, lsn);
  EXPECT_EQ(take(*engine, std::string(kFile) + "USD,VND,3,2027-01-01T00:00:00Z,\n"), "");
  EXPECT_EQ(engine->summary().last_lsn, lsn + 3);
}

TEST(ReferenceRatesTest, AFileWithAMistakeIsRefusedWholeAndEachIsToldByItsLine) {
  const auto engine = opened();
  const Hash before = engine->state_hash();
  EXPECT_EQ(take(*engine,
                 "from,to,rate,effective\nUSD,VND,1,0\nUSD,GBP,1,0\nEUR,USD,2,0\nVND,USD,2,0\n"
                 "USD,VND,123456789012345,5\n"),
            "3: to: no plan has a unit GBP; the units there are: USD, EUR, VND\n"
            "4: to: the rates of EUR to USD stand in the plan; write `rate from file` there\n"
            "5: to: no plan says `exchange VND to USD`; declare it there\n");
  EXPECT_EQ(take(*engine, "from,to,rate,effective\nUSD,VND,1,0\nUSD,VND,x,1\n").substr(0, 2), "3:");
  EXPECT_EQ(engine->state_hash(), before);
  EXPECT_EQ(engine->summary().last_lsn, 1u);
}

TEST(ReferenceRatesTest, MoreRowsThanOneBatchHas) {
  const auto by_file = opened();
  const auto by_commands = opened();
  std::string text = "from,to,rate,effective,until\n";
  for (int i = 0; i < 700; ++i) {
    const std::string from = std::to_string(i * 1'000);
    const std::string until = std::to_string(i * 1'000 + 1'500);
    const std::string rate = std::to_string(i + 1);
    text += "USD,VND," + rate + "," + from + "," + until + "\n";
    const std::string words[] = {"rate=" + rate, "effective=" + from, "until=" + until};
    EXPECT_EQ(ask(*by_commands, {"RATE", "from=USD", "to=VND", words[0], words[1], words[2]}),
              "OK");
  }
  EXPECT_EQ(take(*by_file, text, 700), "");
  EXPECT_EQ(by_file->state_hash(), by_commands->state_hash());
}

}  // namespace
}  // namespace guerdon
