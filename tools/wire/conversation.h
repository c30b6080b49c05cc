// A connection for single requests, each of which waits for its reply.
//
//   Conversation conversation(clock, {});
//   if (!conversation.connect(endpoint, &error)) give_up(error);
//   if (conversation.ask("PING\n") == Answered::kReply) use(conversation.reply());
//
// A request is sent once. Where no reply comes, whether it was done is not known, and the
// connection is closed: a reply that came later would be taken for that of the next request.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "engine/net/reply_reader.h"
#include "engine/os/clock.h"
#include "engine/os/poller.h"
#include "engine/os/socket.h"
#include "tools/wire/endpoint.h"

namespace guerdon::wire {

// What became of a request.
enum class Answered : uint8_t {
  kReply,    // reply()
  kGone,     // the connection ended
  kBroken,   // what came is no reply: fault()
  kSilent,   // nothing came for as long as was to be waited
  kGivenUp,  // the wait was given up
};

// How long a reply is waited for.
struct Patience {
  int64_t silence_max_ns = 0;         // 0: for ever
  std::function<bool()> is_given_up;  // asked a few times a second; may be left out
};

class Conversation {
 public:
  // The clock must outlive it.
  Conversation(const os::Clock& clock, Patience patience)
      : clock_(clock), patience_(std::move(patience)) {}

  // A connection in the place of the one there was, if any. False with a sentence.
  bool connect(const Endpoint& endpoint, std::string* error);
  bool is_open() const { return socket_.is_open(); }
  void close() { socket_.close(); }
  // Who takes it goes on by itself. REQUIRES: is_open().
  os::Socket release() { return std::move(socket_); }

  // Whether the server has ended the connection, or said what it was not asked: nothing that is
  // sent now would be answered. It is then closed. REQUIRES: is_open().
  bool has_ended();

  // Sends a whole request and waits for its reply. REQUIRES: is_open().
  Answered ask(std::string_view request);

  // Of the last ask() that gave kReply. Valid until the next call.
  std::span<const net::ReplyPart> reply() const { return reader_.parts(); }
  // Of kBroken, as a sentence.
  std::string_view fault() const { return reader_.fault(); }

 private:
  Answered send(std::string_view bytes);
  Answered read_reply();
  Answered wait(os::Interest interest);

  const os::Clock& clock_;
  const Patience patience_;
  os::Poller poller_;
  os::Socket socket_;
  net::ReplyReader reader_;
  std::string input_;
  int64_t begun_ns_ = 0;  // when the last request was sent
};

}  // namespace guerdon::wire
