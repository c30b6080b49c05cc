// Who competes, as what is ranked.
#pragma once

#include "engine/event/handovers.h"
#include "engine/progress/contender.h"

namespace guerdon::shard {

// The name is that of `each`.
progress::Contender contender_of(const event::Contestant& each);

}  // namespace guerdon::shard
