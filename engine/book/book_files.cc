#include "engine/book/book_files.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::book {

BookFiles::BookFiles(os::Disk& disk) : disk_(disk), block_(kBlockBytes) {}

// ---- Problems

bool BookFiles::fail(Fault fault, const std::string& file, std::string what) {
  problem_ = {fault, file, 0, 0, 0, std::move(what)};
  return false;
}

bool BookFiles::fail_at(Fault fault, uint64_t block, std::string what) {
  BlockHeader before;
  BlockHeader behind;
  const uint64_t first = block > 0 && peek(block - 1, &before) ? before.last_lsn : 0;
  const uint64_t last = peek(block + 1, &behind) ? behind.first_lsn : 0;
  problem_ = {
      fault,          segment_name(shape_.segment_of(block)), shape_.offset_of(block), first, last,
      std::move(what)};
  return false;
}

bool BookFiles::fail_at(Fault fault, uint64_t block, uint64_t offset, uint64_t lsn,
                        std::string what) {
  problem_ = {fault,
              segment_name(shape_.segment_of(block)),
              shape_.offset_of(block) + offset,
              lsn,
              lsn,
              std::move(what)};
  return false;
}

bool BookFiles::peek(uint64_t block, BlockHeader* header) {
  std::vector<std::byte> bytes(kBlockBytes);
  return read(block, bytes).ok() &&
         get_block_header(bytes, shape_.log, block, header) == Found::kSound;
}

// ---- Segments

void BookFiles::set_shape(const BookShape& shape) {
  GUERDON_ASSERT(is_segment_size(shape.segment_bytes));
  shape_ = shape;
  has_shape_ = true;
}

// Segments are made in their order and removed the other way round: a crash leaves no gap.
bool BookFiles::list() {
  std::vector<std::string> names;
  const os::DiskStatus status = disk_.list(&names);
  if (!status.ok())
    return fail(Fault::kDisk, "", "the folder cannot be read: " + status.sentence());
  segments_ = 0;
  for (const std::string& name : names) {
    const std::optional<uint64_t> number = number_of_name(name);
    if (!number) continue;
    if (*number != segments_) {
      return fail(Fault::kDamage, segment_name(segments_), "a segment is missing");
    }
    ++segments_;
  }
  return true;
}

bool BookFiles::open() { return list() && (segments_ == 0 || take_shape()); }

// A crash may leave a first segment without a header, but then without a block as well.
bool BookFiles::begins_with_nothing() {
  if (segments_ > 1) return false;
  std::vector<std::byte> bytes(kBlocksInFlightMax * kBlockBytes);
  if (!read_at(0, kBlockBytes, bytes).ok()) return false;
  BlockHeader header;
  for (uint64_t i = 0; i < kBlocksInFlightMax; ++i) {
    const auto block = std::span(bytes).subspan(i * kBlockBytes, kBlockBytes);
    const Found found = get_block_header(block, {}, i, &header);
    if (found == Found::kSound || found == Found::kForeign) return false;
  }
  return true;
}

// Whoever makes the segment meanwhile may have made it between a look at its header and one behind.
bool BookFiles::take_shape() {
  const std::string name = segment_name(0);
  for (int reads = 0; reads < kReadsMax; ++reads) {
    SegmentHeader header;
    const os::DiskStatus status = read_segment_header(0, block_);
    if (!status.ok()) return fail(Fault::kDisk, name, "cannot be read: " + status.sentence());
    const Found found = get_segment_header(block_, &header);
    if (found == Found::kNewer) {
      return fail(Fault::kNewer, name,
                  "was written by a newer version of guerdon (format " +
                      std::to_string(header.version) + "); use that version");
    }
    if (found == Found::kOlder) {
      return fail(Fault::kOlder, name,
                  "was written by an older version of guerdon (format " +
                      std::to_string(header.version) +
                      "); take it away, and the book is derived again from the log");
    }
    if (found == Found::kSound) set_shape({header.log, header.segment_bytes});
    if (found == Found::kSound || begins_with_nothing()) return true;
  }
  return fail(Fault::kDamage, name, "the header is damaged");
}

