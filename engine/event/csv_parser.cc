#include "engine/event/csv_parser.h"

#include <algorithm>
#include <span>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/field.h"

namespace guerdon::event {
namespace {

std::optional<Reason> read_slot(const Field& field, std::string_view text, uint32_t kept,
                                int64_t* value) {
  switch (field.kind) {
    case FieldKind::kAmount:
      return read_amount(text, field, value);
    case FieldKind::kCount:
      return read_count(text, field.is_signed, value);
    case FieldKind::kFlag:
      return read_flag(text, value);
    case FieldKind::kText:
    case FieldKind::kAccount:
      *value = kept;
      return std::nullopt;
  }
  GUERDON_UNREACHABLE();
}

uint32_t limit_of(Reason reason, const Field& field) {
  const bool of_scale = reason == Reason::kTooManyDecimals || reason == Reason::kAmountTooLarge;
  return of_scale ? field.scale : 0;
}

}  // namespace

CsvParser::CsvParser(const Schema& schema, std::string_view source)
    : schema_(schema), keys_(source) {}

bool CsvParser::set_header(std::string_view line, std::string* error) {
  GUERDON_ASSERT(!rows_.has_value());
  if (!layout_.build(schema_, line, error)) return false;
  rows_.emplace(layout_.columns().size(), 2);
  return true;
}

size_t CsvParser::parse(std::string_view text, bool last, size_t max_records, Batch& batch) {
  GUERDON_ASSERT(rows_.has_value());
  rows_->begin(text, last);
  for (size_t i = 0; i < max_records; ++i) {
    switch (rows_->next()) {
      case CsvRows::Cut::kRow:
        read_row(batch);
        break;
      case CsvRows::Cut::kRefused:
        refuse_row(batch);
        break;
      case CsvRows::Cut::kEnd:
        return rows_->consumed();
    }
  }
  return rows_->consumed();
}

void CsvParser::read_row(Batch& batch) {
  Record record;
  record.place.line = rows_->line();
  record.type = find_type(rows_->fields()[layout_.type_column()]);
  const size_t first = batch.values.size();
  std::optional<Fault> fault;
  if (record.type == kNoType) {
    fault = read_ignored(record);
  } else {
    const TypeLayout& layout = layout_.type(record.type);
    record.values = static_cast<uint32_t>(first);
    batch.values.resize(first + layout.slots);
    fault = read_fields(layout, record, batch.values.data() + first, batch);
  }
  if (!fault) {
    batch.records.push_back(record);
    return;
  }
  batch.values.resize(first);
  refuse_field(*fault, batch);
}

// Only what moves the clock and what makes it a type.
std::optional<CsvParser::Fault> CsvParser::read_ignored(Record& record) const {
  record.outcome = Outcome::kIgnored;
  const size_t time = layout_.time_column();
  const size_t type = layout_.type_column();
  for (const size_t column : {std::min(time, type), std::max(time, type)}) {
    const std::string_view text = rows_->fields()[column];
    if (text.empty()) return Fault{Reason::kEmpty, column, 0};
    if (column == time && !base::parse_timestamp(text, &record.occurred_at)) {
      return Fault{Reason::kNotATime, column, 0};
    }
  }
  return std::nullopt;
}

std::optional<CsvParser::Fault> CsvParser::read_fields(const TypeLayout& layout, Record& record,
                                                       int64_t* values, Batch& batch) {
  const std::span<const CsvColumn> columns(layout_.columns());
  for (size_t c = 0; c < columns.size(); ++c) {
    const ColumnUse& use = layout.columns[c];
    const std::string_view text = rows_->fields()[c];
    if (use.is_required()) {
      if (auto fault = read_required(c, use, record)) return fault;
    } else if (text.empty()) {
      continue;
    }
    uint32_t kept = 0;
    uint64_t hash;
    if (use.keeps_text) {
      if (auto reason = read_text(text, kTextBytesMax)) return Fault{*reason, c, kTextBytesMax};
      kept = batch.add_text(text);
      hash = batch.texts[kept].hash;
    } else {
      hash = base::hash64(text);
    }
    if (!use.is_id) record.payload += attribute_hash(columns[c].name_hash, hash);
    if (auto fault = read_slots(layout, c, kept, record, values)) return fault;
  }
  return std::nullopt;
}

std::optional<CsvParser::Fault> CsvParser::read_required(size_t column, const ColumnUse& use,
                                                         Record& record) {
  const std::string_view text = rows_->fields()[column];
  if (text.empty()) return Fault{Reason::kEmpty, column, 0};
  if (use.is_id) {
    if (auto reason = read_text(text, kIdBytesMax)) return Fault{*reason, column, kIdBytesMax};
    record.key = keys_.key(text);
  }
  if (use.is_time && !base::parse_timestamp(text, &record.occurred_at)) {
    return Fault{Reason::kNotATime, column, 0};
  }
  return std::nullopt;
}

std::optional<CsvParser::Fault> CsvParser::read_slots(const TypeLayout& layout, size_t column,
                                                      uint32_t text, Record& record,
                                                      int64_t* values) const {
  const ColumnUse& use = layout.columns[column];
  for (size_t i = use.first_reader; i < use.end_reader; ++i) {
    const SlotReader& reader = layout.readers[i];
    const auto reason =
        read_slot(reader.field, rows_->fields()[column], text, values + reader.slot);
    if (reason) return Fault{*reason, column, limit_of(*reason, reader.field)};
    record.present |= uint64_t{1} << reader.slot;
  }
  return std::nullopt;
}

uint16_t CsvParser::find_type(std::string_view wire) {
  if (wire == last_type_wire_) return last_type_;
  last_type_ = schema_.find_type(wire);
  last_type_wire_ = wire;
  return last_type_;
}

void CsvParser::refuse_row(Batch& batch) const {
  const RowFault& fault = rows_->fault();
  const auto index = static_cast<uint32_t>(batch.records.size());
  Record record;
  record.outcome = outcome_of(fault.reason);
  record.place = {rows_->line(), fault.column};
  batch.records.push_back(record);
  batch.refusals.push_back(
      {index, batch.add_text(fault.near), fault.bytes, fault.limit, fault.reason});
}

void CsvParser::refuse_field(const Fault& fault, Batch& batch) const {
  const std::string_view text = rows_->fields()[fault.column];
  const auto index = static_cast<uint32_t>(batch.records.size());
  Record record;
  record.outcome = outcome_of(fault.reason);
  record.place = {rows_->line(), static_cast<uint16_t>(fault.column + 1)};
  batch.records.push_back(record);
  batch.refusals.push_back({index, batch.add_text(text.substr(0, kExcerptKeptMax)),
                            static_cast<uint32_t>(text.size()), fault.limit, fault.reason});
}

}  // namespace guerdon::event
