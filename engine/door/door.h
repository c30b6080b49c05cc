// The door of a server with tenants, or with keys: where a connection says whose it is.
//
// Until it has said that it is answered here, and reaches no engine. From then on it is in the room
// of its tenant and stays there: what it sends is read by that room alone, so nothing that it can
// say reaches, or is told of, what another tenant has.
//
// Without keys it says so by HELLO tenant=NAME, and one that has named no tenant is the operator's:
// it may ask how the server is (INFO), and stop it (SHUTDOWN). With keys it proves that it has one
// (AUTH), and what the key says holds: the operator, or a tenant and a role in its room. A proof
// that is wrong ends the connection; whether there is such a key is not told.
//
//   Door door(house, {&acme_room, &beta_room}, 0);  // the rooms in the order of House::tenants
//   net::EventLoop loop(std::move(listener), &door);
//
// Order: what a connection asks here is answered at once, so before anything that it asks in the
// room. Bounds: kDoorInputMax; where there are keys kStrangersMax.
//
// Thread-safety: the loop's thread; a House any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/door/greeting.h"
#include "engine/door/keys.h"
#include "engine/net/event_loop.h"
#include "engine/net/request_parser.h"

namespace guerdon::door {

// Bytes of a request that is not there whole: no request that is answered here is longer.
inline constexpr size_t kDoorInputMax = 4'096;
// Connections of one loop that have proved no key, where there are keys: one more ends that which
// has been a stranger for longest. So they do not take the place of who has a key.
inline constexpr size_t kStrangersMax = 256;

// What a connection has said of itself by the time it is let in.
struct Arrival {
  net::Protocol protocol = net::Protocol::kResp2;
  std::string name;
  Role role = Role::kAdmin;  // where there are no keys everybody has it
};

class Room : public net::Handler {
 public:
  // In the place of on_open(); what the connection sends next comes by on_input().
  virtual void on_arrival(net::Connection& connection, const Arrival& arrival) = 0;
};

// What the doors of all loops share. It outlives them.
struct House {
  std::vector<std::string> tenants;       // their number is their place; one of no name: no tenants
  const Keys* keys = nullptr;             // null: there are none, and nobody proves anything
  std::function<uint64_t()> random;       // for challenges; where there are keys
  std::function<std::string()> info;      // any thread
  std::function<void()> shut_down;        // as SIGTERM does; any thread
  std::atomic<uint64_t> at_the_door = 0;  // connections in no room: a number alone
};

class Door final : public net::Handler {
 public:
  // `rooms`: of each tenant that of this loop. REQUIRES: loop < kLoopsMax.
  Door(House& house, std::vector<Room*> rooms, uint32_t loop);

  void on_open(net::Connection& connection) override;
  void on_input(net::Connection& connection) override;
  void on_input_end(net::Connection& connection) override;
  bool owes(const net::Connection& connection) const override;
  void on_close(net::Connection& connection) override;
  void on_round_end() override;

 private:
  struct Guest {
    Room* room = nullptr;  // null: none yet
    std::unique_ptr<net::RequestParser> parser = std::make_unique<net::RequestParser>();
    Arrival said;
    bool takes_more = true;
    bool is_operator = false;  // by a key
    std::string key;           // whose challenge is out
    std::string challenge;     // empty: none is
  };
  // One that is answered here.
  struct Row {
    std::string_view name;
    size_t words_min;
    size_t words_max;
    void (Door::*serve)(Words words);
    std::string_view usage;
  };
  static const Row kRows[];

  Guest& guest_of(const net::Connection& connection) { return guests_[connection.id().slot]; }
  void add_stranger(net::Connection& connection);
  void end_first_stranger();
  void know(const net::Connection& connection);
  bool is_too_long(net::RequestParser::Step step) const;
  void take(net::RequestParser::Step step);
  void serve(Words words);
  void refuse_stranger();
  bool may_operate() const { return house_.keys == nullptr || guest_->is_operator; }
  void serve_auth(Words words);
  void make_nobodys_secret();
  void challenge(std::string_view key);
  void let_in_by(const Key& key);
  void serve_client(Words words);
  void serve_echo(Words words);
  void serve_hello(Words words);
  void serve_info(Words words);
  void serve_ping(Words words);
  void serve_quit(Words words);
  void serve_shutdown(Words words);
  void let_in(size_t tenant);

  net::ReplyWriter reply() { return {connection_->output(), guest_->said.protocol}; }
  void refuse(std::string_view code, std::string_view sentence) { reply().error(code, sentence); }
  void refuse_misuse(size_t word, std::string_view wrong, std::string_view usage);
  void end_after_answer();

  House& house_;
  const std::vector<Room*> rooms_;
  const uint32_t loop_;
  std::vector<Guest> guests_;  // by slot of the connection
  // Of who has no key: a proof is looked at for as long as that of who has one.
  std::string nobodys_secret_;
  std::vector<net::Connection*> strangers_;  // that have proved no key, the first first
  // The request that is dealt with.
  net::Connection* connection_ = nullptr;
  Guest* guest_ = nullptr;
};

}  // namespace guerdon::door
