#include "engine/net/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/net/output_buffer.h"

namespace guerdon::net {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr ConnectionId kId = {3, 7};

class ConnectionTest : public ::testing::Test {
 protected:
  std::vector<ConnectionId> changed_;
  Connection connection_{kId, &changed_};
};

TEST_F(ConnectionTest, InputThatIsConsumedWholeIsNotCopied) {
  const std::string bytes = "PING\n";
  connection_.receive(bytes);
  EXPECT_EQ(connection_.input().data(), bytes.data());
  connection_.consume(5);
  EXPECT_EQ(connection_.keep_rest(), 0u);
  EXPECT_EQ(connection_.input(), "");
}

TEST_F(ConnectionTest, WhatIsLeftComesAgainWithMoreBehindIt) {
  std::string bytes = "PING\nPI";
  connection_.receive(bytes);
  connection_.consume(5);
  EXPECT_EQ(connection_.keep_rest(), 2u);
  bytes = "overwritten";
  EXPECT_EQ(connection_.input(), "PI");
  connection_.receive("NG\nPO");
  EXPECT_EQ(connection_.input(), "PING\nPO");
  connection_.consume(5);
  EXPECT_EQ(connection_.keep_rest(), 2u);
  EXPECT_EQ(connection_.keep_rest(), 2u);  // nothing has come
  connection_.receive("NG\n");
  EXPECT_EQ(connection_.input(), "PONG\n");
  connection_.consume(5);
  EXPECT_EQ(connection_.keep_rest(), 0u);
}

TEST_F(ConnectionTest, TheMemoryOfALongRestIsGivenBack) {
  const std::string bytes(1'000'000, 'a');
  connection_.receive(bytes);
  EXPECT_EQ(connection_.keep_rest(), bytes.size());
  EXPECT_GE(connection_.input_capacity(), 1'000'000u);
  connection_.consume(1'000'000);
  EXPECT_EQ(connection_.keep_rest(), 0u);
  EXPECT_LT(connection_.input_capacity(), 1000u);
}

TEST_F(ConnectionTest, IsPutIntoTheListOnceUntilTheMarkIsTaken) {
  EXPECT_THAT(changed_, IsEmpty());
  connection_.output()->append("a");
  connection_.output()->append("b");
  connection_.set_throttled(true);
  connection_.close_when_flushed();
  EXPECT_THAT(changed_, ElementsAre(kId));
  connection_.take_mark();
  connection_.set_throttled(true);  // as it was
  EXPECT_THAT(changed_, ElementsAre(kId));
  connection_.set_throttled(false);
  EXPECT_THAT(changed_, ElementsAre(kId, kId));
}

TEST_F(ConnectionTest, IsPausedByTheHandlerByItsOutputAndByItsEnd) {
  EXPECT_FALSE(connection_.is_paused());
  connection_.set_throttled(true);
  EXPECT_TRUE(connection_.is_paused());
  connection_.set_throttled(false);
  connection_.output()->append(kOutputMax, 'a');
  EXPECT_FALSE(connection_.is_paused());
  connection_.output()->append("a");
  EXPECT_TRUE(connection_.is_paused());
  connection_.to_send().take(1);
  EXPECT_FALSE(connection_.is_paused());
  connection_.close_when_flushed();
  EXPECT_TRUE(connection_.is_paused());
}

TEST_F(ConnectionTest, MoreThanThereIsCannotBeConsumed) {
  connection_.receive("PING\n");
  EXPECT_DEATH(connection_.consume(6), "n <= input_.size");
}

TEST(OutputBufferTest, GivesInOrderWhatWasAppended) {
  OutputBuffer buffer;
  buffer.end()->append("abc");
  buffer.take(1);
  buffer.end()->append("de");
  EXPECT_EQ(buffer.waiting(), "bcde");
  EXPECT_EQ(buffer.size(), 4u);
  buffer.take(4);
  EXPECT_TRUE(buffer.empty());
  EXPECT_DEATH(buffer.take(1), "n <= size");
}

TEST(OutputBufferTest, WhatIsSentIsLetGo) {
  OutputBuffer buffer;
  std::string expected;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece(4096, static_cast<char>('a' + i % 26));
    buffer.end()->append(piece);
    expected += piece;
    const size_t sent = i < 10 ? 0 : 4000;  // a peer that is a little behind, for ever
    EXPECT_EQ(buffer.waiting().substr(0, sent), std::string_view(expected).substr(0, sent));
    buffer.take(sent);
    expected.erase(0, sent);
    ASSERT_LT(buffer.capacity(), 1u << 20);
  }
  EXPECT_EQ(buffer.waiting(), expected);
}

TEST(OutputBufferTest, ALargeOneIsGivenBack) {
  OutputBuffer buffer;
  buffer.end()->append(1'000'000, 'a');
  buffer.take(1'000'000);
  EXPECT_LT(buffer.capacity(), 1000u);
}

}  // namespace
}  // namespace guerdon::net
