// Who stands above whom: what a plan says of trees that stand outside of it.
//
// A relation (`relation manager`) is a set of edges, each from an account to the one right above
// it, in a stretch of time: ORG says them, for all plans that call the relation so outside. At one
// instant an account has one edge of a relation, or none, and no chain of edges comes back to where
// it began. An edge may say that the account below it is *vacant*: a post in the tree that nobody
// holds then.
//
// Who stands above an account that an event names is an attribute of the event that nobody sends
// (Attribute::climb): an account, found when the record comes among the edges that stand then, by
// those that hold at the event's occurred_at. Level 1 is right above, level 2 above that one.
// Without `passes` a level that is vacant names nobody, and the others keep their levels (its rate
// is forfeited); with it the vacant are passed by, and the next above takes the level. An event
// without the account below has none of these.
//
// What rules per object pay by is found at the event that first names the account below in its
// role, and `stands` as long as that has the role, whatever is said of the tree meanwhile; also
// that there is nobody. So what is taken back of an order is taken from whom it was paid to. An
// event without an object finds it for itself.
//
// `each manager above seller` is such attributes, one a level, and an effect for each; a part of a
// split may be one. `per manager above seller` (level 0) is kept for each of those on levels 1 to
// `up_to`, as if the event named each in turn: no event carries it, and those of its levels are
// attributes of their own.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>

#include "engine/syntax/source.h"

namespace guerdon::plan {

inline constexpr int kClimbLevelsMax = 16;

struct Relation {
  std::string name;
  std::string wire;  // in ORG
  Span span;
};

struct Climb {
  int relation = -1;  // of Plan::relations
  int below = -1;     // an attribute that is sent, of type account
  int level = 1;      // 1 to kClimbLevelsMax; 0: each of them
  int up_to = 0;      // of level 0: how many levels
  bool passes = false;
  bool stands = false;

  bool operator==(const Climb&) const = default;
  bool is_each() const { return level == 0; }
};

// `seller's manager`, `manager 2 above seller`; with `passes` ", vacant ones passed", where it
// `stands` ", as it stood". Two climbs of one name are one.
inline std::string climb_name(const Climb& climb, const std::string& relation,
                              const std::string& below) {
  std::string name =
      climb.is_each()
          ? "each " + relation + " above " + below + " up to " + std::to_string(climb.up_to)
      : climb.level == 1 ? below + "'s " + relation
                         : relation + " " + std::to_string(climb.level) + " above " + below;
  if (climb.passes) name += ", vacant ones passed";
  if (climb.stands) name += ", as it stood";
  return name;
}

}  // namespace guerdon::plan
