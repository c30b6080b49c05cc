#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <utility>

#include "tests/support/borrowed_disk.h"

namespace guerdon::support {

// Another disk, which must outlive it, whose durable writes wait while it is held: so that a test
// sees what is said before anything is durable.
//
//   Gate gate;
//   std::make_unique<HeldDisk>(disk, gate);
//   gate.hold();
//   ... a write begins ...
//   gate.let_through(1);    // one write goes on, the next waits
//   gate.release();         // all do
//
// Thread-safety: any thread.
class Gate {
 public:
  void hold() {
    const std::lock_guard lock(mutex_);
    is_held_ = true;
    passes_ = 0;
  }
  void let_through(uint64_t writes) {
    {
      const std::lock_guard lock(mutex_);
      passes_ += writes;
    }
    changed_.notify_all();
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      is_held_ = false;
    }
    changed_.notify_all();
  }
  // Waits until a write waits.
  void wait_for_a_write() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }

  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !is_held_ || passes_ > 0; });
    if (is_held_) --passes_;
    --waiting_;
  }

 private:
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  bool is_held_ = false;
  uint64_t passes_ = 0;
  uint64_t waiting_ = 0;
};

class HeldDisk final : public BorrowedDisk {
 public:
  HeldDisk(os::Disk& disk, Gate& gate) : BorrowedDisk(disk), gate_(gate) {}

  os::DiskStatus open(std::string_view name, std::unique_ptr<os::DiskFile>* file) override {
    return held(BorrowedDisk::open(name, file), file);
  }
  os::DiskStatus create_zeroed(std::string_view name, uint64_t size,
                               std::unique_ptr<os::DiskFile>* file) override {
    return held(BorrowedDisk::create_zeroed(name, size, file), file);
  }

 private:
  class File final : public os::DiskFile {
   public:
    File(std::unique_ptr<os::DiskFile> file, Gate& gate) : file_(std::move(file)), gate_(gate) {}

    os::DiskStatus write_durably(uint64_t offset, std::span<const std::byte> bytes) override {
      gate_.pass();
      return file_->write_durably(offset, bytes);
    }
    os::DiskStatus sync() override { return file_->sync(); }
    os::DiskStatus read(uint64_t offset, std::span<std::byte> out, size_t* got) override {
      return file_->read(offset, out, got);
    }
    uint64_t size() const override { return file_->size(); }

   private:
    const std::unique_ptr<os::DiskFile> file_;
    Gate& gate_;
  };

  os::DiskStatus held(os::DiskStatus status, std::unique_ptr<os::DiskFile>* file) {
    if (status.ok()) *file = std::make_unique<File>(std::move(*file), gate_);
    return status;
  }

  Gate& gate_;
};

}  // namespace guerdon::support
