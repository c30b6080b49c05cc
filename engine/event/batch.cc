#include "engine/event/batch.h"

#include <cstdint>
#include <limits>

#include "engine/base/assert.h"

namespace guerdon::event {

void Batch::clear() {
  records.clear();
  values.clear();
  texts.clear();
  refusals.clear();
  log.clear();
  arena_.clear();
}

uint32_t Batch::add_text(std::string_view bytes) {
  GUERDON_ASSERT(bytes.size() <= std::numeric_limits<uint32_t>::max() - arena_.size());
  const auto offset = static_cast<uint32_t>(arena_.size());
  arena_.append(bytes);
  texts.push_back({base::hash64(bytes), offset, static_cast<uint32_t>(bytes.size())});
  return static_cast<uint32_t>(texts.size() - 1);
}

}  // namespace guerdon::event
