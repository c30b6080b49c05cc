#include "engine/pipeline/group_commit.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"
#include "engine/os/disk.h"

namespace guerdon::pipeline {

namespace {

// A job is on the disk as one.
constexpr uint64_t kLargestJob = wal::frame_bytes(LogBytes::kBytesMax);
constexpr uint64_t kSealBytes = wal::frame_bytes(0);

std::string no_segment(os::DiskStatus status) {
  return "cannot make a segment of the log: " + status.sentence();
}

constexpr uint64_t room_of(uint64_t segment_bytes) { return segment_bytes - os::kDiskBlock; }

}  // namespace

GroupCommit::GroupCommit(os::Disk& disk, wal::SpareSegments& spares, const wal::LogPosition& end,
                         int64_t created_at, size_t jobs, Hooks hooks)
    : spares_(spares),
      jobs_(jobs),
      hooks_(std::move(hooks)),
      durable_lsn_(end.next_lsn - 1),
      buffers_{wal::FrameBuffer(wal::payload_max(spares.segment_bytes())),
               wal::FrameBuffer(wal::payload_max(spares.segment_bytes()))},
      is_sealed_(end.is_sealed),
      end_(end),
      keeper_(spares, spares_needed(), [this] { spares_refused(); }),
      writer_(disk, spares, end, created_at),
      thread_([this] { run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    is_closing_ = true;
  }
  filled_.notify_all();
  thread_.join();
}

// ---- Room ---------------------------------------------------------------------------------------

// A frame on its way, one that is filled and all jobs may each need a segment of their own, where
// segments are small.
size_t GroupCommit::spares_needed() const {
  const uint64_t a_segment = room_of(spares_.segment_bytes()) / (kLargestJob + kSealBytes);
  GUERDON_ASSERT(a_segment > 0);
  return 2 + (jobs_ + a_segment - 1) / a_segment;
}

// Frames are laid one behind the other as the writer will do it, the jobs to come as large as they
// can be, and before each a pause long enough for a seal. Jobs that join one frame take less.
bool GroupCommit::fits(size_t spares) const {
  uint64_t left = room_;
  const auto put = [&](uint64_t bytes) {
    if (bytes > left) {
      if (spares == 0) return false;
      --spares;
      left = room_of(spares_.segment_bytes());
    }
    left -= bytes;
    return true;
  };
  if (writing_bytes_ != 0 && !put(writing_bytes_)) return false;
  if (!buffers_[filling_].is_empty() &&
      !put(wal::frame_bytes(buffers_[filling_].payload_bytes()))) {
    return false;
  }
  for (size_t job = 0; job < jobs_; ++job) {
    if (!put(kSealBytes) || !put(kLargestJob)) return false;
  }
  return true;
}

bool GroupCommit::has_room() {
  {
    const std::lock_guard lock(mutex_);
    if (has_failed_) return false;
    if (is_refusing_ && keeper_.status().may_pass()) return false;
    is_refusing_ = false;
    if (fits(spares_.count())) return true;
  }
  const bool is_there = keeper_.wait_for(spares_needed());
  const std::lock_guard lock(mutex_);
  if (is_there || fits(spares_.count())) return !has_failed_;
  is_refusing_ = true;
  if (!has_failed_) error_ = no_segment(keeper_.status());
  return false;
}

// ---- Appending ----------------------------------------------------------------------------------

bool GroupCommit::append(const Job& job) {
  GUERDON_ASSERT(job.log.records() == job.batch.log.size());
  return append(job.log.bytes(), job.log.records(), job.before, job.is_followed);
}

bool GroupCommit::append(std::string_view records, uint32_t count, int64_t before_at,
                         bool is_followed) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [&] { return has_failed_ || buffers_[filling_].room() >= records.size(); });
  if (has_failed_) return false;
  wal::FrameBuffer& buffer = buffers_[filling_];
  is_followed_ = is_followed;
  if (count != 0) {
    if (buffer.is_empty()) fields_.before_at = before_at;
    std::memcpy(buffer.end(), records.data(), records.size());
    buffer.extend(records.size());
    fields_.records += count;
  }
  const bool is_waited_for = writing_bytes_ == 0 && is_due();
  lock.unlock();
  if (is_waited_for) filled_.notify_one();
  return true;
}

void GroupCommit::note(const wal::Digest& digest) {
  const std::lock_guard lock(mutex_);
  digest_ = digest;
}

bool GroupCommit::flush() {
  std::unique_lock lock(mutex_);
  is_followed_ = false;
  filled_.notify_one();
  taken_.wait(
      lock, [&] { return has_failed_ || (buffers_[filling_].is_empty() && writing_bytes_ == 0); });
  return !has_failed_;
}

bool GroupCommit::wait_for(uint64_t lsn) {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [&] { return has_failed_ || durable_lsn_.load() >= lsn; });
  return !has_failed_;
}

