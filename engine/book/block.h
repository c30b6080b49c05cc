// A block of entries: how it is built, and how it is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/assert.h"
#include "engine/book/book_entry.h"
#include "engine/book/entry_codec.h"
#include "engine/book/format.h"

namespace guerdon::book {

inline uint64_t block_of(Position position) { return position / kBlockBytes; }
inline size_t offset_in_block(Position position) { return position % kBlockBytes; }

// Lays entries down in a block, one behind the other. What it makes of them depends on them alone.
class BlockBuilder {
 public:
  // Begins the block of this number in `bytes`, which are kBlockBytes and borrowed.
  void begin(std::span<std::byte> bytes, const LogId& log, uint64_t number,
             uint64_t entries_before);
  // The same block goes on elsewhere. REQUIRES: `bytes` holds what was there.
  void move_to(std::span<std::byte> bytes) { bytes_ = bytes; }

  // Adds the entry at position(). False: it does not fit, and the block is full.
  // REQUIRES: it comes behind the last one; previous is before position(), or kNoPosition.
  bool add(const BookEntry& entry, Position previous);

  // Gives the block its header as it is now. `flags`: kFull or 0.
  void close(uint32_t flags);

  bool is_empty() const { return header_.entries == 0; }
  const BlockHeader& header() const { return header_; }
  uint64_t number() const { return header_.number; }
  // Where the next entry would go.
  Position position() const { return header_.number * kBlockBytes + header_.used; }
  // Of the book, with those of this block.
  uint64_t entries() const { return header_.entries_before + header_.entries; }
  std::span<const std::byte> bytes() const { return bytes_; }
  // The entries from the one at this position on. REQUIRES: an entry of this block, or its end.
  std::span<const std::byte> bytes_from(Position position) const;

 private:
  void count(const BookEntry& entry);

  std::span<std::byte> bytes_;
  BlockHeader header_;
};

// Reads a block. Its check was made by who gives it; entries are looked at as they are taken.
//
// Borrows the bytes.
class BlockView {
 public:
  BlockView() = default;
  // REQUIRES: get_block_header() found it sound.
  BlockView(std::span<const std::byte> bytes, const BlockHeader& header)
      : bytes_(bytes), header_(header) {}

  const BlockHeader& header() const { return header_; }
  std::span<const std::byte> bytes() const { return bytes_; }

  Position first() const { return header_.number * kBlockBytes + sizeof(BlockHeader); }
  // Behind its last entry.
  Position end() const { return header_.number * kBlockBytes + header_.used; }

  // The entry at this position, *behind where the one after it is. False: what stands there is
  // none. REQUIRES: first() <= position < end().
  bool get(Position position, PlacedEntry* entry, Position* behind) const;

  // Whether an entry begins there: for a position that somebody else gives. It reads the entries
  // before.
  bool begins_at(Position position) const;

 private:
  std::span<const std::byte> bytes_;
  BlockHeader header_;
};

}  // namespace guerdon::book
