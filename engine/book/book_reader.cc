#include "engine/book/book_reader.h"

#include <utility>

#include "engine/base/assert.h"

namespace guerdon::book {

BookReader::BookReader(os::Disk& disk, size_t cached_blocks)
    : files_(disk), cache_(cached_blocks) {}

bool BookReader::take_problem() {
  problem_ = files_.problem();
  return false;
}

bool BookReader::open() {
  cache_.clear();
  files_.close();
  return (files_.open() && find_end(files_, &end_)) || take_problem();
}

// From the end that is known, block by block: what was written since is not much.
bool BookReader::refresh() {
  if (end_.blocks == 0) return open();
  if (!go_on()) return take_problem();
  return true;
}

bool BookReader::go_on() {
  std::span<std::byte> bytes = cache_.make_place(end_.blocks - 1);
  BlockHeader header;
  if (!files_.get(end_.blocks - 1, bytes, &header)) return false;
  cache_.keep(header);
  end_.last = header;
  while (end_.last.is_full()) {
    bytes = cache_.make_place(end_.blocks);
    if (!files_.get(end_.blocks, bytes, &header)) {
      // Half written is not there yet.
      return files_.problem().fault != Fault::kDisk;
    }
    cache_.keep(header);
    end_.last = header;
    ++end_.blocks;
  }
  return true;
}

const BlockView* BookReader::block_with(Position position) {
  const uint64_t number = block_of(position);
  const BlockView* const cached = cache_.find(number);
  const bool is_enough =
      cached != nullptr && (position < cached->end() || cached->header().is_full());
  if (is_enough) return cached;
  BlockHeader header;
  ++blocks_read_;
  if (!files_.get(number, cache_.make_place(number), &header)) return nullptr;
  return cache_.keep(header);
}

// What a link says is the book's; where the walk begins, it is for who asks to know.
bool BookReader::fail(Position from, Position at, std::string what) {
  if (at == from) {
    problem_ = {Fault::kPosition,
                "",
                0,
                0,
                0,
                std::to_string(at) + " is no position of this account: " + std::move(what)};
    return false;
  }
  files_.fail_at(Fault::kDamage, block_of(at), offset_in_block(at), 0, std::move(what));
  return take_problem();
}

bool BookReader::step(uint64_t account, Position from, Position at, PlacedEntry* placed) {
  const BlockView* const block = block_with(at);
  if (block == nullptr) {
    const bool is_missing = files_.problem().fault == Fault::kMissing;
    return is_missing ? fail(from, at, "no block stands there") : take_problem();
  }
  // Links lead to where entries begin; of other positions that has to be seen.
  const bool is_there =
      at == from ? block->begins_at(at) : at >= block->first() && at < block->end();
  Position behind = kNoPosition;
  if (!is_there || !block->get(at, placed, &behind)) {
    return fail(from, at, "no entry begins there");
  }
  if (placed->entry.account != account) return fail(from, at, "it is an entry of another account");
  return true;
}

bool BookReader::walk(uint64_t account, Position from, size_t limit, WalkPage* page) {
  GUERDON_ASSERT(from != kNoPosition && limit > 0);
  page->entries.clear();
  page->next = from;
  if (!files_.has_shape() && !open()) return false;
  if (!files_.has_shape()) return fail(from, from, "the book is empty");
  while (page->next != kNoPosition && page->entries.size() < limit) {
    PlacedEntry placed;
    if (!step(account, from, page->next, &placed)) return false;
    page->next = placed.previous;
    page->entries.push_back(placed);
  }
  return true;
}

bool BookReader::find(uint64_t lsn, uint64_t* block) {
  return files_.find(lsn, end_.blocks, block) || take_problem();
}

}  // namespace guerdon::book
