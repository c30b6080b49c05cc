// The segments of a book, read by the numbers of their blocks.
//
// Memory: a block, and the handles of at most kOpenSegmentsMax files. Thread-safety: one thread at
// a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/book/format.h"
#include "engine/book/problem.h"
#include "engine/os/disk.h"

namespace guerdon::book {

class BookFiles {
 public:
  static constexpr size_t kOpenSegmentsMax = 16;
  // What is not sound may be half written: it is read so many times before it is believed.
  static constexpr int kReadsMax = 8;

  // The disk must outlive it.
  explicit BookFiles(os::Disk& disk);

  // Finds the segments, and the book's shape in the first header. False: problem(). What follows
  // requires that it was true.
  bool open();
  // Finds segments that came since.
  bool list();
  // Lets go of all files: who removes or makes segments does so before.
  void close() { open_.clear(); }

  uint64_t segments() const { return segments_; }
  // There is a header that says it; else the book has no block, and the shape is not to be used.
  bool has_shape() const { return has_shape_; }
  const BookShape& shape() const { return shape_; }
  // For a book that is begun.
  void set_shape(const BookShape& shape);

  // As many blocks as fill `out`, as they stand there; zeros where the file ends before. ENOENT: no
  // such segment. REQUIRES: they are all of one segment.
  os::DiskStatus read(uint64_t block, std::span<std::byte> out);
  os::DiskStatus read_segment_header(uint64_t segment, std::span<std::byte> out);

  // One block, sound. False: problem(); for a block that has to be there, that is none is damage.
  bool get(uint64_t block, std::span<std::byte> out, BlockHeader* header);
  bool get_if_there(uint64_t block, std::span<std::byte> out, BlockHeader* header, bool* is_there);

  // The first of so many blocks that has an entry of this LSN or a later one; `blocks` where none
  // has.
  bool find(uint64_t lsn, uint64_t blocks, uint64_t* block);

  const Problem& problem() const { return problem_; }
  // Makes this the problem: of a file, or of a block and what may be lost with it. Always false.
  bool fail(Fault fault, const std::string& file, std::string what);
  bool fail_at(Fault fault, uint64_t block, std::string what);
  // At an entry of this LSN, in its block.
  bool fail_at(Fault fault, uint64_t block, uint64_t offset, uint64_t lsn, std::string what);

 private:
  struct OpenSegment {
    uint64_t number = 0;
    uint64_t used_at = 0;
    std::unique_ptr<os::DiskFile> file;
  };

  os::DiskStatus open_segment(uint64_t number, os::DiskFile** file);
  os::DiskStatus read_at(uint64_t segment, uint64_t offset, std::span<std::byte> out);
  bool take_shape();
  bool begins_with_nothing();
  // Of a neighbour, for the range of what is lost; false where it cannot be told.
  bool peek(uint64_t block, BlockHeader* header);

  os::Disk& disk_;
  uint64_t segments_ = 0;
  bool has_shape_ = false;
  BookShape shape_;
  std::vector<OpenSegment> open_;
  uint64_t uses_ = 0;
  std::vector<std::byte> block_;
  Problem problem_;
};

}  // namespace guerdon::book
