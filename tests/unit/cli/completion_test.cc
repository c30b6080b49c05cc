#include "tools/cli/completion.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/made_answer.h"

namespace guerdon::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

CommandDocs docs() {
  return {{"BALANCE", "BALANCE account", "What there is"},
          {"BATCH", "BATCH n", "Many"},
          {"CLIENT", "CLIENT ID | GETNAME | SETNAME name", "This connection"},
          {"LOTS", "LOTS account [unit=UNIT] [until=TIME] [REVERSE]", "Lots"}};
}

std::vector<std::string> candidates(std::string_view line) {
  return complete(docs(), line).candidates;
}

TEST(CompletionTest, Commands) {
  EXPECT_THAT(candidates(""),
              ElementsAre("BALANCE", "BATCH", "CLIENT", "LOTS", "exit", "help", "quit"));
  EXPECT_THAT(candidates("ba"), ElementsAre("BALANCE", "BATCH"));
  EXPECT_THAT(candidates("BAL"), ElementsAre("BALANCE"));
  EXPECT_THAT(candidates("he"), ElementsAre("help"));
  EXPECT_THAT(candidates("nosuch"), IsEmpty());
  EXPECT_EQ(complete(docs(), "  ba").typed, 2u);
}

TEST(CompletionTest, TopicsOfHelp) {
  EXPECT_THAT(candidates("help b"), ElementsAre("BALANCE", "BATCH"));
  EXPECT_THAT(candidates("help BATCH "), IsEmpty());
}

TEST(CompletionTest, ArgumentsAsTheUsageAllowsThem) {
  EXPECT_THAT(candidates("CLIENT "), ElementsAre("ID", "GETNAME", "SETNAME"));
  EXPECT_THAT(candidates("client s"), ElementsAre("SETNAME"));
  EXPECT_THAT(candidates("CLIENT ID "), IsEmpty());
}

TEST(CompletionTest, AttributesInAnyOrderEachOnce) {
  EXPECT_THAT(candidates("LOTS anna un"), ElementsAre("unit=", "until="));
  EXPECT_THAT(candidates("LOTS anna until=now "), ElementsAre("REVERSE", "unit="));
  EXPECT_THAT(candidates("LOTS \"Jane Doe\" unit=GBP u"), ElementsAre("until="));
}

TEST(CompletionTest, WhereNothingCanBeCompletedTheUsageSaysWhatComes) {
  const Completion completion = complete(docs(), "BALANCE ");
  EXPECT_THAT(completion.candidates, IsEmpty());
  EXPECT_EQ(completion.usage, "BALANCE account");
  EXPECT_EQ(complete(docs(), "nosuch ").usage, "");
}

TEST(CompletionTest, CommonBeginning) {
  EXPECT_EQ(common_beginning({"BALANCE", "BATCH"}), "BA");
  EXPECT_EQ(common_beginning({"unit="}), "unit=");
  EXPECT_EQ(common_beginning({"A", "B"}), "");
}

TEST(CompletionTest, DocsAreReadFromTheAnswer) {
  const CommandDocs read = command_docs_of(
      made_answer("%2\n+PING\n%2\n+summary\n+PONG\n+usage\n+PING [text]\n+NEW\n%1\n+since\n:3\n"));
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].usage, "PING [text]");
  EXPECT_EQ(read[0].summary, "PONG");
  EXPECT_EQ(read[1].name, "NEW");
  EXPECT_EQ(read[1].usage, "");
  EXPECT_EQ(find_command(read, "ping"), &read[0]);
  EXPECT_EQ(find_command(read, "pin"), nullptr);
  EXPECT_THAT(command_docs_of(made_answer("-UNKNOWN no\n")), IsEmpty());
}

}  // namespace
}  // namespace guerdon::cli
