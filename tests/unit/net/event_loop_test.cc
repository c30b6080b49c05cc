#include "engine/net/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/reply.h"
#include "engine/os/clock.h"
#include "engine/os/thread.h"
#include "tests/unit/net/talking_handler.h"

namespace guerdon::net {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

// While it lives, this process can open no file or socket more than it has.
class NoMoreFiles {
 public:
  NoMoreFiles() {
    const int next = ::dup(STDERR_FILENO);
    ::close(next);
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none = {static_cast<rlim_t>(next), before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoMoreFiles() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  NoMoreFiles(const NoMoreFiles&) = delete;
  NoMoreFiles& operator=(const NoMoreFiles&) = delete;

 private:
  rlimit before_ = {};
};

class EventLoopTest : public ::testing::Test {
 protected:
  void SetUp() override { start({}); }

  void start(LoopLimits limits) {
    std::string error;
    os::Listener listener = os::Listener::open("127.0.0.1", 0, &error);
    ASSERT_TRUE(listener.is_open()) << error;
    handler_ = std::make_unique<TalkingHandler>();
    loop_ = std::make_unique<EventLoop>(std::move(listener), handler_.get(), limits);
    ASSERT_TRUE(loop_->is_open());
    handler_->loop = loop_.get();
  }

  std::unique_ptr<Client> connect() {
    auto client = std::make_unique<Client>(loop_->port());
    EXPECT_TRUE(client->is_open()) << client->error();
    return client;
  }

  // Rounds until it is so; false where it never is.
  template <typename Condition>
  bool run_until(Condition condition) {
    for (int i = 0; i < 20'000; ++i) {
      if (condition()) return true;
      loop_->run_round(1);
    }
    return false;
  }

  bool run_until_received(Client* client, std::string_view expected) {
    return run_until([&] { return client->received().size() >= expected.size(); }) &&
           client->received() == expected;
  }

  // Rounds until nothing happens any more.
  void run_until_quiet() {
    for (int quiet = 0; quiet < 5;) {
      const size_t before = handler_->log.size();
      loop_->run_round(5);
      quiet = handler_->log.size() == before + 1 ? quiet + 1 : 0;  // the end of the round alone
    }
  }

  // Whether a round waits: one that is told the same again and again would not.
  bool is_asleep() {
    constexpr int kMs = 30;
    const os::SystemClock clock;
    const int64_t start = clock.monotonic_ns();
    loop_->run_round(kMs);
    return clock.monotonic_ns() - start >= int64_t{kMs - 5} * 1'000'000;
  }

  std::unique_ptr<TalkingHandler> handler_;
  std::unique_ptr<EventLoop> loop_;
};

TEST_F(EventLoopTest, PortZeroIsSomePort) { EXPECT_NE(loop_->port(), 0); }

TEST_F(EventLoopTest, AnswersPipelinedRequestsInOrder) {
  const auto client = connect();
  EXPECT_EQ(client->send(repeat("PING\n", 1000)), "");
  std::string expected;
  for (int i = 1; i <= 1000; ++i) expected += "+PONG " + std::to_string(i) + "\r\n";
  EXPECT_TRUE(run_until_received(client.get(), expected));
}

TEST_F(EventLoopTest, AnswersOneByteAtATime) {
  const auto client = connect();
  for (const char byte : std::string_view("PING\r\n*1\r\n$4\r\nPING\r\nPING\n")) {
    client->send({&byte, 1});
    loop_->run_round(1);
  }
  EXPECT_TRUE(run_until_received(client.get(), "+PONG 1\r\n+PONG 2\r\n+PONG 3\r\n"));
}

TEST_F(EventLoopTest, ARoundEndsOnceAfterAllInput) {
  std::vector<std::unique_ptr<Client>> clients(3);
  for (auto& client : clients) client = connect();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 3; }));
  handler_->log.clear();
  for (const auto& client : clients) client->send("PING\n");
  ASSERT_TRUE(run_until([&] { return handler_->requests == 3; }));
  // Loopback delivers before write() returns: all three are ready in one round.
  EXPECT_EQ(handler_->log, "iii.");
}