// ---- Failing ------------------------------------------------------------------------------------

void GroupCommit::fail(std::unique_lock<std::mutex>& lock, std::string error) {
  if (has_failed_) return;
  has_failed_ = true;
  error_ = std::move(error);
  lock.unlock();
  taken_.notify_all();
  filled_.notify_all();
  if (hooks_.failed) hooks_.failed();
  lock.lock();
}

// Not a full disk: what it would do to the next frame need not be waited for.
void GroupCommit::spares_refused() {
  std::unique_lock lock(mutex_);
  fail(lock, no_segment(spares_.status()));
}

// A seal waits for nothing: on a full disk it would hold up whoever flushes.
bool GroupCommit::can_seal() const { return room_ >= kSealBytes || spares_.count() > 0; }

// ---- The writer's thread ------------------------------------------------------------------------

// Not where the next job might not fit, either: it would be waited for by who waits for the frame.
bool GroupCommit::is_due() const {
  const wal::FrameBuffer& buffer = buffers_[filling_];
  return !buffer.is_empty() && (!is_followed_ || buffer.payload_bytes() >= kWorthwhileBytes ||
                                buffer.room() < LogBytes::kBytesMax);
}

void GroupCommit::run() {
  std::unique_lock lock(mutex_);
  const auto has_work = [this] { return has_failed_ || is_closing_ || is_due(); };
  bool goes_on = !has_failed_;
  while (goes_on) {
    if (is_sealed_) {
      filled_.wait(lock, has_work);
    } else {
      filled_.wait_for(lock, std::chrono::milliseconds(kIdleMs), has_work);
    }
    if (has_failed_) return;
    const bool is_empty = buffers_[filling_].is_empty();
    if (is_due() || (is_closing_ && !is_empty)) {
      goes_on = write(lock, 0);
    } else if (!is_empty) {
      continue;  // it is followed, and waits for that
    } else if (is_closing_) {
      // Where it fails, or has no room, the log merely ends without it.
      if (figures_.frames != 0 && can_seal()) write(lock, wal::kSeal | wal::kClean);
      goes_on = false;
    } else if (!is_sealed_ && can_seal()) {
      goes_on = write(lock, wal::kSeal);
    }
  }
}

bool GroupCommit::write(std::unique_lock<std::mutex>& lock, uint32_t flags) {
  wal::FrameBuffer& buffer = buffers_[filling_];
  wal::FrameFields fields = std::exchange(fields_, {});
  fields.digest = digest_;
  fields.flags = flags;
  writing_bytes_ = wal::frame_bytes(buffer.payload_bytes());
  filling_ = 1 - filling_;
  lock.unlock();
  taken_.notify_all();
  const wal::Append appended = write_when_there_is_room(buffer, fields);
  if (appended == wal::Append::kDurable) durable_lsn_.store(writer_.end().next_lsn - 1);
  lock.lock();
  buffer.clear();
  writing_bytes_ = 0;
  if (appended != wal::Append::kDurable) {
    fail(lock, writer_.error());
    return false;
  }
  is_sealed_ = fields.records == 0;
  room_ = writer_.room();
  end_ = writer_.end();
  ++figures_.frames;
  figures_.bytes = writer_.bytes();
  lock.unlock();
  taken_.notify_all();
  if (hooks_.durable) hooks_.durable();
  lock.lock();
  return !has_failed_;
}

// has_room() has seen to it that there is; where it was not asked, LSNs are given already, and
// waiting is all that is left.
wal::Append GroupCommit::write_when_there_is_room(wal::FrameBuffer& buffer,
                                                  const wal::FrameFields& fields) {
  for (;;) {
    const size_t spares = spares_.count();
    const wal::Append appended = writer_.append(buffer, fields);
    if (spares_.count() != spares) keeper_.refill();
    if (appended != wal::Append::kNoSpace) return appended;
    if (keeper_.wait_for(1)) continue;
    std::unique_lock lock(mutex_);
    const auto is_closing = [this] { return is_closing_; };
    const auto pause = std::chrono::milliseconds(wal::SpareKeeper::kRetryMs);
    if (filled_.wait_for(lock, pause, is_closing)) return wal::Append::kFailed;
  }
}

// ---- Looking ------------------------------------------------------------------------------------

wal::LogPosition GroupCommit::end() const {
  const std::lock_guard lock(mutex_);
  return end_;
}

bool GroupCommit::has_failed() const {
  const std::lock_guard lock(mutex_);
  return has_failed_;
}

std::string GroupCommit::error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

GroupCommit::Figures GroupCommit::figures() const {
  const std::lock_guard lock(mutex_);
  Figures figures = figures_;
  figures.waiting_bytes = buffers_[filling_].payload_bytes();
  figures.spares = spares_.count();
  figures.is_full = keeper_.status().is_full();
  return figures;
}

}  // namespace guerdon::pipeline
