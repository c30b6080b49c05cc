// A connection for single requests, each of which waits for its reply: TICK, HASH, INFO.
//
// Thread-safety: one thread at a time.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/net/reply_reader.h"
#include "engine/os/clock.h"
#include "engine/os/poller.h"
#include "engine/os/socket.h"
#include "tools/load/closed_loop.h"

namespace guerdon::load {

class Conversation {
 public:
  // The clock must outlive it.
  explicit Conversation(const os::Clock& clock) : clock_(clock) {}

  // False with a sentence.
  bool connect(const Endpoint& endpoint, std::string* error);

  // Sends the words and waits for the reply, at most kSilenceMaxNs. Its parts are valid until the
  // next call; none where there was no reply, and *error says why. REQUIRES: connected; the words
  // need no quotes.
  std::span<const net::ReplyPart> ask(std::initializer_list<std::string_view> words,
                                      std::string* error);

 private:
  bool send(std::string_view bytes, int64_t until_ns);
  bool read_reply(int64_t until_ns);
  bool wait(os::Interest interest, int64_t until_ns);

  const os::Clock& clock_;
  os::Poller poller_;
  os::Socket socket_;
  net::ReplyReader reader_;
  std::string input_;
};

}  // namespace guerdon::load
