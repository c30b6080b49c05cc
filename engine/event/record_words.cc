#include "engine/event/record_words.h"

#include "engine/base/assert.h"
#include "engine/event/command.h"
#include "engine/event/reversal.h"
#include "engine/money/decimal.h"

namespace guerdon::event {

namespace {

std::string text_of(const Batch& batch, int64_t text) {
  return std::string(batch.view(batch.texts[static_cast<size_t>(text)]));
}

std::string value_in_words(const Field& field, const Batch& batch, int64_t value) {
  const bool is_text = field.kind == FieldKind::kText || field.kind == FieldKind::kAccount ||
                       field.kind == FieldKind::kLines;
  return is_text ? text_of(batch, value) : number_in_words(field, value);
}

void add_attributes(const TypeSchema& type, const Batch& batch, const Record& event,
                    RecordWords* words) {
  for (size_t slot = 0; slot < type.slots.size(); ++slot) {
    if ((event.present >> slot & 1) == 0) continue;
    const Field& field = type.slots[slot];
    words->attributes.emplace_back(field.wire,
                                   value_in_words(field, batch, batch.values[event.values + slot]));
  }
}

std::string amount_in(const Schema& schema, size_t wallet, int64_t amount) {
  return money::format_decimal(amount, schema.wallets()[wallet].scale);
}

std::string value_in_words(const Schema& schema, const Batch& batch, const Record& command,
                           size_t slot) {
  FieldForm form = FieldForm::kText;
  GUERDON_ASSERT(form_of_slot(slot, &form));
  const CommandView view(batch, command);
  const int64_t value = batch.values[command.values + slot];
  switch (form) {
    case FieldForm::kAccount:
    case FieldForm::kText:
    case FieldForm::kName:
    case FieldForm::kRate:
    case FieldForm::kSource:
      return text_of(batch, value);
    case FieldForm::kCount:
      return std::to_string(value);
    case FieldForm::kItem: {
      const ItemName& item = schema.items()[static_cast<size_t>(value)];
      return item.program + "/" + item.item;
    }
    case FieldForm::kGoal: {
      const GoalName& goal = schema.goals()[static_cast<size_t>(value)];
      return goal.program + "/" + goal.target;
    }
    case FieldForm::kKnown:
      return schema.known()[static_cast<size_t>(value)].wire;
    case FieldForm::kGot:
      return amount_in(schema, static_cast<size_t>(view[CommandField::kTo]), value);
    case FieldForm::kUnit:
    case FieldForm::kWallet: {
      const WalletName& wallet = schema.wallets()[static_cast<size_t>(value)];
      return wallet.program + "/" + wallet.unit;
    }
    case FieldForm::kAmount:
      return amount_in(schema, view.wallet(leg_of_slot(slot)), value);
    case FieldForm::kTime:
      return time_in_words(value);
    case FieldForm::kInstant:
      return value == kNeverMs ? "never" : time_in_words(value);
    case FieldForm::kLength:
      return std::to_string(value) + "ms";
    case FieldForm::kLsn:
      return std::to_string(value);
    case FieldForm::kReversal:
      return std::to_string(find_reversal(batch, command)->lsn);
  }
  GUERDON_UNREACHABLE();
}

void add_fields(const Schema& schema, const Batch& batch, const Record& command,
                RecordWords* words) {
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    if ((command.present >> slot & 1) == 0) continue;
    const size_t leg = leg_of_slot(slot);
    std::string name(word_of(row_of(command), slot));
    const bool is_event = slot == static_cast<size_t>(CommandField::kReverses);
    if (is_event && kind_of(command) == CommandKind::kCorrect) name = "corrects";
    if (leg > 0) name += " " + std::to_string(leg + 1);
    words->attributes.emplace_back(std::move(name), value_in_words(schema, batch, command, slot));
  }
}

std::string whole_word(const CommandRow& row) {
  return std::string(row.word) + (row.verb.empty() ? "" : " " + std::string(row.verb));
}

}  // namespace

RecordWords in_words(const Schema& schema, const Batch& batch) {
  GUERDON_ASSERT(!batch.records.empty() && batch.identities.size() == batch.records.size());
  const Record& record = batch.records.back();
  const Identity& identity = batch.identities.back();
  RecordWords words;
  if (is_command(record)) {
    words.fields.emplace_back("command", whole_word(row_of(record)));
  } else {
    words.fields.emplace_back("type", schema.type(record.type).wire);
  }
  words.fields.emplace_back("source", text_of(batch, identity.source));
  if (record.has_key) words.fields.emplace_back("id", text_of(batch, identity.id));
  words.fields.emplace_back("occurred_at", time_in_words(record.occurred_at));
  if (is_command(record)) {
    add_fields(schema, batch, record, &words);
  } else {
    add_attributes(schema.type(record.type), batch, record, &words);
  }
  return words;
}

std::string number_in_words(const Field& field, int64_t value) {
  switch (field.kind) {
    case FieldKind::kAmount:
      return money::format_decimal(value, field.scale);
    case FieldKind::kFlag:
      return value != 0 ? "true" : "false";
    default:
      return std::to_string(value);
  }
}

std::string time_in_words(TimeMs time) {
  const bool is_time = time >= base::kTimeMin && time < base::kTimeEnd;
  return is_time ? base::format_timestamp(time) : std::to_string(time) + " ms";
}

}  // namespace guerdon::event
