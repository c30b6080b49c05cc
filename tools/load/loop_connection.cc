#include "tools/load/loop_connection.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/text_rules.h"

namespace guerdon::load {
namespace {

constexpr size_t kReadBytes = size_t{64} << 10;    // room for one read, at the least
constexpr size_t kWriteBytes = size_t{256} << 10;  // of one write, at the most
constexpr size_t kReplyShownMax = 120;

}  // namespace

LoopConnection::LoopConnection(os::Socket socket, const Lane& lane, uint32_t pipeline)
    : socket_(std::move(socket)), lane_(lane), pipeline_(pipeline), buffer_(kReadBytes, '\0') {
  GUERDON_ASSERT(socket_.is_open() && pipeline >= 1 && pipeline <= kPipelineMax);
}

// As many as may be under way, and not beyond the limit.
void LoopConnection::open_window() {
  const size_t end = std::min(answered_ + pipeline_, lane_.requests.size());
  for (; allowed_ < end && lane_.requests[allowed_].last < limit_; ++allowed_) {
    allowed_bytes_ += lane_.requests[allowed_].bytes;
  }
}

bool LoopConnection::allow_up_to(uint64_t limit) {
  const size_t before = allowed_;
  limit_ = limit;
  open_window();
  return allowed_ != before;
}

bool LoopConnection::send(const os::Clock& clock) {
  is_full_ = false;
  open_window();
  while (sent_bytes_ < allowed_bytes_) {
    const size_t wanted = std::min(allowed_bytes_ - sent_bytes_, kWriteBytes);
    const int64_t now = clock.monotonic_ns();
    const os::IoResult result =
        socket_.write(std::string_view(lane_.bytes).substr(sent_bytes_, wanted));
    switch (result.status) {
      case os::IoStatus::kBytes:
        sent_bytes_ += result.bytes;
        marks_.push_back({sent_bytes_, now});
        break;
      case os::IoStatus::kWouldBlock:
        is_full_ = true;
        return true;
      default:
        return fail("the connection broke while requests were sent");
    }
  }
  return true;
}

bool LoopConnection::receive(const os::Clock& clock, ReplyTally* tally,
                             base::Histogram* latency_ns) {
  if (buffer_.size() - kept_ < kReadBytes) buffer_.resize(buffer_.size() * 2);
  const os::IoResult result = socket_.read(buffer_.data() + kept_, buffer_.size() - kept_);
  switch (result.status) {
    case os::IoStatus::kBytes:
      kept_ += result.bytes;
      bytes_received_ += result.bytes;
      return take_replies(clock.monotonic_ns(), tally, latency_ns);
    case os::IoStatus::kWouldBlock:
      return true;
    case os::IoStatus::kClosed:
      return is_done() || fail("the server closed the connection");
    default:
      return fail("the connection broke while replies were awaited");
  }
}

bool LoopConnection::take_replies(int64_t now_ns, ReplyTally* tally, base::Histogram* latency_ns) {
  std::string_view input = std::string_view(buffer_).substr(0, kept_);
  while (!input.empty()) {
    const net::ReplyReader::Step step = reader_.next(input);
    if (step == net::ReplyReader::Step::kMore) break;
    if (step == net::ReplyReader::Step::kBroken) {
      return fail("what the server sent is no reply: " + std::string(reader_.fault()));
    }
    if (!take_reply(now_ns, tally, latency_ns)) return false;
    input.remove_prefix(reader_.consumed());
  }
  record_latency(now_ns, latency_ns);
  std::memmove(buffer_.data(), input.data(), input.size());
  kept_ = input.size();
  return true;
}

bool LoopConnection::take_reply(int64_t now_ns, ReplyTally* tally, base::Histogram* latency_ns) {
  if (answered_bytes_ >= sent_bytes_) return fail("the server sent a reply to no request");
  if (answered_bytes_ >= marks_.front().end) {
    record_latency(now_ns, latency_ns);
    // The last mark ends with what was sent, so this stops.
    while (answered_bytes_ >= marks_.front().end) marks_.pop_front();
  }
  const Request& request = lane_.requests[answered_];
  const std::string_view bytes =
      std::string_view(lane_.bytes).substr(answered_bytes_, request.bytes);
  if (!tally->take(reader_.parts(), request, bytes)) {
    const std::string_view text = reader_.parts().front().text.substr(0, kReplyShownMax);
    return fail("the server's reply to " + event_name(bytes, 0) +
                " is none to such a request: " + event::printable(text, kReplyShownMax));
  }
  ++unrecorded_;
  ++answered_;
  answered_bytes_ += request.bytes;
  return true;
}

// Of the replies since the last call: the first write that is marked carried their requests.
void LoopConnection::record_latency(int64_t now_ns, base::Histogram* latency_ns) {
  if (unrecorded_ == 0) return;
  latency_ns->record(static_cast<uint64_t>(now_ns - marks_.front().at_ns), unrecorded_);
  unrecorded_ = 0;
}

bool LoopConnection::fail(std::string sentence) {
  error_ = std::move(sentence);
  return false;
}

}  // namespace guerdon::load
