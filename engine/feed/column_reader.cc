#include "engine/feed/column_reader.h"

#include "engine/event/field.h"

namespace guerdon::event {

namespace {

uint32_t limit_of(Reason reason, const TypeLayout& layout, const ColumnUse& use,
                  std::string_view text) {
  if (reason == Reason::kFieldTooLong) {
    const bool is_id = use.engine == Purpose::kId || use.engine == Purpose::kObject;
    return is_id ? kIdBytesMax : kTextBytesMax;
  }
  if (reason != Reason::kTooManyDecimals && reason != Reason::kAmountTooLarge) return 0;
  for (size_t i = use.first_reader; i < use.end_reader; ++i) {
    const SlotReader& reader = layout.readers[i];
    int64_t ignored;
    if (reader.purpose == Purpose::kAmount &&
        column::read_value(reader, text, &ignored) == reason) {
      return reader.scale;
    }
  }
  GUERDON_UNREACHABLE();
}

// Of the first plan that cannot read them.
std::optional<LineFault> fault_of_lines(const TypeLayout& layout, std::string_view text) {
  for (const LineFields& fields : layout.lines) {
    if (const std::optional<LineFault> fault = check_lines(text, fields)) return fault;
  }
  return std::nullopt;
}

}  // namespace

FieldFault fault_of(Reason reason, const TypeLayout& layout, const ColumnUse& use,
                    std::string_view text) {
  if (use.purpose != Purpose::kLines) return {limit_of(reason, layout, use, text), text};
  const std::optional<LineFault> fault = fault_of_lines(layout, text);
  GUERDON_ASSERT(fault && fault->reason == reason);
  return {fault->limit, fault->text, fault->line, fault->field};
}

std::optional<Reason> column::read_lines(const TypeLayout& layout, std::string_view text,
                                         Batch& batch, int64_t* value) {
  if (const std::optional<LineFault> fault = fault_of_lines(layout, text)) return fault->reason;
  *value = batch.add_text(text);
  return std::nullopt;
}

std::optional<Reason> column::read_object(std::string_view text, Record& record, Batch& batch) {
  if (const std::optional<Reason> reason = read_text(text, kIdBytesMax)) return reason;
  // Plans may name one object differently; two ids are two.
  if (record.object != kNoObject && batch.view(batch.texts[record.object]) != text) {
    return Reason::kSecondObject;
  }
  record.object = batch.add_text(text);
  return std::nullopt;
}

std::optional<Reason> column::read_version(std::string_view text, Record& record) {
  return read_count(text, false, &record.version);
}

std::optional<Reason> column::read_several(const TypeLayout& layout, const ColumnUse& use,
                                           std::string_view text, const KeyHasher& keys,
                                           Record& record, int64_t* values, Batch& batch) {
  std::optional<Reason> reason;
  if (use.engine == Purpose::kObject) {
    reason = read_object(text, record, batch);
  } else if (use.engine == Purpose::kVersion) {
    reason = read_version(text, record);
  } else {
    reason = read_engine(use.engine, text, keys, record);
  }
  int64_t kept = 0;
  if (!reason && use.keeps_text) reason = keep_text(text, batch, &kept);
  for (size_t i = use.first_reader; i < use.end_reader && !reason; ++i) {
    const SlotReader& reader = layout.readers[i];
    if (reader.purpose == Purpose::kText) {
      values[reader.slot] = kept;
    } else {
      reason = read_value(reader, text, values + reader.slot);
    }
  }
  return reason;
}

}  // namespace guerdon::event
