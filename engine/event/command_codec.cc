#include "engine/event/command_codec.h"

#include "engine/base/assert.h"
#include "engine/base/bytes.h"
#include "engine/base/varint.h"
#include "engine/event/field.h"
#include "engine/event/reversal.h"
#include "engine/money/exchange.h"
#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

char* put_value(FieldForm form, const Batch& batch, int64_t value, char* out) {
  switch (form) {
    case FieldForm::kAccount:
    case FieldForm::kText:
    case FieldForm::kName:
    case FieldForm::kRate:
    case FieldForm::kSource:
    case FieldForm::kReversal: {
      const std::string_view text = batch.view(batch.texts[static_cast<size_t>(value)]);
      out = base::put_varint(out, text.size());
      base::copy(out, text.data(), text.size());
      return out + text.size();
    }
    case FieldForm::kAmount:
    case FieldForm::kGot:
      return base::put_varint(out, base::zigzag(value));
    case FieldForm::kUnit:
    case FieldForm::kItem:
    case FieldForm::kKnown:
    case FieldForm::kGoal:
    case FieldForm::kCount:
    case FieldForm::kWallet:
    case FieldForm::kTime:
    case FieldForm::kInstant:
    case FieldForm::kLength:
    case FieldForm::kLsn:
      return base::put_varint(out, static_cast<uint64_t>(value));
  }
  GUERDON_UNREACHABLE();
}

// Whether a number that a log has may stand in a field of this form; amounts are is_whole()'s.
bool is_number(FieldForm form, const Schema& schema, uint64_t number) {
  switch (form) {
    case FieldForm::kWallet:
    case FieldForm::kUnit:
      return number < schema.wallets().size();
    case FieldForm::kItem:
      return number < schema.items().size();
    case FieldForm::kKnown:
      return number < schema.known().size();
    case FieldForm::kGoal:
      return number < schema.goals().size();
    case FieldForm::kCount:
      return number <= static_cast<uint64_t>(money::kCountMax);
    case FieldForm::kTime:
      return number < static_cast<uint64_t>(base::kTimeEnd);
    case FieldForm::kInstant:
      return number < static_cast<uint64_t>(base::kTimeEnd) || number == kNeverMs;
    case FieldForm::kLsn:
      return number > 0 && number <= static_cast<uint64_t>(INT64_MAX);
    case FieldForm::kLength:
      return number > 0 && number < static_cast<uint64_t>(base::kTimeEnd);
    default:
      return true;
  }
}

const char* get_value(FieldForm form, const Schema& schema, const char* at, const char* end,
                      Batch& batch, int64_t* value) {
  uint64_t front = 0;  // the value, or a text's length
  at = base::get_varint(at, end, &front);
  if (at == nullptr) return nullptr;
  switch (form) {
    case FieldForm::kAccount:
    case FieldForm::kText:
    case FieldForm::kName:
    case FieldForm::kRate:
    case FieldForm::kSource:
    case FieldForm::kReversal: {
      const size_t most = form == FieldForm::kName ? kIdBytesMax : kTextBytesMax;
      if (front == 0 || front > static_cast<size_t>(end - at)) return nullptr;
      const std::string_view text(at, static_cast<size_t>(front));
      if (form != FieldForm::kReversal && read_text(text, most)) return nullptr;
      if (form == FieldForm::kSource && !is_source_name(text)) return nullptr;
      if (form == FieldForm::kRate && !money::parse_rate(text)) return nullptr;
      *value = batch.add_text(text);
      return at + front;
    }
    case FieldForm::kAmount:
    case FieldForm::kGot:
      *value = base::unzigzag(front);
      return at;
    case FieldForm::kUnit:
    case FieldForm::kItem:
    case FieldForm::kKnown:
    case FieldForm::kGoal:
    case FieldForm::kCount:
    case FieldForm::kWallet:
    case FieldForm::kTime:
    case FieldForm::kInstant:
    case FieldForm::kLength:
    case FieldForm::kLsn:
      *value = static_cast<int64_t>(front);
      return is_number(form, schema, front) ? at : nullptr;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

char* put_command_values(const Batch& batch, const Record& record, char* out) {
  const int64_t* const values = batch.values.data() + record.values;
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    FieldForm form = FieldForm::kText;
    if ((record.present >> slot & 1) == 0) continue;
    GUERDON_ASSERT(form_of_slot(slot, &form));
    out = put_value(form, batch, values[slot], out);
  }
  return out;
}

const char* get_command_values(const CommandRow& row, const Schema& schema, const KeyHasher& keys,
                               const char* at, const char* end, Record& record, Batch& batch) {
  batch.values.resize(record.values + kCommandValues);
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    FieldForm form = FieldForm::kText;
    if ((record.present >> slot & 1) == 0) continue;
    if (!form_of_slot(slot, &form)) return nullptr;
    int64_t value = 0;
    at = get_value(form, schema, at, end, batch, &value);
    if (at == nullptr) return nullptr;
    batch.values[record.values + slot] = value;
  }
  if (!is_whole(row, record.present, batch.values.data() + record.values)) return nullptr;
  if (derive_known(schema, record, batch) || derive_goal(schema, record, batch)) return nullptr;
  const bool has_event = (record.present & bit_of(CommandField::kReverses)) != 0;
  if (kind_of(record) == CommandKind::kReverse && !has_event) return nullptr;
  if (has_event && !add_reversal(schema, record, batch)) return nullptr;
  derive_target(keys, record, batch);
  return at;
}

std::optional<Reason> derive_known(const Schema& schema, const Record& record, Batch& batch) {
  if (kind_of(record) != CommandKind::kHolder) return std::nullopt;
  const CommandView command(batch, record);
  const Field& field = schema.known()[static_cast<size_t>(command[CommandField::kKnown])];
  const std::string_view text = batch.view(command.text(CommandField::kValue));
  int64_t* const number = &batch.values[record.values + kKnownNumber];
  switch (field.kind) {
    case FieldKind::kAmount:
      return read_amount(text, field.scale, field.is_signed, number);
    case FieldKind::kCount:
      return read_count(text, field.is_signed, number);
    case FieldKind::kFlag:
      return read_flag(text, number);
    case FieldKind::kText:
    case FieldKind::kAccount:
      return std::nullopt;  // admission's
    case FieldKind::kLines:
      break;  // nothing that is known of an account
  }
  GUERDON_UNREACHABLE();
}

void derive_target(const KeyHasher& keys, const Record& record, Batch& batch) {
  uint64_t target = record.key.lo;
  for (const CommandField field : {CommandField::kHold, CommandField::kOf}) {
    if ((record.present & bit_of(field)) == 0) continue;
    const auto text = static_cast<size_t>(batch.values[record.values + static_cast<size_t>(field)]);
    target = keys.key(batch.view(batch.texts[text])).lo;
  }
  batch.values[record.values + kTargetValue] = static_cast<int64_t>(target);
}

}  // namespace guerdon::event
