#include "tools/cli/answer.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/net/reply.h"
#include "tests/unit/cli/made_answer.h"
#include "tools/cli/answer_json.h"

namespace guerdon::cli {
namespace {

std::string json(std::string_view bytes) { return json_line(made_answer(bytes)); }

TEST(AnswerTest, OneOfEachKindAsJson) {
  EXPECT_EQ(json("+OK 2 1\n"), R"("OK 2 1")");
  EXPECT_EQ(json("-STALE version: too old\n"),
            R"({"error":{"code":"STALE","sentence":"version: too old"}})");
  EXPECT_EQ(json("-BUSY\n"), R"({"error":{"code":"BUSY","sentence":""}})");
  EXPECT_EQ(json(":-9223372036854775808\n"), "-9223372036854775808");
  EXPECT_EQ(json("$5\n12.50\n"), R"("12.50")");
  EXPECT_EQ(json("_\n"), "null");
  EXPECT_EQ(json("$-1\n"), "null");
  EXPECT_EQ(json("#t\n"), "true");
  EXPECT_EQ(json("*0\n"), "[]");
  EXPECT_EQ(json("%0\n"), "{}");
  EXPECT_EQ(json("%2\n+b\n*2\n:1\n_\n+a\n%1\n:7\n#f\n"), R"({"b":[1,null],"a":{"7":false}})");
}

TEST(AnswerTest, WhatIsNoUtf8IsStillJson) {
  EXPECT_EQ(json("$3\na\xff\"\n"), "\"a\xef\xbf\xbd\\\"\"");
}

TEST(AnswerTest, TheSameHoweverTheBytesAreCut) {
  std::string bytes;
  net::ReplyWriter reply(&bytes, net::Protocol::kResp3);
  reply.map_header(2);
  reply.bulk("rows");
  reply.array_header(3);
  reply.array_header(2);
  reply.bulk("Jane\r\nDoe");
  reply.integer(-17);
  reply.null();
  reply.error("INVALID", "word 3: no");
  reply.bulk("more");
  reply.map_header(1);
  reply.bulk("is");
  reply.boolean(true);
  const std::string whole = json_line(made_in_pieces(bytes, bytes.size()));
  EXPECT_EQ(whole, R"({"rows":[["Jane\r\nDoe",-17],null,)"
                   R"({"error":{"code":"INVALID","sentence":"word 3: no"}}],"more":{"is":true}})");
  for (size_t piece = 1; piece < bytes.size(); ++piece) {
    EXPECT_EQ(json_line(made_in_pieces(bytes, piece)), whole) << "pieces of " << piece;
  }
}

TEST(AnswerTest, NestedTooDeepIsNoAnswer) {
  const auto nested = [](size_t depth) {
    std::string bytes;
    for (size_t i = 0; i < depth; ++i) bytes += "*1\r\n";
    bytes += ":1\r\n";
    net::ReplyReader reader;
    EXPECT_EQ(reader.next(bytes), net::ReplyReader::Step::kReply);
    return answer_of(reader.parts());
  };
  EXPECT_TRUE(nested(kDepthMax).has_value());
  EXPECT_FALSE(nested(kDepthMax + 1).has_value());
  EXPECT_FALSE(nested(100'000).has_value());
}

TEST(AnswerTest, ValuesOfAMap) {
  const Answer map = made_answer("%2\n+a\n:1\n+b\n:2\n");
  ASSERT_NE(find_value(map, "b"), nullptr);
  EXPECT_EQ(find_value(map, "b")->number, 2);
  EXPECT_EQ(find_value(map, "c"), nullptr);
  EXPECT_EQ(find_value(made_answer("*2\n+a\n:1\n"), "a"), nullptr);
}

}  // namespace
}  // namespace guerdon::cli
