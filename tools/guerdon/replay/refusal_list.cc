#include "tools/guerdon/replay/refusal_list.h"

#include <cstdio>

namespace guerdon::tools {

void RefusalList::tell(const Refusal& refusal) {
  if (++count_ > kShownMax) return;
  if (count_ == 1 && !heading_.empty()) std::fprintf(stderr, "%s\n", heading_.c_str());
  std::fprintf(stderr, "%s: %s\n", refusal.source.c_str(), refusal.sentence.c_str());
}

void RefusalList::finish() const {
  if (count_ <= kShownMax) return;
  std::fprintf(stderr, "and %llu more rows were refused; the report counts them by code\n",
               static_cast<unsigned long long>(count_ - kShownMax));
}

}  // namespace guerdon::tools
