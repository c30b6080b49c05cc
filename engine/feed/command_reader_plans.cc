// What commands say of accounts, of the catalogue, of exchanges and of rates must fit the plans.
#include "engine/feed/command_reader.h"

#include <algorithm>

#include "engine/event/command_codec.h"
#include "engine/event/field.h"
#include "engine/event/text_rules.h"
#include "engine/money/exchange.h"

namespace guerdon::event {
namespace {

using F = CommandField;

}  // namespace

// In the scale of `to`, which stands in a slot before it.
bool CommandReader::read_got(Reading& reading, Batch& batch) {
  const Given& given = reading.fields[slot_of(F::kGet)];
  int64_t* const values = batch.values.data() + reading.record.values;
  const bool has_unit = (reading.record.present & bit_of(F::kTo)) != 0;
  const WalletName& wallet =
      schema_.wallets()[has_unit ? static_cast<size_t>(values[slot_of(F::kTo)]) : 0];
  int64_t value = 0;
  if (const auto reason = read_amount(given.value, wallet.scale, false, &value)) {
    fault_ = fault_at(*reason, given.word, "get", given.value, wallet.scale);
    return false;
  }
  if (value == 0) {
    return fail(
        Outcome::kInvalid, given.word, "get",
        printable(given.value, kExcerptShownMax) + " is not above 0; write an amount that is");
  }
  values[slot_of(F::kGet)] = value;
  return true;
}

bool CommandReader::has_one_of(F one, F other, const Reading& reading) {
  const uint64_t given = reading.record.present & bits_of(one, other);
  if (given == bit_of(one) || given == bit_of(other)) return true;
  return fail(Outcome::kInvalid, reading.words, word_of_slot(slot_of(one)),
              std::string(given == 0 ? "it is missing" : "both are given") + "; write either " +
                  std::string(word_of_slot(slot_of(one))) + "= or " +
                  std::string(word_of_slot(slot_of(other))) + "=");
}

bool CommandReader::check_exchange(const Reading& reading, const int64_t* values) {
  const bool is_rate = static_cast<CommandKind>(reading.row.number) == CommandKind::kRate;
  const int64_t from = values[slot_of(is_rate ? F::kFrom : F::kWallet)];
  const int64_t to = values[slot_of(F::kTo)];
  const size_t word = reading.fields[slot_of(F::kTo)].word;
  const std::string pair = schema_.wallets()[static_cast<size_t>(from)].unit + " to " +
                           schema_.wallets()[static_cast<size_t>(to)].unit;
  const auto& all = schema_.exchanges();
  const auto found = std::find_if(all.begin(), all.end(), [&](const ExchangeName& each) {
    return each.from == from && each.to == to;
  });
  if (found == all.end()) {
    return fail(Outcome::kUnknown, word, "to",
                "no plan says `exchange " + pair + "`; declare it there");
  }
  if (is_rate && !found->from_file) {
    return fail(Outcome::kInvalid, word, "to",
                "the rates of " + pair + " stand in the plan; write `rate from file` there");
  }
  if (!is_rate && found->show_only) {
    return fail(Outcome::kInvalid, word, "to",
                pair + " is `show only` in the plan: balances are shown, and nothing is exchanged");
  }
  return true;
}

// `end`: of the sentence, what is so from then on.
bool CommandReader::ends_after_it_begins(const Reading& reading, const int64_t* values,
                                         std::string_view end) {
  const Given& until = reading.fields[slot_of(F::kUntil)];
  const bool has_both = until.is_there() && reading.fields[slot_of(F::kEffective)].is_there();
  if (!has_both || values[slot_of(F::kUntil)] > values[slot_of(F::kEffective)]) return true;
  return fail(Outcome::kInvalid, until.word, "until",
              "it is no later than effective=; write when " + std::string(end));
}

bool CommandReader::check_rate(const Reading& reading, const Batch& batch, const int64_t* values) {
  if (!check_exchange(reading, values)) return false;
  const Given& given = reading.fields[slot_of(F::kRate)];
  const auto scale_of = [&](F field) {
    return schema_.wallets()[static_cast<size_t>(values[slot_of(field)])].scale;
  };
  const Text& text = batch.texts[static_cast<size_t>(values[slot_of(F::kRate)])];
  const std::optional<money::Ratio> rate = money::parse_rate(batch.view(text));
  if (!rate || !money::minor_rate(*rate, scale_of(F::kFrom), scale_of(F::kTo))) {
    return fail(Outcome::kInvalid, given.word, "rate",
                "it is larger, or finer, than can be kept exactly; write a rounder one");
  }
  return ends_after_it_begins(reading, values, "the rate holds no more");
}

// The table, its column, one key for each of its keys, and a value that the column may have.
bool CommandReader::check_table(const Reading& reading, const Batch& batch) {
  const int64_t* const values = batch.values.data() + reading.record.values;
  const auto text = [&](F field) {
    const bool is_there = reading.fields[slot_of(field)].is_there();
    return is_there ? batch.view(batch.texts[static_cast<size_t>(values[slot_of(field)])])
                    : std::string_view();
  };
  const auto refuse = [&](F field, std::string_view sentence) {
    const Given& given = reading.fields[slot_of(field)];
    return fail(Outcome::kInvalid, given.is_there() ? given.word : reading.words,
                word_of_slot(slot_of(field)), sentence);
  };
  std::string error;
  const FileTable* const table = find_file_table(schema_.tables(), text(F::kTable), &error);
  if (table == nullptr) return refuse(F::kTable, error);
  const std::optional<size_t> column = find_column(*table, text(F::kColumn));
  if (!column) {
    std::string names;
    for (const FileTable::Column& each : table->columns) names += " " + each.name;
    const bool is_one = table->columns.size() == 1 && table->columns[0].name.empty();
    return refuse(F::kColumn, is_one ? "the values of this table have no name; leave it out"
                                     : "the table has several columns; write one of" + names);
  }
  static constexpr std::array kKeys = {F::kKey, F::kKey2, F::kKey3, F::kKey4};
  std::array<std::string_view, kKeys.size()> keys;
  for (size_t k = 0; k < kKeys.size(); ++k) {
    const bool is_wanted = k < table->keys.size();
    keys[k] = text(kKeys[k]);
    if (reading.fields[slot_of(kKeys[k])].is_there() == is_wanted) continue;
    return refuse(kKeys[k], is_wanted
                                ? "it is missing; the table goes by " + table->keys[k] + ", too"
                                : std::string("the table has fewer keys; leave it out"));
  }
  size_t bad = 0;
  if (!key_of_row(*table, *column, std::span(keys).first(table->keys.size()), &bad)) {
    return refuse(kKeys[bad], printable(keys[bad], kExcerptShownMax) +
                                  " is no whole number from 0 on; " + table->keys[bad] +
                                  " is a count");
  }
  int64_t value = 0;
  if (read_table_value(table->columns[*column], text(F::kValue), &value, &error)) return true;
  return refuse(F::kValue, error);
}

bool CommandReader::check_known(const Reading& reading, Batch& batch) {
  const Given& value = reading.fields[slot_of(F::kValue)];
  if (const auto reason = derive_known(schema_, reading.record, batch)) {
    const int64_t known = batch.values[reading.record.values + slot_of(F::kKnown)];
    const Field& field = schema_.known()[static_cast<size_t>(known)];
    fault_ = fault_at(*reason, value.word, "value", value.value, field.scale);
    return false;
  }
  return ends_after_it_begins(reading, batch.values.data() + reading.record.values,
                              "it is so no more");
}

bool CommandReader::check_org(const Reading& reading, const Batch& batch) {
  const int64_t* const values = batch.values.data() + reading.record.values;
  const auto text = [&](F field) {
    return batch.view(batch.texts[static_cast<size_t>(values[slot_of(field)])]);
  };
  const std::vector<std::string>& relations = schema_.relations();
  const Given& relation = reading.fields[slot_of(F::kTable)];
  if (std::find(relations.begin(), relations.end(), text(F::kTable)) == relations.end()) {
    return fail(Outcome::kUnknown, relation.word, "relation",
                relations.empty() ? "no plan declares a relation; write `relation manager` there"
                                  : "no plan declares it; write one of " + listed(relations));
  }
  const Given& vacant = reading.fields[slot_of(F::kValue)];
  if (vacant.is_there() && text(F::kValue) != "yes" && text(F::kValue) != "no") {
    return fail(
        Outcome::kInvalid, vacant.word, "vacant",
        printable(vacant.value, kExcerptShownMax) + " is neither yes nor no; write one of these");
  }
  return ends_after_it_begins(reading, values, "it is so no more");
}

bool CommandReader::check_goal(const Reading& reading, Batch& batch) {
  std::optional<GoalFault> fault = derive_goal(schema_, reading.record, batch);
  if (!fault) fault = fault_of_period(schema_, reading.record, batch);
  if (!fault) return true;
  const size_t slot = slot_of(fault->field);
  const Given& given = reading.fields[slot];
  return fail(Outcome::kInvalid, given.is_there() ? given.word : reading.words, word_of_slot(slot),
              fault->sentence);
}

bool CommandReader::check_grant(const Reading& reading, const Batch& batch) {
  const int64_t* const values = batch.values.data() + reading.record.values;
  const auto text = [&](F field) {
    return batch.view(batch.texts[static_cast<size_t>(values[slot_of(field)])]);
  };
  const Given& badge = reading.fields[slot_of(F::kBadge)];
  const WalletName& wallet = schema_.wallets()[static_cast<size_t>(values[slot_of(F::kBadge)])];
  if (wallet.is_notice) {
    return fail(Outcome::kInvalid, badge.word, "badge",
                wallet.unit + " is what a plan tells, and no badge; its rules alone tell it");
  }
  if (!wallet.is_badge) {
    return fail(Outcome::kInvalid, badge.word, "badge",
                wallet.unit + " is a unit, and no badge; ADJUST gives of it by hand");
  }
  if (text(F::kBy) != text(F::kAccount)) return true;
  return fail(Outcome::kInvalid, reading.fields[slot_of(F::kAccount)].word, "account",
              "nobody grants a badge to himself; name another account");
}

bool CommandReader::fits_plans(const Reading& reading, Batch& batch) {
  const int64_t* const values = batch.values.data() + reading.record.values;
  switch (static_cast<CommandKind>(reading.row.number)) {
    case CommandKind::kRedeem: {
      const Given& pieces = reading.fields[slot_of(F::kPieces)];
      if (!pieces.is_there() || values[slot_of(F::kPieces)] > 0) return true;
      return fail(Outcome::kInvalid, pieces.word, "qty", "nothing is redeemed; write 1 or more");
    }
    case CommandKind::kItem: {
      if (!has_one_of(F::kStock, F::kAdded, reading)) return false;
      // Without one, what is sent again would come in twice.
      if (reading.fields[slot_of(F::kAdded)].is_there() && !reading.record.has_key) {
        return fail(Outcome::kInvalid, reading.words, "id",
                    "it is missing; add= wants one, so that it can be sent again");
      }
      const Given& item = reading.fields[slot_of(F::kItem)];
      if (schema_.items()[static_cast<size_t>(values[slot_of(F::kItem)])].has_stock) return true;
      return fail(Outcome::kInvalid, item.word, "item",
                  "its plan gives it no stock, so it never runs out; write `stock` there");
    }
    case CommandKind::kHolder:
      return check_known(reading, batch);
    case CommandKind::kOrg:
      return check_org(reading, batch);
    case CommandKind::kTarget:
    case CommandKind::kStage:
      return check_goal(reading, batch);
    case CommandKind::kGrant:
      return check_grant(reading, batch);
    case CommandKind::kRate:
      return check_rate(reading, batch, values);
    case CommandKind::kTable:
      return check_table(reading, batch);
    case CommandKind::kExchangeReturn:
      return check_exchange(reading, values);
    case CommandKind::kExchange:
      return has_one_of(F::kAmount, F::kGet, reading) && check_exchange(reading, values);
    default:
      return true;
  }
}

}  // namespace guerdon::event
