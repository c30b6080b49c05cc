#include "engine/wal/log_writer.h"

#include <utility>

#include "engine/base/assert.h"

namespace guerdon::wal {

LogWriter::LogWriter(os::Disk& disk, SpareSegments& spares, const LogPosition& end,
                     int64_t created_at)
    : disk_(disk), spares_(spares), created_at_(created_at), end_(end) {
  ++end_.epoch;
}

Append LogWriter::append(FrameBuffer& buffer, const FrameFields& fields) {
  GUERDON_ASSERT(buffer.payload_bytes() <= payload_max(spares_.segment_bytes()));
  GUERDON_ASSERT((fields.records == 0) == buffer.is_empty());
  if (has_failed_) return Append::kFailed;
  const uint64_t size = frame_bytes(buffer.payload_bytes());
  if (file_ == nullptr || offset_ + size > file_->size()) {
    const Append rolled = roll();
    if (rolled != Append::kDurable) return rolled;
  }
  FrameHeader header;
  header.first_lsn = end_.next_lsn;
  header.records = fields.records;
  header.payload_bytes = static_cast<uint32_t>(buffer.payload_bytes());
  header.durable_lsn = end_.next_lsn - 1;
  header.before_at = fields.before_at;
  header.epoch = end_.epoch;
  header.plan_version = fields.plan_version;
  header.flags = fields.flags;
  header.log = end_.log;
  header.previous = end_.chain;
  header.digest = fields.digest;
  put_frame_header(header, buffer.frame());
  const os::DiskStatus status = file_->write_durably(offset_, buffer.padded());
  if (!status.ok()) return fail("write ", name_, status);
  end_.chain = chain_hash(buffer.frame());
  end_.next_lsn += fields.records;
  end_.is_sealed = fields.records == 0;
  offset_ += size;
  bytes_ += size;
  return Append::kDurable;
}

// A spare becomes the segment that begins with the next LSN: its header first, then its name, so
// that whatever has a segment's name has a header.
Append LogWriter::roll() {
  SpareSegment spare;
  if (!spares_.take(&spare)) {
    return spares_.status().ok() ? Append::kNoSpace : fail("make ", "a segment", spares_.status());
  }
  // Two segments that begin with one LSN, since the first holds seals alone, are told apart so.
  if (file_ != nullptr && first_lsn_ == end_.next_lsn) ++end_.epoch;
  SegmentHeader header;
  header.segment_bytes = spares_.segment_bytes();
  header.log = end_.log;
  header.epoch = end_.epoch;
  header.first_lsn = end_.next_lsn;
  header.previous = end_.chain;
  header.created_at = created_at_;
  os::DiskBuffer block;
  block.resize(os::kDiskBlock);
  put_segment_header(header, {block.data(), block.size()});
  os::DiskStatus status = spare.file->write_durably(0, {block.data(), block.size()});
  if (!status.ok()) return fail("write ", spare.name, status);
  std::string name = segment_name(end_.epoch, end_.next_lsn);
  status = disk_.rename(spare.name, name);
  if (!status.ok()) return fail("name the segment ", name, status);
  name_ = std::move(name);
  first_lsn_ = end_.next_lsn;
  file_ = std::move(spare.file);
  offset_ = os::kDiskBlock;
  return Append::kDurable;
}

Append LogWriter::fail(std::string_view doing, std::string_view name, os::DiskStatus status) {
  has_failed_ = true;
  error_ = "cannot " + std::string(doing) + std::string(name) + ": " + status.sentence();
  return Append::kFailed;
}

}  // namespace guerdon::wal
