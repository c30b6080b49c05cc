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
}  // namespace guerdon::cli
