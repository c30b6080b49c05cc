#include "engine/feed/csv_parser.h"

#include <algorithm>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/feed/column_reader.h"

namespace guerdon::event {
namespace {

constexpr size_t kRowsOfRoom = 16;

}  // namespace

CsvParser::CsvParser(const Schema& schema, std::string_view source)
    : schema_(schema), source_(source), keys_(source) {}

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
    if (keeps_identities_ && cut != CsvRows::Cut::kEnd) add_identity(batch);
  }
  batch.values.resize(values_used_);
  coverage_->add(std::span(batch.records).subspan(begun));
  return rows_->consumed();
}

// Zeros for the next row's slots, and for many rows after it: one fill is cheaper than many.
void CsvParser::make_room(Batch& batch) const {
  batch.values.resize(values_used_ + kRowsOfRoom * layout_.slots_max());
}

// Of the last record; what is not accepted has none, but its place.
void CsvParser::add_identity(Batch& batch) const {
  Identity& identity = batch.identities.emplace_back();
  if (batch.records.back().outcome != Outcome::kOk) return;
  identity.source = batch.add_text(source_);
  identity.id = batch.add_text(rows_->fields()[layout_.id_column()]);
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

// Only what moves the clock and what makes it a type.
bool CsvParser::read_ignored(Record& record) {
  record.outcome = Outcome::kIgnored;
  const size_t time = layout_.time_column();
  const size_t type = layout_.type_column();
  for (const size_t column : {std::min(time, type), std::max(time, type)}) {
    const Purpose purpose = column == time ? Purpose::kTime : Purpose::kType;
    const auto reason = column::read_engine(purpose, rows_->fields()[column], keys_, record);
    if (!reason) continue;
    fault_ = {column, {0, rows_->fields()[column]}, *reason};
    return false;
  }
  coverage_->add_ignored(rows_->fields()[type]);
  return true;
}

bool CsvParser::read_fields(const TypeLayout& layout, Record& record, Batch& batch) {
  if (batch.values.size() - values_used_ < layout.slots) make_room(batch);
  int64_t* const values = batch.values.data() + values_used_;
  const std::string_view* field = rows_->fields();
  uint64_t payload = 0;
  uint64_t present = 0;
  for (const ColumnUse& use : layout.columns) {
    const std::string_view text = *field++;
    if (text.empty() && use.may_be_empty()) continue;
    const auto reason = column::read(layout, use, text, keys_, record, values, batch);
    if (reason) return fail(layout, use, *reason);
    present |= use.slots;
    if (use.engine != Purpose::kId) payload += attribute_hash(use.name_hash, text);
  }
  record.payload = payload;
  record.present = present;
  if (record.object == kNoObject) record.version = kNoVersion;  // of nothing
  values_used_ += layout.slots;
  return true;
}

bool CsvParser::fail(const TypeLayout& layout, const ColumnUse& use, Reason reason) {
  const auto column = static_cast<size_t>(&use - layout.columns.data());
  const std::string_view text = rows_->fields()[column];
  fault_ = {column, fault_of(reason, layout, use, text), reason};
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
  const std::string_view text = fault_.field.text;
  const auto values = batch.values.begin() + static_cast<std::ptrdiff_t>(values_used_);
  std::fill(values, batch.values.end(), 0);
  const uint16_t type = record.type;
  record = Record();
  record.outcome = outcome_of(fault_.reason);
  record.place = {rows_->line(), static_cast<uint16_t>(fault_.column + 1)};
  const auto index = static_cast<uint32_t>(batch.records.size() - 1);
  batch.refusals.push_back({index, batch.add_text(text.substr(0, kExcerptKeptMax)),
                            static_cast<uint32_t>(text.size()), fault_.field.limit, fault_.reason,
                            type, fault_.field.line, fault_.field.part});
}

}  // namespace guerdon::event
