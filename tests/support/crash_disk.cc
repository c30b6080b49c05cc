#include "tests/support/crash_disk.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::support {

namespace {

// Lays the bytes down; with a generator, each sector of them as it was, new, or garbage.
void lay_down(CrashDisk::Bytes& file, uint64_t offset, std::span<const std::byte> bytes,
              generate::Rng* rng) {
  for (size_t at = 0; at < bytes.size(); at += CrashDisk::kSector) {
    const auto sector = bytes.subspan(at, std::min(CrashDisk::kSector, bytes.size() - at));
    std::byte* const to = file.part(offset + at, sector.size());
    const uint64_t fate = rng == nullptr ? 0 : rng->below(3);
    if (fate == 0) std::memcpy(to, sector.data(), sector.size());
    if (fate == 1) {
      std::generate_n(to, sector.size(), [&] { return static_cast<std::byte>(rng->below(256)); });
    }
  }
}

template <typename Files>
auto* find_content(Files& files, uint64_t number) {
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const auto& file) { return file.second.number == number; });
  return at == files.end() ? nullptr : &at->second;
}

// Null where the device has lost the name, or has not seen it yet.
template <typename Files>
auto* find(Files& files, uint64_t number) {
  auto* const content = find_content(files, number);
  return content == nullptr ? nullptr : &content->bytes;
}

std::string unfinished_name(const std::string& name) { return name + ".tmp"; }

bool is_lost(generate::Rng* rng) { return rng != nullptr && rng->below(2) == 0; }

}  // namespace

class CrashDisk::File final : public os::DiskFile {
 public:
  File(CrashDisk& disk, uint64_t number, uint64_t size)
      : disk_(disk), number_(number), size_(size) {}

  os::DiskStatus write_durably(uint64_t offset, std::span<const std::byte> bytes) override {
    GUERDON_ASSERT(offset % os::kDiskBlock == 0 && bytes.size() % os::kDiskBlock == 0);
    GUERDON_ASSERT(reinterpret_cast<uintptr_t>(bytes.data()) % os::kDiskBlock == 0);
    GUERDON_ASSERT(offset + bytes.size() <= size_);
    auto write = [number = number_, offset, copy = Bytes(bytes)](Files& files, generate::Rng* rng) {
      Bytes* const file = find(files, number);
      if (file != nullptr) lay_down(*file, offset, copy, rng);
    };
    const std::lock_guard lock(disk_.mutex_);
    return disk_.make({number_, std::move(write)});
  }

  os::DiskStatus sync() override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.sync(number_);
  }

  os::DiskStatus read(uint64_t offset, std::span<std::byte> out, size_t* got) override {
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.fails_to_read()) return {EIO};
    const Bytes* const bytes = find(disk_.files_, number_);
    GUERDON_ASSERT(bytes != nullptr);
    const size_t from = std::min<size_t>(offset, bytes->size());
    *got = std::min(out.size(), bytes->size() - from);
    bytes->read(from, out.first(*got));
    return {};
  }

  uint64_t size() const override { return size_; }

 private:
  CrashDisk& disk_;
  const uint64_t number_;
  const uint64_t size_;
};

// Has its unfinished name until it gets its own; that takes two calls, one for what is in it.
class CrashDisk::GrowingFile final : public os::NewFile {
 public:
  GrowingFile(CrashDisk& disk, std::string name, uint64_t number)
      : disk_(disk), name_(std::move(name)), number_(number) {}
  ~GrowingFile() override {
    if (is_finished_) return;
    const std::lock_guard lock(disk_.mutex_);
    (void)disk_.make({0, [name = unfinished_name(name_)](Files& files, generate::Rng* rng) {
                        if (!is_lost(rng)) files.erase(name);
                      }});
  }

