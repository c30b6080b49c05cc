// What a plan makes of the lines of an event.
#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"

namespace guerdon::plan {

namespace {

uint8_t field_at(const EventType& event, int attribute) {
  const auto at = std::find(event.lines.begin(), event.lines.end(), attribute);
  GUERDON_ASSERT(at != event.lines.end());
  return static_cast<uint8_t>(at - event.lines.begin());
}

}  // namespace

// What the plan asks of tables from files, for the events that bring the keys. REQUIRES: names_ are
// those of the event.
void Compiler::compile_asks(const Plan& plan, size_t event) {
  const uint16_t type = type_of_event_[event];
  for (const int index : plan.events[event].attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    if (attribute.ask < 0) continue;
    const TableAsk& ask = plan.asks[static_cast<size_t>(attribute.ask)];
    TableAskSlot slot;
    slot.slot = static_cast<uint8_t>(names_.slots[static_cast<size_t>(index)]);
    slot.table = file_tables_[static_cast<size_t>(ask.table)];
    slot.column = static_cast<uint8_t>(ask.column);
    for (const int key : ask.keys) {
      slot.key_slots.push_back(static_cast<uint8_t>(names_.slots[static_cast<size_t>(key)]));
    }
    program_.asks[type].push_back(std::move(slot));
  }
}

// What one line of a rule per line comes to, before it is rounded.
void Compiler::line_amount(const LineFold& fold, LineFoldSlot& slot) {
  slot.den = CodeWriter(program_, names_).den_of(*fold.amount);
  slot.amount = value_code(*fold.amount);
  slot.rounding = fold.rounding;
}

// In the code of a `where`, the slots of the event are the fields of the line. REQUIRES: names_ are
// those of the event.
void Compiler::compile_lines(const Plan& plan, size_t event) {
  const EventType& declared = plan.events[event];
  if (declared.lines.empty()) return;
  const uint16_t type = type_of_event_[event];
  LineReading reading;
  const std::vector<int> slots =
      std::exchange(names_.slots, std::vector<int>(plan.attributes.size(), -1));
  for (const int attribute : declared.lines) {
    names_.slots[static_cast<size_t>(attribute)] = field_at(declared, attribute);
  }
  for (const int index : declared.attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    if (attribute.fold < 0) continue;
    const LineFold& fold = plan.folds[static_cast<size_t>(attribute.fold)];
    LineFoldSlot slot;
    slot.slot = static_cast<uint8_t>(slots[static_cast<size_t>(index)]);
    slot.fold = fold.fold;
    if (fold.value >= 0) slot.field = field_at(declared, fold.value);
    slot.all_lines = fold.all_lines;
    if (fold.where != nullptr) slot.where = filter_code(*fold.where);
    if (fold.amount != nullptr) line_amount(fold, slot);
    reading.folds.push_back(slot);
  }
  names_.slots = slots;
  if (reading.folds.empty()) return;
  event::LineFields fields;
  for (const int index : declared.lines) {
    const event::Field field = field_of(plan, plan.attributes[static_cast<size_t>(index)]);
    fields.push_back({field.kind, field.scale, field.is_signed});
  }
  const event::TypeSchema& schema = program_.schema.type(type);
  const auto number = std::find(schema.lines.begin(), schema.lines.end(), fields);
  GUERDON_ASSERT(number != schema.lines.end());  // declare_lines
  reading.number = static_cast<size_t>(number - schema.lines.begin());
  program_.lines[type].readings.push_back(std::move(reading));
}

}  // namespace guerdon::plan
