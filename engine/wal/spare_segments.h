// Segments made ahead: whole files of zeros on the device, so that writing a frame never has to ask
// the file system for room, and a full disk shows while there is still time to say so.
//
//   refill()  on a thread that may wait for the disk
//   take()    by the log writer when its segment is full
//
// Thread-safety: any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/os/disk.h"

namespace guerdon::wal {

struct SpareSegment {
  std::string name;
  std::unique_ptr<os::DiskFile> file;
};

class SpareSegments {
 public:
  // The disk must outlive it. `segment_bytes`: a multiple of kDiskBlock, two of them at least.
  SpareSegments(os::Disk& disk, uint64_t segment_bytes);

  // Removes what an earlier run left: its spares, whole or unfinished, and nothing
  // else. Before the first refill().
  os::DiskStatus remove_old();
  // Makes segments until `wanted` are there, or the disk refuses one. That it is full, or that
  // there are no handles or no memory, passes (DiskStatus::may_pass), and then this may be tried
  // again; any other error is final. One thread at a time.
  os::DiskStatus refill(size_t wanted);
  // The error that is final, if there was one.
  os::DiskStatus status() const;

  // The oldest; false when there is none.
  bool take(SpareSegment* spare);
  size_t count() const;
  uint64_t segment_bytes() const { return segment_bytes_; }

 private:
  void add(SpareSegment spare);

  os::Disk& disk_;
  const uint64_t segment_bytes_;
  uint64_t made_ = 0;

  mutable std::mutex mutex_;
  std::vector<SpareSegment> ready_;
  os::DiskStatus status_;
};

}  // namespace guerdon::wal
