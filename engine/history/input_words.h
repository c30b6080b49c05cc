// What a rule read of an event, in words.
#pragma once

#include <string>
#include <string_view>

#include "engine/event/field.h"
#include "engine/event/record_words.h"
#include "engine/history/account_rerun.h"
#include "engine/program/clause_trace.h"
#include "engine/program/program.h"

namespace guerdon::history {

// Of one event: its type, the rerun that came to it last, and its record. Borrows all of them.
class InputWords {
 public:
  InputWords(const plan::Program& program, uint16_t type, const AccountRerun& rerun,
             const event::RecordWords& record)
      : program_(program), type_(type), rerun_(rerun), record_(record) {}

  // `amount`, `known segment`, `turnover before`, `rates.rate row 2`.
  std::string name_of(const plan::ReadInput& input) const;
  // Empty where it is missing.
  std::string value_of(const plan::ReadInput& input) const;

  // What a slot of the event is called: as on the wire, or what the object had.
  std::string name_of_slot(uint32_t slot) const;
  std::string value_of_slot(uint32_t slot, int64_t value) const;

 private:
  const event::Field& known_field(uint32_t subject) const;
  std::string known_in_words(const event::Field& field, int64_t value) const;

  const plan::Program& program_;
  const uint16_t type_;
  const AccountRerun& rerun_;
  const event::RecordWords& record_;
};

}  // namespace guerdon::history
