#include "engine/server/publisher.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "engine/base/assert.h"
#include "engine/server/letters.h"
#include "engine/server/plan_words.h"
#include "engine/versions/published.h"

namespace guerdon::server {

using Write = std::function<void(net::ReplyWriter&)>;

Publisher::Publisher(runtime::Core& core, uint32_t loops, std::function<void()> wake)
    : core_(core),
      wake_(std::move(wake)),
      stands_(loops, false),
      requests_(kWaitingMax),
      thread_([this] { run(); }) {}

Publisher::~Publisher() {
  requests_.close();
  thread_.join();
}

bool Publisher::push(Request request) {
  auto shared = std::make_shared<const Request>(std::move(request));
  under_way_.fetch_add(1, std::memory_order_relaxed);
  if (os::BlockingQueue<std::shared_ptr<const Request>>::Producer(requests_).try_push(shared)) {
    return true;
  }
  under_way_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void Publisher::run() {
  for (std::shared_ptr<const Request> request; requests_.pop(&request); request = nullptr) {
    if (!request->only_goes_on) publish(*request);
    correct(*request);
    // Releases that its last step was done: who finds it idle finds that, too.
    under_way_.fetch_sub(1, std::memory_order_release);
  }
}

// ---- One version --------------------------------------------------------------------------------

void Publisher::publish(const Request& request) {
  if (const std::optional<uint64_t> known = plan::lsn_of_text(core_.program(), request.text)) {
    return answer(request, [&](net::ReplyWriter& reply) { reply.status("OK", {*known}); });
  }
  std::string error;
  std::string warnings;
  std::optional<plan::Publication> publication =
      core_.prepare({std::string(kPlanTextName), request.text}, &error, &warnings);
  if (!publication) return refuse(request, "INVALID", diagnostics_in_words(error));
  if (request.is_dry) {
    return answer(request, [&](net::ReplyWriter& reply) {
      std::string reason;
      if (!core_.may_publish(*publication, &reason)) return reply.error("INVALID", reason);
      write_changes(publication->merged, warnings, reply);
    });
  }
  if (!number(request, &*publication, &error)) return refuse(request, "LIMIT", error);
  if (!core_.compile(&*publication, &error)) return refuse(request, "INVALID", error);
  hold();
  finish(request, std::move(*publication));
}

bool Publisher::number(const Request& request, plan::Publication* publication, std::string* error) {
  if (publication->texts.empty()) return true;
  bool is_done = false;
  request.at_rest(
      [&] {
        is_done = core_.number(publication, error);
        step_is_done();
      },
      {});
  wait_for_step();
  return is_done;
}

// Who holds requests back sees by `is_holding_` that they may go on; the wake-up tells them to
// look.
void Publisher::finish(const Request& request, plan::Publication publication) {
  answer(request, [&](net::ReplyWriter& reply) {
    uint64_t lsn = 0;
    std::string error;
    if (!core_.has_room()) {
      const Fault full = no_space();
      reply.error(full.code, full.sentence);
    } else if (core_.publish(std::move(publication), &lsn, &error)) {
      reply.status("OK", {lsn});
    } else {
      reply.error("INVALID", error);
    }
    let_go();
  });
}

// ---- What it corrects ---------------------------------------------------------------------------

// What an end leaves, the next start goes on with.
void Publisher::correct(const Request& request) {
  runtime::Corrections corrections(core_, &is_stopping_);
  std::string error;
  while (look(request, corrections)) {
    bool goes_on = corrections.begin(&error);
    while (goes_on && corrections.read(&error)) goes_on = take(request, corrections);
    if (is_stopping_.load(std::memory_order_relaxed)) return;
    if (error.empty()) continue;
    std::fprintf(stderr,
                 "guerdon: what a version corrects is not all done: %s; the next start goes on\n",
                 error.c_str());
    return;
  }
}

bool Publisher::look(const Request& request, runtime::Corrections& corrections) {
  bool is_any = false;
  request.at_rest(
      [&] {
        is_any = corrections.look();
        step_is_done();
      },
      {});
  wait_for_step();
  return is_any && !is_stopping_.load(std::memory_order_relaxed);
}

// While the disk is full it is tried again. False: the loops have ended.
bool Publisher::take(const Request& request, runtime::Corrections& corrections) {
  constexpr auto kAgain = std::chrono::milliseconds(200);
  bool is_taken = false;
  while (!is_taken) {
    request.at_rest([this] { step_is_done(); },
                    [&](pipeline::Job& job) {
                      corrections.put(job.batch);
                      is_taken = true;
                    });
    wait_for_step();
    std::unique_lock lock(mutex_);
    if (are_loops_ended_) return false;
    if (!is_taken) changed_.wait_for(lock, kAgain, [this] { return are_loops_ended_; });
  }
  return true;
}

// ---- The loops ----------------------------------------------------------------------------------

// Reversals first, while all else goes on: the book may keep them for long.
void Publisher::hold() {
  std::unique_lock lock(mutex_);
  is_holding_reversals_.store(true, std::memory_order_release);
  changed_.wait(lock, [this] { return reversals_ == 0; });
  stands_.assign(stands_.size(), false);
  // Under the lock: a loop that sees it comes to stand() behind the line above.
  is_holding_.store(true, std::memory_order_release);
  lock.unlock();
  wake_();
  lock.lock();
  changed_.wait(lock, [&] {
    return are_loops_ended_ ||
           std::all_of(stands_.begin(), stands_.end(), [](bool stands) { return stands; });
  });
  GUERDON_ASSERT(reversals_ == 0);
}

// Releases the new program to the loops.
void Publisher::let_go() {
  is_holding_reversals_.store(false, std::memory_order_release);
  is_holding_.store(false, std::memory_order_release);
  wake_();
}

void Publisher::stand(uint32_t loop) {
  const std::lock_guard lock(mutex_);
  stands_[loop] = true;
  changed_.notify_all();
}

void Publisher::end_loops() {
  const std::lock_guard lock(mutex_);
  are_loops_ended_ = true;
  is_stopping_.store(true, std::memory_order_relaxed);
  changed_.notify_all();
}

Publisher::Reversal Publisher::begin_reversal() {
  const std::lock_guard lock(mutex_);
  if (is_holding_reversals()) return nullptr;
  ++reversals_;
  return {this, [this](void*) {
            const std::lock_guard ending(mutex_);
            GUERDON_ASSERT(reversals_ > 0);
            --reversals_;
            changed_.notify_all();
          }};
}

// ---- Steps that others take ---------------------------------------------------------------------

void Publisher::answer(const Request& request, const Write& write) {
  request.answer([this, &write](net::ReplyWriter& reply) {
    write(reply);
    step_is_done();
  });
  wait_for_step();
}

void Publisher::refuse(const Request& request, std::string_view code, const std::string& sentence) {
  answer(request, [&](net::ReplyWriter& reply) { reply.error(code, sentence); });
}

void Publisher::wait_for_step() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_step_done_; });
  is_step_done_ = false;
}

// What the step was made of may be gone behind it.
void Publisher::step_is_done() {
  const std::lock_guard lock(mutex_);
  is_step_done_ = true;
  changed_.notify_all();
}

}  // namespace guerdon::server
