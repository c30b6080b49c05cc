#include "engine/event/record_codec.h"

#include <algorithm>
#include <cstring>

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/varint.h"
#include "engine/event/command.h"
#include "engine/event/command_codec.h"
#include "engine/event/field.h"
#include "engine/event/identity.h"
#include "engine/event/text_rules.h"
#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

using base::put_varint;
using base::zigzag;

// In the kind of an event that names its object: one that does not takes no byte for it.
constexpr uint8_t kHasObject = 0x40;

static_assert(kIdBytesMax <= kTextBytesMax && kTextBytesMax < 1 << 14, "two bytes for its length");
constexpr size_t kTextMost = 2 + kTextBytesMax;
static_assert(kLinesBytesMax < 1 << 14, "two bytes for the length of a list");
static_assert(8 * base::kVarintBytesMax + 3 * kTextMost + (kSlotsMax - 1) * kTextMost + 2 +
                      kLinesBytesMax <
                  kRecordBytesMax,
              "a record with every slot a text as long as may be, and one the lines");

char* put_text(char* out, std::string_view text) {
  out = put_varint(out, text.size());
  base::copy(out, text.data(), text.size());
  return out + text.size();
}

char* put_value(const Field& field, const Batch& batch, int64_t value, char* out) {
  switch (field.kind) {
    case FieldKind::kAmount:
    case FieldKind::kCount:
    case FieldKind::kFlag:
      return put_varint(out, zigzag(value));
    case FieldKind::kText:
    case FieldKind::kAccount:
    case FieldKind::kLines:
      return put_text(out, batch.view(batch.texts[static_cast<size_t>(value)]));
  }
  GUERDON_UNREACHABLE();
}

bool is_number(const Field& field, int64_t most, int64_t value) {
  return value <= most && value >= (field.is_signed ? -most : 0);
}

// Whether all plans can read them.
bool are_lines(const TypeSchema& type, std::string_view list) {
  return std::none_of(type.lines.begin(), type.lines.end(), [&](const LineFields& fields) {
    return check_lines(list, fields).has_value();
  });
}

