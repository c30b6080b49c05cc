// Moves bytes between sockets and a handler, on one thread.
//
// A round: wait until something is ready; give what was read, 64 KiB at most from each connection,
// to the handler; tell it that the round ends (there it can do the work of all of them at once);
// send what it has appended. So a handler that answers at the end of the round answers hundreds of
// requests with one write a connection.
//
//   EventLoop loop(os::Listener::open("127.0.0.1", 0, &error), &handler);
//   loop.run();                                       // until another thread calls loop.stop()
//
// A reply that is known later: keep the ConnectionId; when wake() has been called, on_round_end()
// asks find() for the connection, and appends to it if it is still there.
//
// Back-pressure: a connection with more than kOutputMax bytes to send, or that the handler
// throttles, is not read; the peer's writes then wait in the system. It goes on by itself once that
// is over. Order: bytes of one connection come and go in order, between connections there is none.
//
// A connection ends when the handler asks for it (after its output is sent), when the peer is gone,
// or when the peer has sent its end and the handler has answered everything; never because it is
// idle. On a connection above the limits, `-BUSY` is answered and it is closed; where the handler
// still owes answers, those are sent and it is closed: an error out of turn would be taken for one
// of them. Who is to be closed and takes no byte for kFarewellMs is closed as it is.
//
// Errors: the world's never stop the loop; they end connections.
// Memory: bounded by LoopLimits as a whole, at the end of a round; within it by kOutputMax and one
// reply a connection where the handler answers at once, else by what the handler gives at its end.
// Thread-safety: wake() and stop() from any thread, all else from the one that runs it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "engine/net/connection.h"
#include "engine/os/clock.h"
#include "engine/os/poller.h"
#include "engine/os/socket.h"

namespace guerdon::net {

inline constexpr size_t kReadMax = size_t{64} << 10;      // bytes of one connection in one round
inline constexpr size_t kAcceptsMax = 256;                // new connections in one round
inline constexpr size_t kDiscardMax = size_t{256} << 10;  // bytes thrown away before a close
inline constexpr int kFarewellMs = 10'000;  // a closing connection may take nothing for so long
inline constexpr int kAcceptRetryMs = 100;  // until it is tried again without a file handle

// How many connections several loops may have together. Thread-safety: any thread.
class ConnectionQuota {
 public:
  explicit ConnectionQuota(size_t connections) : left_(connections) {}
  // False where none is left.
  bool take();
  void give_back() { left_.fetch_add(1, std::memory_order_relaxed); }

 private:
  std::atomic<size_t> left_;  // a number alone: nothing is published by it
};

struct LoopLimits {
  size_t connections = 10'000;
  // Where several loops share them; it must outlive the loop.
  ConnectionQuota* quota = nullptr;
  size_t accepts =
      kAcceptsMax;  // in one round; 1 spreads them, where several loops share a listener
  // Bytes of requests that are not there whole, or not taken yet, all connections together. The one
  // whose bytes go above loses them, is answered -BUSY and closed.
  size_t kept_input = size_t{256} << 20;
  // Bytes of replies that peers have not taken, all connections together. The one that would go
  // above is closed: it does not read.
  size_t kept_output = size_t{256} << 20;
  int farewell_ms = kFarewellMs;
  // After so long without anything a round begins all the same; below 0: never.
  int idle_ms = -1;
};

// What is done with the bytes. All calls come from the loop's thread.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual void on_open(Connection& connection) { (void)connection; }
  // Consumes whole requests for as long as the connection is not paused. Called again with what is
  // left when it no longer is, or when more has come.
  virtual void on_input(Connection& connection) = 0;
  // The peer sends no more. Whoever still owes replies closes the connection after the last.
  virtual void on_input_end(Connection& connection) { connection.close_when_flushed(); }
  // Whether answers will come that are not in the output yet.
  virtual bool owes(const Connection& connection) const {
    (void)connection;
    return false;
  }
  // The connection is about to be gone; it takes nothing any more.
  virtual void on_close(Connection& connection) { (void)connection; }
  virtual void on_round_end() {}
};

class EventLoop {
 public:
  // The handler must outlive the loop. REQUIRES: listener.is_open().
  EventLoop(os::Listener listener, Handler* handler, LoopLimits limits = {});
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // False where the system has refused what a loop needs: then nothing else may be called.
  bool is_open() const { return is_open_; }
  uint16_t port() const { return listener_.port(); }

  // Rounds until stop(); connections stay as they are.
  void run();
  // One round; waits for its beginning as os::Poller::wait() does.
  void run_round(int timeout_ms);

  // From now on nothing is accepted and nothing more is given to the handler. The next round sends
  // what it appends; then each peer is told the end, and what it still sends is thrown away until
  // it has ended too, since a close with bytes unread would reset the connection and lose replies
  // on their way. Run rounds until no connection is left, or for as long as peers are given.
  void end_connections();

  // A round begins soon, even if nothing is ready.
  void wake() { waker_.wake(); }
  void stop();

  // Null where it is gone.
  Connection* find(ConnectionId id);
  size_t connection_count() const { return count_; }
  // Somebody has not taken all replies.
  bool has_output() const { return kept_output_ != 0; }

 private:
  struct Slot {
    uint32_t generation = 1;
    std::unique_ptr<Connection> connection;  // null: the slot is free
    os::Socket socket;
    os::Interest interest;
    size_t kept = 0;              // bytes of input, counted in kept_input_
    size_t waiting = 0;           // bytes of output, counted in kept_output_
    bool has_input_left = false;  // whole requests may be in it: it was paused
    bool has_farewell = false;    // is among farewells_
    bool is_ended = false;        // the peer was told the end: its input is thrown away
  };
  // A closing connection that has not taken its last bytes.
  struct Farewell {
    ConnectionId of;
    int64_t until_ms = 0;
    size_t waiting = 0;  // bytes of its output when this began
  };

  Slot* slot_of(ConnectionId id);
  void look_at(const os::Ready& ready);
  void accept_waiting();
  bool take_place();
  void give_place_back();
  void open(os::Socket socket);
  void start_accepting();
  void stop_accepting();
  void read_from(Slot* slot);
  void give_input(Slot* slot);
  void keep_rest(Slot* slot);
  void refuse_rest(Slot* slot);
  void resume();
  void settle_changed();
  void settle(Slot* slot);
  bool send(Slot* slot);
  void refuse(os::Socket socket, std::string_view sentence);
  void discard_input(os::Socket* socket);
  void wait_for_farewell(Slot* slot);
  void end_farewells();
  void tell_end(Slot* slot);
  void await_end(Slot* slot);
  void set_interest(Slot* slot, os::Interest interest);
  void close(Slot* slot);
  int64_t now_ms() const { return clock_.monotonic_ns() / 1'000'000; }
  int until_due(int timeout_ms) const;

  const LoopLimits limits_;
  Handler& handler_;
  os::Listener listener_;
  os::Poller poller_;
  os::Waker waker_;
  bool is_open_ = false;
  bool is_accepting_ = true;
  bool is_ending_ = false;       // end_connections()
  int64_t accept_again_ms_ = 0;  // where it is not
  std::atomic<bool> is_stopped_{false};

  size_t count_ = 0;
  size_t kept_input_ = 0;
  size_t kept_output_ = 0;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_;
  std::vector<ConnectionId> changed_;  // to settle at the end of the round
  std::vector<ConnectionId> resumed_;  // to give input that is left, in the next round
  std::deque<Farewell> farewells_;     // the first due first
  const os::SystemClock clock_;        // for what a peer may take, never for what is answered
  std::unique_ptr<char[]> buffer_;
};

}  // namespace guerdon::net
