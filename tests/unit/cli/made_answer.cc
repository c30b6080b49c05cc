#include "tests/unit/cli/made_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::cli {

Answer made_answer(std::string_view bytes) {
  std::string wire;
  for (const char c : bytes) wire.append(c == '\n' ? "\r\n" : std::string(1, c));
  return made_in_pieces(wire, wire.size());
}

Answer made_in_pieces(std::string_view bytes, size_t piece) {
  net::ReplyReader reader;
  for (size_t size = 0; size < bytes.size();) {
    size = std::min(size + piece, bytes.size());
    const std::string input(bytes.substr(0, size));
    const net::ReplyReader::Step step = reader.next(input);
    EXPECT_NE(step, net::ReplyReader::Step::kBroken) << reader.fault();
    if (step != net::ReplyReader::Step::kReply) continue;
    EXPECT_EQ(reader.consumed(), bytes.size());
    std::optional<Answer> answer = answer_of(reader.parts());
    EXPECT_TRUE(answer.has_value());
    return answer.value_or(Answer());
  }
  ADD_FAILURE() << "no whole reply";
  return {};
}

}  // namespace guerdon::cli