  os::DiskStatus append(std::span<const std::byte> bytes) override {
    GUERDON_ASSERT(!is_finished_ && bytes.size() % os::kDiskBlock == 0);
    GUERDON_ASSERT(reinterpret_cast<uintptr_t>(bytes.data()) % os::kDiskBlock == 0);
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.is_full_) return {ENOSPC};
    auto grow = [number = number_, copy = Bytes(bytes)](Files& files, generate::Rng* rng) {
      Content* const content = find_content(files, number);
      if (content == nullptr) return;
      const size_t end = content->bytes.size();
      content->is_synced = false;
      content->bytes.resize(end + copy.size());
      lay_down(content->bytes, end, copy, rng);
    };
    return disk_.make({number_, std::move(grow)});
  }

  os::DiskStatus read_back(std::unique_ptr<os::DiskFile>* file) override {
    const os::DiskStatus status = sync();
    return status.ok() ? disk_.open(unfinished_name(name_), file) : status;
  }

  os::DiskStatus finish() override {
    GUERDON_ASSERT(!is_finished_);
    const os::DiskStatus status = sync();
    if (!status.ok()) return status;
    const auto rename = [name = name_](Files& files, generate::Rng* rng) {
      if (is_lost(rng) || !files.contains(unfinished_name(name))) return;
      files.erase(name);
      auto moved = files.extract(unfinished_name(name));
      moved.key() = name;
      files.insert(std::move(moved));
    };
    const std::lock_guard lock(disk_.mutex_);
    const os::DiskStatus renamed = disk_.make({0, rename});
    is_finished_ = renamed.ok();
    return renamed;
  }

 private:
  os::DiskStatus sync() {
    const auto settle = [number = number_](Files& files, generate::Rng* rng) {
      Content* const content = find_content(files, number);
      if (content != nullptr) content->is_synced = rng == nullptr;
    };
    const std::lock_guard lock(disk_.mutex_);
    return disk_.make({number_, settle});
  }

  CrashDisk& disk_;
  const std::string name_;
  const uint64_t number_;
  bool is_finished_ = false;
};

// ---- What a call does

os::DiskStatus CrashDisk::make(Change change) {
  ++calls_;
  if (calls_ > crash_in_) return {EIO};
  if (calls_ == crash_in_) {
    under_way_ = std::move(change);
    return {EIO};
  }
  if (fails_now()) return fail(std::move(change));
  // A folder is synced as a whole.
  if (change.file == 0) make_durable(0);
  apply(change);
  return {};
}

bool CrashDisk::fails_now() const {
  return error_ != 0 && (calls_ == failing_call_ || (for_ever_ && calls_ > failing_call_));
}

os::DiskStatus CrashDisk::fail(Change change) {
  if (failure_ == Failure::kApplied) apply(change);
  if (failure_ == Failure::kVisible) {
    if (!device_) device_ = files_;
    change.make(files_, nullptr);
    visible_.push_back(std::move(change));
  }
  return {error_};
}

void CrashDisk::apply(const Change& change) {
  change.make(files_, nullptr);
  if (device_) change.make(*device_, nullptr);
}

void CrashDisk::make_durable(uint64_t file) {
  if (!device_) return;
  if (file == 0) {
    make_names_durable();
  } else if (Bytes* const bytes = find(*device_, file); bytes != nullptr) {
    *bytes = *find(files_, file);
  }
  std::erase_if(visible_, [&](const Change& change) { return change.file == file; });
  if (visible_.empty()) device_.reset();
}

// The folder as it is seen, each file with what the device holds of it.
void CrashDisk::make_names_durable() {
  Files named = files_;
  for (auto& [name, content] : named) {
    if (const Bytes* const bytes = find(*device_, content.number); bytes != nullptr) {
      content.bytes = *bytes;
    }
  }
  device_ = std::move(named);
}

// One that fails makes nothing durable, whatever else it did.
os::DiskStatus CrashDisk::sync(uint64_t file) {
  ++calls_;
  if (calls_ >= crash_in_) return {EIO};
  if (fails_now() && failure_ != Failure::kApplied) return {error_};
  make_durable(file);
  return {fails_now() ? error_ : 0};
}

uint64_t CrashDisk::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void CrashDisk::fail_call(uint64_t call, int error, bool for_ever, Failure failure) {
  const std::lock_guard lock(mutex_);
  failing_call_ = call;
  error_ = error;
  for_ever_ = for_ever;
  failure_ = failure;
}

void CrashDisk::heal() {
  const std::lock_guard lock(mutex_);
  error_ = 0;
}

void CrashDisk::fail_read(uint64_t read) {
  const std::lock_guard lock(mutex_);
  failing_read_ = read;
}

uint64_t CrashDisk::reads() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

void CrashDisk::set_full(bool is_full) {
  const std::lock_guard lock(mutex_);
  is_full_ = is_full;
}

// ---- A crash

void CrashDisk::crash_in_call(uint64_t call) {
  const std::lock_guard lock(mutex_);
  crash_in_ = call;
}

