#include "engine/book/book_end.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/base/assert.h"

namespace guerdon::book {
namespace {

constexpr int kLooksMax = 3;

// Looks at the blocks of the last segment, one behind the other.
class LastSegment {
 public:
  LastSegment(BookFiles& files, BookEnd& end)
      : files_(files), end_(end), first_(end.blocks), next_(first_) {}

  // False: damage.
  bool look_at(std::span<const std::byte> block);
  // When all were looked at.
  bool conclude();

 private:
  bool follows(const BlockHeader& header) const {
    return next_ == 0 || (end_.last.is_full() && header.first_lsn >= end_.last.last_lsn &&
                          header.entries_before == end_.last.entries_before + end_.last.entries);
  }

  BookFiles& files_;
  BookEnd& end_;
  const uint64_t first_;
  uint64_t next_;
  uint64_t behind_sound_ = 0;  // the last one that is
};

bool LastSegment::look_at(std::span<const std::byte> block) {
  BlockHeader header;
  const Found found = get_block_header(block, files_.shape().log, next_, &header);
  if (found == Found::kForeign) {
    return files_.fail_at(Fault::kDamage, next_, "a block does not belong here");
  }
  if (found == Found::kSound && next_ == end_.blocks) {
    if (!follows(header)) {
      return files_.fail_at(Fault::kDamage, next_, "a block does not follow the one before it");
    }
    end_.last = header;
    ++end_.blocks;
  }
  ++next_;
  if (found != Found::kNone) end_.used_blocks = next_;
  if (found == Found::kSound) behind_sound_ = next_;
  return true;
}

bool LastSegment::conclude() {
  end_.has_last_block = end_.blocks > first_;
  if (!end_.has_last_header && behind_sound_ > first_) {
    end_.blocks = first_;
    return files_.fail(Fault::kDamage, segment_name(files_.shape().segment_of(first_)),
                       "the header is damaged");
  }
  if (behind_sound_ <= end_.blocks + kBlocksInFlightMax) return true;
  return files_.fail_at(Fault::kDamage, end_.blocks, "a block is damaged, and later ones are not");
}

bool fail_to_read(BookFiles& files, uint64_t segment, os::DiskStatus status) {
  return files.fail(Fault::kDisk, segment_name(segment), "cannot be read: " + status.sentence());
}

// That of the last segment: a crash may have left none, and then there is nothing in the segment.
bool look_at_header(BookFiles& files, uint64_t segment, BookEnd* end) {
  std::vector<std::byte> bytes(kBlockBytes);
  const os::DiskStatus status = files.read_segment_header(segment, bytes);
  if (!status.ok()) return fail_to_read(files, segment, status);
  SegmentHeader header;
  const Found found = get_segment_header(bytes, &header);
  end->has_last_header = found == Found::kSound;
  if (!end->has_last_header) return true;
  const bool is_here = header.number == segment && header.log == files.shape().log &&
                       header.segment_bytes == files.shape().segment_bytes;
  return is_here ||
         files.fail(Fault::kDamage, segment_name(segment), "the segment does not belong here");
}

bool look_at_blocks(BookFiles& files, uint64_t segment, BookEnd* end) {
  const uint64_t per_segment = files.shape().blocks_per_segment();
  LastSegment last(files, *end);
  std::vector<std::byte> window(std::min<uint64_t>(kBlocksInFlightMax, per_segment) * kBlockBytes);
  for (uint64_t at = 0; at < per_segment; at += kBlocksInFlightMax) {
    const auto count = std::min<uint64_t>(kBlocksInFlightMax, per_segment - at);
    const auto blocks = std::span(window).first(count * kBlockBytes);
    const os::DiskStatus status = files.read(segment * per_segment + at, blocks);
    if (!status.ok()) return fail_to_read(files, segment, status);
    for (uint64_t i = 0; i < count; ++i) {
      if (!last.look_at(blocks.subspan(i * kBlockBytes, kBlockBytes))) return false;
    }
  }
  return last.conclude();
}

bool look(BookFiles& files, BookEnd* end) {
  *end = {};
  if (!files.has_shape()) return true;
  GUERDON_ASSERT(files.segments() > 0);
  const uint64_t segment = files.segments() - 1;
  const uint64_t first = segment * files.shape().blocks_per_segment();
  if (segment > 0) {
    std::vector<std::byte> bytes(kBlockBytes);
    end->blocks = first - 1;
    if (!files.get(first - 1, bytes, &end->last)) return false;
  }
  end->blocks = end->used_blocks = first;
  return look_at_header(files, segment, end) && look_at_blocks(files, segment, end);
}

}  // namespace

// Whoever writes meanwhile may be further at the end of a look than at its beginning.
bool find_end(BookFiles& files, BookEnd* end) {
  bool is_found = look(files, end);
  for (int looks = 1; looks < kLooksMax && !is_found && files.problem().fault == Fault::kDamage;
       ++looks) {
    is_found = files.list() && look(files, end);
  }
  return is_found;
}

}  // namespace guerdon::book