TEST_F(EventLoopTest, ALongRequestArrivesOverManyRounds) {
  const auto client = connect();
  const std::string bulk(1'000'000, 'x');
  const std::string request = "*2\r\n$5\r\nBATCH\r\n$1000000\r\n" + bulk + "\r\n" + "PING\n";
  std::string_view left = request;
  ASSERT_TRUE(run_until([&] {
    left = client->send(left);
    return left.empty();
  }));
  EXPECT_TRUE(run_until_received(client.get(), "-UNKNOWN BATCH\r\n+PONG 2\r\n"));
}

// ---- Back-pressure

TEST_F(EventLoopTest, WhoNeverReadsIsNotReadAndGoesOnWhenItReads) {
  constexpr size_t kReply = 100'000;
  constexpr size_t kRequests = 1000;
  const auto client = connect();
  const std::string requests = repeat("BIG 100000\n", kRequests);
  ASSERT_EQ(client->send(requests), "");
  run_until_quiet();
  EXPECT_LT(handler_->requests, kRequests / 2);
  Connection* const connection = loop_->find(handler_->ids.at(0));
  ASSERT_NE(connection, nullptr);
  EXPECT_TRUE(connection->is_paused());
  EXPECT_LE(connection->to_send().size(), kOutputMax + kReply + 32);
  EXPECT_LE(connection->to_send().capacity(), 4 * kOutputMax);
  EXPECT_LE(connection->input().size(), kReadMax);
  EXPECT_TRUE(is_asleep());

  const size_t replied = kRequests * (kReply + std::string("$100000\r\n\r\n").size());
  size_t received = 0;
  EXPECT_TRUE(run_until([&] {
    received += client->discard();
    return received >= replied;
  }));
  EXPECT_EQ(received, replied);
  EXPECT_EQ(handler_->requests, kRequests);
  client->send("PING\n");
  EXPECT_TRUE(run_until_received(client.get(), "+PONG 1001\r\n"));
}

TEST_F(EventLoopTest, ManyWhoNeverReadNeedBoundedMemory) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(connect());
    clients.back()->send(repeat("BIG 100000\n", 2000));  // 200 MB of replies each
  }
  run_until_quiet();
  ASSERT_EQ(handler_->ids.size(), 20u);
  size_t bytes = 0;
  for (const ConnectionId id : handler_->ids) {
    Connection* const connection = loop_->find(id);
    ASSERT_NE(connection, nullptr);
    bytes += connection->to_send().capacity() + connection->input_capacity();
  }
  EXPECT_LT(bytes, 20 * 4 * kOutputMax);
}

TEST_F(EventLoopTest, AThrottledConnectionIsNotReadUntilItIsReleased) {
  const auto client = connect();
  client->send("PING\nHOLD\nPING\nPI");
  ASSERT_TRUE(run_until_received(client.get(), "+PONG 1\r\n+OK\r\n"));
  client->send("NG\nPING\n");
  run_until_quiet();
  EXPECT_TRUE(is_asleep());
  EXPECT_EQ(client->received(), "+PONG 1\r\n+OK\r\n");
  EXPECT_EQ(loop_->find(handler_->ids.at(0))->input(), "PING\nPI");
  handler_->release(loop_.get());
  EXPECT_TRUE(
      run_until_received(client.get(), "+PONG 1\r\n+OK\r\n+PONG 3\r\n+PONG 4\r\n+PONG 5\r\n"));
}

TEST_F(EventLoopTest, WhatIsLeftIsGivenWithoutNewBytes) {
  const auto client = connect();
  client->send("HOLD\nHOLD\nPING\n");
  ASSERT_TRUE(run_until_received(client.get(), "+OK\r\n"));
  handler_->release(loop_.get());
  ASSERT_TRUE(run_until_received(client.get(), "+OK\r\n+OK\r\n"));
  run_until_quiet();
  EXPECT_EQ(handler_->requests, 2u);
  handler_->release(loop_.get());
  EXPECT_TRUE(run_until_received(client.get(), "+OK\r\n+OK\r\n+PONG 3\r\n"));
}

