#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "tests/generate/rng.h"

namespace guerdon::support {

// A disk in memory that forgets: a crash keeps what was durable, and of a call that was under way
// any of its sectors, in any order, as they were, new, or garbage. Calls can be made to fail.
//
//   CrashDisk disk;
//   disk.fail_call(7, ENOSPC);         // the seventh that changes something, once
//   ... run until it fails ...
//   disk.crash_in_call(9);             // from the ninth on nothing reaches the disk
//   std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
//
// Thread-safety: the calls of os::Disk, calls(), heal() and set_full() any thread; all else while
// no other thread uses it.
class CrashDisk final : public os::Disk {
 public:
  static constexpr size_t kSector = 512;
  using Bytes = std::vector<std::byte>;
  // By name. A file keeps its number when it gets another name.
  struct Content {
    uint64_t number = 0;
    Bytes bytes;
  };
  using Files = std::map<std::string, Content>;

  os::DiskStatus list(std::vector<std::string>* names) override;
  os::DiskStatus open(std::string_view name, std::unique_ptr<os::DiskFile>* file) override;
  os::DiskStatus create_zeroed(std::string_view name, uint64_t size,
                               std::unique_ptr<os::DiskFile>* file) override;
  os::DiskStatus create_with(std::string_view name, std::span<const std::byte> content) override;
  os::DiskStatus rename(std::string_view from, std::string_view to) override;
  os::DiskStatus remove(std::string_view name) override;

  // Calls that change something, from 1.
  uint64_t calls() const;
  // Call number `call` fails with this error and changes nothing; `for_ever`: and every one after.
  void fail_call(uint64_t call, int error, bool for_ever = false);
  void heal();
  // The `read`th call that only looks (list, open, read) fails, once; from 1.
  void fail_read(uint64_t read) { failing_read_ = read; }
  uint64_t reads() const { return reads_; }
  // While it is full, no file is made; what is there can be written to.
  void set_full(bool is_full);
  // Call number `call` is the last one that may reach the disk, in part; it and all later ones
  // fail.
  void crash_in_call(uint64_t call) { crash_in_ = call; }
  bool has_crashed() const { return calls() >= crash_in_; }

  // The disk as found after the crash: of the call that was under way, what `rng` says.
  std::unique_ptr<CrashDisk> after_crash(generate::Rng& rng) const;
  // The same files on a disk that has seen no calls.
  std::unique_ptr<CrashDisk> copy() const;

  // The files as they are, to be looked at and damaged.
  Bytes& bytes(const std::string& name) { return files_.at(name).bytes; }
  const Files& files() const { return files_; }

 private:
  class File;

  // What a call does: all of it, or with a generator some part.
  using Change = std::function<void(Files& files, generate::Rng* rng)>;
  // Under the lock.
  os::DiskStatus make(Change change);
  bool fails_to_read() { return ++reads_ == failing_read_; }
  os::DiskStatus create(std::string_view name, Bytes bytes);

  mutable std::mutex mutex_;  // guards all below
  Files files_;
  uint64_t numbers_ = 0;  // of files, given
  uint64_t calls_ = 0;
  uint64_t crash_in_ = UINT64_MAX;
  Change under_way_;
  uint64_t failing_call_ = 0;
  bool for_ever_ = false;
  int error_ = 0;
  bool is_full_ = false;
  uint64_t reads_ = 0;
  uint64_t failing_read_ = 0;
};

}  // namespace guerdon::support
