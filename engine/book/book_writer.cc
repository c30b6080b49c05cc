#include "engine/book/book_writer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <utility>

#include "engine/base/assert.h"
#include "engine/book/book_end.h"

namespace guerdon::book {
namespace {

std::string words_of(const BookEntry& entry) {
  return "account " + std::to_string(entry.account) + ", n " + std::to_string(entry.n) +
         ", amount " + std::to_string(entry.amount) + ", clause " + std::to_string(entry.clause);
}

}  // namespace

BookWriter::BookWriter(os::Disk& disk, const BookShape& shape)
    : shape_(shape), files_(disk), segments_(disk, files_) {
  GUERDON_ASSERT(is_segment_size(shape.segment_bytes));
  buffer_.resize(kBlocksInFlightMax * kBlockBytes);
}

std::span<std::byte> BookWriter::slot(uint64_t block) {
  GUERDON_ASSERT(block >= first_ && block < first_ + kBlocksInFlightMax);
  return {buffer_.data() + (block - first_) * kBlockBytes, kBlockBytes};
}

// To a block with room for it.
void BookWriter::add(const BookEntry& entry, Position previous) {
  const bool is_added = block_.add(entry, previous);
  GUERDON_ASSERT(is_added);
}

bool BookWriter::fail(Problem problem) {
  problem_ = std::move(problem);
  has_failed_ = true;
  return false;
}

// ---- Opening

bool BookWriter::open(const StatePoint& state) {
  GUERDON_ASSERT(!is_open_);
  is_open_ = true;
  if (!files_.open()) return fail(files_.problem());
  if (files_.has_shape() && files_.shape().log != shape_.log) {
    return fail({Fault::kForeign, segment_name(0), 0, 0, 0, "this is the book of another log"});
  }
  BookEnd end;
  if (!segments_.settle(&end)) return fail(segments_.problem());
  if (end.blocks == 0) files_.set_shape(shape_);
  shape_ = files_.shape();
  last_ = {state.lsn, std::numeric_limits<uint64_t>::max()};
  last_.n = std::numeric_limits<uint32_t>::max();
  if (end.blocks > 0) {
    found_end_ = (end.blocks - 1) * kBlockBytes + end.last.used;
    ends_full_ = end.last.is_full();
    return stand_behind(state, end);
  }
  block_.begin(slot(0), shape_.log, 0, 0);
  return check_entries(state);
}

// A block that only begins behind the state is left for later: the one before it has to be full
// again, of the entry that comes.
bool BookWriter::stand_behind(const StatePoint& state, const BookEnd& end) {
  uint64_t number = 0;
  if (!files_.find(state.lsn + 1, end.blocks, &number)) return fail(files_.problem());
  number = std::min(number, end.blocks - 1);
  if (!read_found(number)) return false;
  if (found_.header().first_lsn > state.lsn && number > 0 && !read_found(--number)) return false;
  first_ = number;
  block_.begin(slot(number), shape_.log, number, found_.header().entries_before);
  is_on_disk_ = true;
  Position at = found_.first();
  PlacedEntry placed;
  while (at < found_.end()) {
    if (!found_.get(at, &placed, &at)) return fail_here(Fault::kDamage, "an entry is damaged");
    if (placed.entry.lsn < block_.header().last_lsn) {
      return fail_here(Fault::kDamage, "an entry is not in its order");
    }
    if (placed.entry.lsn > state.lsn) break;
    add(placed.entry, placed.previous);
  }
  if (!is_as_found(found_.first())) {
    return fail_here(Fault::kDamage, "an entry is not as a writer would have written it");
  }
  durable_entries_ = block_.entries();
  return check_entries(state);
}

bool BookWriter::check_entries(const StatePoint& state) {
  if (block_.entries() == state.entries) return true;
  const bool is_short = !is_behind() && block_.entries() < state.entries;
  Problem problem;
  problem.fault = is_short ? Fault::kMissing : Fault::kDifference;
  problem.what = is_short ? "the book ends with entry " + std::to_string(block_.entries())
                          : "the book has " + std::to_string(block_.entries()) + " entries";
  problem.what +=
      " up to LSN " + std::to_string(state.lsn) + ", the state " + std::to_string(state.entries);
  problem.file = segment_name(shape_.segment_of(block_.number()));
  problem.offset = shape_.offset_of(block_.number()) + offset_in_block(position());
  return fail(std::move(problem));
}

// ---- Entries that stand there already

// One that is not sound is read again by itself.
bool BookWriter::read_found(uint64_t block) {
  if (!has_ahead(block) && !read_ahead(block)) return false;
  BlockHeader header;
  if (has_ahead(block)) {
    const std::span<const std::byte> bytes(ahead_.data() + (block - ahead_first_) * kBlockBytes,
                                           kBlockBytes);
    if (get_block_header(bytes, shape_.log, block, &header) == Found::kSound) {
      found_ = BlockView(bytes, header);
      return true;
    }
  }
  found_bytes_.resize(kBlockBytes);
  if (!files_.get(block, found_bytes_, &header)) return fail(files_.problem());
  found_ = BlockView(found_bytes_, header);
  return true;
}

// Some blocks at a time: a read of the device costs more than all else that is done with a block.
// False: problem(). Where there is nothing to be read, that is for get() to say.
bool BookWriter::read_ahead(uint64_t block) {
  const uint64_t found_blocks = block_of(found_end_) + 1;
  ahead_first_ = block;
  ahead_blocks_ = 0;
  if (block >= found_blocks) return true;
  const uint64_t per_segment = shape_.blocks_per_segment();
  const auto blocks = std::min<uint64_t>(
      {kBlocksAheadMax, found_blocks - block, per_segment - block % per_segment});
  ahead_.resize(blocks * kBlockBytes);
  const os::DiskStatus status = files_.read(block, {ahead_.data(), ahead_.size()});
  if (status.ok()) ahead_blocks_ = blocks;
  if (status.ok() || status.error == ENOENT) return true;
  files_.fail(Fault::kDisk, segment_name(shape_.segment_of(block)),
              "cannot be read: " + status.sentence());
  return fail(files_.problem());
}

// What was built from here on is what stands there, and not more than stands there.
bool BookWriter::is_as_found(Position from) const {
  const std::span<const std::byte> built = block_.bytes_from(from);
  return position() <= found_.end() &&
         std::equal(built.begin(), built.end(),
                    found_.bytes().begin() + static_cast<std::ptrdiff_t>(offset_in_block(from)));
}

bool BookWriter::fail_here(Fault fault, std::string what) {
  files_.fail_at(fault, block_.number(), std::move(what));
  return fail(files_.problem());
}

bool BookWriter::fail_by_difference(Position at, const BookEntry& derived) {
  PlacedEntry placed;
  Position behind = 0;
  std::string what = "an entry that is derived again is not the one that stands here: it is of " +
                     words_of(derived) + "; here stands ";
  if (at < found_.end() && found_.get(at, &placed, &behind)) {
    what += "LSN " + std::to_string(placed.entry.lsn) + ", " + words_of(placed.entry);
  } else {
    what += "none";
  }
  files_.fail_at(Fault::kDifference, block_of(at), offset_in_block(at), derived.lsn,
                 std::move(what));
  return fail(files_.problem());
}

// The block is full for this entry; so it must have been for the one that stands next.
bool BookWriter::go_to_next_found(const BookEntry& entry) {
  if (position() != found_.end()) return fail_by_difference(position(), entry);
  const uint64_t next = block_.number() + 1;
  if (!read_found(next)) return false;
  first_ = next;
  block_.begin(slot(next), shape_.log, next, found_.header().entries_before);
  return true;
}

Append BookWriter::compare(const BookEntry& entry, Position previous, Position* at) {
  *at = position();
  if (!block_.add(entry, previous)) {
    if (!go_to_next_found(entry)) return Append::kFailed;
    *at = position();
    add(entry, previous);
  }
  if (!is_as_found(*at)) {
    fail_by_difference(*at, entry);
    return Append::kFailed;
  }
  durable_entries_ = block_.entries();
  return Append::kDone;
}

Append BookWriter::cut() {
  GUERDON_ASSERT(is_open_);
  if (has_failed_) return Append::kFailed;
  if (!is_behind() && !ends_full_) return Append::kDone;
  std::span<const std::byte> bytes;
  if (!block_.is_empty()) {
    block_.close(0);
    bytes = block_.bytes();
  }
  const Append done = segments_.cut(block_.number(), bytes, block_of(found_end_) + 1);
  if (done == Append::kDone) {
    is_on_disk_ = !block_.is_empty();
    found_end_ = position();
    ends_full_ = false;
  } else {
    note(done);
  }
  return done;
}

// ---- New entries

Append BookWriter::append(const BookEntry& entry, Position* newest) {
  GUERDON_ASSERT(is_open_ && comes_before(last_, entry));
  if (has_failed_) return Append::kFailed;
  Position at = kNoPosition;
  const Append done = is_behind() ? compare(entry, *newest, &at) : append_new(entry, *newest, &at);
  if (done != Append::kDone) return done;
  last_ = entry;
  *newest = at;
  return done;
}

Append BookWriter::append_new(const BookEntry& entry, Position previous, Position* at) {
  *at = position();
  if (block_.add(entry, previous)) {
    ends_full_ = false;
    return Append::kDone;
  }
  block_.close(kFull);
  ends_full_ = false;
  const uint64_t next = block_.number() + 1;
  if (next == first_ + kBlocksInFlightMax) {
    const Append written = write_blocks();
    if (written != Append::kDone) return written;
    drop_front(kBlocksInFlightMax);
  }
  block_.begin(slot(next), shape_.log, next, block_.entries());
  *at = position();
  add(entry, previous);
  return Append::kDone;
}

Append BookWriter::flush() {
  GUERDON_ASSERT(is_open_);
  if (has_failed_) return Append::kFailed;
  if (durable_entries_ == block_.entries()) return Append::kDone;
  block_.close(0);
  const Append written = write_blocks();
  if (written == Append::kDone) {
    drop_front(block_.number() - first_);
    is_on_disk_ = true;
  }
  return written;
}

// All of the buffer. What is on the device is not written again: the disk may be full in between.
Append BookWriter::write_blocks() {
  const size_t count = block_.number() - first_ + 1;
  size_t written = 0;
  const Append done =
      segments_.write(first_, {buffer_.data(), count * kBlockBytes}, is_on_disk_, &written);
  if (done == Append::kDone) {
    durable_entries_ = block_.entries();
  } else {
    note(done);
    drop_front(written);
  }
  return done;
}

void BookWriter::note(Append done) {
  problem_ = segments_.problem();
  has_failed_ = done == Append::kFailed;
}

// The blocks that go are on the device, and full.
void BookWriter::drop_front(size_t count) {
  const size_t held = block_.number() - first_ + 1;
  GUERDON_ASSERT(count <= held);
  if (count == 0) return;
  const size_t left = held - count;
  std::memmove(buffer_.data(), buffer_.data() + count * kBlockBytes, left * kBlockBytes);
  first_ += count;
  is_on_disk_ = false;
  if (left > 0) block_.move_to(slot(block_.number()));
}

}  // namespace guerdon::book
