// One connection as the engine sees it: bytes that came, replies to send, and no socket. The event
// loop moves the bytes; a test can do so in its place.
//
// Thread-safety: the loop's thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/output_buffer.h"

namespace guerdon::net {

// Above so many bytes that wait to be sent, nothing more is read from a connection: who does not
// take replies gets no more of them.
inline constexpr size_t kOutputMax = size_t{1} << 20;

// Names a connection for as long as the loop lives: a slot is used again, with another generation.
struct ConnectionId {
  uint32_t slot = 0;
  uint32_t generation = 0;  // from 1; 0 names nothing

  bool operator==(const ConnectionId&) const = default;
};

class Connection {
 public:
  // `changed`: where its id is put once when the handler does something that the loop must see to.
  Connection(ConnectionId id, std::vector<ConnectionId>* changed) : id_(id), changed_(changed) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // ---- For the handler

  ConnectionId id() const { return id_; }

  // Bytes that came and are not consumed. What is left comes again with more behind it.
  std::string_view input() const { return input_; }
  // REQUIRES: n <= input().size().
  void consume(size_t n);
  // The peer sends no more; it may still read.
  bool is_input_over() const { return is_input_over_; }

  // Replies are appended here. They are sent at the end of the round.
  std::string* output() {
    mark();
    return output_.end();
  }

  // While it is, requests are not to be taken from the input, and nothing more is read: because of
  // replies that the peer does not take, because the handler says so, or because it ends.
  bool is_paused() const { return is_throttled_ || is_closing_ || output_.size() > kOutputMax; }

  // Pauses and resumes, for instance by how many requests of the connection are under way.
  void set_throttled(bool is_throttled);

  // Ends the connection once what is in the output is sent. What comes in is no longer looked at.
  void close_when_flushed();
  bool is_closing() const { return is_closing_; }

  // ---- For the loop

  // Bytes that came, which must stay until keep_rest().
  void receive(std::string_view bytes);
  // Copies what was not consumed; gives how many bytes that are.
  size_t keep_rest();
  void end_input() { is_input_over_ = true; }
  OutputBuffer& to_send() { return output_; }
  size_t input_capacity() const { return rest_.capacity(); }
  // Once for each time it was put into the list of changed ones.
  void take_mark() { is_marked_ = false; }
  void mark();

 private:
  static constexpr size_t kLittle = size_t{64} << 10;  // bytes of memory kept for the next rest

  const ConnectionId id_;
  std::vector<ConnectionId>* const changed_;
  bool is_marked_ = false;
  bool is_throttled_ = false;
  bool is_closing_ = false;
  bool is_input_over_ = false;
  std::string_view input_;  // in rest_, or in what was received last
  std::string rest_;
  OutputBuffer output_;
};

}  // namespace guerdon::net
