#include "engine/history/input_words.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/history/derivation.h"
#include "engine/money/decimal.h"

namespace guerdon::history {

using plan::ReadInput;

std::string InputWords::name_of(const ReadInput& input) const {
  switch (input.what) {
    case ReadInput::What::kAttribute:
      return name_of_slot(input.index);
    case ReadInput::What::kKnown:
      return "known " + known_field(input.index).wire;
    case ReadInput::What::kMeasureBefore:
    case ReadInput::What::kMeasureAfter: {
      const plan::MeasureKind& measure = program_.measures[input.index];
      const bool is_before = input.what == ReadInput::What::kMeasureBefore;
      return program_.subjects[measure.subject].labels[measure.cell] +
             (is_before ? " before" : " after");
    }
    case ReadInput::What::kMeasureLast: {
      const plan::MeasureKind& measure = program_.measures[input.index];
      return program_.subjects[measure.subject].labels[measure.cell] + " of the period before";
    }
    case ReadInput::What::kCapturedBefore:
    case ReadInput::What::kCapturedAfter: {
      const plan::MeasureKind& measure = program_.measures[input.index];
      const bool is_before = input.what == ReadInput::What::kCapturedBefore;
      return program_.subjects[measure.subject].labels[measure.cell] +
             (is_before ? " before it opened" : " when it opened");
    }
    case ReadInput::What::kCell:
    case ReadInput::What::kRow:
      break;
  }
  const plan::TableWords& table = program_.table_words[input.index];
  std::string name = table.name.empty() ? "rows" : table.name;
  if (input.what == ReadInput::What::kRow) return name;
  const plan::TableWords::Column& column = table.columns[input.column];
  if (!column.name.empty()) name += "." + column.name;
  if (input.row < 0) return name;
  return name + " row " + std::to_string(input.row + 1);
}

std::string InputWords::value_of(const ReadInput& input) const {
  if (input.is_missing) return "";
  switch (input.what) {
    case ReadInput::What::kAttribute:
      return value_of_slot(input.index, static_cast<int64_t>(input.value));
    case ReadInput::What::kKnown:
      return known_in_words(known_field(input.index), static_cast<int64_t>(input.value));
    case ReadInput::What::kMeasureBefore:
    case ReadInput::What::kMeasureAfter:
    case ReadInput::What::kMeasureLast:
    case ReadInput::What::kCapturedBefore:
    case ReadInput::What::kCapturedAfter:
      return money::format_decimal(input.value, program_.measures[input.index].scale);
    case ReadInput::What::kRow:
      return input.row < 0 ? "" : "row " + std::to_string(input.row + 1);
    case ReadInput::What::kCell:
      break;
  }
  const plan::TableWords& table = program_.table_words[input.index];
  if (!table.levels.empty()) return table.levels.at(static_cast<size_t>(input.value));
  return exact_words(input.value, program_.tables[input.index].den(input.column),
                     table.columns[input.column].scale);
}

// What the object had, or had at another event.
std::string InputWords::name_of_slot(uint32_t slot) const {
  const event::Field& field = program_.schema.type(type_).slots[slot];
  if (field.fact == 0) return field.wire;
  return plan::fact_words(program_.facts[field.fact - size_t{1}]);
}

// As it was sent; what the object had before is not in the record.
std::string InputWords::value_of_slot(uint32_t slot, int64_t value) const {
  const event::Field& field = program_.schema.type(type_).slots[slot];
  const bool is_role = field.kind == event::FieldKind::kAccount;
  if (!field.is_sent() && !is_role) return known_in_words(field, value);
  const auto sent =
      std::find_if(record_.attributes.begin(), record_.attributes.end(),
                   [&](const auto& attribute) { return attribute.first == field.wire; });
  if (sent != record_.attributes.end()) return sent->second;
  return is_role ? rerun_.text_of(value) : "";
}

const event::Field& InputWords::known_field(uint32_t subject) const {
  const auto kind =
      std::find_if(program_.known.begin(), program_.known.end(),
                   [&](const plan::KnownKind& each) { return each.subject == subject; });
  GUERDON_ASSERT(kind != program_.known.end());
  return kind->field;
}

std::string InputWords::known_in_words(const event::Field& field, int64_t value) const {
  if (field.kind != event::FieldKind::kText) return event::number_in_words(field, value);
  if (!rerun_.symbols().is_interned(value)) return "a text that no plan names";
  return std::string(rerun_.symbols().text(static_cast<plan::Symbol>(value)));
}

}  // namespace guerdon::history
