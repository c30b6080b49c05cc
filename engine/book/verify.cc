#include "engine/book/verify.h"

#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/book/block.h"
#include "engine/book/book_end.h"
#include "engine/book/book_files.h"

namespace guerdon::book {
namespace {

// Writes the book again, block by block, and compares. Each step is false where it finds the first
// difference: files_.problem().
class Proof {
 public:
  Proof(BookFiles& files, VerifyReport& report)
      : files_(files), report_(report), found_bytes_(kBlockBytes), built_bytes_(kBlockBytes) {}

  bool prove(uint64_t blocks);

 private:
  bool prove_segment(uint64_t number, const BlockHeader& first);
  bool prove_block(uint64_t number);
  bool prove_end_of_last(uint64_t number);
  bool prove_entries();
  bool prove_entry(const PlacedEntry& placed);
  bool differ(Position at, const std::string& what);

  BookFiles& files_;
  VerifyReport& report_;
  std::vector<std::byte> found_bytes_;
  std::vector<std::byte> built_bytes_;
  BlockView found_;
  BlockBuilder built_;
  BookEntry last_;
  absl::flat_hash_map<uint64_t, Position> newest_;  // by account
};

bool Proof::differ(Position at, const std::string& what) {
  return files_.fail_at(Fault::kDamage, block_of(at), offset_in_block(at), last_.lsn, what);
}

// Against the first block: what the header says follows from that.
bool Proof::prove_segment(uint64_t number, const BlockHeader& first) {
  const std::string name = segment_name(number);
  std::vector<std::byte> bytes(kBlockBytes);
  const os::DiskStatus status = files_.read_segment_header(number, bytes);
  if (!status.ok()) return files_.fail(Fault::kDisk, name, "cannot be read: " + status.sentence());
  SegmentHeader wanted;
  wanted.log = files_.shape().log;
  wanted.segment_bytes = files_.shape().segment_bytes;
  wanted.number = number;
  wanted.first_lsn = first.first_lsn;
  wanted.entries_before = first.entries_before;
  std::vector<std::byte> built(kBlockBytes);
  put_segment_header(wanted, built);
  return bytes == built || files_.fail(Fault::kDamage, name, "the header is damaged");
}

bool Proof::prove_entry(const PlacedEntry& placed) {
  if (!comes_before(last_, placed.entry)) {
    return differ(placed.position, "an entry is not in its order");
  }
  Position& newest = newest_[placed.entry.account];
  if (placed.previous != newest) {
    return differ(placed.position, "an entry is not linked to its account's entry before it");
  }
  newest = placed.position;
  last_ = placed.entry;
  return true;
}

// The last block was to end where it ends: at an entry that does not fit.
bool Proof::prove_end_of_last(uint64_t number) {
  PlacedEntry first;
  Position behind = kNoPosition;
  if (!found_.get(found_.first(), &first, &behind)) {
    return differ(found_.first(), "an entry is damaged");
  }
  const bool is_in_order = first.entry.lsn >= last_.lsn && first.previous < built_.position();
  if (!is_in_order) return differ(found_.first(), "an entry is not in its order");
  if (!built_.add(first.entry, first.previous)) return true;
  return differ(number * kBlockBytes, "a block begins before the one ahead of it is full");
}

bool Proof::prove_entries() {
  Position at = found_.first();
  PlacedEntry placed;
  while (at < found_.end()) {
    const Position here = at;
    if (!found_.get(at, &placed, &at)) return differ(here, "an entry is damaged");
    if (!prove_entry(placed)) return false;
    if (!built_.add(placed.entry, placed.previous) || built_.position() != at) {
      return differ(here, "an entry is not as a writer would have written it");
    }
  }
  return true;
}

bool Proof::prove_block(uint64_t number) {
  BlockHeader header;
  if (!files_.get(number, found_bytes_, &header)) return false;
  found_ = BlockView(found_bytes_, header);
  if (number > 0 && !prove_end_of_last(number)) return false;
  built_.begin(built_bytes_, files_.shape().log, number, report_.entries);
  if (!prove_entries()) return false;
  built_.close(header.flags);
  if (built_bytes_ != found_bytes_) {
    return differ(number * kBlockBytes, "a block's header is not that of its entries");
  }
  const uint64_t per_segment = files_.shape().blocks_per_segment();
  if (number % per_segment == 0 && !prove_segment(number / per_segment, header)) return false;
  report_.entries = built_.entries();
  report_.bytes += header.used;
  ++report_.blocks;
  return true;
}

bool Proof::prove(uint64_t blocks) {
  for (uint64_t number = 0; number < blocks; ++number) {
    if (!prove_block(number)) return false;
    if (number == 0) report_.first_lsn = found_.header().first_lsn;
    report_.last_lsn = last_.lsn;
    report_.accounts = newest_.size();
    // A newer version of the last one may be on its way, full by then.
    const bool is_last = number + 1 == blocks;
    if (!is_last && !found_.header().is_full()) {
      return files_.fail_at(Fault::kDamage, number, "a block is followed before it is full");
    }
  }
  return true;
}

}  // namespace

VerifyReport verify(os::Disk& disk) {
  VerifyReport report;
  BookFiles files(disk);
  BookEnd end;
  if (!files.open()) {
    report.problem = files.problem();
    return report;
  }
  report.segments = files.segments();
  report.shape = files.shape();
  // Of several things that are wrong the first is told.
  const bool has_end = find_end(files, &end);
  const Problem at_end = files.problem();
  if (!Proof(files, report).prove(end.blocks)) {
    report.problem = files.problem();
  } else if (!has_end) {
    report.problem = at_end;
  } else {
    report.torn_bytes = (end.used_blocks - end.blocks) * kBlockBytes;
  }
  return report;
}

}  // namespace guerdon::book
