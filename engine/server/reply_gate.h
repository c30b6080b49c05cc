// Answers wait here until what they tell of is durable. How many bytes that may be is the intake's
// to see to (kGateBytesMax): what is taken must be answered, so nothing is refused here.
//
// The thread that completes jobs writes a mail for each and pushes it; the loop's thread takes out
// what may be sent, in the same order. Since all answers of a loop pass here, those of a connection
// stay in the order of its requests.
//
// Thread-safety: take() and push() on one thread, next() and give_back() on the loop's (they may be
// the same), all else on any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/net/connection.h"

namespace guerdon::server {

// Bytes for one connection, and how many requests they answer.
struct MailPiece {
  net::ConnectionId to;
  uint32_t answers = 0;
  size_t end = 0;  // in Mail::bytes; the piece begins where the one before ends
};

struct Mail {
  uint64_t lsn = 0;  // sent once this one is durable
  std::vector<MailPiece> pieces;
  std::string bytes;
};

class ReplyGate {
 public:
  // An empty one.
  std::unique_ptr<Mail> take();
  void push(std::unique_ptr<Mail> mail);

  // The oldest, where its LSN is durable; else null.
  std::unique_ptr<Mail> next(uint64_t durable_lsn);
  void give_back(std::unique_ptr<Mail> mail);

  // A mail is inside. Sequentially consistent, as is the durable LSN: who raises that and then asks
  // here, and who pushes and then looks at that, cannot both miss the other.
  bool is_waiting() const { return waiting_.load() != 0; }
  size_t mails() const { return waiting_.load(); }
  // Of all mails inside. It may be old by the time it is looked at.
  size_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  static constexpr size_t kFreeMax = 8;
  static constexpr size_t kBytesKept = size_t{256} << 10;  // of memory, in one that is free

  std::atomic<size_t> waiting_{0};
  std::atomic<size_t> bytes_{0};  // a number alone: nothing is published by it
  std::mutex mutex_;              // guards all below
  std::deque<std::unique_ptr<Mail>> mails_;
  std::vector<std::unique_ptr<Mail>> free_;
};

}  // namespace guerdon::server
