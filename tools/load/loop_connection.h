// One connection of a closed loop: a lane that is sent as fast as replies allow.
//
// At most `pipeline` requests are under way; each reply makes room for the next. What may be sent
// goes out in one write, what has come is read in one read, and the clock is read once for each, so
// the cost of a request is that of finding its reply's end.
//
// A request's latency counts from just before the write that handed its first byte to the system,
// to just after the read that brought the last byte of its reply.
//
// Ownership: the lane must outlive it and not change. Thread-safety: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "engine/base/histogram.h"
#include "engine/net/reply_reader.h"
#include "engine/os/clock.h"
#include "engine/os/socket.h"
#include "tools/load/lane.h"
#include "tools/load/reply_tally.h"

namespace guerdon::load {

class LoopConnection {
 public:
  // REQUIRES: the socket is open, 1 <= pipeline <= kPipelineMax.
  LoopConnection(os::Socket socket, const Lane& lane, uint32_t pipeline);
  LoopConnection(const LoopConnection&) = delete;
  LoopConnection& operator=(const LoopConnection&) = delete;

  int fd() const { return socket_.fd(); }
  // Every request is answered.
  bool is_done() const { return answered_ == lane_.requests.size(); }
  // The system takes no more bytes now, though there are some to send.
  bool is_full() const { return is_full_; }

  // Of the first event that is not answered; none is left: UINT64_MAX.
  uint64_t first_unanswered() const {
    return is_done() ? UINT64_MAX : lane_.requests[answered_].first;
  }
  // Requests may be sent up to that before the one that holds event `limit`. True: it makes a
  // difference. It is no limit until this is called.
  bool allow_up_to(uint64_t limit);

  // Sends what may be sent. False where the connection is gone: error().
  bool send(const os::Clock& clock);
  // Reads what has come, once, and counts the replies. False where the connection is gone or what
  // came is no reply: error().
  bool receive(const os::Clock& clock, ReplyTally* tally, base::Histogram* latency_ns);

  const std::string& error() const { return error_; }
  size_t bytes_answered() const { return answered_bytes_; }
  size_t bytes_received() const { return bytes_received_; }

 private:
  // Bytes of the lane up to `end` were handed over by a write that began at `at_ns`, or before.
  struct Mark {
    size_t end;
    int64_t at_ns;
  };

  bool take_replies(int64_t now_ns, ReplyTally* tally, base::Histogram* latency_ns);
  bool take_reply(int64_t now_ns, ReplyTally* tally, base::Histogram* latency_ns);
  void record_latency(int64_t now_ns, base::Histogram* latency_ns);
  void open_window();
  bool fail(std::string sentence);

  os::Socket socket_;
  const Lane& lane_;

  // Sending.
  const uint32_t pipeline_;
  uint64_t limit_ = UINT64_MAX;
  size_t allowed_ = 0;        // requests that may be under way or answered
  size_t allowed_bytes_ = 0;  // theirs
  size_t sent_bytes_ = 0;
  bool is_full_ = false;
  std::deque<Mark> marks_;  // of what is not answered, in their order

  // Receiving.
  size_t answered_ = 0;        // requests
  size_t answered_bytes_ = 0;  // theirs
  size_t unrecorded_ = 0;      // the last of them, whose latency is not recorded yet
  size_t bytes_received_ = 0;
  std::string buffer_;
  size_t kept_ = 0;  // bytes at its beginning that are no whole reply yet
  net::ReplyReader reader_;
  std::string error_;
};

}  // namespace guerdon::load
