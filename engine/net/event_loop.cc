#include "engine/net/event_loop.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"
#include "engine/net/reply.h"

namespace guerdon::net {
namespace {

// Tokens of the poller. A connection's is its id; no generation is 0.
constexpr uint64_t kListenerToken = 1;
constexpr uint64_t kWakerToken = 2;

constexpr os::Interest kReading = {true, false};

uint64_t token_of(ConnectionId id) { return uint64_t{id.generation} << 32 | id.slot; }

ConnectionId id_of(uint64_t token) {
  return {static_cast<uint32_t>(token), static_cast<uint32_t>(token >> 32)};
}

}  // namespace

bool ConnectionQuota::take() {
  size_t left = left_.load(std::memory_order_relaxed);
  while (left != 0) {
    if (left_.compare_exchange_weak(left, left - 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

EventLoop::EventLoop(os::Listener listener, Handler* handler, LoopLimits limits)
    : limits_(limits),
      handler_(*handler),
      listener_(std::move(listener)),
      buffer_(std::make_unique<char[]>(kReadMax)) {
  GUERDON_ASSERT(listener_.is_open());
  is_open_ = poller_.is_open() && waker_.is_open() &&
             poller_.add(listener_.fd(), kListenerToken, kReading) &&
             poller_.add(waker_.fd(), kWakerToken, kReading);
}

void EventLoop::run() {
  while (!is_stopped_.load(std::memory_order_acquire)) run_round(limits_.idle_ms);
}

void EventLoop::stop() {
  is_stopped_.store(true, std::memory_order_release);  // run() sees it after the wake at the latest
  wake();
}

void EventLoop::end_connections() {
  is_ending_ = true;
  is_accepting_ = true;  // so that it is not tried again
  poller_.modify(listener_.fd(), kListenerToken, {});
  for (const Slot& slot : slots_) {
    if (slot.connection != nullptr) slot.connection->close_when_flushed();
  }
}

void EventLoop::run_round(int timeout_ms) {
  GUERDON_ASSERT(is_open_);
  const bool has_work = !resumed_.empty() || !changed_.empty();
  const auto ready = poller_.wait(has_work ? 0 : until_due(timeout_ms));
  if (!is_accepting_ && now_ms() >= accept_again_ms_) start_accepting();
  resume();  // first, so that no end of input overtakes what was left
  for (const os::Ready& one : ready) look_at(one);
  handler_.on_round_end();
  settle_changed();
  if (!farewells_.empty()) end_farewells();
}

// How long a round may wait: no longer than until something is due by time.
int EventLoop::until_due(int timeout_ms) const {
  if (is_accepting_ && farewells_.empty()) return timeout_ms;
  int64_t due_ms = INT64_MAX;
  if (!is_accepting_) due_ms = accept_again_ms_;
  if (!farewells_.empty()) due_ms = std::min(due_ms, farewells_.front().until_ms);
  const auto left = static_cast<int>(std::max<int64_t>(due_ms - now_ms(), 0));
  return timeout_ms < 0 ? left : std::min(left, timeout_ms);
}

void EventLoop::look_at(const os::Ready& ready) {
  if (ready.token == kListenerToken) return accept_waiting();
  if (ready.token == kWakerToken) return waker_.clear();
  Slot* const slot = slot_of(id_of(ready.token));
  if (slot == nullptr) return;  // closed earlier in this round
  if (slot->is_ended) return await_end(slot);
  // What has come is still read from a connection that is gone, unless it is not to be read: then
  // it would be told again and again.
  if (ready.gone && !slot->interest.read) return close(slot);
  if (ready.read || ready.gone) read_from(slot);
  if (slot->connection != nullptr && ready.write) slot->connection->mark();
}

// ---- Opening

void EventLoop::accept_waiting() {
  for (size_t i = 0; i < limits_.accepts; ++i) {
    os::Socket socket;
    switch (listener_.accept(&socket)) {
      case os::Listener::Accepted::kNone:
        return;
      case os::Listener::Accepted::kNoHandles:
        return stop_accepting();
      case os::Listener::Accepted::kConnection:
        break;
    }
    if (!take_place()) {
      refuse(std::move(socket), "all connections are taken; try again later, or close some");
    } else {
      open(std::move(socket));
    }
  }
}

// It would be told again and again. A connection that closes gives its handle back; so does one of
// another loop, of which only time tells.
void EventLoop::stop_accepting() {
  is_accepting_ = false;
  accept_again_ms_ = now_ms() + kAcceptRetryMs;
  poller_.modify(listener_.fd(), kListenerToken, {});
}

void EventLoop::start_accepting() {
  is_accepting_ = true;
  poller_.modify(listener_.fd(), kListenerToken, kReading);
}

bool EventLoop::take_place() {
  if (count_ == limits_.connections) return false;
  return limits_.quota == nullptr || limits_.quota->take();
}

void EventLoop::give_place_back() {
  if (limits_.quota != nullptr) limits_.quota->give_back();
}

void EventLoop::open(os::Socket socket) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t index = free_.back();
  Slot& slot = slots_[index];
  const ConnectionId id = {index, slot.generation};
  if (!poller_.add(socket.fd(), token_of(id), kReading)) {
    give_place_back();
    return refuse(std::move(socket), "the system takes no more connections; try again later");
  }
  free_.pop_back();
  ++count_;
  slot.connection = std::make_unique<Connection>(id, &changed_);
  slot.socket = std::move(socket);
  slot.interest = kReading;
  slot.kept = slot.waiting = 0;
  slot.has_input_left = slot.has_farewell = slot.is_ended = false;
  handler_.on_open(*slot.connection);
}

// Best effort: who does not read finds a closed connection.
void EventLoop::refuse(os::Socket socket, std::string_view sentence) {
  std::string output;
  ReplyWriter(&output, Protocol::kResp2).error("BUSY", sentence);
  (void)socket.write(output);
  discard_input(&socket);
}

// ---- Reading

void EventLoop::read_from(Slot* slot) {
  Connection& connection = *slot->connection;
  if (connection.is_paused() || connection.is_input_over()) return;
  const os::IoResult result = slot->socket.read(buffer_.get(), kReadMax);
  switch (result.status) {
    case os::IoStatus::kBytes:
      connection.receive({buffer_.get(), result.bytes});
      return give_input(slot);
    case os::IoStatus::kWouldBlock:
      return;
    case os::IoStatus::kClosed:
      connection.end_input();
      connection.mark();  // it is no longer to be read
      return handler_.on_input_end(connection);
    case os::IoStatus::kError:
      return close(slot);
  }
}

void EventLoop::give_input(Slot* slot) {
  Connection& connection = *slot->connection;
  handler_.on_input(connection);
  keep_rest(slot);
  if (slot->kept != 0 && kept_input_ > limits_.kept_input) refuse_rest(slot);
  slot->has_input_left = slot->kept != 0 && connection.is_paused();
  if (slot->has_input_left) connection.mark();
}

void EventLoop::keep_rest(Slot* slot) {
  kept_input_ -= slot->kept;
  slot->kept = slot->connection->keep_rest();
  kept_input_ += slot->kept;
}

// The bytes are let go at once: a peer that does not read would hold them for long. What is owed
// comes first: behind it nothing is said, since nobody is there then who would say it.
void EventLoop::refuse_rest(Slot* slot) {
  Connection& connection = *slot->connection;
  connection.consume(connection.input().size());
  keep_rest(slot);
  if (connection.is_closing()) return;
  if (handler_.owes(connection)) {
    connection.end_input();
    connection.mark();  // it is no longer to be read
    return handler_.on_input_end(connection);
  }
  ReplyWriter(connection.output(), Protocol::kResp2)
      .error("BUSY", "too much of requests that are not whole waits; send this one again later");
  connection.close_when_flushed();
}

// What was left in the input of connections that are no longer paused.
void EventLoop::resume() {
  std::vector<ConnectionId> resumed;
  resumed.swap(resumed_);
  for (const ConnectionId id : resumed) {
    Slot* const slot = slot_of(id);
    if (slot == nullptr) continue;
    slot->has_input_left = slot->connection->is_paused();  // again: then it is settled once more
    if (!slot->has_input_left) give_input(slot);
  }
}

// ---- The end of a round

void EventLoop::settle_changed() {
  for (size_t i = 0; i < changed_.size(); ++i) {  // on_close() may add to it
    Slot* const slot = slot_of(changed_[i]);
    if (slot != nullptr) settle(slot);
  }
  changed_.clear();
}

void EventLoop::settle(Slot* slot) {
  Connection& connection = *slot->connection;
  connection.take_mark();
  if (slot->is_ended) return;
  if (!send(slot)) return close(slot);
  kept_output_ -= slot->waiting;
  slot->waiting = connection.to_send().size();
  kept_output_ += slot->waiting;
  const bool has_output = slot->waiting != 0;
  if (has_output && kept_output_ > limits_.kept_output) return close(slot);
  if (connection.is_closing() && !has_output) {
    return is_ending_ && !connection.is_input_over() ? tell_end(slot) : close(slot);
  }
  if (connection.is_closing() && !slot->has_farewell) wait_for_farewell(slot);
  const bool is_paused = connection.is_paused();
  set_interest(slot, {!is_paused && !connection.is_input_over(), has_output});
  if (slot->has_input_left && !is_paused) {
    slot->has_input_left = false;
    resumed_.push_back(connection.id());
  }
}

void EventLoop::set_interest(Slot* slot, os::Interest interest) {
  if (interest == slot->interest) return;
  slot->interest = interest;
  poller_.modify(slot->socket.fd(), token_of(slot->connection->id()), interest);
}

// As much as the socket takes. False where the connection is gone.
bool EventLoop::send(Slot* slot) {
  OutputBuffer& output = slot->connection->to_send();
  while (!output.empty()) {
    const os::IoResult result = slot->socket.write(output.waiting());
    if (result.status == os::IoStatus::kWouldBlock) return true;
    if (result.status != os::IoStatus::kBytes) return false;
    output.take(result.bytes);
  }
  return true;
}

// A close with bytes unread is a reset, which can overtake the last reply on its way.
void EventLoop::discard_input(os::Socket* socket) {
  socket->shut_down_writing();
  for (size_t discarded = 0; discarded < kDiscardMax;) {
    const os::IoResult result = socket->read(buffer_.get(), kReadMax);
    if (result.status != os::IoStatus::kBytes) return;
    discarded += result.bytes;
  }
}

void EventLoop::tell_end(Slot* slot) {
  slot->is_ended = true;
  slot->socket.shut_down_writing();
  set_interest(slot, kReading);
}

void EventLoop::await_end(Slot* slot) {
  for (size_t discarded = 0; discarded < kDiscardMax;) {
    const os::IoResult result = slot->socket.read(buffer_.get(), kReadMax);
    if (result.status == os::IoStatus::kWouldBlock) return;
    if (result.status != os::IoStatus::kBytes) return close(slot);
    discarded += result.bytes;
  }
}

void EventLoop::wait_for_farewell(Slot* slot) {
  slot->has_farewell = true;
  farewells_.push_back({slot->connection->id(), now_ms() + limits_.farewell_ms, slot->waiting});
}

// Who takes something in time is given as much again.
void EventLoop::end_farewells() {
  const int64_t now = now_ms();
  while (!farewells_.empty() && farewells_.front().until_ms <= now) {
    const Farewell farewell = farewells_.front();
    farewells_.pop_front();
    Slot* const slot = slot_of(farewell.of);
    if (slot == nullptr) continue;
    if (slot->waiting >= farewell.waiting) {
      close(slot);
    } else {
      wait_for_farewell(slot);
    }
  }
}

void EventLoop::close(Slot* slot) {
  Connection& connection = *slot->connection;
  handler_.on_close(connection);
  if (connection.is_closing()) discard_input(&slot->socket);
  free_.push_back(connection.id().slot);
  --count_;
  give_place_back();
  kept_input_ -= slot->kept;
  kept_output_ -= slot->waiting;
  slot->socket.close();
  slot->connection.reset();
  ++slot->generation;
  if (slot->generation == 0) slot->generation = 1;
  if (!is_accepting_) start_accepting();
}

EventLoop::Slot* EventLoop::slot_of(ConnectionId id) {
  if (id.slot >= slots_.size()) return nullptr;
  Slot& slot = slots_[id.slot];
  return slot.connection != nullptr && slot.generation == id.generation ? &slot : nullptr;
}

Connection* EventLoop::find(ConnectionId id) {
  Slot* const slot = slot_of(id);
  return slot == nullptr ? nullptr : slot->connection.get();
}

}  // namespace guerdon::net
