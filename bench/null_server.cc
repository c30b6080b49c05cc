// A server that accepts events, forgets them and acknowledges: what a load generator can do at the
// most, with the network and without a ledger.
//
//   null_server [PORT]          prints `listening on 127.0.0.1:PORT`; PORT 0 or none: a free one
//
// A line or an array is answered `+OK <n> 1`, BATCH n and its n lines by one list, SOURCE by `+OK`,
// TICK by `+OK <n>`, PING by `+PONG`, HASH by the number of events and hashes of zeros. Lines are
// told apart by their first bytes and not looked into. Ends when it is killed.

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/net/event_loop.h"
#include "engine/net/reply.h"
#include "engine/net/request_parser.h"

namespace {

using guerdon::net::Connection;
using guerdon::net::ReplyWriter;
using guerdon::net::RequestParser;

class Acknowledging final : public guerdon::net::Handler {
 public:
  void on_open(Connection& connection) override {
    const size_t slot = connection.id().slot;
    if (peers_.size() <= slot) peers_.resize(slot + 1);
    peers_[slot] = std::make_unique<Peer>();
  }

  void on_input(Connection& connection) override {
    std::string_view input = connection.input();
    ReplyWriter reply(connection.output(), guerdon::net::Protocol::kResp2);
    Peer& peer = peer_of(connection);
    size_t used = 0;
    do {
      used =
          input.starts_with('*') ? take_array(input, peer, reply) : take_line(input, peer, reply);
      input.remove_prefix(used);
    } while (used > 0 && !input.empty());
    connection.consume(connection.input().size() - input.size());
  }

 private:
  // What is known of one connection.
  struct Peer {
    RequestParser parser;       // of arrays
    uint64_t batch_events = 0;  // of the batch that is being read
    uint64_t batch_left = 0;    // lines of it to come
  };

  Peer& peer_of(const Connection& connection) { return *peers_[connection.id().slot]; }

  // Each gives how many bytes it has used; none where the request is not there whole.
  size_t take_line(std::string_view input, Peer& peer, ReplyWriter& reply) {
    const void* const found = std::memchr(input.data(), '\n', input.size());
    if (found == nullptr) return 0;
    const auto size = static_cast<size_t>(static_cast<const char*>(found) - input.data());
    if (peer.batch_left > 0) {
      ++lsn_;
      if (--peer.batch_left == 0) answer_batch(peer.batch_events, reply);
    } else if (input.starts_with("EVENT ")) {
      reply.status("OK", {++lsn_, 1});
    } else {
      take_other(input.substr(0, size), peer, reply);
    }
    return size + 1;
  }

  void take_other(std::string_view line, Peer& peer, ReplyWriter& reply) {
    if (!line.starts_with("BATCH ")) return answer(line.substr(0, line.find(' ')), reply);
    line.remove_prefix(std::string_view("BATCH ").size());
    std::from_chars(line.data(), line.data() + line.size(), peer.batch_events);
    peer.batch_left = peer.batch_events;
  }

  size_t take_array(std::string_view input, Peer& peer, ReplyWriter& reply) {
    if (peer.parser.next(input) == RequestParser::Step::kRequest) {
      answer(peer.parser.words().front(), reply);
    }
    return peer.parser.consumed();
  }

  void answer(std::string_view command, ReplyWriter& reply) {
    if (command == "EVENT") return reply.status("OK", {++lsn_, 1});
    if (command == "SOURCE") return reply.status("OK");
    if (command == "TICK") return reply.status("OK", {++lsn_});
    if (command == "PING") return reply.status("PONG");
    if (command == "HASH") return answer_hash(reply);
    reply.error("UNKNOWN", "the null server knows no such command");
  }

  void answer_batch(uint64_t events, ReplyWriter& reply) const {
    reply.array_header(10);
    add(reply, "accepted", events);
    add(reply, "duplicates", 0);
    add(reply, "first_lsn", lsn_ - events + 1);
    add(reply, "last_lsn", lsn_);
    reply.bulk("errors");
    reply.array_header(0);
  }

  void answer_hash(ReplyWriter& reply) const {
    const std::string zeros(32, '0');
    reply.array_header(6);
    reply.bulk("state_hash");
    reply.bulk(zeros);
    reply.bulk("entries_hash");
    reply.bulk(zeros);
    add(reply, "lsn", lsn_);
  }

  static void add(ReplyWriter& reply, std::string_view name, uint64_t value) {
    reply.bulk(name);
    reply.integer(static_cast<int64_t>(value));
  }

  std::vector<std::unique_ptr<Peer>> peers_;  // by the slot of the connection
  uint64_t lsn_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  uint16_t port = 0;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), port);
  std::string error;
  auto listener = guerdon::os::Listener::open("127.0.0.1", port, &error);
  if (!listener.is_open()) {
    std::fprintf(stderr, "null_server: %s\n", error.c_str());
    return 3;
  }
  Acknowledging handler;
  guerdon::net::EventLoop loop(std::move(listener), &handler);
  if (!loop.is_open()) return 3;
  std::printf("listening on 127.0.0.1:%u\n", unsigned{loop.port()});
  std::fflush(stdout);
  loop.run();
}
