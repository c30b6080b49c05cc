#include "engine/book/tail_guard.h"

#include <cerrno>
#include <cstring>

#include "engine/base/assert.h"

namespace guerdon::book {

os::DiskStatus TailGuard::keep(std::span<const std::byte> block, bool* may_pass) {
  *may_pass = false;
  if (file_ == nullptr) {
    const os::DiskStatus status = disk_.create_zeroed(kName, kBlockBytes, &file_);
    *may_pass = status.may_pass();
    if (!status.ok()) return status;
  }
  return file_->write_durably(0, block);
}

os::DiskStatus TailGuard::keep_anew(std::span<const std::byte> block, bool* may_pass) {
  file_.reset();
  return keep(block, may_pass);
}

// What is read is made durable first: memory may hold what the device does not.
os::DiskStatus TailGuard::find(const LogId& log, std::span<std::byte> block, BlockHeader* header,
                               bool* is_found) {
  *is_found = false;
  std::unique_ptr<os::DiskFile> file;
  os::DiskStatus status = disk_.open(kName, &file);
  if (status.error == ENOENT) return {};
  if (status.ok()) status = file->sync();
  size_t got = 0;
  if (status.ok()) status = file->read(0, block, &got);
  if (!status.ok() || got != kBlockBytes) return status;
  std::memcpy(header, block.data(), sizeof *header);
  *is_found = get_block_header(block, log, header->number, header) == Found::kSound;
  return status;
}

os::DiskStatus TailGuard::drop() {
  file_.reset();
  const os::DiskStatus status = disk_.remove(kName);
  return status.error == ENOENT ? os::DiskStatus{} : status;
}

}  // namespace guerdon::book
