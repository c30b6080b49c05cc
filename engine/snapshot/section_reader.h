// Reads what sections say: the counterpart of SnapshotWriter::put_….
//
//   SectionReader in(reader);
//   if (!in.begin(3) || !in.take_unsigned(kCountMax, &count) || ... || !in.end()) ...
//
// What it gives is checked as what comes from outside is: every take has a bound, and false where
// the section ends before or holds something else; the reader's problem() then says where. What was
// taken before has to be thrown away.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/int128.h"
#include "engine/snapshot/snapshot_reader.h"

namespace guerdon::snapshot {

class SectionReader {
 public:
  // REQUIRES: the reader is open, and read by nobody else; it must outlive this.
  explicit SectionReader(SnapshotReader& reader) : reader_(reader) {}

  const SnapshotReader& reader() const { return reader_; }

  // Goes to the section. False where another one, or none, comes next.
  // REQUIRES: the one before was ended.
  bool begin(uint32_t section);
  // Whether it is the one that comes next. REQUIRES: the one before was ended.
  bool is_next(uint32_t section) const {
    return is_ahead_ && step_ == SnapshotReader::Step::kBlock && reader_.block().section == section;
  }
  // True when all of the section was taken.
  bool end();
  // True when no section is left, and the snapshot is whole.
  bool finish();

  bool take_unsigned(uint64_t most, uint64_t* value);
  // Within -most .. most.
  bool take_signed(int64_t most, int64_t* value);
  // Any.
  bool take_signed(int64_t* value);
  bool take_word(uint64_t* value);
  bool take_hash(base::Hash128* hash);
  bool take_wide(base::Int128* value);
  // Valid until the next call.
  bool take_text(size_t bytes_max, std::string_view* text);
  // The bytes that come are these.
  bool take_same(std::string_view bytes);

  // Says what is wrong with what was taken; always false. kContent, or what else it is.
  bool fail(std::string what) { return fail(Fault::kContent, std::move(what)); }
  bool fail(Fault fault, std::string what);

 private:
  bool take_varint(uint64_t* value);
  bool take_bytes(size_t count, std::string_view* bytes);
  bool fetch();
  bool fail_to_take(std::string_view what);

  SnapshotReader& reader_;
  uint32_t section_ = 0;
  std::string_view rest_;  // of the block at hand
  std::string across_;     // bytes that stood in more than one block
  // The reader stands behind the section, at what `step_` says.
  bool is_ahead_ = false;
  SnapshotReader::Step step_ = SnapshotReader::Step::kBlock;
};

}  // namespace guerdon::snapshot
