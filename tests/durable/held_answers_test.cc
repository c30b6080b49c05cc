// A server whose disk hangs: the state runs ahead of the disk, and nobody may be told of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/clock.h"
#include "engine/os/thread.h"
#include "engine/server/server.h"
#include "tests/durable/line_client.h"
#include "tests/generate/rng.h"
#include "tests/support/crash_disk.h"
#include "tests/support/held_disk.h"

namespace guerdon {
namespace {

// One point a visit: so a balance tells how many are applied.
constexpr std::string_view kPlan = R"(plan visits
  zone UTC

unit points, 0 decimals

event visit
  account : account

rule each_visit
  on visit
  credit account 1 points
)";
constexpr uint64_t kPlans = 1;  // records of the log before the first event
constexpr size_t kGateBytes = size_t{4} << 20;

std::string visit(const std::string& id, const std::string& account = "anna") {
  return "EVENT visit " + id + " account=" + account + " time=1772323200000\n";
}

struct Threads {
  uint32_t loops = 1;
  uint32_t workers = 0;
};

class HeldAnswersTest : public ::testing::TestWithParam<Threads> {
 protected:
  void SetUp() override { start(); }
  void TearDown() override { stop(); }

  void start() {
    server::ServerOptions options;
    options.loops = GetParam().loops;
    options.is_clock_of_events = true;
    options.gate_bytes = kGateBytes;
    Options engine;
    engine.shards = 3;
    engine.workers = GetParam().workers;
    engine.segment_bytes = kSegmentBytesMin;
    runtime::OpenFault fault;
    server_ =
        server::Server::open(options, engine, {{"visits.plan", std::string(kPlan)}},
                             std::make_unique<support::HeldDisk>(disk_, gate_), clock_, &fault);
    ASSERT_NE(server_, nullptr) << fault.sentence;
    thread_ = os::Thread([this] { server_->run(); });
  }

  void stop() {
    gate_.release();
    server_->stop();
    thread_.join();
    server_.reset();
  }

  LineClient client() { return LineClient(server_->port()); }
  // So many that each loop has some: what one of them holds back, another might not.
  std::vector<LineClient> some_clients() {
    std::vector<LineClient> clients;
    for (int i = 0; i < 12; ++i) clients.push_back(client());
    return clients;
  }
  uint64_t durable() const { return server_->core().durable_lsn(); }
  // Answers that came, none of something that is not durable.
  std::string must_reply(LineClient& from) {
    const std::optional<std::string> reply = from.reply();
    EXPECT_TRUE(reply) << "no answer comes";
    EXPECT_LE(LineClient::lsn_of(reply.value_or("")), durable()) << *reply;
    return reply.value_or("");
  }
  // From now on nothing becomes durable, and what came before is.
  void hold() {
    LineClient first = client();
    first.send(visit("before-" + std::to_string(++holds_), "nobody"));
    must_reply(first);
    gate_.hold();
  }
  uint64_t next_lsn() const { return kPlans + holds_ + 1; }

