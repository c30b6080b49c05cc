// Makes spare segments on a thread of its own, so that nobody who writes frames waits for zeros.
//
// While the disk is full, or there are no handles or no memory, it tries again every kRetryMs, and
// status() says so until all the spares that are wanted are there: what was refused for want of
// room is not taken up again too early.
//
// Errors: any other error of the disk is final: nothing is made any more, and `refused` is called
// once, on the keeper's thread.
//
// Thread-safety: any thread.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>

#include "engine/os/disk.h"
#include "engine/os/thread.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::wal {

class SpareKeeper {
 public:
  static constexpr int kRetryMs = 1'000;

  // Keeps `wanted` of them ready. The spares must outlive it. `refused` may be empty.
  SpareKeeper(SpareSegments& spares, size_t wanted, std::function<void()> refused);
  ~SpareKeeper();
  SpareKeeper(const SpareKeeper&) = delete;
  SpareKeeper& operator=(const SpareKeeper&) = delete;

  // One was taken.
  void refill();
  // Waits until `count` spares are there; false where the disk refuses, for now or for good.
  // REQUIRES: count <= wanted.
  bool wait_for(size_t count);

  // How it went when the disk was last asked for all of them.
  os::DiskStatus status() const;

 private:
  void run();

  SpareSegments& spares_;
  const size_t wanted_;
  const std::function<void()> refused_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable asked_;
  std::condition_variable answered_;
  bool is_asked_ = true;
  os::DiskStatus status_;  // of the last time
  bool is_closing_ = false;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::wal
