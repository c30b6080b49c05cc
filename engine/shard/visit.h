// What sends a shard to work: one role of one event, a command, one slice of a sweep, or a
// question.
//
// Admission finds out which account each role names and whose it is; the shards take it from there
// and do not look again.
#pragma once

#include <cstdint>

#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/program/program.h"

namespace guerdon::shard {

struct Visit {
  static constexpr uint32_t kSweep = UINT32_MAX;
  static constexpr uint32_t kQuery = UINT32_MAX - 1;
  static constexpr uint32_t kCommand = UINT32_MAX - 2;

  uint32_t item = 0;     // index into Batch::log; kQuery: of the question
  uint32_t role = 0;     // index into EventProgram::roles, or one of those above
  uint32_t account = 0;  // index into Batch::texts
};

// Calls place(visit, hash of the account) for each role of an event that rules pay and that the
// record names, in the order of the roles. REQUIRES: batch.log[item] is an event.
template <typename Place>
void visits_of(const plan::Program& program, const event::Batch& batch, uint32_t item,
               const Place& place) {
  const event::Record& record = batch.records[batch.log[item].record];
  const auto& roles = program.events[record.type].roles;
  for (uint32_t r = 0; r < roles.size(); ++r) {
    const uint8_t slot = roles[r].slot;
    if ((record.present >> slot & 1) == 0) continue;
    const auto account = static_cast<uint32_t>(batch.values[record.values + slot]);
    place(Visit{item, r, account}, batch.texts[account].hash);
  }
}

// Of a command that is item `item` of the log: to the account that it names.
inline Visit visit_of_command(const event::Batch& batch, const event::Record& record,
                              uint32_t item) {
  const event::CommandView command(batch, record);
  return {item, Visit::kCommand, static_cast<uint32_t>(command[event::CommandField::kAccount])};
}

}  // namespace guerdon::shard
