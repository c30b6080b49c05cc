#include "engine/event/batch.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "engine/base/assert.h"

namespace guerdon::event {

constexpr size_t kArenaBytes = 16 * 1024;  // of the first growth

void Batch::clear() {
  records.clear();
  values.clear();
  texts.clear();
  refusals.clear();
  log.clear();
  asked.clear();
  identities.clear();
  reversals.clear();
  formers.clear();
  settled.clear();
  used_ = 0;
}

void Batch::rewind(const Mark& mark) {
  records.resize(mark.records);
  values.resize(mark.values);
  texts.resize(mark.texts);
  identities.resize(mark.identities);
  used_ = mark.bytes;
}

void Batch::grow(size_t bytes) {
  GUERDON_ASSERT(used_ + bytes <= std::numeric_limits<uint32_t>::max());
  arena_.resize(std::max(2 * arena_.size(), used_ + bytes + kArenaBytes));
}

}  // namespace guerdon::event
