// Reads a log from its folder, frame by frame, and tells a torn tail from damage.
//
//   LogReader log(disk);
//   if (!log.open(first_lsn)) ... log.problem() ...
//   while (log.next() == Step::kFrame) use(log.header(), log.payload());
//   kEnd: log.end() is where to go on; log.torn() what was cut off; kProblem: log.problem()
//
// A frame counts when it is whole and comes exactly where the one before says. At the first place
// where none does, one of three things is the case:
//   * the next segment goes on exactly there (a later start, or a full segment): so does reading;
//     and where it is of a later start, whatever else stands here by now;
//   * nothing that was written later is found, neither a segment nor a whole frame: this is where
//     writing stopped. What is left of a frame was never durable, so it is cut off: torn;
//   * something later is found: since only one frame is ever on its way, what is missing here was
//     durable once. That is damage, and nothing behind it is given: a middle is never skipped.
//
// Changes nothing on the disk. Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/os/disk.h"
#include "engine/wal/format.h"

namespace guerdon::wal {

struct Problem {
  bool is_damage = false;  // else the disk refused a call, or a newer version wrote the file
  std::string file;
  uint64_t offset = 0;
  uint64_t lsn = 0;  // the first that cannot be read
  std::string what;  // a sentence without its place

  // "wal-….seg at 8192, LSN 1001: a frame is damaged, ..."
  std::string sentence() const;
};

// What follows the last whole frame of its segment; bytes 0: nothing.
struct TornTail {
  std::string file;
  uint64_t offset = 0;
  uint64_t bytes = 0;  // to the last that is not zero
};

class LogReader {
 public:
  enum class Step : uint8_t { kFrame, kEnd, kProblem };
  struct Segment {
    std::string name;
    SegmentHeader header;
  };

  // The disk must outlive it.
  explicit LogReader(os::Disk& disk) : disk_(disk) {}

  // Begins with the frame that holds `first_lsn`, or that would: frames before it in its segment
  // are given too. False: problem(). A folder without segments is an empty log.
  bool open(uint64_t first_lsn);
  // Begins with the oldest segment there is, whatever came before it.
  bool open_oldest();
  // Reads this one alone, whatever stands beside it: nothing vouches for its end.
  bool open_segment(const std::string& name);

  Step next();

  // Of the frame just given, until the next call.
  const FrameHeader& header() const { return header_; }
  std::span<const std::byte> payload() const { return payload_; }

  const LogPosition& end() const { return end_; }
  const TornTail& torn() const { return torn_; }
  const Problem& problem() const { return problem_; }
  // The segment that is read and those behind it, in their order.
  std::vector<std::string> segments() const;
  // Segments that hold no frame which counts, since the one behind begins at the same place and
  // goes before them: the log says the same without them.
  std::vector<std::string> superseded() const;
  // The same with their headers.
  std::span<const Segment> ahead() const { return std::span(segments_).subspan(current_); }
  // Where the next frame would be in the first of them.
  uint64_t offset() const { return offset_; }

 private:
  enum class Found : uint8_t { kYes, kNo, kProblem };

  bool add_segments();
  bool add_segment(const std::string& name);
  bool read_segment_header(const std::string& name, std::span<const std::byte> block,
                           SegmentHeader* header);
  bool check_order();
  bool begin_at(size_t segment);
  const Segment& current() const { return segments_[current_]; }
  const SegmentHeader& following() const { return segments_[current_ + 1].header; }
  Found frame_here();
  bool fits_here(const FrameHeader& header) const;
  bool goes_on_elsewhere() const;
  bool is_end();
  Found later_frame();
  bool find_torn();
  bool fail(const std::string& file, uint64_t offset, bool is_damage, std::string what);
  bool fail(const std::string& file, uint64_t offset, os::DiskStatus status);
  bool window(uint64_t offset, size_t wanted, std::span<const std::byte>* bytes);

  os::Disk& disk_;
  uint64_t first_lsn_ = 1;
  std::vector<Segment> segments_;
  size_t current_ = 0;
  std::unique_ptr<os::DiskFile> file_;  // the current one
  uint64_t offset_ = 0;                 // of the next frame in it
  LogPosition end_;
  FrameHeader header_;
  std::span<const std::byte> payload_;
  TornTail torn_;
  Problem problem_;

  // What was read of the current segment.
  os::DiskBuffer window_;
  uint64_t window_at_ = 0;
  size_t window_bytes_ = 0;
};

}  // namespace guerdon::wal
