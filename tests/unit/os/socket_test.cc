#include "engine/os/socket.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "engine/os/poller.h"

namespace guerdon::os {
namespace {

using ::testing::HasSubstr;

constexpr char kLoopback[] = "127.0.0.1";
constexpr int kPatienceMs = 10'000;

bool wait_readable(int fd) {
  Poller poller;
  return poller.add(fd, 1, {true, false}) && !poller.wait(kPatienceMs).empty();
}

// Both ends of a connection.
struct Pair {
  Pair() : listener(Listener::open(kLoopback, 0, &error)) {
    near = connect_to(kLoopback, listener.port(), &error);
    if (!wait_readable(listener.fd())) return;
    EXPECT_EQ(listener.accept(&far), Listener::Accepted::kConnection);
  }

  std::string error;
  Listener listener;
  Socket near;
  Socket far;
};

TEST(SocketTest, CarriesBytesBothWaysAndTheEnd) {
  Pair pair;
  ASSERT_TRUE(pair.near.is_open() && pair.far.is_open()) << pair.error;
  char buffer[16];
  EXPECT_EQ(pair.far.read(buffer, sizeof buffer).status, IoStatus::kWouldBlock);
  EXPECT_EQ(pair.near.write("PING").bytes, 4u);
  ASSERT_TRUE(wait_readable(pair.far.fd()));
  const IoResult got = pair.far.read(buffer, sizeof buffer);
  EXPECT_EQ(got.status, IoStatus::kBytes);
  EXPECT_EQ(std::string(buffer, got.bytes), "PING");
  pair.near.shut_down_writing();
  ASSERT_TRUE(wait_readable(pair.far.fd()));
  EXPECT_EQ(pair.far.read(buffer, sizeof buffer).status, IoStatus::kClosed);
  EXPECT_EQ(pair.far.write("PONG").bytes, 4u);  // the other direction is still open
  ASSERT_TRUE(wait_readable(pair.near.fd()));
  EXPECT_EQ(pair.near.read(buffer, sizeof buffer).bytes, 4u);
}

TEST(SocketTest, WritingStopsWhereNobodyReads) {
  Pair pair;
  const std::string piece(1 << 20, 'x');
  size_t sent = 0;
  IoResult result = pair.near.write(piece);
  for (; result.status == IoStatus::kBytes; result = pair.near.write(piece)) sent += result.bytes;
  EXPECT_EQ(result.status, IoStatus::kWouldBlock);
  EXPECT_GT(sent, 0u);
}

TEST(SocketTest, AResetIsAnError) {
  Pair pair;
  pair.near.reset();
  EXPECT_FALSE(pair.near.is_open());
  ASSERT_TRUE(wait_readable(pair.far.fd()));
  char byte;
  EXPECT_EQ(pair.far.read(&byte, 1).status, IoStatus::kError);
  EXPECT_EQ(pair.far.write("x").status, IoStatus::kError);
}

TEST(SocketTest, Moves) {
  Pair pair;
  const int fd = pair.near.fd();
  Socket other = std::move(pair.near);
  EXPECT_EQ(other.fd(), fd);
  EXPECT_FALSE(pair.near.is_open());  // NOLINT(bugprone-use-after-move)
  other = Socket();
  ASSERT_TRUE(wait_readable(pair.far.fd()));
  char byte;
  EXPECT_EQ(pair.far.read(&byte, 1).status, IoStatus::kClosed);
}

TEST(ListenerTest, TellsThePortItWasGiven) {
  std::string error;
  const Listener first = Listener::open(kLoopback, 0, &error);
  const Listener second = Listener::open(kLoopback, 0, &error);
  ASSERT_TRUE(first.is_open() && second.is_open()) << error;
  EXPECT_NE(first.port(), 0);
  EXPECT_NE(first.port(), second.port());
}

TEST(ListenerTest, SaysWhyItCannotListen) {
  std::string error;
  const Listener first = Listener::open(kLoopback, 0, &error);
  EXPECT_FALSE(Listener::open(kLoopback, first.port(), &error).is_open());
  EXPECT_THAT(error, HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(first.port())));
  EXPECT_FALSE(Listener::open("localhost", 0, &error).is_open());
  EXPECT_THAT(error, HasSubstr("`localhost` is no IPv4 address"));
}

TEST(ListenerTest, AcceptDoesNotWait) {
  std::string error;
  Listener listener = Listener::open(kLoopback, 0, &error);
  Socket connection;
  EXPECT_EQ(listener.accept(&connection), Listener::Accepted::kNone);
  EXPECT_FALSE(connection.is_open());
}

TEST(ConnectTest, SaysWhyItCannot) {
  std::string error;
  uint16_t port = 0;
  { port = Listener::open(kLoopback, 0, &error).port(); }
  EXPECT_FALSE(connect_to(kLoopback, port, &error).is_open());
  EXPECT_THAT(error, HasSubstr("cannot connect to 127.0.0.1:" + std::to_string(port)));
  EXPECT_FALSE(connect_to("::1", port, &error).is_open());
  EXPECT_THAT(error, HasSubstr("IPv4"));
}

TEST(OpenFilesTest, AreRaisedAndNeverLowered) {
  const size_t before = raise_open_files(0);
  EXPECT_GT(before, 0u);
  EXPECT_EQ(raise_open_files(1), before);
  EXPECT_GE(raise_open_files(before + 1), before);
}

TEST(ConnectTest, FindsTheAddressOfAHost) {
  std::string error;
  std::string address;
  EXPECT_TRUE(find_address("localhost", &address, &error)) << error;
  EXPECT_EQ(address, kLoopback);
  EXPECT_TRUE(find_address("10.1.2.3", &address, &error)) << error;
  EXPECT_EQ(address, "10.1.2.3");
  EXPECT_FALSE(find_address("no.such.host.invalid", &address, &error));
  EXPECT_NE(error.find("no.such.host.invalid"), std::string::npos) << error;
}

}  // namespace
}  // namespace guerdon::os
