// The values of a command as bytes of its record in the log; record_codec.h has the rest.
//
// A value for each present slot, in their order: a text as its length and bytes, a wallet, an
// instant or a length as a varint, an amount as a signed one.
#pragma once

#include <optional>
#include <string>

#include "engine/event/batch.h"
#include "engine/event/command.h"
#include "engine/event/identity.h"
#include "engine/event/refusal.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// Texts are as parsed. Returns what is behind the values.
char* put_command_values(const Batch& batch, const Record& record, char* out);

// Reads from [at, end) what Record::present says, checks it, and adds the values to the batch;
// `schema`: what it may name, `keys`: of the command's source. Returns what is behind; null
// where there is no such command.
const char* get_command_values(const CommandRow& row, const Schema& schema, const KeyHasher& keys,
                               const char* at, const char* end, Record& record, Batch& batch);

// Fills in kKnownNumber, where the command has a value. A Reason: it is none of its kind.
std::optional<Reason> derive_known(const Schema& schema, const Record& record, Batch& batch);

// What is wrong with a TARGET, and in which of its fields.
struct GoalFault {
  CommandField field = CommandField::kGoal;
  std::string sentence;
};

// Fills in kKnownNumber, kGoalPeriod and those of kGoalKeys that are counts, where the command is a
// TARGET or a STAGE. Nothing: it fits its target. REQUIRES: it names one of the schema. (goal.cc)
std::optional<GoalFault> derive_goal(const Schema& schema, const Record& record, Batch& batch);

// Whether a version of the plan asks about the period.
bool is_asked_of(const GoalName& goal, int32_t period);

// What is wrong with its period: of one that no version of the plan asks about, nothing is said any
// more. Of a record in the log this is no fault. REQUIRES: derive_goal() has found none.
std::optional<GoalFault> fault_of_period(const Schema& schema, const Record& record,
                                         const Batch& batch);

// Fills in kTargetValue. REQUIRES: the texts are in the batch.
void derive_target(const KeyHasher& keys, const Record& record, Batch& batch);

}  // namespace guerdon::event
