#include "tools/wire/conversation.h"

#include <algorithm>
#include <array>
#include <limits>

#include "engine/base/assert.h"

namespace guerdon::wire {
namespace {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kAskedEveryNs = 200 * kNsPerMs;  // whether the wait is given up
constexpr size_t kReadBytes = size_t{16} << 10;

}  // namespace

bool Conversation::connect(const Endpoint& endpoint, std::string* error) {
  reader_ = {};
  input_.clear();
  socket_ = os::connect_to(endpoint.address, endpoint.port, error);
  if (!socket_.is_open()) return false;
  if (poller_.is_open() && poller_.add(socket_.fd(), 0, {.read = true})) return true;
  *error = "the system has no file handle left";
  socket_.close();
  return false;
}

bool Conversation::has_ended() {
  GUERDON_ASSERT(is_open());
  char byte;
  const bool is_quiet = reader_.consumed() == input_.size() &&
                        socket_.read(&byte, 1).status == os::IoStatus::kWouldBlock;
  if (!is_quiet) socket_.close();
  return !is_quiet;
}

Answered Conversation::ask(std::string_view request) {
  GUERDON_ASSERT(is_open());
  input_.clear();
  begun_ns_ = clock_.monotonic_ns();
  Answered answered = send(request);
  if (answered == Answered::kReply) answered = read_reply();
  if (answered != Answered::kReply) socket_.close();
  return answered;
}

// kReply: all of it is sent.
Answered Conversation::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const os::IoResult result = socket_.write(bytes);
    if (result.status == os::IoStatus::kBytes) {
      bytes.remove_prefix(result.bytes);
    } else if (result.status != os::IoStatus::kWouldBlock) {
      return Answered::kGone;
    } else if (const Answered waited = wait({.write = true}); waited != Answered::kReply) {
      return waited;
    }
  }
  return Answered::kReply;
}

Answered Conversation::read_reply() {
  std::array<char, kReadBytes> buffer;
  for (;;) {
    const os::IoResult result = socket_.read(buffer.data(), buffer.size());
    if (result.status == os::IoStatus::kBytes) {
      input_.append(buffer.data(), result.bytes);
      const net::ReplyReader::Step step = reader_.next(input_);
      if (step == net::ReplyReader::Step::kReply) return Answered::kReply;
      if (step == net::ReplyReader::Step::kBroken) return Answered::kBroken;
    } else if (result.status != os::IoStatus::kWouldBlock) {
      return Answered::kGone;
    } else if (const Answered waited = wait({.read = true}); waited != Answered::kReply) {
      return waited;
    }
  }
}

// Until the socket is ready, or for a while; kReply: try again.
Answered Conversation::wait(os::Interest interest) {
  if (patience_.is_given_up && patience_.is_given_up()) return Answered::kGivenUp;
  int64_t left_ns = std::numeric_limits<int64_t>::max();
  if (patience_.silence_max_ns > 0) {
    left_ns = begun_ns_ + patience_.silence_max_ns - clock_.monotonic_ns();
  }
  if (left_ns < kNsPerMs) return Answered::kSilent;
  poller_.modify(socket_.fd(), 0, interest);
  poller_.wait(static_cast<int>(std::min(left_ns, kAskedEveryNs) / kNsPerMs));
  return Answered::kReply;
}

}  // namespace guerdon::wire
