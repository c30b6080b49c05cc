#include "engine/feed/csv_parser.h"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/timestamp.h"
#include "engine/event/field.h"

namespace guerdon::event {
namespace {

constexpr size_t kRowsOfRoom = 16;

// Inlined where each field of each row passes: the calls cost a tenth of the whole row.
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

// The limit that a sentence about this fault names: of the first reader that finds it.
uint32_t limit_of(Reason reason, const TypeLayout& layout, const ColumnUse& use,
                  std::string_view text) {
  if (reason == Reason::kFieldTooLong) {
    return use.engine == Purpose::kId ? kIdBytesMax : kTextBytesMax;
  }
  if (reason != Reason::kTooManyDecimals && reason != Reason::kAmountTooLarge) return 0;
  for (size_t i = use.first_reader; i < use.end_reader; ++i) {
    const SlotReader& reader = layout.readers[i];
    int64_t ignored;
    if (reader.purpose == Purpose::kAmount && read_value(reader, text, &ignored) == reason) {
      return reader.scale;
    }
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

CsvParser::CsvParser(const Schema& schema, std::string_view source)
    : schema_(schema), keys_(source) {}

bool CsvParser::set_header(std::string_view line, std::string* error) {
  GUERDON_ASSERT(!rows_.has_value());
  if (!layout_.build(schema_, line, error)) return false;
  rows_.emplace(layout_.columns().size(), 2);
  std::vector<std::string> names;
  for (const CsvColumn& column : layout_.columns()) names.push_back(column.name);
  coverage_.emplace(schema_, std::move(names));
  return true;
}

size_t CsvParser::parse(std::string_view text, bool last, size_t max_records, Batch& batch) {
  GUERDON_ASSERT(rows_.has_value());
  rows_->begin(text, last);
  values_used_ = batch.values.size();
  const size_t begun = batch.records.size();
  CsvRows::Cut cut = CsvRows::Cut::kRow;
  for (size_t i = 0; i < max_records && cut != CsvRows::Cut::kEnd; ++i) {
    cut = rows_->next();
    if (cut == CsvRows::Cut::kRow) read_row(batch);
    if (cut == CsvRows::Cut::kRefused) refuse_row(batch);
  }
  batch.values.resize(values_used_);
  coverage_->add(std::span(batch.records).subspan(begun));
  return rows_->consumed();
}

// Zeros for the next row's slots, and for many rows after it: one fill is cheaper than many.
void CsvParser::make_room(Batch& batch) const {
  batch.values.resize(values_used_ + kRowsOfRoom * layout_.slots_max());
}

void CsvParser::read_row(Batch& batch) {
  Record& record = batch.records.emplace_back();
  record.place.line = rows_->line();
  record.type = find_type(rows_->fields()[layout_.type_column()]);
  record.values = static_cast<uint32_t>(values_used_);
  const bool is_accepted = record.type == kNoType
                               ? read_ignored(record)
                               : read_fields(layout_.type(record.type), record, batch);
  if (!is_accepted) refuse_field(record, batch);
}

GUERDON_PER_FIELD std::optional<Reason> CsvParser::read_engine(Purpose purpose,
                                                               std::string_view text,
                                                               Record& record) const {
  if (purpose == Purpose::kNone) return std::nullopt;
  if (text.empty()) return Reason::kEmpty;
  if (purpose == Purpose::kId) {
    if (auto reason = read_text(text, kIdBytesMax)) return reason;
    record.key = keys_.key(text);
  }
  if (purpose == Purpose::kTime && !base::parse_timestamp(text, &record.occurred_at)) {
    return Reason::kNotATime;
  }
  return std::nullopt;
}

// Only what moves the clock and what makes it a type.
bool CsvParser::read_ignored(Record& record) {
  record.outcome = Outcome::kIgnored;
  const size_t time = layout_.time_column();
  const size_t type = layout_.type_column();
  for (const size_t column : {std::min(time, type), std::max(time, type)}) {
    const Purpose purpose = column == time ? Purpose::kTime : Purpose::kType;
    const auto reason = read_engine(purpose, rows_->fields()[column], record);
    if (!reason) continue;
    fault_ = {column, 0, *reason};
    return false;
  }
  coverage_->add_ignored(rows_->fields()[type]);
  return true;
}

// One jump a column.
GUERDON_PER_FIELD std::optional<Reason> CsvParser::read_column(const TypeLayout& layout,
                                                               const ColumnUse& use,
                                                               std::string_view text,
                                                               Record& record, int64_t* values,
                                                               Batch& batch) const {
  int64_t* const value = values + use.reader.slot;
  switch (use.purpose) {
    case Purpose::kNone:
      return std::nullopt;
    case Purpose::kId:
    case Purpose::kTime:
    case Purpose::kType:
      return read_engine(use.purpose, text, record);
    case Purpose::kAmount:
    case Purpose::kCount:
    case Purpose::kFlag:
      return read_value(use.reader, text, value);
    case Purpose::kText:
      return keep_text(text, batch, value);
    case Purpose::kSeveral:
      return read_several(layout, use, text, record, values, batch);
  }
  GUERDON_UNREACHABLE();
}

bool CsvParser::read_fields(const TypeLayout& layout, Record& record, Batch& batch) {
  if (batch.values.size() - values_used_ < layout.slots) make_room(batch);
  int64_t* const values = batch.values.data() + values_used_;
  const std::string_view* field = rows_->fields();
  uint64_t payload = 0;
  uint64_t present = 0;
  for (const ColumnUse& use : layout.columns) {
    const std::string_view text = *field++;
    if (text.empty() && use.engine == Purpose::kNone) continue;
    const auto reason = read_column(layout, use, text, record, values, batch);
    if (reason) return fail(layout, use, *reason);
    present |= use.slots;
    if (use.engine != Purpose::kId) payload += attribute_hash(use.name_hash, text);
  }
  record.payload = payload;
  record.present = present;
  values_used_ += layout.slots;
  return true;
}

// Its readers of text share one copy.
std::optional<Reason> CsvParser::read_several(const TypeLayout& layout, const ColumnUse& use,
                                              std::string_view text, Record& record,
                                              int64_t* values, Batch& batch) const {
  std::optional<Reason> reason = read_engine(use.engine, text, record);
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

bool CsvParser::fail(const TypeLayout& layout, const ColumnUse& use, Reason reason) {
  const auto column = static_cast<size_t>(&use - layout.columns.data());
  const std::string_view text = rows_->fields()[column];
  fault_ = {column, limit_of(reason, layout, use, text), reason};
  return false;
}

uint16_t CsvParser::find_type(std::string_view wire) {
  if (base::is_same(wire, last_type_wire_)) return last_type_;
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

// The record forgets what was read before the fault.
void CsvParser::refuse_field(Record& record, Batch& batch) const {
  const std::string_view text = rows_->fields()[fault_.column];
  const auto values = batch.values.begin() + static_cast<std::ptrdiff_t>(values_used_);
  std::fill(values, batch.values.end(), 0);
  const uint16_t type = record.type;
  record = Record();
  record.outcome = outcome_of(fault_.reason);
  record.place = {rows_->line(), static_cast<uint16_t>(fault_.column + 1)};
  const auto index = static_cast<uint32_t>(batch.records.size() - 1);
  batch.refusals.push_back({index, batch.add_text(text.substr(0, kExcerptKeptMax)),
                            static_cast<uint32_t>(text.size()), fault_.limit, fault_.reason, type});
}

}  // namespace guerdon::event
