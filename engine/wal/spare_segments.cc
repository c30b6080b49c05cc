#include "engine/wal/spare_segments.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::wal {

namespace {

constexpr std::string_view kSparePrefix = "spare-";
constexpr std::string_view kSpareSuffix = ".seg";

// "spare-12.seg", or the same unfinished: others may keep files in the folder, too.
bool is_spare(std::string_view name) {
  if (name.ends_with(os::kUnfinished)) name.remove_suffix(os::kUnfinished.size());
  if (!name.starts_with(kSparePrefix) || !name.ends_with(kSpareSuffix)) return false;
  if (name.size() <= kSparePrefix.size() + kSpareSuffix.size()) return false;
  name.remove_prefix(kSparePrefix.size());
  name.remove_suffix(kSpareSuffix.size());
  return std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

SpareSegments::SpareSegments(os::Disk& disk, uint64_t segment_bytes)
    : disk_(disk), segment_bytes_(segment_bytes) {
  GUERDON_ASSERT(segment_bytes % os::kDiskBlock == 0 && segment_bytes >= 2 * os::kDiskBlock);
}

os::DiskStatus SpareSegments::remove_old() {
  std::vector<std::string> names;
  os::DiskStatus status = disk_.list(&names);
  for (const std::string& name : names) {
    if (status.ok() && is_spare(name)) status = disk_.remove(name);
  }
  return status;
}

os::DiskStatus SpareSegments::refill(size_t wanted) {
  while (status().ok() && count() < wanted) {
    SpareSegment spare;
    spare.name = std::string(kSparePrefix) + std::to_string(made_) + std::string(kSpareSuffix);
    const os::DiskStatus status = disk_.create_zeroed(spare.name, segment_bytes_, &spare.file);
    if (status.may_pass()) return status;
    if (!status.ok()) {
      const std::lock_guard lock(mutex_);
      status_ = status;
      break;
    }
    ++made_;
    add(std::move(spare));
  }
  return status();
}

os::DiskStatus SpareSegments::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

bool SpareSegments::take(SpareSegment* spare) {
  const std::lock_guard lock(mutex_);
  if (ready_.empty()) return false;
  *spare = std::move(ready_.front());
  ready_.erase(ready_.begin());
  return true;
}

void SpareSegments::add(SpareSegment spare) {
  const std::lock_guard lock(mutex_);
  ready_.push_back(std::move(spare));
}

size_t SpareSegments::count() const {
  const std::lock_guard lock(mutex_);
  return ready_.size();
}

}  // namespace guerdon::wal
