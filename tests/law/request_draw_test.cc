// What is drawn meets the engine: each command is done, and refused, and none is misspelt.
#include "tests/law/request_draw.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/base/hash.h"
#include "tests/law/request_run.h"
#include "tests/support/turns.h"

namespace guerdon::law {
namespace {

constexpr uint64_t kSeeds = 60;

std::string command_of(const std::string& request) {
  const std::vector<std::string> words = words_of(request);
  const bool has_verb = words.size() > 1 && words[1].find('=') == std::string::npos;
  return has_verb && words[0] != "EVENT" ? words[0] + " " + words[1] : words[0];
}

// As in generate_test.cc.
TEST(RequestDrawTest, EachCompilerDrawsTheSame) {
  base::HashBuilder drawn;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    for (const std::string& request : requests_of_seed(seed).requests) drawn.text(request);
  }
  EXPECT_EQ(drawn.finish().to_hex(), "4d34fe4801dd91309cf9a0d5bc9186b1");
}

TEST(RequestDrawTest, EachCommandIsDoneAndRefusedInTheStatesThatAreMet) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RequestCase drawn = requests_of_seed(seed);
    const RequestRun run = law::run(drawn, {});
    EXPECT_EQ(run.broken, "");
    for (size_t i = 0; i < drawn.requests.size(); ++i) {
      const std::string command = command_of(drawn.requests[i]);
      if (command.starts_with("TICK")) continue;
      const std::string& answer = run.answers[i];
      // Drawn now and then, and no request: no record comes of it.
      if (answer.find("nobody grants a badge to himself") != std::string::npos) continue;
      const std::string code = answer.substr(0, answer.find(' '));
      EXPECT_EQ(code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string::npos)
          << drawn.requests[i] << ": " << answer;
      ++seen[command + " " + code];
      ++seen[code];
    }
  }
  for (const char* const command :
       {"EVENT",  "ADJUST",     "IMPORT",        "HOLD",          "CAPTURE",     "VOID",
        "SPEND",  "REFUND",     "WALLET OPEN",   "WALLET FREEZE", "WALLET THAW", "WALLET CLOSE",
        "REDEEM", "UNREDEEM",   "ITEM",          "RATE",          "EXCHANGE",    "EXCHANGE RETURN",
        "PAYOUT", "PAYOUT ALL", "PAYOUT RETURN", "HOLDER",        "REVERSE",     "TABLE",
        "GRANT",  "ORG"}) {
    EXPECT_GT(seen[std::string(command) + " OK"], 0) << command;
  }
  for (const char* const code : {"CONFLICT", "DUP", "INVALID", "STALE", "UNKNOWN"}) {
    EXPECT_GT(seen[std::string("REVERSE ") + code], 0) << code;
  }
  for (const char* const code :
       {"DUP", "INSUFFICIENT", "LIMIT", "OUTOFSTOCK", "NORATE", "UNKNOWN", "CAPTURED", "VOIDED",
        "EXPIRED", "CLOSED", "REMAINDER", "NOPERM"}) {
    EXPECT_GT(seen[code], 0) << code;
  }
}

// Who is paid as somebody above, and what the last piece of an item was not given to.
TEST(RequestDrawTest, TreesAndStocksAreMet) {
  std::map<std::string, int> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const RequestRun run = law::run(requests_of_seed(seed), {});
    for (const std::string& entry : run.entries) {
      if (entry.find(" override ") != std::string::npos) ++seen["of trees"];
    }
    for (const std::string& answer : run.answers) {
      if (answer.starts_with("OUTOFSTOCK")) ++seen["out of stock"];
    }
  }
  EXPECT_GT(seen["of trees"], 500);
  EXPECT_GT(seen["out of stock"], 10);
}

// Nothing is lost, and nothing is there twice: see run_with_crashes() and request_laws.cc, which
// compare all of it with a run without a crash.
TEST(RequestDrawTest, CrashesDoNotShow) {
  int crashed = 0;
  for (uint64_t seed = 1; seed <= support::part(24); ++seed) {
    const RequestCase drawn = requests_of_seed(seed);
    const RequestRun expected = law::run(drawn, {});
    for (const RequestVariant& variant :
         {RequestVariant{{7, 5, 0}, 0, seed}, RequestVariant{{16, 16, 3}, 0, seed}}) {
      const RequestRun actual = law::run(drawn, variant);
      EXPECT_EQ(difference(drawn, expected, actual), "") << seed << ": " << variant.text();
      crashed += actual.crashed;
    }
  }
  EXPECT_GT(crashed, 20);
}

TEST(RequestDrawTest, ASeedIsACase) {
  EXPECT_EQ(requests_of_seed(7).requests, requests_of_seed(7).requests);
  EXPECT_NE(requests_of_seed(7).requests, requests_of_seed(8).requests);
}

}  // namespace
}  // namespace guerdon::law
