#include "engine/wal/spare_keeper.h"

#include <chrono>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::wal {

SpareKeeper::SpareKeeper(SpareSegments& spares, size_t wanted, std::function<void()> refused)
    : spares_(spares), wanted_(wanted), refused_(std::move(refused)), thread_([this] { run(); }) {}

SpareKeeper::~SpareKeeper() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  asked_.notify_all();
  thread_.join();
}

void SpareKeeper::run() {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return is_asked_ || is_closing_; };
  while (!is_closing_) {
    if (status_.may_pass()) {
      asked_.wait_for(lock, std::chrono::milliseconds(kRetryMs), has_work);
    } else {
      asked_.wait(lock, has_work);
    }
    is_asked_ = false;
    if (is_closing_ || (!status_.ok() && !status_.may_pass())) continue;
    lock.unlock();
    const os::DiskStatus status = spares_.refill(wanted_);
    // Before anybody who waits can take it for a full disk.
    if (!status.ok() && !status.may_pass() && refused_) refused_();
    lock.lock();
    status_ = status;
    answered_.notify_all();
  }
}

void SpareKeeper::refill() {
  {
    const std::lock_guard lock(mutex_);
    is_asked_ = true;
  }
  asked_.notify_one();
}

bool SpareKeeper::wait_for(size_t count) {
  GUERDON_ASSERT(count <= wanted_);
  std::unique_lock lock(mutex_);
  const auto is_there = [&] { return spares_.count() >= count; };
  while (!is_there() && status_.ok() && !is_closing_) {
    is_asked_ = true;
    asked_.notify_one();
    answered_.wait(lock);
  }
  return is_there();
}

os::DiskStatus SpareKeeper::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

}  // namespace guerdon::wal
