// What reaches which room: connections without a loop, their bytes given by hand.
#include "engine/door/door.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace guerdon::door {
namespace {

// Keeps what it is given, and takes all of it.
class HearingRoom final : public Room {
 public:
  void on_arrival(net::Connection& connection, const Arrival& arrival) override {
    log += "arrival " + std::to_string(connection.id().slot) + " " + arrival.name + ";";
    protocol = arrival.protocol;
    role = arrival.role;
  }
  void on_input(net::Connection& connection) override {
    heard[connection.id().slot] += connection.input();
    connection.consume(connection.input().size());
  }
  void on_input_end(net::Connection&) override { log += "end;"; }
  bool owes(const net::Connection&) const override { return true; }
  void on_close(net::Connection&) override { log += "close;"; }
  void on_round_end() override { ++rounds; }

  std::string log;
  std::map<uint32_t, std::string> heard;  // by slot
  net::Protocol protocol = net::Protocol::kResp2;
  Role role = Role::kReader;
  int rounds = 0;
};

// The door asks for its tenants as it is made.
struct HouseOfTwo : House {
  HouseOfTwo() { tenants = {"acme", "beta"}; }
};

class DoorTest : public ::testing::Test {
 protected:
  DoorTest() {
    house_.info = [] { return std::string("all is well"); };
    house_.shut_down = [this] { ++stops_; };
  }

  net::Connection& open(uint32_t slot) {
    auto& at = connections_[slot];
    at = std::make_unique<net::Connection>(net::ConnectionId{slot, 1}, &changed_);
    door_.on_open(*at);
    return *at;
  }

  void send(net::Connection& connection, std::string bytes) {
    sent_.push_back(std::move(bytes));
    connection.receive(sent_.back());
    door_.on_input(connection);
    connection.keep_rest();
  }

  std::string replies(net::Connection& connection) {
    std::string* const output = connection.output();
    return std::exchange(*output, "");
  }

