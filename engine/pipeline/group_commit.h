// The log writer: what admission gave LSNs becomes durable, frame by frame, on a thread of its own.
//
// Exactly one frame is on its way to the disk; what is appended meanwhile is the next. So frames
// grow by themselves when the disk is slow, and nobody waits for a timer. A frame costs the same
// processor time whatever it holds, so where a job says that another follows at once, the next
// frame waits for that, or until it has kWorthwhileBytes.
//
//   GroupCommit log(disk, spares, end, created_at, {.durable = ..., .failed = ...});
//   if (!log.has_room()) ...            // a full disk, told before anything has got an LSN
//   log.append(job);                    // on the thread that admits, in order
//   log.durable_lsn();                  // any thread: up to here replies may be sent
//
// Where nothing comes for kIdleMs an empty frame, a seal, follows the last, so that a later frame
// vouches for it: also behind what a start has found, where that ends without one.
//
// Errors: the first write that fails is the last, and so is a segment that cannot be made for any
// reason but one that passes (a full disk, no handles, no memory): append() and flush() say false
// from then on, error() says why, and what is in memory is ahead of the disk for ever.
//
// Thread-safety: append() one thread at a time; all else any thread. The hooks are called on the
// threads of the writer and of the spares and must not call back but for durable_lsn() and error().
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "engine/os/disk.h"
#include "engine/os/thread.h"
#include "engine/pipeline/job.h"
#include "engine/wal/frame_buffer.h"
#include "engine/wal/log_writer.h"
#include "engine/wal/spare_keeper.h"
#include "engine/wal/spare_segments.h"

namespace guerdon::pipeline {

class GroupCommit {
 public:
  static constexpr int kIdleMs = 20;
  // A disk takes as long for one of 4 KiB.
  static constexpr size_t kWorthwhileBytes = size_t{64} << 10;

  struct Hooks {
    std::function<void()> durable;  // durable_lsn() has risen; may be empty
    std::function<void()> failed;   // once; may be empty
  };

  // Goes on at `end`. `jobs`: that may be admitted after one has_room(). Disk and spares must
  // outlive it.
  GroupCommit(os::Disk& disk, wal::SpareSegments& spares, const wal::LogPosition& end,
              int64_t created_at, size_t jobs, Hooks hooks);
  // Writes what was appended, and a clean seal where anything ever was.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Whether `jobs` more can be written, however large they are; waits for a segment that is being
  // made. False where the disk is full, until all
  // the segments that may be needed are ready again, and after a failure.
  bool has_room();

  // The records of the job join the frame that is being filled; waits while that is full. False
  // after a failure.
  bool append(const Job& job);
  // The same for records that belong to no job (the plans): their number, and the clock before.
  // `is_followed`: append() is called again soon, and the frame may wait for that.
  bool append(std::string_view records, uint32_t count, int64_t before_at,
              bool is_followed = false);
  // Frames from now on say this, until there is a newer one.
  void note(const wal::Digest& digest);

  // Waits until everything that was appended is durable; false where it never will be.
  bool flush();
  // The same up to this LSN, which was appended; others may go on.
  bool wait_for(uint64_t lsn);

  uint64_t durable_lsn() const { return durable_lsn_.load(); }
  bool has_failed() const;
  // Behind the last durable frame. REQUIRES: flush() said true and nothing was appended since.
  wal::LogPosition end() const;
  // Why has_room() or append() said no.
  std::string error() const;

  struct Figures {
    uint64_t frames = 0;
    uint64_t bytes = 0;          // with padding
    uint64_t waiting_bytes = 0;  // of the frame that is filled
    size_t spares = 0;
    bool is_full = false;
  };
  Figures figures() const;

 private:
  void run();
  bool is_due() const;  // the frame that is filled
  // Tells of the first failure only, and gives up the lock for that.
  void fail(std::unique_lock<std::mutex>& lock, std::string error);
  void spares_refused();
  // One frame; gives up the lock while it is written.
  bool write(std::unique_lock<std::mutex>& lock, uint32_t flags);
  wal::Append write_when_there_is_room(wal::FrameBuffer& buffer, const wal::FrameFields& fields);
  bool can_seal() const;
  bool fits(size_t spares) const;
  size_t spares_needed() const;

  wal::SpareSegments& spares_;
  const size_t jobs_;
  const Hooks hooks_;
  std::atomic<uint64_t> durable_lsn_;

  mutable std::mutex mutex_;  // guards all below but writer_, which is the thread's
  std::condition_variable filled_;
  std::condition_variable taken_;
  wal::FrameBuffer buffers_[2];
  int filling_ = 0;
  wal::FrameFields fields_;  // of the frame that is filled
  wal::Digest digest_;
  uint64_t room_ = 0;           // bytes left in the segment that is written to
  uint64_t writing_bytes_ = 0;  // of the frame on its way; 0: there is none
  bool is_refusing_ = false;    // since the disk was full
  bool is_sealed_;              // the last frame holds no records, or there is none
  bool is_followed_ = false;    // more comes for the frame that is filled
  bool is_closing_ = false;
  bool has_failed_ = false;
  Figures figures_;
  std::string error_;
  wal::LogPosition end_;

  wal::SpareKeeper keeper_;
  wal::LogWriter writer_;
  os::Thread thread_;  // last: it uses all of the above
};

}  // namespace guerdon::pipeline
