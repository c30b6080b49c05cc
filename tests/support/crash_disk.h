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
#include "tests/support/bytes.h"

namespace guerdon::support {

// A disk in memory that forgets: a crash keeps what was durable, and of a call that was under way
// any of its sectors, in any order, as they were, new, or garbage. Calls can be made to fail, in
// each way in which a device does (Failure).
//
//   CrashDisk disk;
//   disk.fail_call(7, ENOSPC);         // the seventh that changes something, once
//   ... run until it fails ...
//   disk.crash_in_call(9);             // from the ninth on nothing reaches the disk
//   std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
//
// Who stops and starts again without a crash goes on with the same disk: what is visible stays so.
//
// Thread-safety: any thread; but bytes() and files() while no call is under way.
class CrashDisk final : public os::Disk {
 public:
  static constexpr size_t kSector = 512;
  using Bytes = support::Bytes;
  // By name. A file keeps its number when it gets another name.
  struct Content {
    uint64_t number = 0;
    Bytes bytes;
    bool is_synced = true;  // else a crash loses it or some of it
  };
  using Files = std::map<std::string, Content>;

  // What a call that fails has done.
  enum class Failure : uint8_t {
    kNothing,
    // All of it, durably: only the answer is wrong.
    kApplied,
    // Everybody sees it, but it is in memory alone: a crash keeps any of its sectors, or none. It
    // becomes durable with a later sync() of its file; a change of the folder with the next one
    // that succeeds.
    kVisible,
  };

  os::DiskStatus list(std::vector<std::string>* names) override;
  os::DiskStatus open(std::string_view name, std::unique_ptr<os::DiskFile>* file) override;
  os::DiskStatus create_zeroed(std::string_view name, uint64_t size,
                               std::unique_ptr<os::DiskFile>* file) override;
  os::DiskStatus create_with(std::string_view name, std::span<const std::byte> content) override;
  os::DiskStatus begin(std::string_view name, std::unique_ptr<os::NewFile>* file) override;
  os::DiskStatus rename(std::string_view from, std::string_view to) override;
  os::DiskStatus remove(std::string_view name) override;

  // Calls that change something, from 1.
  uint64_t calls() const;
  // Call number `call` fails with this error; `for_ever`: and every one after.
  void fail_call(uint64_t call, int error, bool for_ever = false,
                 Failure failure = Failure::kNothing);
  void heal();
  // The `read`th call that only looks (list, open, read) fails, once; from 1.
  void fail_read(uint64_t read);
  uint64_t reads() const;
  // While it is full, no file is made and none grows; what is there can be written to.
  void set_full(bool is_full);
  // Call number `call` is the last one that may reach the disk, in part; it and all later ones
  // fail.
  void crash_in_call(uint64_t call);
  bool has_crashed() const;

  // The disk as found after the crash: of the call that was under way, and of what was visible but
  // not durable, what `rng` says.
  std::unique_ptr<CrashDisk> after_crash(generate::Rng& rng) const;
  // The same files, as they are seen, on a disk that has seen no calls.
  std::unique_ptr<CrashDisk> copy() const;

  // The files as they are seen, to be looked at and damaged.
  Bytes& bytes(const std::string& name) { return files_.at(name).bytes; }
  const Files& files() const { return files_; }

 private:
  class File;
  class GrowingFile;

  // What a call does: all of it, or with a generator some part. REQUIRES: each file's number is
  // that of the disk it was given by; a file that is not there is left out.
  struct Change {
    uint64_t file = 0;  // its content changes; 0: the folder
    std::function<void(Files& files, generate::Rng* rng)> make;
  };
  os::DiskStatus make(Change change);
  os::DiskStatus fail(Change change);
  void apply(const Change& change);
  void make_durable(uint64_t file);
  void make_names_durable();
  void lose_unsynced(generate::Rng& rng);
  os::DiskStatus sync(uint64_t file);
  bool fails_now() const;
  bool fails_to_read() { return ++reads_ == failing_read_; }
  os::DiskStatus open_locked(std::string_view name, std::unique_ptr<os::DiskFile>* file);
  os::DiskStatus create(std::string_view name, std::function<Bytes()> bytes);

  mutable std::mutex mutex_;
  Files files_;  // as they are seen
  // What the device holds where that is less: without the changes that are visible alone.
  std::optional<Files> device_;
  std::vector<Change> visible_;  // in their order

  uint64_t numbers_ = 0;  // of files, given
  uint64_t calls_ = 0;
  uint64_t crash_in_ = UINT64_MAX;
  std::optional<Change> under_way_;
  uint64_t failing_call_ = 0;
  bool for_ever_ = false;
  int error_ = 0;
  Failure failure_ = Failure::kNothing;
  bool is_full_ = false;
  uint64_t reads_ = 0;
  uint64_t failing_read_ = 0;
};

}  // namespace guerdon::support
