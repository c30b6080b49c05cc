#include "engine/shard/holders.h"

namespace guerdon::shard {

using event::CommandField;
using event::Outcome;

event::CommandResult Holders::set(AccountCommand& call) {
  const event::CommandView& command = call.command();
  const event::Stretch stretch = event::stretch_of(command, call.when().effective);
  if (stretch.from >= stretch.until) return {0, 0, Outcome::kExpired};
  const auto known = static_cast<size_t>(command[CommandField::kKnown]);
  const calendar::Dated<int64_t> value{stretch.from, stretch.until,
                                       command.derived(event::kKnownNumber)};
  // Of an account that is new nothing is known, so there is room.
  const bool has_room =
      books_.state.set_known(call.obtain_account(), books_.program->known[known].subject, value);
  return {int64_t{plan::kKnownMax}, 0, has_room ? Outcome::kOk : Outcome::kLimit};
}

}  // namespace guerdon::shard