  int stops_ = 0;
  HouseOfTwo house_;
  HearingRoom acme_;
  HearingRoom beta_;
  Door door_{house_, {&acme_, &beta_}, 0};
  std::vector<net::ConnectionId> changed_;
  std::map<uint32_t, std::unique_ptr<net::Connection>> connections_;
  std::vector<std::string> sent_;
};

TEST_F(DoorTest, NothingReachesARoomBeforeItsTenantIsNamed) {
  net::Connection& connection = open(0);
  send(connection,
       "PING\nEVENT sale s-1 account=anna\nHELLO 2 tenant=gamma\nHELLO 3 SETNAME till\n");
  const std::string said = replies(connection);
  EXPECT_TRUE(said.starts_with("+PONG\r\n-NOPERM word 1: ")) << said;
  EXPECT_NE(said.find("-UNKNOWN word 3, tenant: there is no tenant gamma"), std::string::npos);
  EXPECT_EQ(said.find("acme"), std::string::npos) << "who there is, is not told";
  EXPECT_TRUE(acme_.log.empty() && acme_.heard.empty() && beta_.log.empty());
  EXPECT_FALSE(door_.owes(connection));
  EXPECT_EQ(house_.at_the_door, 1U);
}

TEST_F(DoorTest, ARoomGetsWhatComesBehindTheName) {
  net::Connection& connection = open(0);
  send(connection, "HELLO 3 SETNAME till tenant=beta\nEVENT a\nHELLO 2 tenant=acme\n");
  EXPECT_EQ(beta_.heard[0], "EVENT a\nHELLO 2 tenant=acme\n");
  EXPECT_EQ(beta_.log, "arrival 0 till;");
  EXPECT_EQ(beta_.protocol, net::Protocol::kResp3);
  EXPECT_TRUE(acme_.heard.empty());
  EXPECT_TRUE(door_.owes(connection));
  EXPECT_EQ(house_.at_the_door, 0U);
  door_.on_input_end(connection);
  door_.on_close(connection);
  EXPECT_EQ(beta_.log, "arrival 0 till;end;close;");
}

TEST_F(DoorTest, EachByteAlone) {
  net::Connection& connection = open(0);
  for (const char byte : std::string("PING\r\nHELLO tenant=acme\r\nEVENT a\r\n")) {
    send(connection, std::string(1, byte));
  }
  EXPECT_EQ(acme_.heard[0], "EVENT a\r\n");
}

TEST_F(DoorTest, APlaceIsUsedAgainByWhoIsOfAnother) {
  send(open(0), "HELLO 2 tenant=acme\n");
  door_.on_close(*connections_[0]);
  net::Connection& next = open(0);
  send(next, "EVENT a\n");
  EXPECT_TRUE(replies(next).starts_with("-NOPERM"));
  EXPECT_TRUE(acme_.heard[0].empty());
  send(next, "HELLO 2 tenant=beta\nEVENT b\n");
  EXPECT_EQ(beta_.heard[0], "EVENT b\n");
  EXPECT_TRUE(acme_.heard[0].empty());
}

TEST_F(DoorTest, TheOperatorAsksAndStops) {
  net::Connection& connection = open(0);
  send(connection, "INFO\nSHUTDOWN\nPING\n");
  EXPECT_EQ(replies(connection), "$11\r\nall is well\r\n+OK\r\n") << "behind it nothing is read";
  EXPECT_EQ(stops_, 1);
  EXPECT_TRUE(connection.is_closing());
}

TEST_F(DoorTest, ARequestThatIsTooLong) {
  net::Connection& connection = open(0);
  send(connection, std::string(kDoorInputMax, 'x'));
  EXPECT_TRUE(replies(connection).empty());
  send(connection, "x");
  EXPECT_TRUE(replies(connection).starts_with("-TOOLONG"));
  EXPECT_TRUE(connection.is_closing());
}

TEST_F(DoorTest, ARequestThatIsTooLongAndThereWhole) {
  const std::string longest = "ECHO " + std::string(kDoorInputMax - 6, 'x');
  net::Connection& connection = open(0);
  send(connection, "PING\n" + longest + "\n" + longest + "x\nPING\n");
  const std::string said = replies(connection);
  EXPECT_TRUE(said.starts_with("+PONG\r\n$" + std::to_string(kDoorInputMax - 6) + "\r\nxx"));
  const size_t refusal = said.find("-TOOLONG ");
  ASSERT_NE(refusal, std::string::npos);
  EXPECT_EQ(said.find('\n', refusal), said.size() - 1) << "behind it nothing is read";
  EXPECT_TRUE(connection.is_closing());
}

class KeyedDoorTest : public DoorTest {
 protected:
  KeyedDoorTest() {
    std::string error;
    keys_ = Keys::read("till writer beta " + kSecretDigits + "\nboss operator - " + kSecretDigits +
                           "\nlost admin gamma " + kSecretDigits + "\n",
                       &error);
    house_.keys = &*keys_;
    house_.random = [this] { return ++random_; };
  }

  // The challenge that is given for a key.
  std::string challenge(net::Connection& connection, const std::string& key) {
    send(connection, "AUTH " + key + "\n");
    std::string said = replies(connection);
    EXPECT_TRUE(said.starts_with("+PROVE ") && said.ends_with("\r\n")) << said;
    return said.substr(7, said.size() - 9);
  }
  // What is said to the right proof for this secret.
  std::string prove_it(net::Connection& connection, const std::string& key,
                       const std::string& secret) {
    send(connection, "AUTH " + key + " " + prove(secret, challenge(connection, key)) + "\n");
    return replies(connection);
  }

  static inline const std::string kSecretDigits = "41424344454647484142434445464748";
  static inline const std::string kSecret = "ABCDEFGHABCDEFGH";
  std::optional<Keys> keys_;
  uint64_t random_ = 0;
};

TEST_F(KeyedDoorTest, AKeySaysWhoseItIsAndWhatItMay) {
  net::Connection& connection = open(0);
  send(connection, "INFO\nSHUTDOWN\nEVENT a\nHELLO 2 tenant=beta\n");
  std::string refused = replies(connection);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(refused.starts_with("-NOAUTH ")) << i << refused;
    refused.erase(0, refused.find('\n') + 1);
  }
  EXPECT_EQ(stops_, 0);
  EXPECT_EQ(prove_it(connection, "till", kSecret), "+OK\r\n");
  EXPECT_EQ(beta_.role, Role::kWriter);
  send(connection, "EVENT b\n");
  EXPECT_EQ(beta_.heard[0], "EVENT b\n");
  EXPECT_TRUE(acme_.log.empty());
}

