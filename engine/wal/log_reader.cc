#include "engine/wal/log_reader.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"

namespace guerdon::wal {
namespace {

constexpr size_t kWindowBytes = size_t{1} << 20;
constexpr size_t kBlock = os::kDiskBlock;

// Mostly there is nothing but zeros, up to a whole segment of them: by words as long as that is so.
size_t last_nonzero(std::span<const std::byte> bytes) {
  const char* const chars = base::text_of(bytes).data();
  size_t n = bytes.size();
  while (n >= 8 && base::load<uint64_t>(chars + n - 8) == 0) n -= 8;
  while (n > 0 && bytes[n - 1] == std::byte{}) --n;
  return n;
}

// Whether a frame is one that this segment's writer could have written at this time or later.
bool is_later(const FrameHeader& header, const SegmentHeader& segment, const LogPosition& end) {
  return header.log == segment.log && header.epoch == segment.epoch &&
         header.first_lsn >= end.next_lsn;
}

}  // namespace

std::string Problem::sentence() const {
  std::string place = file;
  if (is_damage) place += " at " + std::to_string(offset) + ", LSN " + std::to_string(lsn);
  return place + ": " + what;
}

bool LogReader::fail(const std::string& file, uint64_t offset, bool is_damage, std::string what) {
  problem_ = {is_damage, file, offset, end_.next_lsn, std::move(what)};
  return false;
}

bool LogReader::fail(const std::string& file, uint64_t offset, os::DiskStatus status) {
  return fail(file, offset, false, "cannot be read: " + status.sentence());
}

// ---- Segments

bool LogReader::open(uint64_t first_lsn) {
  first_lsn_ = first_lsn;
  return add_segments() && (segments_.empty() || check_order());
}

bool LogReader::open_oldest() {
  if (!add_segments()) return false;
  if (segments_.empty()) return true;
  first_lsn_ = segments_.front().header.first_lsn;
  return check_order();
}

bool LogReader::open_segment(const std::string& name) {
  if (!add_segment(name)) return false;
  first_lsn_ = segments_.front().header.first_lsn;
  return check_order();
}

bool LogReader::add_segments() {
  std::vector<std::string> names;
  const os::DiskStatus status = disk_.list(&names);
  if (!status.ok()) return fail("the folder of the log", 0, status);
  for (const std::string& name : names) {
    if (is_segment_name(name) && !add_segment(name)) return false;
  }
  return true;
}

bool LogReader::add_segment(const std::string& name) {
  Segment segment;
  segment.name = name;
  std::vector<std::byte> block(kBlock);
  size_t got = 0;
  std::unique_ptr<os::DiskFile> file;
  os::DiskStatus status = disk_.open(name, &file);
  if (status.ok()) status = file->read(0, block, &got);
  if (!status.ok()) return fail(name, 0, status);
  if (!read_segment_header(name, std::span(block).first(got), &segment.header)) return false;
  if (file->size() != segment.header.segment_bytes) {
    return fail(name, 0, true, "the file is not as long as its header says");
  }
  segments_.push_back(std::move(segment));
  return true;
}

bool LogReader::read_segment_header(const std::string& name, std::span<const std::byte> block,
                                    SegmentHeader* header) {
  if (const std::optional<uint32_t> version = newer_version(block)) {
    return fail(name, 0, false,
                "was written by a newer version of guerdon (format " + std::to_string(*version) +
                    "); use that version");
  }
  const std::optional<SegmentHeader> found = get_segment_header(block);
  if (!found) return fail(name, 0, true, "the header of the segment is damaged");
  if (name != segment_name(found->epoch, found->first_lsn)) {
    return fail(name, 0, true, "the file's name is not what its header says");
  }
  *header = *found;
  return true;
}

// Names sort by epoch, then LSN; so must LSNs alone.
bool LogReader::check_order() {
  size_t begin = 0;
  for (size_t i = 0; i < segments_.size(); ++i) {
    const SegmentHeader& header = segments_[i].header;
    const SegmentHeader& before = segments_[i == 0 ? 0 : i - 1].header;
    if (header.log != segments_.front().header.log) {
      return fail(segments_[i].name, 0, true, "the segment is of another log");
    }
    if (header.first_lsn < before.first_lsn) {
      return fail(segments_[i].name, 0, true, "the segment begins before the one before it");
    }
    if (header.first_lsn <= first_lsn_) begin = i;
  }
  // Of several that begin with the same LSN, the first: others may hold nothing.
  const uint64_t from = segments_[begin].header.first_lsn;
  while (begin > 0 && segments_[begin - 1].header.first_lsn == from) --begin;
  end_.log = segments_.front().header.log;
  end_.next_lsn = first_lsn_;
  if (from > first_lsn_) {
    return fail(
        segments_[begin].name, 0, true,
        "the log begins with LSN " + std::to_string(from) + "; what came before is missing");
  }
  end_.next_lsn = from;
  end_.chain = segments_[begin].header.previous;
  if (from == 1 && end_.chain != ChainHash{}) {
    return fail(segments_[begin].name, 0, true, "the log has lost what came before its first LSN");
  }
  return begin_at(begin);
}

std::vector<std::string> LogReader::segments() const {
  std::vector<std::string> names;
  for (size_t i = current_; i < segments_.size(); ++i) names.push_back(segments_[i].name);
  return names;
}

// The same LSN and the same hash before it: even a seal between the two would have changed that.
std::vector<std::string> LogReader::superseded() const {
  std::vector<std::string> names;
  for (size_t i = 0; i + 1 < segments_.size(); ++i) {
    const SegmentHeader& header = segments_[i].header;
    const SegmentHeader& next = segments_[i + 1].header;
    const bool is_same_place =
        next.first_lsn == header.first_lsn && next.previous == header.previous;
    if (is_same_place && next.epoch > header.epoch) names.push_back(segments_[i].name);
  }
  return names;
}

bool LogReader::begin_at(size_t segment) {
  current_ = segment;
  offset_ = kBlock;
  window_bytes_ = 0;
  end_.epoch = current().header.epoch;
  const os::DiskStatus status = disk_.open(current().name, &file_);
  return status.ok() || fail(current().name, 0, status);
}

// `wanted` bytes from the offset of the current segment, fewer at its end.
bool LogReader::window(uint64_t offset, size_t wanted, std::span<const std::byte>* bytes) {
  const bool is_there = offset >= window_at_ && offset + wanted <= window_at_ + window_bytes_;
  if (!is_there) {
    const uint64_t usual = std::min<uint64_t>(kWindowBytes, current().header.segment_bytes);
    window_.resize(std::max<size_t>({window_.size(), wanted, usual}));
    window_at_ = offset;
    const os::DiskStatus status =
        file_->read(offset, {window_.data(), window_.size()}, &window_bytes_);
    if (!status.ok()) {
      window_bytes_ = 0;
      return fail(current().name, offset, status);
    }
  }
  const size_t at = static_cast<size_t>(offset - window_at_);
  *bytes = {window_.data() + at, std::min(wanted, window_bytes_ - at)};
  return true;
}

// ---- Frames

LogReader::Step LogReader::next() {
  if (segments_.empty()) return is_end() ? Step::kEnd : Step::kProblem;
  for (;;) {
    // A later start has gone on from here: what its predecessor had on the way does not count, even
    // if it has reached the disk since.
    const bool is_left = goes_on_elsewhere() && following().epoch > end_.epoch;
    const Found found = is_left ? Found::kNo : frame_here();
    if (found == Found::kYes) return Step::kFrame;
    if (found == Found::kProblem) return Step::kProblem;
    if (!goes_on_elsewhere()) return is_end() ? Step::kEnd : Step::kProblem;
    if (!begin_at(current_ + 1)) return Step::kProblem;
  }
}

bool LogReader::fits_here(const FrameHeader& header) const {
  return header.log == end_.log && header.epoch == end_.epoch &&
         header.first_lsn == end_.next_lsn && header.durable_lsn == end_.next_lsn - 1 &&
         header.previous == end_.chain && (header.records == 0) == (header.payload_bytes == 0);
}

LogReader::Found LogReader::frame_here() {
  std::span<const std::byte> bytes;
  if (!window(offset_, sizeof(FrameHeader), &bytes)) return Found::kProblem;
  const std::optional<FrameHeader> header = peek_frame_header(bytes);
  if (!header || !fits_here(*header)) return Found::kNo;
  const uint64_t size = frame_bytes(header->payload_bytes);
  if (!window(offset_, size, &bytes)) return Found::kProblem;
  if (bytes.size() < size || !is_whole(*header, bytes)) return Found::kNo;
  const auto frame = bytes.first(sizeof(FrameHeader) + header->payload_bytes);
  header_ = *header;
  payload_ = frame.subspan(sizeof(FrameHeader));
  end_.chain = chain_hash(frame);
  end_.next_lsn += header->records;
  end_.is_sealed = header->records == 0;
  offset_ += size;
  return Found::kYes;
}

// Whether the next segment begins exactly where this one is.
bool LogReader::goes_on_elsewhere() const {
  return current_ + 1 < segments_.size() && following().first_lsn == end_.next_lsn &&
         following().previous == end_.chain;
}

// No frame comes here nor elsewhere: the end of what was written, or damage.
bool LogReader::is_end() {
  if (current_ + 1 < segments_.size()) {
    return fail(
        current().name, offset_, true,
        "a frame is damaged or missing: the log goes on in " + segments_[current_ + 1].name);
  }
  if (!segments_.empty()) {
    const Found later = later_frame();
    if (later == Found::kYes) {
      return fail(current().name, offset_, true,
                  "a frame is damaged: a later one is whole, so this one was durable");
    }
    if (later == Found::kProblem || !find_torn()) return false;
  }
  if (end_.next_lsn >= first_lsn_) return true;
  return fail(segments_.empty() ? "the log" : current().name, offset_, true,
              "the log ends before LSN " + std::to_string(first_lsn_));
}

LogReader::Found LogReader::later_frame() {
  std::span<const std::byte> bytes;
  for (uint64_t at = offset_ + kBlock; at < current().header.segment_bytes; at += kBlock) {
    if (!window(at, sizeof(FrameHeader), &bytes)) return Found::kProblem;
    const std::optional<FrameHeader> header = peek_frame_header(bytes);
    if (!header || !is_later(*header, current().header, end_)) continue;
    const uint64_t size = frame_bytes(header->payload_bytes);
    if (!window(at, size, &bytes)) return Found::kProblem;
    if (bytes.size() == size && is_whole(*header, bytes)) return Found::kYes;
  }
  return Found::kNo;
}

bool LogReader::find_torn() {
  torn_ = {current().name, offset_, 0};
  std::span<const std::byte> bytes;
  for (uint64_t at = offset_; at < current().header.segment_bytes; at += kWindowBytes) {
    if (!window(at, kWindowBytes, &bytes)) return false;
    const size_t used = last_nonzero(bytes);
    if (used != 0) torn_.bytes = at + used - offset_;
  }
  return true;
}

}  // namespace guerdon::wal