os::DiskStatus BookFiles::open_segment(uint64_t number, os::DiskFile** file) {
  ++uses_;
  for (OpenSegment& open : open_) {
    if (open.number != number) continue;
    open.used_at = uses_;
    *file = open.file.get();
    return {};
  }
  OpenSegment opened{number, uses_, nullptr};
  const os::DiskStatus status = disk_.open(segment_name(number), &opened.file);
  if (!status.ok()) return status;
  *file = opened.file.get();
  if (open_.size() < kOpenSegmentsMax) {
    open_.push_back(std::move(opened));
    return status;
  }
  *std::min_element(open_.begin(), open_.end(), [](const OpenSegment& a, const OpenSegment& b) {
    return a.used_at < b.used_at;
  }) = std::move(opened);
  return status;
}

os::DiskStatus BookFiles::read_at(uint64_t segment, uint64_t offset, std::span<std::byte> out) {
  os::DiskFile* file = nullptr;
  const os::DiskStatus opened = open_segment(segment, &file);
  if (!opened.ok()) return opened;
  size_t got = 0;
  const os::DiskStatus status = file->read(offset, out, &got);
  if (status.ok())
    std::fill(out.begin() + static_cast<std::ptrdiff_t>(got), out.end(), std::byte{});
  return status;
}

os::DiskStatus BookFiles::read_segment_header(uint64_t segment, std::span<std::byte> out) {
  GUERDON_ASSERT(out.size() == kBlockBytes);
  return read_at(segment, 0, out);
}

os::DiskStatus BookFiles::read(uint64_t block, std::span<std::byte> out) {
  GUERDON_ASSERT(has_shape_ && !out.empty() && out.size() % kBlockBytes == 0);
  const uint64_t last = block + out.size() / kBlockBytes - 1;
  GUERDON_ASSERT(shape_.segment_of(block) == shape_.segment_of(last));
  return read_at(shape_.segment_of(block), shape_.offset_of(block), out);
}

// ---- Blocks

bool BookFiles::get_if_there(uint64_t block, std::span<std::byte> out, BlockHeader* header,
                             bool* is_there) {
  GUERDON_ASSERT(out.size() == kBlockBytes);
  Found found = Found::kDamaged;
  for (int reads = 0; reads < kReadsMax && found == Found::kDamaged; ++reads) {
    const os::DiskStatus status = read(block, out);
    *is_there = status.error != ENOENT;
    if (!*is_there) return true;
    if (!status.ok()) {
      return fail(Fault::kDisk, segment_name(shape_.segment_of(block)),
                  "cannot be read: " + status.sentence());
    }
    found = get_block_header(out, shape_.log, block, header);
  }
  *is_there = found != Found::kNone;
  if (found == Found::kSound || found == Found::kNone) return true;
  return fail_at(Fault::kDamage, block,
                 found == Found::kForeign ? "a block does not belong here" : "a block is damaged");
}

bool BookFiles::get(uint64_t block, std::span<std::byte> out, BlockHeader* header) {
  bool is_there = false;
  if (!get_if_there(block, out, header, &is_there)) return false;
  return is_there || fail_at(Fault::kDamage, block, "a block is missing");
}

// One that is not sound says nothing, so the next that is speaks for it. Where that leaves it open,
// the one that is not sound is the answer: the entries that are looked for may be in there.
bool BookFiles::find(uint64_t lsn, uint64_t blocks, uint64_t* block) {
  uint64_t low = 0;
  uint64_t high = blocks;
  while (low < high) {
    const uint64_t middle = low + (high - low) / 2;
    uint64_t sound = middle;
    BlockHeader header;
    while (sound < high && !get(sound, block_, &header)) {
      if (problem_.fault == Fault::kDisk) return false;
      ++sound;
    }
    if (sound == high || header.first_lsn >= lsn) {
      high = middle;
    } else if (header.last_lsn < lsn) {
      low = sound + 1;
    } else {
      low = high = sound;
    }
  }
  *block = low;
  return true;
}

}  // namespace guerdon::book
