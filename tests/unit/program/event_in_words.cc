#include "tests/unit/program/event_in_words.h"

#include <utility>
#include <vector>

#include "engine/base/hash.h"

namespace guerdon::plan {

namespace {

uint64_t payload_of(const Event& event) {
  base::HashBuilder content;
  content.text(event.type).i64(event.occurred_at);
  for (const auto& [name, number] : event.numbers) content.text(name).i64(number);
  for (const auto& [name, text] : event.texts) content.text(name).text(text);
  if (!event.object.empty()) content.text("object").text(event.object).i64(event.version);
  return content.finish().lo;
}

}  // namespace

uint32_t add_record(const Program& program, const Event& event, event::Batch& batch) {
  event::Record record;
  record.occurred_at = event.occurred_at;
  record.type = program.schema.find_type(event.type);
  record.key = base::hash128(event.id);
  record.payload = payload_of(event);
  record.values = static_cast<uint32_t>(batch.values.size());
  record.place.line = batch.records.size() + 2;
  record.version = event.version;
  if (!event.object.empty()) record.object = batch.add_text(event.object);
  if (record.type == event::kNoType) record.outcome = event::Outcome::kIgnored;
  const auto index = static_cast<uint32_t>(batch.records.size());
  if (record.type != event::kNoType) {
    const std::vector<event::Field>& slots = program.schema.type(record.type).slots;
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      int64_t& value = batch.values.emplace_back(0);
      const auto number = event.numbers.find(slots[slot].wire);
      const auto text = event.texts.find(slots[slot].wire);
      if (number != event.numbers.end()) {
        value = number->second;
      } else if (text != event.texts.end()) {
        value = batch.add_text(text->second);
      } else {
        continue;
      }
      record.present |= uint64_t{1} << slot;
    }
  }
  batch.records.push_back(record);
  return index;
}

void resolve_texts(const Program& program, const event::Record& record, event::Batch& batch,
                   Symbols& symbols) {
  for (const TextSlot& slot : program.texts[record.type]) {
    if ((record.present >> slot.slot & 1) == 0) continue;
    int64_t& value = batch.values[record.values + slot.slot];
    const event::Text& text = batch.texts[static_cast<size_t>(value)];
    const std::string_view view = batch.view(text);
    value = slot.identity ? symbols.intern(view, text.hash) : symbols.find(view, text.hash);
  }
}

}  // namespace guerdon::plan
