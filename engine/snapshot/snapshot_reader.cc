#include "engine/snapshot/snapshot_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::snapshot {
namespace {

constexpr size_t kBlock = os::kDiskBlock;

}  // namespace

std::string Problem::sentence() const {
  std::string place = file;
  if (fault == Fault::kDamage) place += " at " + std::to_string(offset);
  return place + ": " + what;
}

bool SnapshotReader::fail(Fault fault, uint64_t offset, std::string what) {
  if (problem_.fault == Fault::kNone) problem_ = {fault, name_, offset, std::move(what)};
  step_ = Step::kProblem;
  return false;
}

SnapshotReader::Step SnapshotReader::damage(std::string what) {
  fail(Fault::kDamage, offset_, std::move(what));
  return Step::kProblem;
}

// `wanted` bytes from the offset, fewer at the end of the file. REQUIRES: wanted <= kBlockBytesMax.
bool SnapshotReader::read(uint64_t offset, size_t wanted, std::span<const std::byte>* bytes) {
  const bool is_there = offset >= window_at_ && offset + wanted <= window_at_ + window_bytes_;
  if (!is_there) {
    window_.resize(std::min<uint64_t>(kBlockBytesMax, file_->size()));
    window_at_ = offset;
    const os::DiskStatus status = file_->read(offset, window_, &window_bytes_);
    if (!status.ok()) {
      window_bytes_ = 0;
      return fail(Fault::kDisk, offset, "cannot be read: " + status.sentence());
    }
  }
  const size_t at = static_cast<size_t>(offset - window_at_);
  *bytes = std::span<const std::byte>(window_).subspan(at, std::min(wanted, window_bytes_ - at));
  return true;
}

bool SnapshotReader::open() {
  std::span<const std::byte> part;
  if (!read(0, kBlock, &part)) return false;
  switch (get_header(part, &header_)) {
    case Found::kSound:
      break;
    case Found::kNone:
      return fail(Fault::kForeign, 0, "this is no snapshot");
    case Found::kDamaged:
      return fail(Fault::kDamage, 0, "the header is damaged");
    case Found::kNewer:
      return fail(Fault::kNewer, 0,
                  "written by a newer version, in format " + std::to_string(header_.version) +
                      "; this one reads format " + std::to_string(kFormatVersion));
  }
  digest_.add(part);
  offset_ = kBlock;
  return true;
}

SnapshotReader::Step SnapshotReader::next() {
  GUERDON_ASSERT(offset_ != 0);
  if (step_ == Step::kBlock) step_ = next_part();
  return step_;
}

bool SnapshotReader::verify() {
  while (next() == Step::kBlock) {
  }
  return step_ == Step::kEnd;
}

SnapshotReader::Step SnapshotReader::next_part() {
  std::span<const std::byte> bytes;
  if (!read(offset_, kBlock, &bytes)) return Step::kProblem;
  BlockHeader header;
  const Found block = peek_block(bytes, &header);
  if (block == Found::kSound) return read_block(header);
  FooterHeader footer;
  if (block == Found::kNone && peek_footer(bytes, &footer) == Found::kSound) {
    return read_footer(footer);
  }
  return damage(bytes.size() < kBlock ? "the snapshot ends here, before its footer"
                                      : "what stands here is neither a block nor a footer");
}

// Sections rise, blocks count on.
bool SnapshotReader::fits_here(const BlockHeader& header) const {
  return header.index == blocks_ && header.lsn == header_.lsn && header.section >= block_.section;
}

SnapshotReader::Step SnapshotReader::read_block(const BlockHeader& header) {
  std::span<const std::byte> part;
  if (!read(offset_, bytes_of(header), &part)) return Step::kProblem;
  if (part.size() < bytes_of(header)) return damage("the snapshot ends within a block");
  if (!is_whole(header, part)) return damage("a block is damaged");
  if (!fits_here(header)) return damage("a block does not belong here");
  digest_.add(part);
  block_ = header;
  payload_ = base::text_of(part.subspan(sizeof header, header.payload_bytes));
  block_at_ = offset_;
  offset_ += part.size();
  ++blocks_;
  return Step::kBlock;
}

SnapshotReader::Step SnapshotReader::read_footer(const FooterHeader& footer) {
  std::span<const std::byte> part;
  const size_t size = bytes_of(footer);
  if (!read(offset_, size, &part)) return Step::kProblem;
  if (part.size() < size) return damage("the snapshot ends within its footer");
  if (!is_whole(footer, part)) return damage("the footer is damaged");
  summary_ = base::text_of(part.subspan(sizeof footer, footer.summary_bytes));
  if (!check_footer(footer)) return Step::kProblem;
  footer_ = footer;
  offset_ += size;
  if (file_->size() == offset_) return Step::kEnd;
  return damage("something stands behind the footer");
}

bool SnapshotReader::check_footer(const FooterHeader& footer) {
  const bool is_same =
      footer.blocks == blocks_ && footer.bytes == offset_ && footer.lsn == header_.lsn;
  if (is_same && footer.digest == digest_.finish()) return true;
  return fail(Fault::kDamage, offset_, "the footer is not that of what stands before it");
}

}  // namespace guerdon::snapshot
