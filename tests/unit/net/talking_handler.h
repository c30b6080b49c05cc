// A handler and its clients for the tests of the event loop: requests by the parser, replies by the
// writer, nothing of a ledger.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/event_loop.h"
#include "engine/net/request_parser.h"
#include "engine/os/socket.h"

namespace guerdon::net {

// PING       +PONG and how many requests this connection has sent so far
// BIG n      a bulk of n bytes
// HOLD       +OK, and the connection is throttled until release()
// LATER      nothing; at the end of the next round with `answers_later` set: +LATER
// QUIT       +OK, and the connection ends
class TalkingHandler final : public Handler {
 public:
  void on_open(Connection& connection) override;
  void on_input(Connection& connection) override;
  void on_input_end(Connection& connection) override;
  bool owes(const Connection& connection) const override;
  void on_close(Connection& connection) override;
  void on_round_end() override;

  void release(EventLoop* from);

  EventLoop* loop = nullptr;
  bool answers_later = false;
  size_t requests = 0;
  size_t lost = 0;                 // replies whose connection was gone
  std::string log;                 // o open, i input, h half-closed, c closed, . end of a round
  std::vector<ConnectionId> ids;   // in the order of opening
  std::vector<ConnectionId> owed;  // replies to LATER
  std::vector<ConnectionId> held;

 private:
  struct Session {
    RequestParser parser{"BATCH"};
    size_t requests = 0;
    size_t owed = 0;
  };

  void answer(Connection& connection, Session* session);

  std::map<uint32_t, std::unique_ptr<Session>> sessions_;  // by slot
};

// A client that does not wait: what the loop has not done yet is not there.
class Client {
 public:
  explicit Client(uint16_t port) { socket_ = os::connect_to("127.0.0.1", port, &error_); }

  bool is_open() const { return socket_.is_open(); }
  const std::string& error() const { return error_; }

  // As much as the system takes; gives what is left.
  std::string_view send(std::string_view bytes);
  // Reads what is there; everything received so far.
  const std::string& received();
  size_t discard();  // reads what is there and forgets it; how many bytes that were
  bool is_ended() const { return is_ended_; }    // the loop has closed
  bool is_broken() const { return is_broken_; }  // ... by a reset

  os::Socket& socket() { return socket_; }

 private:
  os::Socket socket_;
  std::string error_;
  std::string received_;
  bool is_ended_ = false;
  bool is_broken_ = false;
};

}  // namespace guerdon::net
