#include "tools/cli/request.h"

#include <gtest/gtest.h>

namespace guerdon::cli {
namespace {

TEST(RequestTest, LinesThatBelongToABatch) {
  EXPECT_EQ(lines_to_follow("BATCH 3"), 3u);
  EXPECT_EQ(lines_to_follow(" batch  16384 \r"), 16'384u);
  EXPECT_EQ(lines_to_follow("BATCH \"2\""), 2u);
  for (const std::string_view line : {"BATCH", "BATCH 0", "BATCH -1", "BATCH 16385", "BATCH 3x",
                                      "BATCH 3 4", "BATCHES 3", "PING 3", "BATCH \"3", ""}) {
    EXPECT_EQ(lines_to_follow(line), 0u) << line;
  }
}

TEST(RequestTest, WordsAsAnArray) {
  const std::vector<std::string> words = {"ECHO", "a b\n", ""};
  EXPECT_EQ(array_of(words), "*3\r\n$4\r\nECHO\r\n$4\r\na b\n\r\n$0\r\n\r\n");
}

}  // namespace
TEST(RequestTest, KnowsWhatWouldBeSentNotices) {
  for (const std::string& request :
       {std::string("SUBSCRIBE\n"), std::string("  subscribe account=ann\r\n"),
        array_of(std::vector<std::string>{"Subscribe", "after=0"})}) {
    EXPECT_TRUE(is_subscription(request)) << request;
  }
  for (const std::string& request :
       {std::string("PING SUBSCRIBE\n"), std::string("SUBSCRIBER\n"), std::string("UNSUBSCRIBE\n"),
        std::string("*1"), array_of(std::vector<std::string>{"PING", "SUBSCRIBE"})}) {
    EXPECT_FALSE(is_subscription(request)) << request;
  }
}

}  // namespace guerdon::cli
