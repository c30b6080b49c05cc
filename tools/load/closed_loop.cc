#include "tools/load/closed_loop.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/int128.h"
#include "engine/os/socket.h"
#include "tools/wire/greeting.h"

namespace guerdon::load {
namespace {

constexpr int kWaitMs = 1'000;
constexpr size_t kOtherFiles = 32;  // besides the connections
constexpr int64_t kNsPerSecond = 1'000'000'000;

// One that the server takes events from. On failure it is not open, and *error is a sentence.
os::Socket open_connection(const os::Clock& clock, const wire::Endpoint& endpoint,
                           std::string* error) {
  wire::Conversation conversation(clock, {kSilenceMaxNs, nullptr});
  if (!conversation.connect(endpoint, error)) return os::Socket();
  if (wire::greet(conversation, endpoint, error)) return conversation.release();
  return os::Socket();
}

}  // namespace

uint64_t LoopResult::events_per_second() const {
  const base::Int128 events = tally.acknowledged();
  return static_cast<uint64_t>(events * kNsPerSecond / std::max<int64_t>(elapsed_ns, 1));
}

bool ClosedLoop::connect(const wire::Endpoint& endpoint, std::string* error) {
  if (!poller_.is_open()) {
    *error = "the system has no file handle left";
    return false;
  }
  if (os::raise_open_files(lanes_.size() + kOtherFiles) < lanes_.size() + kOtherFiles) {
    *error = "the system allows fewer open files than " + std::to_string(lanes_.size()) +
             " connections need; raise the limit (ulimit -n) or ask for fewer connections";
    return false;
  }
  for (const Lane& lane : lanes_) {
    os::Socket socket = open_connection(clock_, endpoint, error);
    if (!socket.is_open()) return false;
    const size_t index = connections_.size();
    if (!poller_.add(socket.fd(), index, {.read = true})) {
      *error = "the system takes no more connections to wait for";
      return false;
    }
    connections_.push_back(std::make_unique<LoopConnection>(std::move(socket), lane, pipeline_));
  }
  waits_to_write_.resize(lanes_.size());
  return true;
}

std::unique_ptr<LoopResult> ClosedLoop::run(
    const std::function<void(const LoopProgress&)>& progress) {
  GUERDON_ASSERT(connections_.size() == lanes_.size() && result_ == nullptr);
  auto result = std::make_unique<LoopResult>();
  result_ = result.get();
  const int64_t cpu_began = os::process_cpu_ns();
  const int64_t began = clock_.monotonic_ns();
  last_reply_ns_ = began;
  bool goes_on = begin();
  while (goes_on && open_ > 0) {
    goes_on = run_round();
    progress({result_->tally.answered(), bytes_answered_});
  }
  result->elapsed_ns = last_reply_ns_ - began;
  result->cpu_ns = os::process_cpu_ns() - cpu_began;
  for (const auto& connection : connections_)
    result->bytes_received += connection->bytes_received();
  return result;
}

bool ClosedLoop::begin() {
  open_ = connections_.size();
  if (ahead_ != 0) keep_together();
  for (size_t i = 0; i < connections_.size(); ++i) {
    if (!settle(i)) return false;
  }
  return true;
}

// Whoever is behind all others may always go on: no request of a lane is longer than `ahead`.
bool ClosedLoop::keep_together() {
  uint64_t first = UINT64_MAX;
  for (const auto& connection : connections_) {
    first = std::min(first, connection->first_unanswered());
  }
  const uint64_t limit = first > UINT64_MAX - ahead_ ? UINT64_MAX : first + ahead_;
  for (size_t i = 0; i < connections_.size(); ++i) {
    const bool goes_on = !connections_[i]->is_done() && connections_[i]->allow_up_to(limit);
    if (goes_on && result_ != nullptr && !settle(i)) return false;
  }
  return true;
}

bool ClosedLoop::run_round() {
  const std::span<const os::Ready> all = poller_.wait(kWaitMs);
  for (const os::Ready& ready : all) {
    if (!serve(ready)) return false;
  }
  if (ahead_ != 0 && !keep_together()) return false;
  if (!all.empty() || clock_.monotonic_ns() - last_reply_ns_ < kSilenceMaxNs) return true;
  result_->broken = "the server has answered nothing for " +
                    std::to_string(kSilenceMaxNs / kNsPerSecond) + " seconds";
  return false;
}

bool ClosedLoop::serve(const os::Ready& ready) {
  LoopConnection& connection = *connections_[ready.token];
  if (ready.read || ready.gone) {
    const size_t received = connection.bytes_received();
    const size_t answered = connection.bytes_answered();
    if (!connection.receive(clock_, &result_->tally, &result_->latency_ns)) {
      return fail(ready.token);
    }
    bytes_answered_ += connection.bytes_answered() - answered;
    if (connection.bytes_received() != received) last_reply_ns_ = clock_.monotonic_ns();
  }
  return settle(ready.token);
}

// Sends, and has the poller tell of room where there is none. A connection that is done is of no
// interest any more, whatever becomes of it.
bool ClosedLoop::settle(size_t index) {
  LoopConnection& connection = *connections_[index];
  if (connection.is_done()) {
    poller_.remove(connection.fd());
    --open_;
    return true;
  }
  if (!connection.send(clock_)) return fail(index);
  if (connection.is_full() == waits_to_write_[index]) return true;
  waits_to_write_[index] = connection.is_full();
  poller_.modify(connection.fd(), index, {.read = true, .write = connection.is_full()});
  return true;
}

bool ClosedLoop::fail(size_t index) {
  result_->broken = "connection " + std::to_string(index + 1) + ": " + connections_[index]->error();
  return false;
}

}  // namespace guerdon::load
