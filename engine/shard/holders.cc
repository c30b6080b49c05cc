#include "engine/shard/holders.h"

#include <algorithm>

namespace guerdon::shard {

using event::CommandField;
using event::Outcome;

event::CommandResult Holders::set(AccountCommand& call) {
  const event::CommandView& command = call.command();
  const auto known = static_cast<size_t>(command[CommandField::kKnown]);
  calendar::Dated<int64_t> value;
  value.from = command.has(CommandField::kEffective) ? command[CommandField::kEffective]
                                                     : call.when().effective;
  value.until = base::kTimeEnd;
  if (command.has(CommandField::kUntil)) {
    value.until = std::min(value.until, command[CommandField::kUntil]);
  }
  value.value = command.derived(event::kKnownNumber);
  if (value.from >= value.until) return {0, 0, Outcome::kExpired};
  const uint32_t subject = books_.program.known[known].subject;
  // Of an account that is new nothing is known, so there is room.
  const bool has_room = books_.state.set_known(call.obtain_account(), subject, value);
  return {int64_t{plan::kKnownMax}, 0, has_room ? Outcome::kOk : Outcome::kLimit};
}

}  // namespace guerdon::shard
