#include "engine/accounts/kept_frames.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::shard {

namespace {
constexpr size_t kFramesInChunk = 256;
}

KeptFrames::KeptFrames(const plan::Program& program) {
  for (const plan::SubjectKind& subject : program.subjects) {
    pools_.emplace_back(sizeof(KeptFrame) + subject.cells * sizeof(int64_t), kFramesInChunk);
    cells_.push_back(subject.cells);
    holds_known_.push_back(static_cast<char>(subject.holds_known));
  }
  free_.resize(pools_.size());
}

void KeptFrames::adopt(const plan::Program& program) {
  for (size_t s = 0; s < program.subjects.size(); ++s) {
    const plan::SubjectKind& subject = program.subjects[s];
    const bool is_new = s >= pools_.size();
    if (!is_new && subject.cells == cells_[s]) continue;
    base::StablePool pool(sizeof(KeptFrame) + subject.cells * sizeof(int64_t), kFramesInChunk);
    if (is_new) {
      pools_.push_back(std::move(pool));
      cells_.push_back(subject.cells);
      holds_known_.push_back(static_cast<char>(subject.holds_known));
      continue;
    }
    GUERDON_ASSERT(subject.cells > cells_[s]);
    // Each keeps its number, and so its place in all lists.
    for (uint32_t i = 0; i < pools_[s].size(); ++i) {
      std::memcpy(pool.at(pool.add()), pools_[s].at(i), pools_[s].stride());
    }
    pools_[s] = std::move(pool);
    cells_[s] = subject.cells;
  }
  free_.resize(pools_.size());
}

KeptFrame* KeptFrames::get(uint64_t place) {
  const auto number = static_cast<uint32_t>(place) - 1;
  return reinterpret_cast<KeptFrame*>(pools_[place >> 32].at(number));
}

KeptFrame* KeptFrames::find(const BlockHeader& account, const plan::FrameKey& key) {
  return const_cast<KeptFrame*>(std::as_const(*this).find(account, key));
}

const KeptFrame* KeptFrames::find(const BlockHeader& account, const plan::FrameKey& key) const {
  if (account.kept == 0) return nullptr;
  const auto at = by_key_.find(Key{&account, key});
  return at == by_key_.end() ? nullptr : get(at->second);
}

KeptFrame* KeptFrames::add(BlockHeader& account, const plan::FrameKey& key) {
  std::vector<uint32_t>& free = free_[key.subject];
  uint32_t number = 0;
  if (free.empty()) {
    number = pools_[key.subject].add();
  } else {
    number = free.back();
    free.pop_back();
  }
  const uint64_t place = uint64_t{key.subject} << 32 | (uint64_t{number} + 1);
  KeptFrame* frame = get(place);
  frame->key = key;
  uint64_t* link = &account.kept;
  if (!is_known(place)) {
    while (*link != 0 && is_known(*link)) link = &get(*link)->next;
  }
  frame->next = *link;
  *link = place;
  const bool fresh = by_key_.emplace(Key{&account, key}, place).second;
  GUERDON_ASSERT(fresh);
  return frame;
}

void KeptFrames::release(uint64_t place) {
  KeptFrame* frame = get(place);
  const auto subject = static_cast<size_t>(place >> 32);
  std::fill_n(frame->cells(), cells_[subject], 0);
  free_[subject].push_back(static_cast<uint32_t>(place) - 1);
}

uint64_t KeptFrames::bytes() const {
  uint64_t bytes = by_key_.capacity() * (sizeof(Key) + sizeof(uint64_t) + 1);
  for (const base::StablePool& pool : pools_) bytes += pool.bytes();
  for (const std::vector<uint32_t>& free : free_) bytes += free.capacity() * sizeof(uint32_t);
  return bytes;
}

}  // namespace guerdon::shard
