// Publishes further versions of plans while the server goes on: one at a time, on a thread of its
// own.
//
//   1. prepare    on that thread, however long it takes
//   2. number     all stages at rest: a job of the loop that was asked, as a SNAPSHOT is
//   3. compile    on that thread
//   4. hold       no REVERSE is begun, and those that are looked up come to their end, however
//                 long the book keeps them; then, for a round, no loop takes requests and what each
//                 has taken is submitted: so nothing that was read under one program is admitted
//                 under the next
//   5. publish    all stages at rest; then the loops go on, and the answer waits for its LSN
//   6. correct    what it corrects is read on that thread, and taken job by job between others;
//                 what was begun before a start goes on behind it, and the next request waits
//
// What is held up is a round of the loops, and the write to the log, and a connection that sends a
// REVERSE meanwhile: requests stay where they are, and none fails.
//
// Thread-safety: push() and is_idle() any thread; stand() the thread of that loop; stop() one,
// when the loops have ended.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/net/reply.h"
#include "engine/os/blocking_queue.h"
#include "engine/os/thread.h"
#include "engine/runtime/core.h"
#include "engine/runtime/revisions.h"
#include "engine/versions/publication.h"

namespace guerdon::server {

class Publisher {
 public:
  static constexpr size_t kWaitingMax = 16;

  // As soon as may be: the job is filled, if it is to be and a log can be written, and the step is
  // taken when it is complete and all stages are at rest.
  using AtRestOf =
      std::function<void(std::function<void()> step, std::function<void(pipeline::Job&)> filling)>;

  struct Request {
    std::string text;
    bool is_dry = false;        // say what would be
    bool only_goes_on = false;  // nothing is published: what a version corrects is to be ended
    AtRestOf at_rest;
    // The same, and the answer is written.
    std::function<void(std::function<void(net::ReplyWriter&)>)> answer;
  };

  // A REVERSE from when its look-up is asked for until its record is submitted: it is in the hands
  // of whoever does that, and gone with the last of them.
  using Reversal = std::shared_ptr<void>;

  // `wake`: all loops, so that each comes to the end of a round. The core must outlive it.
  Publisher(runtime::Core& core, uint32_t loops, std::function<void()> wake);
  ~Publisher();
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  // False: kWaitingMax wait already.
  bool push(Request request);

  // Requests are to stay where they are. Acquires what the publication wrote, once it is false.
  bool is_holding() const { return is_holding_.load(std::memory_order_acquire); }
  // At the end of a round while it holds: all that this loop has taken is submitted.
  void stand(uint32_t loop);
  // Null: none may begin until there is another version; is_holding_reversals() says when.
  // REQUIRES: on a loop, while it does not hold.
  Reversal begin_reversal();
  bool is_holding_reversals() const {
    return is_holding_reversals_.load(std::memory_order_acquire);
  }

  // The loops have ended: none is waited for any more.
  void end_loops();
  // Nothing waits, and nothing is under way.
  bool is_idle() const { return under_way_.load(std::memory_order_acquire) == 0; }

 private:
  void run();
  void publish(const Request& request);
  void correct(const Request& request);
  bool look(const Request& request, runtime::Corrections& corrections);
  bool take(const Request& request, runtime::Corrections& corrections);
  bool number(const Request& request, plan::Publication* publication, std::string* error);
  void hold();
  void let_go();
  void finish(const Request& request, plan::Publication publication);
  void answer(const Request& request, const std::function<void(net::ReplyWriter&)>& write);
  void refuse(const Request& request, std::string_view code, const std::string& sentence);
  void wait_for_step();
  void step_is_done();

  runtime::Core& core_;
  const std::function<void()> wake_;
  std::atomic<bool> is_holding_{false};
  std::atomic<bool> is_holding_reversals_{false};  // set under the mutex
  std::atomic<uint32_t> under_way_{0};
  std::atomic<bool> is_stopping_{false};  // as are_loops_ended_
  std::mutex mutex_;                      // guards all up to the queue
  std::condition_variable changed_;
  std::vector<bool> stands_;  // by loop
  size_t reversals_ = 0;
  bool is_step_done_ = false;
  bool are_loops_ended_ = false;
  os::BlockingQueue<std::shared_ptr<const Request>> requests_;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::server
