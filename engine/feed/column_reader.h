// One field of one event, from its text into the record and its slots: what every form of events
// does alike, whatever cut the text out.
//
// Inlined where each field of each row passes: the calls cost a tenth of the whole row.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/event/batch.h"
#include "engine/event/field.h"
#include "engine/event/identity.h"
#include "engine/feed/csv_layout.h"

namespace guerdon::event {

// What a refusal of a field says beside its reason: of a list of lines, where in it.
struct FieldFault {
  uint32_t limit = 0;     // of the first reader that finds it
  std::string_view text;  // what is wrong
  uint16_t line = 0;
  uint16_t part = 0;
};
FieldFault fault_of(Reason reason, const TypeLayout& layout, const ColumnUse& use,
                    std::string_view text);

namespace column {

#define GUERDON_PER_FIELD [[gnu::always_inline]] inline

GUERDON_PER_FIELD std::optional<Reason> read_value(const SlotReader& reader, std::string_view text,
                                                   int64_t* value) {
  switch (reader.purpose) {
    case Purpose::kAmount:
      return read_amount(text, reader.scale, reader.is_signed, value);
    case Purpose::kCount:
      return read_count(text, reader.is_signed, value);
    case Purpose::kFlag:
      return read_flag(text, value);
    default:
      GUERDON_UNREACHABLE();
  }
}

GUERDON_PER_FIELD std::optional<Reason> keep_text(std::string_view text, Batch& batch,
                                                  int64_t* value) {
  const std::optional<Reason> reason = read_text(text, kTextBytesMax);
  if (!reason) *value = batch.add_text(text);
  return reason;
}

// What the engine itself reads: id, time, type. `keys` are those of the event's source.
GUERDON_PER_FIELD std::optional<Reason> read_engine(Purpose purpose, std::string_view text,
                                                    const KeyHasher& keys, Record& record) {
  if (purpose == Purpose::kNone) return std::nullopt;
  if (text.empty()) return Reason::kEmpty;
  if (purpose == Purpose::kId) {
    if (auto reason = read_text(text, kIdBytesMax)) return reason;
    record.key = keys.key(text);
  }
  if (purpose == Purpose::kTime && !base::parse_timestamp(text, &record.occurred_at)) {
    return Reason::kNotATime;
  }
  return std::nullopt;
}

// What the engine itself reads of an object: its id, its version.
std::optional<Reason> read_object(std::string_view text, Record& record, Batch& batch);
std::optional<Reason> read_version(std::string_view text, Record& record);

// All plans that read the lines can.
std::optional<Reason> read_lines(const TypeLayout& layout, std::string_view text, Batch& batch,
                                 int64_t* value);

// Its readers of text share one copy.
std::optional<Reason> read_several(const TypeLayout& layout, const ColumnUse& use,
                                   std::string_view text, const KeyHasher& keys, Record& record,
                                   int64_t* values, Batch& batch);

// One jump a column.
GUERDON_PER_FIELD std::optional<Reason> read(const TypeLayout& layout, const ColumnUse& use,
                                             std::string_view text, const KeyHasher& keys,
                                             Record& record, int64_t* values, Batch& batch) {
  int64_t* const value = values + use.reader.slot;
  switch (use.purpose) {
    case Purpose::kNone:
      return std::nullopt;
    case Purpose::kId:
    case Purpose::kTime:
    case Purpose::kType:
      return read_engine(use.purpose, text, keys, record);
    case Purpose::kObject:
      return read_object(text, record, batch);
    case Purpose::kVersion:
      return read_version(text, record);
    case Purpose::kAmount:
    case Purpose::kCount:
    case Purpose::kFlag:
      return read_value(use.reader, text, value);
    case Purpose::kText:
      return keep_text(text, batch, value);
    case Purpose::kLines:
      return read_lines(layout, text, batch, value);
    case Purpose::kSeveral:
      return read_several(layout, use, text, keys, record, values, batch);
  }
  GUERDON_UNREACHABLE();
}

#undef GUERDON_PER_FIELD

}  // namespace column

}  // namespace guerdon::event
