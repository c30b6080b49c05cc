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
  BlockHeader header;
  bool is_there = true;
  if (!files_.get(end_.blocks - 1, cache_.make_place(end_.blocks - 1), &header)) return false;
  end_.last = cache_.keep(header)->header();
  while (end_.last.is_full()) {
    const std::span<std::byte> bytes = cache_.make_place(end_.blocks);
    const bool is_got = files_.get_if_there(end_.blocks, bytes, &header, &is_there);
    // Half written is not there yet.
    if (!is_got || !is_there) return is_got || files_.problem().fault != Fault::kDisk;
    end_.last = cache_.keep(header)->header();
    ++end_.blocks;
  }
  return true;
}

bool BookReader::block_with(Position position, const BlockView** block) {
  const uint64_t number = block_of(position);
  *block = cache_.find(number);
  const bool is_enough =
      *block != nullptr && (position < (*block)->end() || (*block)->header().is_full());
  if (is_enough) return true;
  BlockHeader header;
  bool is_there = false;
  ++blocks_read_;
  if (!files_.get_if_there(number, cache_.make_place(number), &header, &is_there)) {
    return take_problem();
  }
  *block = is_there ? cache_.keep(header) : nullptr;
  return true;
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
  const BlockView* block = nullptr;
  if (!block_with(at, &block)) return false;
  if (block == nullptr) return fail(from, at, "no block stands there");
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
