#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/os/socket.h"

namespace guerdon {

// A connection to a server, for lines; replies of one line each. One thread at a time.
class LineClient {
 public:
  explicit LineClient(uint16_t port);

  void send(std::string_view text);
  // A reply, without its end; none where none comes for so long, or the connection has ended.
  std::optional<std::string> reply(int wait_ms = kLongMs);
  // "OK" and "DUP" have one: the first number of a status; 0 otherwise.
  static uint64_t lsn_of(std::string_view reply);
  // Whether nothing at all comes for a while.
  bool is_silent(int wait_ms = kSilentMs);
  bool has_ended() const { return has_ended_; }

  // Gone at once, with whatever was not read.
  void reset() { socket_.reset(); }

  static constexpr int kLongMs = 20'000;
  // So long is a server given to say what it should not: under load it may take longer, and then a
  // fault shows in another run.
  static constexpr int kSilentMs = 60;

 private:
  // Whether bytes came, or the end did.
  bool wait(int wait_ms);

  os::Socket socket_;
  std::string in_;
  bool has_ended_ = false;
};

}  // namespace guerdon
