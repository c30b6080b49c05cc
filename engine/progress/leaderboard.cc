#include "engine/progress/leaderboard.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::progress {

bool Leaderboard::is_before(const Scored& a, const Contender& b) const {
  if (a.score != b.score) return a.score > b.score;  // its name may be far away in memory
  return comes_before(contender(a), b, ties_);
}

bool Leaderboard::is_before(const Scored& a, const Scored& b) const {
  if (a.score != b.score) return a.score > b.score;
  return comes_before(contender(a), contender(b), ties_);
}

template <typename IsBefore>
Leaderboard::Spot Leaderboard::find(IsBefore is_before) const {
  const auto behind = std::partition_point(parts_.begin(), parts_.end(),
                                           [&](const Part& part) { return is_before(part.first); });
  if (behind == parts_.begin()) return {};
  const Part& part = *std::prev(behind);
  const Scored* const entries = part.block->entries;
  const Scored* const at = std::partition_point(entries, entries + part.size, is_before);
  return {static_cast<size_t>(behind - parts_.begin()) - 1, static_cast<size_t>(at - entries)};
}

size_t Leaderboard::place_of(Spot spot) const {
  size_t place = spot.at;
  for (size_t i = 0; i < spot.part; ++i) place += parts_[i].size;
  return place;
}

size_t Leaderboard::count_before(const Contender& one) const {
  return place_of(find([&](const Scored& each) { return is_before(each, one); }));
}

size_t Leaderboard::count_above(int64_t score) const {
  return place_of(find([&](const Scored& each) { return each.score > score; }));
}

void Leaderboard::add(const Scored& one) {
  GUERDON_ASSERT(has_rank(one.score));
  Spot spot = find([&](const Scored& each) { return is_before(each, one); });
  if (parts_.empty()) parts_.push_back({one, 0, std::make_unique<Block>()});
  if (parts_[spot.part].size == kBlockMax) {
    split(spot.part);
    if (spot.at > parts_[spot.part].size) spot = {spot.part + 1, spot.at - parts_[spot.part].size};
  }
  Part& part = parts_[spot.part];
  Scored* const entries = part.block->entries;
  std::copy_backward(entries + spot.at, entries + part.size, entries + part.size + 1);
  entries[spot.at] = one;
  part.first = entries[0];
  ++part.size;
  ++size_;
}

void Leaderboard::remove(const Scored& one) {
  Spot spot = find([&](const Scored& each) { return is_before(each, one); });
  if (spot.part < parts_.size() && spot.at == parts_[spot.part].size) spot = {spot.part + 1, 0};
  GUERDON_ASSERT(spot.part < parts_.size());
  Part& part = parts_[spot.part];
  Scored* const entries = part.block->entries;
  GUERDON_ASSERT(entries[spot.at].who == one.who);
  std::copy(entries + spot.at + 1, entries + part.size, entries + spot.at);
  --size_;
  if (--part.size == 0) {
    parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(spot.part));
    return;
  }
  part.first = entries[0];
  merge_with_next(spot.part);
  if (spot.part > 0) merge_with_next(spot.part - 1);
}

// The half behind becomes a part of its own.
void Leaderboard::split(size_t part) {
  auto block = std::make_unique<Block>();
  Part& full = parts_[part];
  const size_t kept = full.size / 2;
  const size_t moved = full.size - kept;
  std::copy_n(full.block->entries + kept, moved, block->entries);
  full.size = kept;
  const Scored first = block->entries[0];
  parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(part) + 1,
                {first, moved, std::move(block)});
}

// Where both fill less than half a block: what moves away for good leaves nothing behind.
void Leaderboard::merge_with_next(size_t part) {
  if (part + 1 == parts_.size()) return;
  const Part& next = parts_[part + 1];
  if (parts_[part].size + next.size > kBlockMax / 2) return;
  std::copy_n(next.block->entries, next.size, parts_[part].block->entries + parts_[part].size);
  parts_[part].size += next.size;
  parts_.erase(parts_.begin() + static_cast<std::ptrdiff_t>(part) + 1);
}

Leaderboard::Cursor Leaderboard::at(size_t place) const {
  GUERDON_ASSERT(place <= size_);
  Cursor cursor;
  cursor.board_ = this;
  while (cursor.part_ < parts_.size() && place >= parts_[cursor.part_].size) {
    place -= parts_[cursor.part_++].size;
  }
  cursor.at_ = place;
  return cursor;
}

const Scored* Leaderboard::Cursor::get() const {
  if (part_ == board_->parts_.size()) return nullptr;
  return &board_->parts_[part_].block->entries[at_];
}

const Scored* Leaderboard::Cursor::before() const {
  if (at_ == 0 && part_ == 0) return nullptr;
  Cursor there = *this;
  there.previous();
  return there.get();
}

void Leaderboard::Cursor::next() {
  if (++at_ < board_->parts_[part_].size) return;
  ++part_;
  at_ = 0;
}

void Leaderboard::Cursor::previous() {
  if (at_ == 0) at_ = board_->parts_[--part_].size;
  --at_;
}

}  // namespace guerdon::progress
