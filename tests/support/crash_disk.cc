#include "tests/support/crash_disk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::support {

namespace {

// Lays the bytes down; with a generator, each sector of them as it was, new, or garbage.
void lay_down(CrashDisk::Bytes& file, uint64_t offset, std::span<const std::byte> bytes,
              generate::Rng* rng) {
  for (size_t at = 0; at < bytes.size(); at += CrashDisk::kSector) {
    const auto sector = bytes.subspan(at, std::min(CrashDisk::kSector, bytes.size() - at));
    const auto to = file.begin() + static_cast<std::ptrdiff_t>(offset + at);
    const uint64_t fate = rng == nullptr ? 0 : rng->below(3);
    if (fate == 0) std::copy(sector.begin(), sector.end(), to);
    if (fate == 1) {
      std::generate_n(to, sector.size(), [&] { return static_cast<std::byte>(rng->below(256)); });
    }
  }
}

template <typename Files>
auto& by_number(Files& files, uint64_t number) {
  const auto at = std::find_if(files.begin(), files.end(),
                               [&](const auto& file) { return file.second.number == number; });
  GUERDON_ASSERT(at != files.end());
  return at->second.bytes;
}

}  // namespace

class CrashDisk::File final : public os::DiskFile {
 public:
  File(CrashDisk& disk, uint64_t number) : disk_(disk), number_(number) {}

  os::DiskStatus write_durably(uint64_t offset, std::span<const std::byte> bytes) override {
    GUERDON_ASSERT(offset % os::kDiskBlock == 0 && bytes.size() % os::kDiskBlock == 0);
    GUERDON_ASSERT(reinterpret_cast<uintptr_t>(bytes.data()) % os::kDiskBlock == 0);
    GUERDON_ASSERT(offset + bytes.size() <= size());
    const std::lock_guard lock(disk_.mutex_);
    return disk_.make([number = number_, offset, copy = Bytes(bytes.begin(), bytes.end())](
                          Files& files, generate::Rng* rng) {
      lay_down(by_number(files, number), offset, copy, rng);
    });
  }

  os::DiskStatus sync() override {
    const std::lock_guard lock(disk_.mutex_);
    return disk_.make([](Files&, generate::Rng*) {});
  }

  os::DiskStatus read(uint64_t offset, std::span<std::byte> out, size_t* got) override {
    const std::lock_guard lock(disk_.mutex_);
    if (disk_.fails_to_read()) return {EIO};
    const Bytes& bytes = by_number(disk_.files_, number_);
    const size_t from = std::min<size_t>(offset, bytes.size());
    *got = std::min(out.size(), bytes.size() - from);
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(from), *got, out.begin());
    return {};
  }

  uint64_t size() const override {
    const std::lock_guard lock(disk_.mutex_);
    return by_number(disk_.files_, number_).size();
  }

 private:
  CrashDisk& disk_;
  const uint64_t number_;
};

os::DiskStatus CrashDisk::make(Change change) {
  ++calls_;
  if (calls_ > crash_in_) return {EIO};
  if (calls_ == crash_in_) {
    under_way_ = std::move(change);
    return {EIO};
  }
  if (error_ != 0 && (calls_ == failing_call_ || (for_ever_ && calls_ > failing_call_))) {
    return {error_};
  }
  change(files_, nullptr);
  return {};
}

void CrashDisk::fail_call(uint64_t call, int error, bool for_ever) {
  const std::lock_guard lock(mutex_);
  failing_call_ = call;
  error_ = error;
  for_ever_ = for_ever;
}

std::unique_ptr<CrashDisk> CrashDisk::copy() const {
  auto disk = std::make_unique<CrashDisk>();
  disk->files_ = files_;
  disk->numbers_ = numbers_;
  return disk;
}

std::unique_ptr<CrashDisk> CrashDisk::after_crash(generate::Rng& rng) const {
  std::unique_ptr<CrashDisk> disk = copy();
  if (under_way_) under_way_(disk->files_, &rng);
  return disk;
}

os::DiskStatus CrashDisk::list(std::vector<std::string>* names) {
  const std::lock_guard lock(mutex_);
  if (fails_to_read()) return {EIO};
  names->clear();
  for (const auto& [name, content] : files_) names->push_back(name);
  return {};
}

os::DiskStatus CrashDisk::open(std::string_view name, std::unique_ptr<os::DiskFile>* file) {
  const std::lock_guard lock(mutex_);
  if (fails_to_read()) return {EIO};
  const auto at = files_.find(std::string(name));
  if (at == files_.end()) return {ENOENT};
  *file = std::make_unique<File>(*this, at->second.number);
  return {};
}

uint64_t CrashDisk::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

void CrashDisk::heal() {
  const std::lock_guard lock(mutex_);
  error_ = 0;
}

void CrashDisk::set_full(bool is_full) {
  const std::lock_guard lock(mutex_);
  is_full_ = is_full;
}

// Whole or not at all; what is left of an unfinished file has another name, and none looks at it.
os::DiskStatus CrashDisk::create(std::string_view name, Bytes bytes) {
  const std::lock_guard lock(mutex_);
  if (is_full_) return {ENOSPC};
  const uint64_t number = ++numbers_;
  return make([name = std::string(name), number, bytes = std::move(bytes)](Files& files,
                                                                           generate::Rng* rng) {
    if (rng != nullptr && rng->below(2) == 0) return;
    files[name] = {number, bytes};
  });
}

os::DiskStatus CrashDisk::create_zeroed(std::string_view name, uint64_t size,
                                        std::unique_ptr<os::DiskFile>* file) {
  const os::DiskStatus status = create(name, Bytes(size));
  return status.ok() ? open(name, file) : status;
}

os::DiskStatus CrashDisk::create_with(std::string_view name, std::span<const std::byte> content) {
  return create(name, Bytes(content.begin(), content.end()));
}

os::DiskStatus CrashDisk::rename(std::string_view from, std::string_view to) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(std::string(from))) return {ENOENT};
  if (files_.contains(std::string(to))) return {EEXIST};
  return make([from = std::string(from), to = std::string(to)](Files& files, generate::Rng* rng) {
    if (rng != nullptr && rng->below(2) == 0) return;
    auto moved = files.extract(from);
    moved.key() = to;
    files.insert(std::move(moved));
  });
}

os::DiskStatus CrashDisk::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  if (!files_.contains(std::string(name))) return {ENOENT};
  return make([name = std::string(name)](Files& files, generate::Rng* rng) {
    if (rng == nullptr || rng->below(2) == 1) files.erase(name);
  });
}

}  // namespace guerdon::support