  support::CrashDisk disk_;
  support::Gate gate_;
  os::SystemClock clock_;
  std::unique_ptr<server::Server> server_;
  os::Thread thread_;
  uint64_t holds_ = 0;
};

std::string ok(std::string_view word, uint64_t lsn) {
  return std::string(word) + " " + std::to_string(lsn) + " ";
}

// All of them, for as long as one is given.
bool are_silent(std::vector<LineClient>& clients) {
  const bool is_first_silent = clients.front().is_silent();
  return is_first_silent && std::all_of(clients.begin(), clients.end(),
                                        [](LineClient& client) { return client.is_silent(0); });
}

TEST_P(HeldAnswersTest, AnEventIsAnsweredWhenItIsDurable) {
  hold();
  LineClient a = client();
  a.send(visit("1"));
  gate_.wait_for_a_write();
  EXPECT_TRUE(a.is_silent());
  EXPECT_LT(durable(), next_lsn());
  gate_.release();
  EXPECT_TRUE(must_reply(a).starts_with(ok("+OK", next_lsn())));
}

// The first answer is still held, so is its repetition, on whatever connection.
TEST_P(HeldAnswersTest, ADuplicateOfWhatIsNotDurableWaits) {
  hold();
  LineClient a = client();
  std::vector<LineClient> others = some_clients();
  a.send(visit("1") + visit("1"));
  gate_.wait_for_a_write();
  for (LineClient& b : others) b.send(visit("1") + "BATCH 1\n" + visit("1"));
  EXPECT_TRUE(are_silent(others));
  EXPECT_TRUE(a.is_silent());
  gate_.release();
  EXPECT_TRUE(must_reply(a).starts_with(ok("+OK", next_lsn())));
  EXPECT_TRUE(must_reply(a).starts_with(ok("+DUP", next_lsn())));
  for (LineClient& b : others) {
    EXPECT_TRUE(must_reply(b).starts_with(ok("+DUP", next_lsn())));
  }
}

// That its id is taken tells that another event came.
TEST_P(HeldAnswersTest, AConflictWithWhatIsNotDurableWaits) {
  hold();
  LineClient a = client();
  std::vector<LineClient> others = some_clients();
  a.send(visit("1"));
  gate_.wait_for_a_write();
  for (LineClient& b : others) b.send(visit("1", "berta"));
  EXPECT_TRUE(are_silent(others));
  gate_.release();
  must_reply(a);
  for (LineClient& b : others) EXPECT_TRUE(must_reply(b).starts_with("-CONFLICT"));
}

TEST_P(HeldAnswersTest, ReadsOfWhatIsNotDurableWait) {
  for (const std::string read : {"BALANCE anna\n", "HASH\n", "INFO\n", "TICK 1772323200001\n"}) {
    hold();
    LineClient a = client();
    std::vector<LineClient> others = some_clients();
    a.send(visit(read.substr(0, 4) + std::to_string(holds_)));
    gate_.wait_for_a_write();
    for (LineClient& b : others) b.send(read);
    EXPECT_TRUE(are_silent(others)) << read;
    EXPECT_TRUE(a.is_silent()) << read;
    gate_.release();
    must_reply(a);
    for (LineClient& b : others) EXPECT_TRUE(b.reply()) << read;
  }
}

// Its lines go through the stages in several pieces, and are on the disk one after the other.
TEST_P(HeldAnswersTest, ABatchIsAnsweredWhenItsLastLineIsDurable) {
  constexpr int kLines = 2'000;
  hold();
  std::string text = "BATCH " + std::to_string(kLines) + "\n";
  for (int i = 0; i < kLines; ++i) text += visit("line-" + std::to_string(i));
  LineClient a = client();
  a.send(text);
  const uint64_t last = next_lsn() + kLines - 1;
  const auto frames = [this] { return server_->core().log()->figures().frames; };
  for (;;) {
    gate_.wait_for_a_write();
    const uint64_t before = durable();
    if (before < last) {
      EXPECT_TRUE(a.is_silent()) << before;
    }
    if (before >= next_lsn()) break;  // some of its lines are durable
    // The first may be a seal, behind which no more is durable than before.
    const uint64_t written = frames();
    gate_.let_through(1);
    while (frames() == written) os::yield();
  }
  if (durable() < last) {
    EXPECT_TRUE(a.is_silent());
  }
  gate_.release();
  ASSERT_TRUE(a.reply());
  EXPECT_GE(durable(), last);
}

// Whoever gets the place of a connection that is gone gets none of its answers.
TEST_P(HeldAnswersTest, AnAnswerToAConnectionThatIsGoneReachesNobody) {
  hold();
  {
    LineClient gone = client();
    gone.send(visit("1") + visit("2") + "BATCH 2\n" + visit("3"));
    gate_.wait_for_a_write();
    gone.reset();
  }
  std::vector<LineClient> others;
  for (int i = 0; i < 8; ++i) {
    others.push_back(client());
    others.back().send(visit("other-" + std::to_string(i)));
  }
  EXPECT_TRUE(are_silent(others));
  gate_.release();
  for (LineClient& other : others) {
    EXPECT_GE(LineClient::lsn_of(must_reply(other)), next_lsn() + 2);
  }
  EXPECT_TRUE(are_silent(others)) << "one answer each";
  LineClient again = client();
  again.send(visit("1"));
  EXPECT_TRUE(must_reply(again).starts_with(ok("+DUP", next_lsn())));
}

std::string array_of(std::string_view command, const std::string& bulk) {
  return "*2\r\n$" + std::to_string(command.size()) + "\r\n" + std::string(command) + "\r\n$" +
         std::to_string(bulk.size()) + "\r\n" + bulk + "\r\n";
}

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

// How many of the lines that come before the answer to a PING are this one.
int count_until_pong(LineClient& client, std::string_view wanted) {
  client.send("PING\n");
  int count = 0;
  for (;;) {
    const std::optional<std::string> line = client.reply();
    if (!line || *line == "+PONG") return line ? count : -1;
    if (*line == wanted) ++count;
  }
}

// A wrong line of two bytes is answered with more than a hundred, and none of them may be sent.
TEST_P(HeldAnswersTest, WhatWaitsIsBoundedAndNothingOfItIsLost) {
  constexpr int kBatches = 40;
  constexpr size_t kUnderWay = size_t{8} << 20;  // of requests that are taken when it is full
  hold();
  LineClient a = client();
  std::vector<LineClient> others;
  for (int i = 0; i < 4; ++i) others.push_back(client());
  a.send(visit("1"));
  gate_.wait_for_a_write();
  const std::string batch = array_of("BATCH", repeat("x\n", 2'000));  // 200 KB and more of answers
  for (LineClient& b : others) b.send(repeat(batch, kBatches));
  while (server_->queues().gate_bytes <= kGateBytes) os::yield();
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(are_silent(others));
    EXPECT_LE(server_->queues().gate_bytes, GetParam().loops * kGateBytes + kUnderWay);
  }
  gate_.release();
  EXPECT_TRUE(must_reply(a).starts_with(ok("+OK", next_lsn())));
  for (LineClient& b : others) EXPECT_EQ(count_until_pong(b, "accepted"), kBatches);
  EXPECT_LE(server_->queues().gate_bytes, kGateBytes);
}

// Nothing waits for the disk here: it is what a round may give to all connections.
TEST_P(HeldAnswersTest, WhatARoundGivesIsBoundedAndNothingOfItIsLost) {
  constexpr int kAsked = 1'000;
  std::vector<LineClient> clients = some_clients();
  for (LineClient& client : clients) client.send(repeat("COMMAND DOCS HASH\n", kAsked));
  for (LineClient& client : clients) EXPECT_EQ(count_until_pong(client, "HASH"), 2 * kAsked);
}

TEST_P(HeldAnswersTest, AStopInOrderAnswersWhatItHeld) {
  hold();
  LineClient a = client();
  a.send(visit("1"));
  gate_.wait_for_a_write();
  server_->stop();
  EXPECT_TRUE(a.is_silent());
  gate_.release();
  EXPECT_TRUE(must_reply(a).starts_with(ok("+OK", next_lsn())));
}

// Frame after frame, with questions on other connections at every moment: what a balance tells of
// is durable. Each event is one LSN, and one point.
TEST_P(HeldAnswersTest, NoAnswerIsEverAheadOfTheDisk) {
  generate::Rng rng(GetParam().workers + 1);
  hold();
  std::vector<LineClient> writers;
  std::vector<LineClient> readers;
  std::vector<int> asked(3);
  for (int i = 0; i < 3; ++i) {
    writers.push_back(client());
    readers.push_back(client());
  }
  uint64_t told = 0;
  const auto listen = [&](int wait_ms) {
    for (size_t i = 0; i < writers.size(); ++i) {
      while (const auto reply = writers[i].reply(wait_ms)) {
        --asked[i];
        ++told;
        ASSERT_LE(LineClient::lsn_of(*reply), durable()) << *reply;
      }
      std::string amount;
      while (const auto line = readers[i].reply(wait_ms)) amount = *line;
      if (amount.empty() || amount[0] < '0' || amount[0] > '9') continue;
      // The plan and the event of hold() come before the first point of anna.
      ASSERT_LE(std::stoull(amount) + next_lsn() - 1, durable());
    }
  };
  for (int step = 0; step < 300; ++step) {
    const size_t i = rng.below(writers.size());
    for (uint64_t n = rng.below(20); n > 0 && asked[i] < 500; --n, ++asked[i]) {
      const uint64_t id = rng.below(400);
      writers[i].send(visit(std::to_string(id)));
    }
    if (rng.below(3) == 0) readers[rng.below(readers.size())].send("BALANCE anna\n");
    listen(0);
    if (HasFatalFailure()) return;
    if (rng.below(2) == 0) gate_.let_through(1);
  }
  gate_.release();
  while (told < 100 || asked != std::vector<int>(3)) listen(50);
}

INSTANTIATE_TEST_SUITE_P(Assemblies, HeldAnswersTest,
                         ::testing::Values(Threads{1, 0}, Threads{1, 2}, Threads{3, 2}),
                         [](const auto& suite) {
                           return std::to_string(suite.param.loops) + "Loops" +
                                  std::to_string(suite.param.workers) + "Workers";
                         });

}  // namespace
}  // namespace guerdon