// Released and throttled again before what is left was given.
TEST_F(EventLoopTest, WhatIsLeftIsNotForgottenWhenItIsThrottledAgain) {
  const auto client = connect();
  client->send("HOLD\nPING\n");
  ASSERT_TRUE(run_until_received(client.get(), "+OK\r\n"));
  Connection* const connection = loop_->find(handler_->ids.at(0));
  handler_->release(loop_.get());
  loop_->run_round(0);  // settled: it is to be given its input in the next round
  connection->set_throttled(true);
  run_until_quiet();
  EXPECT_EQ(client->received(), "+OK\r\n");
  connection->set_throttled(false);
  EXPECT_TRUE(run_until_received(client.get(), "+OK\r\n+PONG 2\r\n"));
}

// What has come just then stays in the system.
TEST_F(EventLoopTest, WhatIsThrottledByWhatWasLeftIsNotRead) {
  const auto client = connect();
  client->send("HOLD\nHOLD\n");
  ASSERT_TRUE(run_until_received(client.get(), "+OK\r\n"));
  handler_->release(loop_.get());
  loop_->run_round(0);
  client->send("PING\n");
  loop_->run_round(0);
  EXPECT_EQ(handler_->requests, 2u);
  EXPECT_EQ(loop_->find(handler_->ids.at(0))->input(), "");
  handler_->release(loop_.get());
  EXPECT_TRUE(run_until_received(client.get(), "+OK\r\n+OK\r\n+PONG 3\r\n"));
}

// ---- Limits

TEST_F(EventLoopTest, TwoThousandIdleConnectionsStayAndAreServed) {
  constexpr size_t kIdle = 2000;
  if (os::raise_open_files(2 * kIdle + 100) < 2 * kIdle + 100) {
    GTEST_SKIP() << "needs " << 2 * kIdle + 100 << " open files: ulimit -n";
  }
  std::vector<std::unique_ptr<Client>> clients;
  while (clients.size() < kIdle) {
    clients.push_back(connect());
    loop_->run_round(0);
  }
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == kIdle; }));
  handler_->log.clear();
  run_until_quiet();
  EXPECT_EQ(handler_->log.find_first_not_of('.'), std::string::npos);
  for (size_t i = 0; i < kIdle; i += 97) {
    clients[i]->send("PING\n");
    ASSERT_TRUE(run_until_received(clients[i].get(), "+PONG 1\r\n"));
  }
  clients.clear();
  EXPECT_TRUE(run_until([&] { return loop_->connection_count() == 0; }));
}

TEST_F(EventLoopTest, AConnectionAboveTheLimitIsAnsweredBusyAndClosed) {
  start({.connections = 2});
  const auto first = connect();
  auto second = connect();
  const auto third = connect();
  third->send("PING\n");
  ASSERT_TRUE(run_until([&] { return !third->received().empty(); }));
  EXPECT_THAT(third->received(), StartsWith("-BUSY all connections are taken; "));
  EXPECT_TRUE(run_until([&] { return third->received(), third->is_ended(); }));
  EXPECT_FALSE(third->is_broken());
  EXPECT_EQ(loop_->connection_count(), 2u);
  second.reset();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  const auto fourth = connect();
  fourth->send("PING\n");
  EXPECT_TRUE(run_until_received(fourth.get(), "+PONG 1\r\n"));
}

TEST_F(EventLoopTest, SeveralLoopsShareAQuota) {
  ConnectionQuota quota(2);
  ASSERT_TRUE(quota.take());  // as another loop does
  start({.quota = &quota});
  auto first = connect();
  first->send("PING\n");
  ASSERT_TRUE(run_until_received(first.get(), "+PONG 1\r\n"));
  const auto second = connect();
  ASSERT_TRUE(run_until([&] { return !second->received().empty(); }));
  EXPECT_THAT(second->received(), StartsWith("-BUSY all connections are taken; "));
  quota.give_back();
  const auto third = connect();
  third->send("PING\n");
  EXPECT_TRUE(run_until_received(third.get(), "+PONG 1\r\n"));
  EXPECT_FALSE(quota.take());
  first.reset();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  EXPECT_TRUE(quota.take());
  EXPECT_FALSE(quota.take());
  loop_.reset();
}

