// Who stands above the accounts of an event: where it gets them, and what is kept for each of them.
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

// REQUIRES: names_ are those of the event. What two plans want alike is found once.
void Compiler::compile_climbs(const Plan& plan, size_t event) {
  std::vector<ClimbSlot>& all = program_.climbs[type_of_event_[event]];
  for (const int index : plan.events[event].attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    if (attribute.climb < 0 || is_each_above(plan, attribute)) continue;
    const Climb& climb = plan.climbs[static_cast<size_t>(attribute.climb)];
    const int below = names_.slots[static_cast<size_t>(climb.below)];
    GUERDON_ASSERT(below >= 0);  // the checker: it has the attribute by that
    ClimbSlot slot;
    slot.slot = static_cast<uint8_t>(names_.slots[static_cast<size_t>(index)]);
    slot.below = static_cast<uint8_t>(below);
    slot.relation =
        program_.schema.add_relation(plan.relations[static_cast<size_t>(climb.relation)].wire);
    slot.level = static_cast<uint8_t>(climb.level);
    slot.passes = climb.passes;
    slot.stands = climb.stands;
    if (std::find(all.begin(), all.end(), slot) == all.end()) all.push_back(slot);
  }
}

// As if the event named each of them in turn: one role a level.
void Compiler::compile_each_above(const Plan& plan, size_t event, int each) {
  const Climb whole =
      plan.climbs[static_cast<size_t>(plan.attributes[static_cast<size_t>(each)].climb)];
  for (int level = 1; level <= whole.up_to; ++level) {
    Climb one = whole;
    one.level = level;
    one.up_to = 0;
    const auto attribute =
        std::find_if(plan.attributes.begin(), plan.attributes.end(), [&](const Attribute& other) {
          return other.climb >= 0 && plan.climbs[static_cast<size_t>(other.climb)] == one;
        });
    GUERDON_ASSERT(attribute != plan.attributes.end());  // check_each_above
    const int slot = names_.slots[static_cast<size_t>(attribute - plan.attributes.begin())];
    names_.slots[static_cast<size_t>(each)] = slot;
    object_names_.slots[static_cast<size_t>(each)] = slot;
    compile_role(plan, event, each);
  }
  names_.slots[static_cast<size_t>(each)] = -1;
  object_names_.slots[static_cast<size_t>(each)] = -1;
}

}  // namespace guerdon::plan
