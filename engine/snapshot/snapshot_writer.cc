#include "engine/snapshot/snapshot_writer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/varint.h"
#include "engine/snapshot/snapshot_reader.h"

namespace guerdon::snapshot {

SnapshotWriter::SnapshotWriter(os::Disk& disk, const SnapshotHeader& header)
    : name_(snapshot_name(header.lsn)), header_(header) {
  const os::DiskStatus status = disk.begin(name_, &file_);
  if (!status.ok()) {
    fail("cannot be made", status);
    return;
  }
  block_.resize(kBlockBytesMax);
  const std::span<std::byte> part(block_.data(), os::kDiskBlock);
  put_header(header, part);
  append(part);
}

// The first of several is the one to tell.
bool SnapshotWriter::fail(std::string_view what, os::DiskStatus status) {
  if (has_failed_) return false;
  has_failed_ = true;
  error_ = "the snapshot " + name_ + " " + std::string(what) + ": " + status.sentence();
  file_.reset();
  return false;
}

void SnapshotWriter::append(std::span<const std::byte> part) {
  if (has_failed_) return;
  const os::DiskStatus status = file_->append(part);
  if (!status.ok()) {
    fail("cannot be written", status);
    return;
  }
  digest_.add(part);
  bytes_ += part.size();
}

void SnapshotWriter::begin_section(uint32_t section) {
  GUERDON_ASSERT(section > section_);
  if (section_ != 0) flush_block();
  section_ = section;
}

void SnapshotWriter::flush_block() {
  const size_t used = this->used();
  if (has_failed_) {
    payload_bytes_ = 0;
    return;
  }
  BlockHeader header;
  header.section = section_;
  header.index = blocks_++;
  header.lsn = header_.lsn;
  header.payload_bytes = static_cast<uint32_t>(payload_bytes_);
  const std::span<std::byte> part(block_.data(), padded(used));
  std::fill(part.begin() + static_cast<std::ptrdiff_t>(used), part.end(), std::byte{});
  put_block(header, part);
  append(part);
  payload_bytes_ = 0;
}

void SnapshotWriter::put(std::string_view bytes) {
  GUERDON_ASSERT(section_ != 0);
  if (has_failed_) return;
  while (!bytes.empty()) {
    if (payload_bytes_ == kPayloadMax) flush_block();
    const size_t n = std::min(bytes.size(), kPayloadMax - payload_bytes_);
    std::memcpy(block_.data() + used(), bytes.data(), n);
    payload_bytes_ += n;
    bytes.remove_prefix(n);
  }
}

void SnapshotWriter::put_unsigned(uint64_t value) {
  char bytes[base::kVarintBytesMax];
  put({bytes, static_cast<size_t>(base::put_varint(bytes, value) - bytes)});
}

void SnapshotWriter::put_signed(int64_t value) { put_unsigned(base::zigzag(value)); }

void SnapshotWriter::put_word(uint64_t value) {
  char bytes[sizeof value];
  std::memcpy(bytes, &value, sizeof value);
  put({bytes, sizeof bytes});
}

void SnapshotWriter::put_hash(const base::Hash128& hash) {
  put_word(hash.lo);
  put_word(hash.hi);
}

void SnapshotWriter::put_wide(base::Int128 value) {
  const auto bits = static_cast<base::UInt128>(value);
  put_word(static_cast<uint64_t>(bits));
  put_word(static_cast<uint64_t>(bits >> 64));
}

void SnapshotWriter::put_text(std::string_view text) {
  put_unsigned(text.size());
  put(text);
}

bool SnapshotWriter::write_footer(std::string_view summary) {
  const std::string_view kept = summary.substr(0, kSummaryMax);
  FooterHeader footer;
  footer.summary_bytes = kept.size();
  footer.blocks = blocks_;
  footer.bytes = bytes_;
  footer.lsn = header_.lsn;
  footer.digest = written_digest_ = digest_.finish();
  const std::span<std::byte> part(block_.data(), bytes_of(footer));
  std::fill(part.begin(), part.end(), std::byte{});
  std::memcpy(part.data() + sizeof footer, kept.data(), kept.size());
  put_footer(footer, part);
  const os::DiskStatus status = file_->append(part);
  if (!status.ok()) return fail("cannot be written", status);
  bytes_ += part.size();
  return true;
}

// As somebody would who knows nothing of it, and from the device.
bool SnapshotWriter::verify() {
  std::unique_ptr<os::DiskFile> written;
  const os::DiskStatus status = file_->read_back(&written);
  if (!status.ok()) return fail("cannot be read back", status);
  SnapshotReader reader(std::move(written), name_);
  const bool is_sound = reader.open() && reader.verify();
  if (is_sound && reader.footer().digest == written_digest_) return true;
  has_failed_ = true;
  error_ = "the snapshot " + name_ + " is given up: what was read back is not what was written";
  if (!is_sound) error_ += "; " + reader.problem().sentence();
  file_.reset();
  return false;
}

bool SnapshotWriter::finish(std::string_view summary) {
  GUERDON_ASSERT(section_ != 0);
  flush_block();
  if (has_failed_ || !write_footer(summary) || !verify()) return false;
  const os::DiskStatus status = file_->finish();
  return status.ok() || fail("cannot be given its name", status);
}

}  // namespace guerdon::snapshot
