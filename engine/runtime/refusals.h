// What is told of an event or a command that was not applied: a code, and a sentence that says what
// to change.
#pragma once

#include <string>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/program/program.h"

namespace guerdon::runtime {

struct Refused {
  std::string_view code;  // one of the documented list
  std::string sentence;
};

// By admission, or, of a command, by the state that it met: then `result` says more.
// REQUIRES: the record is of the batch, was read, and is neither accepted nor a duplicate.
Refused explain_refusal(const plan::Program& program, const event::Batch& batch,
                        const event::Record& record, const event::CommandResult& result);

}  // namespace guerdon::runtime
