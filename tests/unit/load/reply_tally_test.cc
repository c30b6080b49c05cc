#include "tools/load/reply_tally.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::load {
namespace {

constexpr const char* kLine = "EVENT order 7 account=a\n";
constexpr const char* kBatch = "BATCH 3\nEVENT order 7\nEVENT order 8\nEVENT order 9\n";

bool take(ReplyTally& tally, const std::string& reply, uint32_t events, const char* request) {
  net::ReplyReader reader;
  EXPECT_EQ(reader.next(reply), net::ReplyReader::Step::kReply) << reply;
  return tally.take(reader.parts(), {0, events}, request);
}

std::string batch_reply(int accepted, int duplicates, const std::string& errors) {
  return "*10\r\n$8\r\naccepted\r\n:" + std::to_string(accepted) +
         "\r\n$10\r\nduplicates\r\n:" + std::to_string(duplicates) +
         "\r\n$9\r\nfirst_lsn\r\n:5\r\n$8\r\nlast_lsn\r\n:6\r\n$6\r\nerrors\r\n" + errors;
}

TEST(ReplyTallyTest, OneEvent) {
  ReplyTally tally;
  EXPECT_TRUE(take(tally, "+OK 12 3\r\n", 1, kLine));
  EXPECT_TRUE(take(tally, "+OK 13 0\r\n", 1, kLine));
  EXPECT_TRUE(take(tally, "+DUP 12 3\r\n", 1, kLine));
  EXPECT_TRUE(take(tally, "-INVALID word 4, amount: no\r\n", 1, kLine));
  EXPECT_TRUE(take(tally, "-BUSY later retry-after=1000\r\n", 1, kLine));
  EXPECT_EQ(tally.requests, 5u);
  EXPECT_EQ(tally.accepted, 2u);
  EXPECT_EQ(tally.duplicates, 1u);
  EXPECT_EQ(tally.entries, 3u);
  EXPECT_EQ(tally.refused, 2u);
  EXPECT_EQ(tally.acknowledged(), 3u);
  EXPECT_EQ(tally.refused_by_code, (std::map<std::string, uint64_t>{{"BUSY", 1}, {"INVALID", 1}}));
  ASSERT_EQ(tally.sentences.size(), 2u);
  EXPECT_EQ(tally.sentences[0], "EVENT order 7: INVALID word 4, amount: no");
}

TEST(ReplyTallyTest, ABatch) {
  ReplyTally tally;
  EXPECT_TRUE(take(tally, batch_reply(2, 1, "*0\r\n"), 3, kBatch));
  EXPECT_TRUE(take(tally, batch_reply(1, 0, "*2\r\n$10\r\n2 CLOSED x\r\n$11\r\n3 INVALID y\r\n"), 3,
                   kBatch));
  EXPECT_EQ(tally.accepted, 3u);
  EXPECT_EQ(tally.duplicates, 1u);
  EXPECT_EQ(tally.refused, 2u);
  EXPECT_EQ(tally.refused_by_code,
            (std::map<std::string, uint64_t>{{"CLOSED", 1}, {"INVALID", 1}}));
  ASSERT_EQ(tally.sentences.size(), 2u);
  EXPECT_EQ(tally.sentences.front(), "EVENT order 8: CLOSED x");
}

TEST(ReplyTallyTest, ABatchThatIsRefusedAsAWhole) {
  ReplyTally tally;
  EXPECT_TRUE(take(tally, "-NOSPACE the disk is full retry-after=1000\r\n", 3, kBatch));
  EXPECT_EQ(tally.refused, 3u);
  EXPECT_EQ(tally.refused_by_code["NOSPACE"], 3u);
  ASSERT_EQ(tally.sentences.size(), 1u);
  EXPECT_EQ(tally.sentences.front(), "BATCH 3: NOSPACE the disk is full retry-after=1000");
}

TEST(ReplyTallyTest, ASourceIsNoEvent) {
  ReplyTally tally;
  EXPECT_TRUE(take(tally, "+OK\r\n", 0, "SOURCE shop\n"));
  EXPECT_EQ(tally.answered(), 0u);
  EXPECT_FALSE(take(tally, "-INVALID no name\r\n", 0, "SOURCE shop\n"));
}

TEST(ReplyTallyTest, RepliesThatAnswerSomethingElse) {
  const auto is_answer = [](const std::string& reply, uint32_t events, const char* request) {
    ReplyTally tally;
    return take(tally, reply, events, request);
  };
  EXPECT_FALSE(is_answer("+PONG\r\n", 1, kLine));
  EXPECT_FALSE(is_answer("+OK\r\n", 1, kLine));
  EXPECT_FALSE(is_answer(":1\r\n", 1, kLine));
  EXPECT_FALSE(is_answer("$-1\r\n", 1, kLine));
  EXPECT_FALSE(is_answer("+OK 1 1\r\n", 3, kBatch));
  EXPECT_FALSE(is_answer("*0\r\n", 3, kBatch));
  EXPECT_FALSE(is_answer(batch_reply(2, 0, "*0\r\n"), 3, kBatch)) << "an event is missing";
  EXPECT_FALSE(is_answer(batch_reply(2, 2, "*0\r\n"), 3, kBatch)) << "one too many";
  EXPECT_FALSE(is_answer(batch_reply(2, 0, "*1\r\n$3\r\nx y\r\n"), 3, kBatch));
  EXPECT_FALSE(is_answer(batch_reply(2, 0, "*1\r\n$2\r\n1 \r\n"), 3, kBatch));
  EXPECT_FALSE(is_answer(batch_reply(3, 0, ":0\r\n"), 3, kBatch));
}

TEST(ReplyTallyTest, OnlyTheFirstSentencesAreKept) {
  ReplyTally tally;
  for (int i = 0; i < 100; ++i) take(tally, "-LATE a\r\n", 1, kLine);
  EXPECT_EQ(tally.sentences.size(), kSentencesMax);
  EXPECT_EQ(tally.refused_by_code["LATE"], 100u);
}

}  // namespace
}  // namespace guerdon::load