// Reads one from [at, end) and returns what is behind it; null where there is none.
const char* get_value(const TypeSchema& type, const Field& field, const char* at, const char* end,
                      Batch& batch, int64_t* value) {
  uint64_t front = 0;  // the value, or a text's length
  at = base::get_varint(at, end, &front);
  if (at == nullptr) return nullptr;
  *value = base::unzigzag(front);
  switch (field.kind) {
    case FieldKind::kAmount:
      return is_number(field, money::kAmountMax, *value) ? at : nullptr;
    case FieldKind::kCount:
      return is_number(field, money::kCountMax, *value) ? at : nullptr;
    case FieldKind::kFlag:
      return front == 0 || *value == 1 ? at : nullptr;
    case FieldKind::kText:
    case FieldKind::kAccount:
      if (front == 0 || front > static_cast<size_t>(end - at)) return nullptr;
      if (read_text({at, static_cast<size_t>(front)}, kTextBytesMax)) return nullptr;
      *value = batch.add_text({at, static_cast<size_t>(front)});
      return at + front;
    case FieldKind::kLines:
      if (front == 0 || front > static_cast<size_t>(end - at)) return nullptr;
      if (!are_lines(type, {at, static_cast<size_t>(front)})) return nullptr;
      *value = batch.add_text({at, static_cast<size_t>(front)});
      return at + front;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

// ---- Writing

char* RecordWriter::put_front(LogKind kind, TimeMs at, char* out) {
  GUERDON_ASSERT(at >= before_ && at < base::kTimeEnd);
  *out++ = static_cast<char>(kind);
  out = put_varint(out, static_cast<uint64_t>(at - before_));
  before_ = at;
  return out;
}

// Source, id and payload.
char* RecordWriter::put_identity(const Batch& batch, uint32_t index, char* out) {
  GUERDON_ASSERT(batch.identities.size() == batch.records.size());
  const Record& record = batch.records[index];
  const Identity& identity = batch.identities[index];
  const std::string_view source = batch.view(batch.texts[identity.source]);
  const std::string_view id = batch.view(batch.texts[identity.id]);
  if (!base::is_same(source, source_)) {
    GUERDON_ASSERT(is_logged_source(source));
    source_ = source;
  }
  GUERDON_ASSERT(id.empty() != record.has_key && id.size() <= kIdBytesMax);
  out = put_text(out, source);
  out = put_text(out, id);
  std::memcpy(out, &record.payload, sizeof record.payload);
  return out + sizeof record.payload;
}

char* RecordWriter::put_event(const Batch& batch, uint32_t index, TimeMs at, char* out) {
  const Record& record = batch.records[index];
  const std::vector<Field>& slots = schema_->type(record.type).slots;
  char* const kind = out;
  out = put_front(LogKind::kEvent, at, out);
  out = put_varint(out, record.type);
  out = put_varint(out, zigzag(at - record.occurred_at));
  out = put_varint(put_identity(batch, index, out), record.present);
  const int64_t* const values = batch.values.data() + record.values;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    if ((record.present >> slot & 1) != 0) out = put_value(slots[slot], batch, values[slot], out);
  }
  if (record.object == kNoObject) return out;
  *kind |= kHasObject;
  out = put_text(out, batch.view(batch.texts[record.object]));
  return put_varint(out, static_cast<uint64_t>(record.version + 1));
}

char* RecordWriter::put_command(const Batch& batch, uint32_t index, TimeMs at, char* out) {
  const Record& record = batch.records[index];
  out = put_front(LogKind::kCommand, at, out);
  out = put_varint(out, row_of(record).number);
  out = put_varint(out, zigzag(at - record.occurred_at));
  out = put_varint(put_identity(batch, index, out), record.present);
  return put_command_values(batch, record, out);
}

char* RecordWriter::put_tick(TimeMs at, char* out) { return put_front(LogKind::kTick, at, out); }
char* RecordWriter::put_pass(TimeMs at, char* out) { return put_front(LogKind::kPass, at, out); }

char* RecordWriter::put_sweep(Slices slices, TimeMs at, char* out) {
  return put_varint(put_front(LogKind::kSweep, at, out), slices.number());
}

char* RecordWriter::put_settle(uint32_t periods, TimeMs at, char* out) {
  return put_varint(put_front(LogKind::kSettle, at, out), periods);
}

void RecordWriter::put_plan(const PlanRecord& plan, TimeMs at, std::string* out) {
  char front[2 * base::kVarintBytesMax];
  out->append(front, put_front(LogKind::kPlan, at, front));
  for (const std::string_view text : {plan.name, plan.text, plan.zone}) {
    out->append(front, put_varint(front, text.size())).append(text);
  }
}

// ---- Reading

void RecordReader::begin(std::string_view payload, TimeMs before_at) {
  cursor_ = payload.data();
  end_ = cursor_ + payload.size();
  is_bad_ = before_at < at_ || before_at >= base::kTimeEnd;  // a clock that falls, or ends
  if (!is_bad_) at_ = before_at;
}

RecordReader::Step RecordReader::next(Batch& batch) {
  if (cursor_ == end_ && !is_bad_) return Step::kEnd;
  const Step step = is_bad_ ? Step::kBad : read_record(batch);
  is_bad_ = step == Step::kBad;
  return step;
}

RecordReader::Step RecordReader::read_record(Batch& batch) {
  const auto byte = static_cast<uint8_t>(*cursor_++);
  const bool has_object = byte == (static_cast<uint8_t>(LogKind::kEvent) | kHasObject);
  const auto kind = has_object ? LogKind::kEvent : static_cast<LogKind>(byte);
  uint64_t passed = 0;
  if (!take(&passed) || passed >= static_cast<uint64_t>(base::kTimeEnd - at_)) return Step::kBad;
  at_ += static_cast<TimeMs>(passed);
  uint64_t slices = 0;
  uint64_t periods = 0;
  switch (kind) {
    case LogKind::kEvent:
      return read_event(has_object, batch) ? Step::kEvent : Step::kBad;
    case LogKind::kTick:
      return Step::kTick;
    case LogKind::kSweep:
      if (!take(&slices) || slices >= uint64_t{kSlices} * kSlicesAtOnce) return Step::kBad;
      slices_ = Slices::of_number(static_cast<uint32_t>(slices));
      return Step::kSweep;
    case LogKind::kSettle:
      if (!take(&periods) || periods == 0 || periods > UINT32_MAX) return Step::kBad;
      periods_ = static_cast<uint32_t>(periods);
      return Step::kSettle;
    case LogKind::kPlan:
      return read_plan() ? Step::kPlan : Step::kBad;
    case LogKind::kPass:
      add_pass(batch);
      return Step::kPass;
    case LogKind::kCommand:
      return read_command(batch) ? Step::kCommand : Step::kBad;
  }
  return Step::kBad;
}

void RecordReader::add_pass(Batch& batch) const {
  Record record;
  record.occurred_at = at_;
  record.outcome = Outcome::kIgnored;
  batch.records.push_back(record);
  if (keeps_identities_) batch.identities.emplace_back();
}

bool RecordReader::read_plan() {
  return take_bytes(&plan_.name) && take_bytes(&plan_.text) && take_bytes(&plan_.zone);
}

// What was added before a fault is found is taken back.
bool RecordReader::read_event(bool has_object, Batch& batch) {
  uint64_t type = 0;
  if (!take(&type) || type >= static_cast<uint64_t>(schema_->size())) return false;
  Record record;
  record.type = static_cast<uint16_t>(type);
  if (!read_occurred_at(record)) return false;
  record.values = static_cast<uint32_t>(batch.values.size());
  const Batch::Mark before = batch.mark();
  if (read_identity(record, batch) && record.has_key &&
      read_values(schema_->type(record.type), record, batch) &&
      (!has_object || read_object(record, batch))) {
    batch.records.push_back(record);
    return true;
  }
  batch.rewind(before);
  return false;
}

bool RecordReader::read_command(Batch& batch) {
  uint64_t number = 0;
  if (!take(&number)) return false;
  const CommandRow* const row = find_command_row(number);
  Record record;
  if (row == nullptr || !read_occurred_at(record)) return false;
  record.type = type_of(*row);
  record.values = static_cast<uint32_t>(batch.values.size());
  const Batch::Mark before = batch.mark();
  if (read_identity(record, batch) && (record.has_key || row->id == IdUse::kAllowed)) {
    const char* const behind =
        get_command_values(*row, *schema_, keys_, cursor_, end_, record, batch);
    if (behind != nullptr) {
      cursor_ = behind;
      batch.records.push_back(record);
      return true;
    }
  }
  batch.rewind(before);
  return false;
}

bool RecordReader::read_occurred_at(Record& record) {
  int64_t behind = 0;
  if (!take_signed(base::kTimeEnd, &behind)) return false;
  record.occurred_at = at_ - behind;
  return record.occurred_at >= base::kTimeMin && record.occurred_at < base::kTimeEnd;
}

// Without an id there is no key.
bool RecordReader::read_identity(Record& record, Batch& batch) {
  std::string_view source;
  std::string_view id;
  if (!take_bytes(&source) || !take_text(kIdBytesMax, &id)) return false;
  if (source_.empty() || !base::is_same(source, source_)) {
    if (!is_logged_source(source)) return false;
    source_ = source;
    keys_ = KeyHasher(source);
  }
  record.has_key = !id.empty();
  if (record.has_key) record.key = keys_.key(id);
  if (keeps_identities_) batch.identities.push_back({batch.add_text(source), batch.add_text(id)});
  return take_word(&record.payload) && take(&record.present);
}

// The place in the payload is kept in a register: were it a member, each byte laid into the batch
// might be one of its own, and it would go through memory for each value.
bool RecordReader::read_values(const TypeSchema& type, Record& record, Batch& batch) {
  const size_t slots = type.slots.size();
  if (slots < kSlotsMax && record.present >> slots != 0) return false;
  batch.values.resize(record.values + slots);
  int64_t* const values = batch.values.data() + record.values;
  const char* at = cursor_;
  for (size_t slot = 0; slot < slots; ++slot) {
    if ((record.present >> slot & 1) == 0) continue;
    if (!type.slots[slot].is_logged()) return false;
    at = get_value(type, type.slots[slot], at, end_, batch, values + slot);
    if (at == nullptr) return false;
  }
  cursor_ = at;
  return true;
}

bool RecordReader::read_object(Record& record, Batch& batch) {
  std::string_view id;
  uint64_t next = 0;
  if (!take_text(kIdBytesMax, &id) || id.empty()) return false;
  if (!take(&next) || next > static_cast<uint64_t>(money::kCountMax) + 1) return false;
  record.object = batch.add_text(id);
  record.version = static_cast<int64_t>(next) - 1;
  return true;
}

bool RecordReader::take(uint64_t* value) {
  const char* const behind = base::get_varint(cursor_, end_, value);
  if (behind == nullptr) return false;
  cursor_ = behind;
  return true;
}

// Within -most .. most.
bool RecordReader::take_signed(int64_t most, int64_t* value) {
  uint64_t folded = 0;
  if (!take(&folded)) return false;
  *value = base::unzigzag(folded);
  return *value >= -most && *value <= most;
}

bool RecordReader::take_word(uint64_t* word) {
  if (static_cast<size_t>(end_ - cursor_) < sizeof *word) return false;
  *word = base::load<uint64_t>(cursor_);
  cursor_ += sizeof *word;
  return true;
}

bool RecordReader::take_bytes(std::string_view* bytes) {
  uint64_t size = 0;
  if (!take(&size) || size > static_cast<size_t>(end_ - cursor_)) return false;
  *bytes = {cursor_, static_cast<size_t>(size)};
  cursor_ += size;
  return true;
}

bool RecordReader::take_text(size_t bytes_max, std::string_view* text) {
  return take_bytes(text) && (text->empty() || !read_text(*text, bytes_max));
}

}  // namespace guerdon::event
