// Reads a snapshot block by block, and believes nothing.
//
//   SnapshotReader in(std::move(file), name);
//   if (!in.open()) ... in.problem() ...
//   while (in.next() == Step::kBlock) use(in.block(), in.payload());
//   kEnd: all of it is as it was written, in.footer(); kProblem: in.problem()
//
// A block's own check is made before it is given. That no block is of another snapshot, and that
// nothing is missing or added, is known only at the end, when the SHA-256 of all is compared: who
// cannot take back what was read calls verify() on a reader of its own first.
//
// Memory: a window of at most kBlockBytesMax. Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/os/disk.h"
#include "engine/snapshot/format.h"

namespace guerdon::snapshot {

enum class Fault : uint8_t {
  kNone,
  kDisk,     // the disk refused a call
  kForeign,  // not a snapshot at all
  kNewer,    // written by a newer version; nothing is wrong with it
  kDamage,
  kContent,  // sound, but what stands there is no state (SectionReader)
  kPlans,    // a state, but of other plans
  kOptions   // a state, but of an engine with other options, or another layout of the accounts
};

struct Problem {
  Fault fault = Fault::kNone;
  std::string file;
  uint64_t offset = 0;
  std::string what;  // a sentence without its place

  // "snap-….snap at 4096: a block is damaged"
  std::string sentence() const;
};

class SnapshotReader {
 public:
  enum class Step : uint8_t { kBlock, kEnd, kProblem };

  // `name` is for problems.
  SnapshotReader(std::unique_ptr<os::DiskFile> file, std::string name)
      : file_(std::move(file)), name_(std::move(name)) {}

  // Reads the header. False: problem().
  bool open();
  const SnapshotHeader& header() const { return header_; }

  // REQUIRES: open() was true. After kEnd or kProblem it stays there.
  Step next();

  // Of the block just given, until the next call.
  const BlockHeader& block() const { return block_; }
  std::string_view payload() const { return payload_; }

  // After kEnd.
  const FooterHeader& footer() const { return footer_; }
  const std::string& summary() const { return summary_; }

  // Goes on to the end; false: problem().
  bool verify();

  const Problem& problem() const { return problem_; }
  // Of the file, padding and all; after kEnd.
  uint64_t bytes() const { return offset_; }
  const std::string& name() const { return name_; }
  // Where the block just given begins.
  uint64_t block_at() const { return block_at_; }

  // Makes this the problem, unless there is one: for who knows more of the content.
  bool fail(Fault fault, uint64_t offset, std::string what);

 private:
  bool read(uint64_t offset, size_t wanted, std::span<const std::byte>* bytes);
  Step next_part();
  Step read_block(const BlockHeader& header);
  Step read_footer(const FooterHeader& footer);
  bool fits_here(const BlockHeader& header) const;
  bool check_footer(const FooterHeader& footer);
  Step damage(std::string what);

  std::unique_ptr<os::DiskFile> file_;
  const std::string name_;
  SnapshotHeader header_;
  uint64_t offset_ = 0;  // of the next part
  uint64_t block_at_ = 0;
  uint64_t blocks_ = 0;
  BlockHeader block_;
  std::string_view payload_;
  FooterHeader footer_;
  std::string summary_;
  Digest digest_;  // of what was given
  Step step_ = Step::kBlock;
  Problem problem_;

  // What was read of the file.
  std::vector<std::byte> window_;
  uint64_t window_at_ = 0;
  size_t window_bytes_ = 0;
};

}  // namespace guerdon::snapshot
