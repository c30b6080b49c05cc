#include "engine/book/segment_writer.h"

#include <algorithm>
#include <cstring>

#include "engine/base/assert.h"

namespace guerdon::book {
namespace {

const std::string kCopy(TailGuard::kName);

}  // namespace

bool SegmentWriter::fail(std::string_view what, const std::string& file, os::DiskStatus status) {
  problem_ = {Fault::kDisk, file, 0, 0, 0, std::string(what) + ": " + status.sentence()};
  return false;
}

bool SegmentWriter::fail_by_size(const std::string& file) {
  problem_ = {Fault::kDamage, file, 0, 0, 0, "the file is not as long as its header says"};
  return false;
}

bool SegmentWriter::take_problem() {
  problem_ = files_.problem();
  return false;
}

// ---- A start

// What was on its way when somebody stopped may be in memory alone: reading it proves nothing.
bool SegmentWriter::sync_last() {
  const std::string name = segment_name(files_.segments() - 1);
  std::unique_ptr<os::DiskFile> file;
  os::DiskStatus status = disk_.open(name, &file);
  if (status.ok()) status = file->sync();
  if (!status.ok()) return fail("cannot be synced", name, status);
  return file->size() == files_.shape().segment_bytes || fail_by_size(name);
}

// The copy counts for the block at the end alone; one that is behind that was never this book's.
bool SegmentWriter::mend_tail(const BookEnd& end, bool* is_mended) {
  os::DiskBuffer copy;
  copy.resize(kBlockBytes);
  const std::span<std::byte> bytes(copy.data(), copy.size());
  BlockHeader header;
  bool is_found = false;
  const os::DiskStatus found = guard_.find(files_.shape().log, bytes, &header, &is_found);
  if (!found.ok()) return fail("cannot be read", kCopy, found);
  if (!is_found || header.number < end.blocks) return true;
  *is_mended = header.number == end.blocks && end.has_last_header &&
               files_.shape().segment_of(header.number) + 1 == files_.segments();
  if (*is_mended) return write_piece(header.number, bytes);
  return drop_copy();
}

bool SegmentWriter::drop_copy() {
  const os::DiskStatus dropped = guard_.drop();
  return dropped.ok() || fail("cannot be removed", kCopy, dropped);
}

// A copy without its book would bring a block back when another one stands at its place.
bool SegmentWriter::clear_all() { return remove_segments(0) && drop_copy(); }

bool SegmentWriter::settle(BookEnd* end) {
  *end = {};
  if (!files_.has_shape()) return clear_all();
  if (!sync_last()) return false;
  if (!find_end(files_, end)) return take_problem();
  bool is_mended = false;
  if (!mend_tail(*end, &is_mended)) return false;
  if (is_mended && !find_end(files_, end)) return take_problem();
  return clear_behind(*end);
}

bool SegmentWriter::clear_behind(const BookEnd& end) {
  if (!end.has_last_block) return remove_segments(files_.segments() - 1);
  return zero(end.blocks, end.used_blocks);
}

// ---- Writing

bool SegmentWriter::open_segment(uint64_t segment) {
  if (file_ != nullptr && segment_ == segment) return true;
  const std::string name = segment_name(segment);
  segment_ = segment;
  file_.reset();
  const os::DiskStatus status = disk_.open(name, &file_);
  if (!status.ok()) return fail("cannot be opened", name, status);
  if (file_->size() == files_.shape().segment_bytes) return true;
  file_.reset();
  return fail_by_size(name);
}

Append SegmentWriter::make_segment(uint64_t segment, std::span<const std::byte> first_block) {
  const std::string name = segment_name(segment);
  segment_ = segment;
  file_.reset();
  const os::DiskStatus made = disk_.create_zeroed(name, files_.shape().segment_bytes, &file_);
  if (!made.ok()) {
    fail("cannot be made", name, made);
    return made.may_pass() ? Append::kFull : Append::kFailed;
  }
  BlockHeader first;
  std::memcpy(&first, first_block.data(), sizeof first);
  SegmentHeader header;
  header.log = files_.shape().log;
  header.segment_bytes = files_.shape().segment_bytes;
  header.number = segment;
  header.first_lsn = first.first_lsn;
  header.entries_before = first.entries_before;
  os::DiskBuffer bytes;
  bytes.resize(kBlockBytes);
  put_segment_header(header, {bytes.data(), bytes.size()});
  const os::DiskStatus written = file_->write_durably(0, {bytes.data(), bytes.size()});
  if (written.ok()) return Append::kDone;
  fail("cannot be written", name, written);
  return Append::kFailed;
}

// REQUIRES: all in one segment, which is there.
bool SegmentWriter::write_piece(uint64_t block, std::span<const std::byte> blocks) {
  GUERDON_ASSERT(blocks.size() <= kBlocksInFlightMax * kBlockBytes);
  const uint64_t segment = files_.shape().segment_of(block);
  if (!open_segment(segment)) return false;
  const os::DiskStatus status = file_->write_durably(files_.shape().offset_of(block), blocks);
  return status.ok() || fail("cannot be written", segment_name(segment), status);
}

Append SegmentWriter::keep_copy(os::DiskStatus status, bool may_pass) {
  if (status.ok()) return Append::kDone;
  fail("cannot be written", kCopy, status);
  return may_pass ? Append::kFull : Append::kFailed;
}

Append SegmentWriter::write(uint64_t block, std::span<const std::byte> blocks, bool is_rewritten,
                            size_t* written) {
  *written = 0;
  if (is_rewritten) {
    bool may_pass = false;
    const os::DiskStatus kept = guard_.keep(blocks.first(kBlockBytes), &may_pass);
    if (!kept.ok()) return keep_copy(kept, may_pass);
  }
  const uint64_t per_segment = files_.shape().blocks_per_segment();
  while (!blocks.empty()) {
    const bool is_there = block % per_segment != 0 || (is_rewritten && *written == 0);
    if (!is_there) {
      const Append made = make_segment(block / per_segment, blocks.first(kBlockBytes));
      if (made != Append::kDone) return made;
    }
    const uint64_t room = per_segment - block % per_segment;
    const auto count = std::min<uint64_t>({room, blocks.size() / kBlockBytes, kBlocksInFlightMax});
    if (!write_piece(block, blocks.first(count * kBlockBytes))) return Append::kFailed;
    *written += count;
    block += count;
    blocks = blocks.subspan(count * kBlockBytes);
  }
  return Append::kDone;
}

// ---- Taking away

bool SegmentWriter::remove_segments(uint64_t kept) {
  file_.reset();
  files_.close();
  for (uint64_t segment = files_.segments(); segment-- > kept;) {
    const os::DiskStatus status = disk_.remove(segment_name(segment));
    if (!status.ok()) return fail("cannot be removed", segment_name(segment), status);
  }
  return files_.list() || take_problem();
}

// From the back, so that a crash leaves a beginning.
bool SegmentWriter::zero(uint64_t from, uint64_t to) {
  if (from >= to) return true;
  os::DiskBuffer zeros;
  zeros.resize(std::min<uint64_t>(kBlocksInFlightMax, to - from) * kBlockBytes);
  while (to > from) {
    const auto count = std::min<uint64_t>(kBlocksInFlightMax, to - from);
    to -= count;
    if (!write_piece(to, {zeros.data(), count * kBlockBytes})) return false;
  }
  return true;
}

// Segments go first, durably: zeros before one that is still there would be damage.
Append SegmentWriter::cut(uint64_t block, std::span<const std::byte> bytes, uint64_t used_blocks) {
  if (bytes.empty()) return clear_all() ? Append::kDone : Append::kFailed;
  const uint64_t per_segment = files_.shape().blocks_per_segment();
  const uint64_t kept = block / per_segment + 1;
  if (!remove_segments(kept)) return Append::kFailed;
  bool may_pass = false;
  const os::DiskStatus copied = guard_.keep_anew(bytes, &may_pass);
  if (!copied.ok()) return keep_copy(copied, may_pass);
  const uint64_t end = std::min(used_blocks, kept * per_segment);
  return zero(block + 1, end) && write_piece(block, bytes) ? Append::kDone : Append::kFailed;
}

}  // namespace guerdon::book