bool CrashDisk::has_crashed() const {
  const std::lock_guard lock(mutex_);
  return calls_ >= crash_in_;
}

std::unique_ptr<CrashDisk> CrashDisk::copy() const {
  const std::lock_guard lock(mutex_);
  auto disk = std::make_unique<CrashDisk>();
  disk->files_ = files_;
  disk->numbers_ = numbers_;
  return disk;
}

std::unique_ptr<CrashDisk> CrashDisk::after_crash(generate::Rng& rng) const {
  const std::lock_guard lock(mutex_);
  auto disk = std::make_unique<CrashDisk>();
  disk->files_ = device_ ? *device_ : files_;
  disk->numbers_ = numbers_;
  for (const Change& change : visible_) change.make(disk->files_, &rng);
  if (under_way_) under_way_->make(disk->files_, &rng);
  disk->lose_unsynced(rng);
  return disk;
}

// What was not synced may be gone, with its name, or any sector of it garbage.
void CrashDisk::lose_unsynced(generate::Rng& rng) {
  std::erase_if(files_,
                [&](const auto& file) { return !file.second.is_synced && rng.below(2) == 0; });
  for (auto& [name, content] : files_) {
    if (content.is_synced) continue;
    const Bytes before = content.bytes;
    lay_down(content.bytes, 0, before, &rng);
    content.is_synced = true;
  }
}

// ---- The folder

os::DiskStatus CrashDisk::list(std::vector<std::string>* names) {
  const std::lock_guard lock(mutex_);
  if (fails_to_read()) return {EIO};
  names->clear();
  for (const auto& [name, content] : files_) names->push_back(name);
  return {};
}

os::DiskStatus CrashDisk::open(std::string_view name, std::unique_ptr<os::DiskFile>* file) {
  const std::lock_guard lock(mutex_);
  return open_locked(name, file);
}

os::DiskStatus CrashDisk::open_locked(std::string_view name, std::unique_ptr<os::DiskFile>* file) {
  if (fails_to_read()) return {EIO};
  const auto at = files_.find(std::string(name));
  if (at == files_.end()) return {ENOENT};
  *file = std::make_unique<File>(*this, at->second.number, at->second.bytes.size());
  return {};
}

// Whole or not at all; what is left of an unfinished file has another name, and none looks at it.
os::DiskStatus CrashDisk::create(std::string_view name, std::function<Bytes()> bytes) {
  if (is_full_) return {ENOSPC};
  const uint64_t number = ++numbers_;
  return make({0, [name = std::string(name), number, bytes = std::move(bytes)](Files& files,
                                                                               generate::Rng* rng) {
                 if (!is_lost(rng)) files[name] = {number, bytes(), true};
               }});
}

os::DiskStatus CrashDisk::create_zeroed(std::string_view name, uint64_t size,
                                        std::unique_ptr<os::DiskFile>* file) {
  const std::lock_guard lock(mutex_);
  const os::DiskStatus status = create(name, [size] { return Bytes(size); });
  return status.ok() ? open_locked(name, file) : status;
}

os::DiskStatus CrashDisk::create_with(std::string_view name, std::span<const std::byte> content) {
  const std::lock_guard lock(mutex_);
  return create(name, [bytes = Bytes(content)] { return bytes; });
}

os::DiskStatus CrashDisk::begin(std::string_view name, std::unique_ptr<os::NewFile>* file) {
  const std::lock_guard lock(mutex_);
  const os::DiskStatus status = create(unfinished_name(std::string(name)), [] { return Bytes(); });
  if (!status.ok()) return status;
  *file = std::make_unique<GrowingFile>(*this, std::string(name), numbers_);
  return {};
}

os::DiskStatus CrashDisk::rename(std::string_view from, std::string_view to) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(std::string(from))) return {ENOENT};
  if (files_.contains(std::string(to))) return {EEXIST};
  return make(
      {0, [from = std::string(from), to = std::string(to)](Files& files, generate::Rng* rng) {
         if (is_lost(rng) || !files.contains(from)) return;
         auto moved = files.extract(from);
         moved.key() = to;
         files.insert(std::move(moved));
       }});
}

os::DiskStatus CrashDisk::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(std::string(name))) return {ENOENT};
  return make({0, [name = std::string(name)](Files& files, generate::Rng* rng) {
                 if (!is_lost(rng)) files.erase(name);
               }});
}

}  // namespace guerdon::support
