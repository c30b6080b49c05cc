// A term of one's own.
#include <memory>
#include <utility>

#include "engine/plan/checked.h"

namespace guerdon::plan {

// By all its names, so that none is forgotten when one is added.
TermPtr copy_of(const Term& term) {
  const auto& [kind, type, span, index, owner, event, column, has_else, rounding, moment,
               comparison, value, duration, text, from, args] = term;
  std::vector<TermPtr> copies;
  copies.reserve(args.size());
  for (const TermPtr& arg : args) copies.push_back(arg == nullptr ? nullptr : copy_of(*arg));
  return std::make_unique<Term>(Term{kind, type, span, index, owner, event, column, has_else,
                                     rounding, moment, comparison, value, duration, text, from,
                                     std::move(copies)});
}

}  // namespace guerdon::plan
