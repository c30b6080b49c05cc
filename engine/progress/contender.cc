#include "engine/progress/contender.h"

#include "engine/base/assert.h"

namespace guerdon::progress {

bool is_in(const Contender& contender, Field field) {
  switch (field) {
    case Field::kAll:
      return true;
    case Field::kEnough:
      return contender.is_enough;
    case Field::kSucceeded:
      return contender.is_enough && contender.has_succeeded;
  }
  GUERDON_UNREACHABLE();
}

bool comes_before(const Contender& a, const Contender& b, TiePolicy ties) {
  if (a.score != b.score) return a.score > b.score;
  if (ties == TiePolicy::kEarliest) {
    if (a.held_from != b.held_from) return a.held_from < b.held_from;
    if (a.lsn != b.lsn) return a.lsn < b.lsn;  // equal: one event for both
  }
  if (ties == TiePolicy::kMoreOf && a.more != b.more) return a.more > b.more;
  return a.name < b.name;
}

}  // namespace guerdon::progress