TEST_F(EventLoopTest, WithoutFileHandlesItSleepsUntilAConnectionCloses) {
  auto first = connect();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  const auto second = connect();
  second->send("PING\n");
  const NoMoreFiles no_more;
  loop_->run_round(0);
  EXPECT_TRUE(is_asleep());
  EXPECT_EQ(loop_->connection_count(), 1u);
  first.reset();
  EXPECT_TRUE(run_until_received(second.get(), "+PONG 1\r\n"));
}

// Another loop has all of them, so that no close of this one tells when there is one again.
TEST_F(EventLoopTest, WithoutFileHandlesOrConnectionsItSleepsAndTriesAgain) {
  const auto client = connect();
  client->send("PING\n");
  {
    const NoMoreFiles no_more;
    loop_->run_round(0);
    EXPECT_TRUE(is_asleep());
    EXPECT_EQ(loop_->connection_count(), 0u);
  }
  loop_->run_round(-1);  // it ends by itself
  EXPECT_TRUE(run_until_received(client.get(), "+PONG 1\r\n"));
}

TEST_F(EventLoopTest, PartsOfRequestsAreBoundedTogether) {
  start({.connections = 100, .kept_input = 150'000});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(connect());
    clients.back()->send(std::string(50'000, 'a'));
    run_until_quiet();
  }
  EXPECT_THAT(clients[3]->received(), StartsWith("-BUSY "));
  EXPECT_TRUE(clients[3]->is_ended());
  EXPECT_EQ(loop_->connection_count(), 3u);
  clients.erase(clients.begin());
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 2; }));
  clients.push_back(connect());
  clients.back()->send(std::string(40'000, 'a'));  // there is room again
  run_until_quiet();
  EXPECT_EQ(clients.back()->received(), "");
  EXPECT_EQ(loop_->connection_count(), 3u);
}

// A BUSY would be taken for the answer that is still to come.
TEST_F(EventLoopTest, WhoIsOwedAnAnswerGetsItAndNoBusy) {
  start({.connections = 100, .kept_input = 50'000});
  const auto client = connect();
  client->send("LATER\n");
  run_until_quiet();
  client->send(std::string(60'000, 'a'));
  run_until_quiet();
  EXPECT_EQ(client->received(), "");
  EXPECT_FALSE(client->is_ended());
  handler_->answers_later = true;
  EXPECT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_EQ(client->received(), "+LATER\r\n");
}

// The sum is too high, but not by what they send.
TEST_F(EventLoopTest, WholeRequestsAreServedWhileAnotherIsRefused) {
  start({.connections = 100, .kept_input = 50'000});
  const auto never_reading = connect();
  never_reading->send(repeat("BIG 100000\n", 1000));
  run_until_quiet();
  EXPECT_EQ(loop_->connection_count(), 1u);
  const auto refused = connect();
  refused->send(std::string(45'000, 'a'));
  run_until_quiet();
  EXPECT_THAT(refused->received(), StartsWith("-BUSY "));
  const auto polite = connect();
  polite->send("PING\n");
  EXPECT_TRUE(run_until_received(polite.get(), "+PONG 1\r\n"));
  const auto part = connect();
  part->send(std::string(30'000, 'a'));  // what was refused is no longer kept
  run_until_quiet();
  EXPECT_EQ(part->received(), "");
  EXPECT_FALSE(part->is_ended());
}

TEST_F(EventLoopTest, WhoIsClosingAndTakesNothingIsClosedInTime) {
  start({.connections = 100, .farewell_ms = 50});
  const auto client = connect();
  client->send("BIG 20000000\n");
  run_until_quiet();
  ASSERT_EQ(loop_->connection_count(), 1u);
  loop_->find(handler_->ids[0])->close_when_flushed();
  loop_->run_round(0);
  ASSERT_EQ(loop_->connection_count(), 1u);
  for (int i = 0; i < 10 && loop_->connection_count() != 0; ++i) {
    loop_->run_round(1'000);  // it ends before
  }
  EXPECT_EQ(loop_->connection_count(), 0u);
}

TEST_F(EventLoopTest, WhoIsClosingAndTakesSomeIsGivenTheRest) {
  start({.connections = 100, .farewell_ms = 500});
  const auto client = connect();
  client->send("BIG 20000000\n");
  run_until_quiet();
  loop_->find(handler_->ids[0])->close_when_flushed();
  std::string part(128 << 10, '\0');
  size_t received = 0;
  for (os::IoResult got;; received += got.bytes) {
    loop_->run_round(10);
    got = client->socket().read(part.data(), part.size());
    if (got.status != os::IoStatus::kBytes && got.status != os::IoStatus::kWouldBlock) break;
  }
  EXPECT_EQ(received + client->received().size(),
            std::string("$20000000\r\n\r\n").size() + 20'000'000);
}

TEST_F(EventLoopTest, RepliesThatNobodyTakesAreBoundedTogether) {
  start({.connections = 100, .kept_output = 3 * kOutputMax});
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(connect());
    clients.back()->send(repeat("BIG 100000\n", 1000));
    run_until_quiet();
  }
  EXPECT_EQ(loop_->connection_count(), 2u);
  const auto polite = connect();
  polite->send(repeat("PING\n", 3));
  EXPECT_TRUE(run_until_received(polite.get(), "+PONG 1\r\n+PONG 2\r\n+PONG 3\r\n"));
  clients.clear();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  const auto another = connect();
  another->send(repeat("BIG 100000\n", 1000));  // there is room again
  run_until_quiet();
  EXPECT_EQ(loop_->connection_count(), 2u);
}

// ---- Ends

TEST_F(EventLoopTest, WhoHasSentItsEndStillGetsItsReplies) {
  const auto client = connect();
  client->send("PING\nBIG 2000000\nPI");
  client->socket().shut_down_writing();
  ASSERT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_EQ(client->received().size(),
            std::string("+PONG 1\r\n$2000000\r\n\r\n").size() + 2'000'000);
  EXPECT_FALSE(client->is_broken());
  EXPECT_EQ(loop_->connection_count(), 0u);
  EXPECT_EQ(std::count(handler_->log.begin(), handler_->log.end(), 'h'), 1);
  EXPECT_EQ(std::count(handler_->log.begin(), handler_->log.end(), 'c'), 1);
}

TEST_F(EventLoopTest, WhoHasSentItsEndWaitsForAReplyThatIsOwed) {
  const auto client = connect();
  client->send("LATER\n");
  client->socket().shut_down_writing();
  run_until_quiet();
  EXPECT_EQ(loop_->connection_count(), 1u);
  EXPECT_FALSE(client->is_ended());
  EXPECT_TRUE(is_asleep());
  handler_->answers_later = true;
  EXPECT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_EQ(client->received(), "+LATER\r\n");
}

// With bytes unread a close would be a reset, which takes with it what the peer has not read yet.
TEST_F(EventLoopTest, WhoStillSendsWhenAllEndsGetsItsRepliesAndAnEnd) {
  const auto client = connect();
  const auto idle = connect();
  const auto ended = connect();
  ended->socket().shut_down_writing();
  client->send("LATER\nBIG 3000000\n");
  run_until_quiet();
  client->send(repeat("PING\n", 20'000));
  handler_->answers_later = true;
  const size_t requests = handler_->requests;
  loop_->end_connections();
  for (int i = 0; i < 100; ++i) {
    loop_->run_round(0);
    client->send("PING\n");
  }
  ASSERT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_FALSE(client->is_broken());
  EXPECT_THAT(client->received(), ::testing::EndsWith("+LATER\r\n"));
  EXPECT_EQ(handler_->requests, requests);
  const auto late = connect();  // the system takes it, the loop does not
  run_until_quiet();
  EXPECT_EQ(loop_->connection_count(), 2u);
  EXPECT_EQ(idle->received(), "");
  EXPECT_TRUE(idle->is_ended());
  client->socket().shut_down_writing();
  idle->socket().shut_down_writing();
  EXPECT_TRUE(run_until([&] { return loop_->connection_count() == 0; }));
  EXPECT_FALSE(idle->is_broken());
}

TEST_F(EventLoopTest, AResetWithinARequestEndsTheConnection) {
  const auto client = connect();
  const auto other = connect();
  client->send("PING\nPI");
  ASSERT_TRUE(run_until_received(client.get(), "+PONG 1\r\n"));
  const ConnectionId id = handler_->ids.at(0);
  EXPECT_NE(loop_->find(id), nullptr);
  client->socket().reset();
  EXPECT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  EXPECT_EQ(loop_->find(id), nullptr);
  other->send("PING\n");
  EXPECT_TRUE(run_until_received(other.get(), "+PONG 1\r\n"));
}

TEST_F(EventLoopTest, AResetOfAConnectionThatIsNotReadEndsItToo) {
  const auto client = connect();
  client->send("HOLD\n");
  ASSERT_TRUE(run_until_received(client.get(), "+OK\r\n"));
  client->socket().reset();
  EXPECT_TRUE(run_until([&] { return loop_->connection_count() == 0; }));
}

TEST_F(EventLoopTest, QuitIsAnsweredBeforeTheEnd) {
  const auto client = connect();
  client->send("PING\nQUIT\nPING\n" + repeat("PING\n", 40'000));  // more than one round reads
  ASSERT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_EQ(client->received(), "+PONG 1\r\n+OK\r\n");
  EXPECT_FALSE(client->is_broken());
  EXPECT_EQ(handler_->requests, 2u);
}

TEST_F(EventLoopTest, HttpIsAnsweredAndClosed) {
  const auto client = connect();
  client->send("POST / HTTP/1.1\r\nHost: localhost\r\n\r\nPING\r\n");
  ASSERT_TRUE(run_until([&] { return client->received(), client->is_ended(); }));
  EXPECT_THAT(client->received(), HasSubstr("-SYNTAX this is HTTP"));
  EXPECT_EQ(handler_->requests, 0u);
}

TEST_F(EventLoopTest, ASlotThatIsUsedAgainHasAnotherGeneration) {
  connect();
  ASSERT_TRUE(
      run_until([&] { return handler_->ids.size() == 1 && loop_->connection_count() == 0; }));
  const auto second = connect();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  const ConnectionId first_id = handler_->ids.at(0);
  const ConnectionId second_id = handler_->ids.at(1);
  EXPECT_EQ(first_id.slot, second_id.slot);
  EXPECT_NE(first_id.generation, second_id.generation);
  EXPECT_EQ(loop_->find(first_id), nullptr);
  EXPECT_NE(loop_->find(second_id), nullptr);
  EXPECT_EQ(loop_->find({99, 1}), nullptr);
  EXPECT_EQ(loop_->find({}), nullptr);
}

TEST_F(EventLoopTest, AReplyThatComesLaterFindsItsConnectionOrFindsItGone) {
  const auto stays = connect();
  auto goes = connect();
  stays->send("LATER\n");
  goes->send("LATER\n");
  ASSERT_TRUE(run_until([&] { return handler_->owed.size() == 2; }));
  goes->socket().reset();
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 1; }));
  goes = connect();  // in the same slot
  ASSERT_TRUE(run_until([&] { return loop_->connection_count() == 2; }));
  handler_->answers_later = true;
  EXPECT_TRUE(run_until_received(stays.get(), "+LATER\r\n"));
  EXPECT_EQ(handler_->lost, 1u);
  EXPECT_EQ(goes->received(), "");
}

// ---- Other threads

TEST_F(EventLoopTest, RunsUntilAnotherThreadStopsIt) {
  os::Thread server([this] { loop_->run(); });
  const auto client = connect();
  client->send("PING\n");
  while (client->received().empty() && !client->is_ended()) os::yield();
  EXPECT_EQ(client->received(), "+PONG 1\r\n");
  loop_->stop();
  server.join();
  EXPECT_EQ(loop_->connection_count(), 1u);
}

TEST_F(EventLoopTest, AWakeOfAnotherThreadIsARound) {
  os::Thread other([this] { loop_->wake(); });
  loop_->run_round(-1);
  EXPECT_EQ(handler_->log, ".");
}

}  // namespace
}  // namespace guerdon::net
