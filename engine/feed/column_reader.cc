#include "engine/feed/column_reader.h"

namespace guerdon::event {

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

std::optional<Reason> column::read_object(std::string_view text, Record& record, Batch& batch) {
  const std::optional<Reason> reason = read_text(text, kIdBytesMax);
  if (!reason) record.object = batch.add_text(text);
  return reason;
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
