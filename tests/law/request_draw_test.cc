// What is drawn meets the engine: each command is done, and refused, and none is misspelt.
#include "tests/law/request_draw.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "engine/base/hash.h"
#include "tests/law/request_run.h"

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
  EXPECT_EQ(drawn.finish().to_hex(), "b753efbc836ea74ddf28c0cbdaf0055b");
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
       {"EVENT",         "ADJUST",       "IMPORT",          "HOLD",        "CAPTURE",
        "VOID",          "SPEND",        "REFUND",          "WALLET OPEN", "WALLET FREEZE",
        "WALLET THAW",   "WALLET CLOSE", "REDEEM",          "UNREDEEM",    "ITEM",
        "RATE",          "EXCHANGE",     "EXCHANGE RETURN", "PAYOUT",      "PAYOUT ALL",
        "PAYOUT RETURN", "HOLDER",       "REVERSE",         "TABLE",       "GRANT"}) {
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

TEST(RequestDrawTest, ASeedIsACase) {
  EXPECT_EQ(requests_of_seed(7).requests, requests_of_seed(7).requests);
  EXPECT_NE(requests_of_seed(7).requests, requests_of_seed(8).requests);
}

}  // namespace
}  // namespace guerdon::law