TEST_F(KeyedDoorTest, AWrongProofEndsTheConnection) {
  for (const std::string key : {"till", "nobody", "lost"}) {
    net::Connection& connection = open(0);
    const std::string secret = key == "till" ? "another" : kSecret;
    EXPECT_EQ(prove_it(connection, key, secret),
              "-NOAUTH this proves no key of this server; the connection ends\r\n")
        << "nobody learns which keys there are: " << key;
    EXPECT_TRUE(connection.is_closing());
    door_.on_close(connection);
  }
  EXPECT_TRUE(beta_.log.empty());
}

TEST_F(KeyedDoorTest, AChallengeIsForOneKeyAndOneProof) {
  net::Connection& connection = open(0);
  send(connection, "AUTH till " + prove(kSecret, "") + "\n");
  EXPECT_TRUE(replies(connection).starts_with("-NOAUTH word 3: a proof answers a challenge"));
  const std::string asked = challenge(connection, "boss");
  send(connection, "AUTH till " + prove(kSecret, asked) + "\n");
  EXPECT_TRUE(replies(connection).starts_with("-NOAUTH word 3: "));
  send(connection, "AUTH boss " + prove(kSecret, asked) + "\n");
  EXPECT_TRUE(replies(connection).starts_with("-NOAUTH word 3: ")) << "it was given away";
  EXPECT_NE(challenge(connection, "boss"), asked);
  net::Connection& other = open(1);
  EXPECT_NE(challenge(other, "till"), challenge(other, "till"));
}

TEST_F(KeyedDoorTest, ANameThatNoKeyHas) {
  net::Connection& connection = open(0);
  EXPECT_EQ(prove_it(connection, std::string(kKeyIdMax + 1, 'k'), kSecret),
            "-NOAUTH this proves no key of this server; the connection ends\r\n");
}

TEST_F(KeyedDoorTest, StrangersGoBeforeWhoHasAKey) {
  EXPECT_EQ(prove_it(open(0), "till", kSecret), "+OK\r\n");
  EXPECT_EQ(prove_it(open(1), "boss", kSecret), "+OK\r\n");
  for (uint32_t slot = 2; slot < 2 + kStrangersMax; ++slot) open(slot);
  for (const auto& [slot, connection] : connections_) EXPECT_FALSE(connection->is_closing());
  net::Connection& late = open(1'000);
  EXPECT_TRUE(connections_[2]->is_closing());
  EXPECT_TRUE(replies(*connections_[2]).starts_with("-BUSY "));
  door_.on_close(*connections_[2]);
  EXPECT_EQ(prove_it(late, "till", kSecret), "+OK\r\n");
  open(1'001);
  EXPECT_FALSE(connections_[3]->is_closing()) << "its place was free";
  open(1'002);
  EXPECT_TRUE(connections_[3]->is_closing()) << "it has waited for longest";
  for (const uint32_t slot : {0U, 1U, 4U, 1'000U}) {
    EXPECT_FALSE(connections_[slot]->is_closing()) << slot;
  }
}

TEST_F(KeyedDoorTest, AnOperatorIsInNoRoom) {
  net::Connection& connection = open(0);
  EXPECT_EQ(prove_it(connection, "boss", kSecret), "+OK\r\n");
  send(connection, "EVENT a\nAUTH till\nINFO\n");
  const std::string said = replies(connection);
  EXPECT_TRUE(said.starts_with("-NOPERM ")) << said;
  EXPECT_TRUE(said.ends_with("\r\n$11\r\nall is well\r\n")) << said;
  EXPECT_TRUE(acme_.log.empty() && beta_.log.empty());
}

TEST_F(DoorTest, EveryRoomHasItsRounds) {
  door_.on_round_end();
  EXPECT_EQ(acme_.rounds, 1);
  EXPECT_EQ(beta_.rounds, 1);
}

}  // namespace
}  // namespace guerdon::door
