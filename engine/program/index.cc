#include "engine/program/index.h"

#include <algorithm>
#include <numeric>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::plan {

namespace {

bool has(uint64_t present, uint8_t slot) { return (present >> slot & 1) != 0; }

// What is found is a few runs that are in order by themselves: so few moves by insertion, unless
// there is much of it.
void sort_found(std::vector<Index::Ordered>& found) {
  constexpr size_t kFew = 32;
  const auto before = [](const Index::Ordered& a, const Index::Ordered& b) {
    return a.order < b.order;
  };
  if (found.size() > kFew) return std::sort(found.begin(), found.end(), before);
  for (size_t i = 1; i < found.size(); ++i) {
    const Index::Ordered one = found[i];
    size_t to = i;
    for (; to > 0 && before(one, found[to - 1]); --to) found[to] = found[to - 1];
    found[to] = one;
  }
}

}  // namespace

Index::Group& Index::group(uint8_t first, uint8_t second) {
  for (Group& group : groups_) {
    if (group.shape.first == first && group.shape.second == second) return group;
  }
  groups_.push_back({{first, second, 0, 0}, {}});
  return groups_.back();
}

Index::Bucket& Index::bucket(Group& group, int64_t first, int64_t second) {
  const uint32_t at = group.buckets.add(first, second, static_cast<uint32_t>(buckets_.size()));
  if (at == buckets_.size()) buckets_.emplace_back();
  return buckets_[at];
}

void Index::add_to(Bucket& bucket, Ordered ordered, const Threshold& threshold) {
  if (threshold.slot == kNoSlot) {
    bucket.always.push_back(ordered);
    return;
  }
  auto ladder = std::find_if(bucket.ladders.begin(), bucket.ladders.end(), [&](const Ladder& l) {
    return l.slot == threshold.slot && l.low == threshold.low;
  });
  if (ladder == bucket.ladders.end()) {
    bucket.ladders.push_back({threshold.slot, threshold.low, {}, {}});
    ladder = std::prev(bucket.ladders.end());
  }
  ladder->bounds.push_back(threshold.bound);
  ladder->entries.push_back(ordered);
}

void Index::add(uint32_t entry, const IndexKey& key) {
  GUERDON_ASSERT(key.equalities.size() <= 2);
  const Ordered ordered{count_++, entry};
  const auto count = [&](Shape& shape) {
    ++shape.entries;
    if (key.threshold.slot != kNoSlot) ++shape.thresholds;
  };
  if (key.equalities.empty()) {
    count(always_shape_);
    add_to(always_, ordered, key.threshold);
    return;
  }
  const bool two = key.equalities.size() == 2;
  Group& group = this->group(key.equalities[0].slot, two ? key.equalities[1].slot : kNoSlot);
  count(group.shape);
  const std::vector<int64_t> any{0};
  for (const int64_t first : key.equalities[0].values) {
    for (const int64_t second : two ? key.equalities[1].values : any) {
      add_to(bucket(group, first, second), ordered, key.threshold);
    }
  }
}

void Index::finish() {
  sort_ladders(always_);
  for (Bucket& bucket : buckets_) sort_ladders(bucket);
}

void Index::sort_ladders(Bucket& bucket) {
  for (Ladder& ladder : bucket.ladders) {
    std::vector<size_t> order(ladder.bounds.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return ladder.low ? ladder.bounds[a] < ladder.bounds[b] : ladder.bounds[a] > ladder.bounds[b];
    });
    Ladder sorted{ladder.slot, ladder.low, {}, {}};
    for (const size_t i : order) {
      sorted.bounds.push_back(ladder.bounds[i]);
      sorted.entries.push_back(ladder.entries[i]);
    }
    ladder = std::move(sorted);
  }
}

void Index::Found::add(std::span<const Ordered> run) {
  if (run.empty()) return;
  if (runs++ == 0) {
    only = run;
    return;
  }
  if (runs == 2) scratch.assign(only.begin(), only.end());
  scratch.insert(scratch.end(), run.begin(), run.end());
}

// A ladder is in the order of its bounds, so each entry of it is a run.
void Index::collect(const Bucket& bucket, const int64_t* values, uint64_t present, Found& found) {
  found.add(bucket.always);
  for (const Ladder& ladder : bucket.ladders) {
    if (!has(present, ladder.slot)) continue;
    const int64_t value = values[ladder.slot];
    for (size_t i = 0; i < ladder.bounds.size(); ++i) {
      if (ladder.low ? value < ladder.bounds[i] : value > ladder.bounds[i]) break;
      if (base::planted(base::PlantedBug::kIndexMissesBound) && value == ladder.bounds[i]) break;
      found.add(ladder.entries[i]);
    }
  }
}

const Index::Bucket* Index::bucket_of(const Group& group, const int64_t* values,
                                      uint64_t present) const {
  const Shape& shape = group.shape;
  const bool two = shape.second != kNoSlot;
  if (!has(present, shape.first) || (two && !has(present, shape.second))) return nullptr;
  const uint32_t at = group.buckets.find(values[shape.first], two ? values[shape.second] : 0);
  return at == PairTable::kNone ? nullptr : &buckets_[at];
}

std::span<const Index::Ordered> Index::find(const int64_t* values, uint64_t present,
                                            std::vector<Ordered>& scratch) const {
  if (groups_.empty() && always_.ladders.empty()) return always_.always;
  Found found{{}, scratch};
  collect(always_, values, present, found);
  for (const Group& group : groups_) {
    const Bucket* bucket = bucket_of(group, values, present);
    if (bucket != nullptr) collect(*bucket, values, present, found);
  }
  if (found.runs < 2) return found.only;
  sort_found(scratch);
  return scratch;
}

std::vector<Index::Shape> Index::shapes() const {
  std::vector<Shape> shapes;
  if (always_shape_.entries > 0) shapes.push_back(always_shape_);
  for (const Group& group : groups_) shapes.push_back(group.shape);
  return shapes;
}

}  // namespace guerdon::plan
