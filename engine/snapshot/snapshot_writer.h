// Writes a snapshot from front to back, however large it is: a megabyte of memory, no more.
//
//   SnapshotWriter out(disk, header);
//   out.begin_section(3);
//   out.put_unsigned(count); out.put_text(name); ...
//   if (!out.finish(summary)) ... out.error() ...      // there is no snapshot, and the log goes on
//
// It has its name only when all of it was read back from the device and is as it was written; so
// what has a snapshot's name was whole once. Until then it is a file of another name, which is
// removed where the writer is destroyed unfinished.
//
// Errors: whatever the disk refuses (it may be full), the snapshot is given up: what is put from
// then on goes nowhere, and has_failed() says so, for who would rather stop early. Nothing else on
// the disk is touched.
//
// Thread-safety: one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/int128.h"
#include "engine/os/disk.h"
#include "engine/snapshot/format.h"

namespace guerdon::snapshot {

class SnapshotWriter {
 public:
  // The disk must outlive it.
  SnapshotWriter(os::Disk& disk, const SnapshotHeader& header);

  const SnapshotHeader& header() const { return header_; }

  // REQUIRES: a number above those of the sections before.
  void begin_section(uint32_t section);

  // REQUIRES, for all: a section was begun.
  void put(std::string_view bytes);
  void put_unsigned(uint64_t value);         // as a varint
  void put_signed(int64_t value);            // folded, as a varint
  void put_word(uint64_t value);             // eight bytes: of hashes
  void put_hash(const base::Hash128& hash);  // two words
  void put_wide(base::Int128 value);         // two words
  void put_text(std::string_view text);      // its length in front

  // `summary`: what people and tools may want to know without reading the rest, at most kSummaryMax
  // bytes; a longer one is cut there. False: error().
  bool finish(std::string_view summary);

  bool has_failed() const { return has_failed_; }
  // A sentence with the name of the file.
  const std::string& error() const { return error_; }
  // Of the file as far as it is on the disk.
  uint64_t bytes() const { return bytes_; }

 private:
  size_t used() const { return sizeof(BlockHeader) + payload_bytes_; }
  void flush_block();
  void append(std::span<const std::byte> part);
  bool write_footer(std::string_view summary);
  bool verify();
  bool fail(std::string_view what, os::DiskStatus status);

  const std::string name_;
  const SnapshotHeader header_;
  std::unique_ptr<os::NewFile> file_;
  os::DiskBuffer block_;  // header and payload of the block at hand
  size_t payload_bytes_ = 0;
  uint32_t section_ = 0;  // 0: none was begun
  uint64_t blocks_ = 0;
  uint64_t bytes_ = 0;
  Digest digest_;
  std::array<uint8_t, 32> written_digest_{};
  bool has_failed_ = false;
  std::string error_;
};

}  // namespace guerdon::snapshot
