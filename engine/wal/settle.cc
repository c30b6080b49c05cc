#include "engine/wal/settle.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/base/assert.h"

namespace guerdon::wal {

namespace {

os::DiskStatus make_durable(os::Disk& disk, const std::string& segment) {
  std::unique_ptr<os::DiskFile> file;
  const os::DiskStatus status = disk.open(segment, &file);
  return status.ok() ? file->sync() : status;
}

}  // namespace

os::DiskStatus settle(os::Disk& disk, const LogReader& log, bool* is_kept) {
  if (is_kept != nullptr) *is_kept = false;
  const std::vector<std::string> segments = log.segments();
  if (segments.empty()) return {};
  GUERDON_ASSERT(segments.size() == 1);  // read to its end
  os::DiskStatus status = make_durable(disk, segments.front());
  if (status.ok()) status = keep_aside(disk, log.torn());
  if (is_kept != nullptr) *is_kept = status.ok();
  if (status.is_full()) status = {};
  for (const std::string& name : log.superseded()) {
    if (status.ok()) status = disk.remove(name);
  }
  return status;
}

os::DiskStatus keep_aside(os::Disk& disk, const TornTail& torn) {
  if (torn.bytes == 0) return {};
  std::unique_ptr<os::DiskFile> file;
  std::vector<std::byte> bytes(torn.bytes);
  size_t got = 0;
  os::DiskStatus status = disk.open(torn.file, &file);
  if (status.ok()) status = file->read(torn.offset, bytes, &got);
  if (!status.ok()) return status;
  return disk.create_with(torn.file + ".torn", std::span<const std::byte>(bytes).first(got));
}

}  // namespace guerdon::wal
