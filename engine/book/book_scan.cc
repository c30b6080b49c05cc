#include "engine/book/book_scan.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::book {

bool BookFilter::may_pass(const BlockHeader& header) const {
  return header.first_lsn <= last_lsn && header.last_lsn >= first_lsn &&
         header.effective_min < effective_to && header.effective_max >= effective_from &&
         (!kind || header.has_kind(*kind)) &&
         (!wallet || (header.wallet_min <= *wallet && *wallet <= header.wallet_max));
}

bool BookFilter::passes(const BookEntry& entry) const {
  return entry.lsn >= first_lsn && entry.lsn <= last_lsn &&
         (!account || entry.account == *account) && (!kind || entry.kind == *kind) &&
         (!wallet || entry.wallet == *wallet) && entry.effective >= effective_from &&
         entry.effective < effective_to;
}

BookScan::BookScan(BookReader& reader, const BookFilter& filter, Position from, Position to)
    : reader_(reader),
      filter_(filter),
      from_(from),
      blocks_(std::min(reader.blocks(), block_of(to))),
      end_(reader.end()) {
  if (!reader_.find(filter.first_lsn, &block_)) {
    fail();
    return;
  }
  block_ = std::max(block_, block_of(from));
}

BookScan::Step BookScan::fail() {
  problem_ = reader_.files_.problem();
  return step_ = Step::kProblem;
}

BookScan::Step BookScan::next() {
  if (step_ != Step::kEntry) return step_;
  for (;;) {
    while (at_ < view_end_) {
      if (!view_.get(at_, &entry_, &at_)) {
        reader_.files_.fail_at(Fault::kDamage, view_.header().number, offset_in_block(at_),
                               view_.header().first_lsn, "an entry is damaged");
        return fail();
      }
      if (filter_.passes(entry_.entry) && entry_.position > from_) return step_;
    }
    if (!next_block()) return step_;
  }
}

// To the next one that may hold something. False: step_.
bool BookScan::next_block() {
  for (; block_ < blocks_; ++block_) {
    if (block_ >= window_first_ + window_blocks_ && !read_window()) return false;
    const auto bytes =
        std::span(window_).subspan((block_ - window_first_) * kBlockBytes, kBlockBytes);
    BlockHeader header;
    BookFiles& files = reader_.files_;
    const Found found = get_block_header(bytes, files.shape().log, block_, &header);
    // Half written, perhaps: by itself, it is read until it is sound.
    if (found != Found::kSound && !files.get(block_, bytes, &header)) {
      fail();
      return false;
    }
    if (header.first_lsn > filter_.last_lsn) break;
    if (filter_.may_pass(header)) {
      ++blocks_opened_;
      ++block_;
      view_ = BlockView(bytes, header);
      at_ = view_.first();
      view_end_ = std::min(view_.end(), end_);
      return true;
    }
    ++blocks_skipped_;
  }
  step_ = Step::kEnd;
  return false;
}

// As many blocks as there are, up to the end of a segment.
bool BookScan::read_window() {
  BookFiles& files = reader_.files_;
  const uint64_t per_segment = files.shape().blocks_per_segment();
  window_first_ = block_;
  window_blocks_ =
      std::min({kBlocksInFlightMax, blocks_ - block_, per_segment - block_ % per_segment});
  window_.resize(kBlocksInFlightMax * kBlockBytes);
  const os::DiskStatus status =
      files.read(block_, std::span(window_).first(window_blocks_ * kBlockBytes));
  if (status.ok()) return true;
  files.fail(Fault::kDisk, segment_name(files.shape().segment_of(block_)),
             "cannot be read: " + status.sentence());
  fail();
  return false;
}

}  // namespace guerdon::book
