// Commands in the log: random ones there and back, and that no other bytes mean the same.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/event/command.h"
#include "engine/event/command_codec.h"
#include "engine/event/record_codec.h"
#include "engine/event/reversal.h"
#include "engine/money/limits.h"
#include "tests/generate/rng.h"

namespace guerdon::event {
namespace {

using Step = RecordReader::Step;
using F = CommandField;

Schema example_schema() {
  Schema schema;
  schema.add_wallet({"shop", "GBP", 2, false});
  schema.add_wallet({"shop", "points", 0, true});
  schema.add_wallet({"club", "points", 0, false});
  schema.add_item({"shop", "lamp", true});
  schema.add_item({"shop", "mug", false});
  schema.add_known({"region", FieldKind::kText, 0, false});
  schema.add_known({"target", FieldKind::kAmount, 2, true});
  const auto period_of = [](std::string_view label) -> std::optional<int32_t> {
    if (label != "2026-02") return std::nullopt;
    return 673;
  };
  const std::vector<std::pair<int32_t, int32_t>> always = {{INT32_MIN, INT32_MAX}};
  schema.set_goal(0, {"shop", "quota", "GBP", 2, {}, {}, "2026-01", period_of, always});
  schema.set_goal(
      1, {"shop", "pieces", "", 0, {"sku", "level"}, {true, false}, "2026-01", period_of, always});
  const uint16_t purchase = schema.add_type("purchase");
  schema.add_slot(purchase, {"account", FieldKind::kAccount, 0, false});
  schema.add_slot(purchase, {"amount", FieldKind::kAmount, 2, true});
  return schema;
}

// Of an event of that schema.
std::string random_reversal(generate::Rng& rng) {
  static const Schema schema = example_schema();
  Batch batch;
  Record record;
  record.occurred_at = rng.between(0, 1'000);
  record.type = 0;
  record.values = 0;
  record.present = 1 + rng.below(3);
  batch.values = {batch.add_text("anna"), rng.between(-500, 500)};
  record.payload = rng.next();
  const std::string id = "e-" + std::to_string(rng.below(1'000));
  record.key = KeyHasher("till").key(id);
  Reversal reversal;
  reversal.lsn = 1 + rng.below(1'000'000);
  if (rng.chance(30)) {
    record.object = batch.add_text("o-1");
    record.version = rng.between(-1, 7);
    reversal.object_lsn = reversal.lsn + rng.below(3);
  }
  batch.identities.push_back({batch.add_text("till"), batch.add_text(id)});
  batch.records.push_back(record);
  for (uint64_t i = rng.below(5); i > 0; --i) {
    Deed deed;
    deed.what = static_cast<Deed::What>(rng.below(3));
    deed.role = static_cast<uint8_t>(rng.below(64));
    deed.number = static_cast<uint32_t>(rng.below(rng.chance(10) ? UINT32_MAX : 9));
    deed.amount = rng.between(1, 1'000);
    const bool is_granted = deed.what == Deed::What::kGranted;  // always above 0
    if (!rng.chance(50) && !is_granted) deed.amount = -deed.amount;
    if (deed.what == Deed::What::kPosted) deed.entry = static_cast<uint32_t>(rng.below(9));
    reversal.deeds.push_back(deed);
  }
  std::string bytes;
  EXPECT_TRUE(put_reversal(schema, batch, 0, 2'000, reversal, &bytes));
  Batch read;
  Reversal again;
  EXPECT_TRUE(get_reversal(schema, bytes, read, &again));
  EXPECT_EQ(again.lsn, reversal.lsn);
  EXPECT_EQ(again.object_lsn, reversal.object_lsn);
  EXPECT_EQ(again.deeds, reversal.deeds);
  EXPECT_EQ(again.event.key, record.key);
  EXPECT_EQ(again.event.occurred_at, record.occurred_at);
  EXPECT_EQ(again.event.present, record.present);
  EXPECT_TRUE(read.records.empty());
  return bytes;
}

int64_t random_value(generate::Rng& rng, const CommandRow& row, size_t slot, Batch& batch) {
  FieldForm form = FieldForm::kText;
  EXPECT_TRUE(form_of_slot(slot, &form));
  switch (form) {
    case FieldForm::kAccount:
    case FieldForm::kText:
      return batch.add_text(std::string(1 + rng.below(rng.chance(5) ? kTextBytesMax : 9), 'x'));
    case FieldForm::kName:
      return batch.add_text(std::string(1 + rng.below(rng.chance(5) ? kIdBytesMax : 9), 'h'));
    case FieldForm::kAmount: {
      const int64_t amount = rng.chance(10) ? money::kAmountMax : rng.between(1, 100'000);
      const bool may_be_below = row.amounts == AmountUse::kSigned && slot == slot_of(F::kAmount);
      return may_be_below && rng.chance(50) ? -amount : amount;
    }
    case FieldForm::kTime:
      return rng.between(0, base::kTimeEnd - 1);
    case FieldForm::kInstant:
      return rng.chance(10) ? kNeverMs : rng.between(0, base::kTimeEnd - 1);
    case FieldForm::kLength:
      return rng.between(1, base::kTimeEnd - 1);
    case FieldForm::kWallet:
    case FieldForm::kUnit:
      return 0;
    case FieldForm::kGot:
      return rng.between(1, money::kAmountMax);
    case FieldForm::kKnown:
    case FieldForm::kGoal:
    case FieldForm::kItem:
      return rng.between(0, 1);
    case FieldForm::kCount:
      return rng.chance(10) ? money::kCountMax : rng.between(1, 9);
    case FieldForm::kRate:
      return batch.add_text(rng.chance(50) ? "25450/1" : "0." + std::to_string(1 + rng.below(99)));
    case FieldForm::kSource:
      return batch.add_text("till-" + std::to_string(rng.below(9)));
    case FieldForm::kReversal:
      return batch.add_text(random_reversal(rng));
    case FieldForm::kLsn:
      return rng.chance(10) ? INT64_MAX : rng.between(1, 1'000);
  }
  return 0;
}

// Where a command takes one of two, or fields have to agree.
void make_whole(generate::Rng& rng, const CommandRow& row, Record& record, Batch& batch) {
  int64_t* const values = batch.values.data() + record.values;
  const auto keep_one = [&](F one, F other, bool is_one) {
    record.present &= ~bit_of(is_one ? other : one);
    const F kept = is_one ? one : other;
    if ((record.present & bit_of(kept)) == 0) values[slot_of(kept)] = 7;
    record.present |= bit_of(kept);
  };
  if (row.number == static_cast<uint8_t>(CommandKind::kItem)) {
    keep_one(F::kStock, F::kAdded, rng.chance(50));
  } else if (row.number == static_cast<uint8_t>(CommandKind::kExchange)) {
    keep_one(F::kAmount, F::kGet, rng.chance(50));
  } else if (row.number == static_cast<uint8_t>(CommandKind::kReverse)) {
    values[slot_of(F::kReverses)] = random_value(rng, row, slot_of(F::kReverses), batch);
    record.present |= bit_of(F::kReverses);
  } else if (row.number == static_cast<uint8_t>(CommandKind::kCorrect) && rng.chance(50)) {
    values[slot_of(F::kReverses)] = random_value(rng, row, slot_of(F::kReverses), batch);
    record.present |= bit_of(F::kReverses);
  } else if (row.number == static_cast<uint8_t>(CommandKind::kHolder)) {
    if (values[slot_of(F::kKnown)] == 1) values[slot_of(F::kValue)] = batch.add_text("-12.5");
    values[slot_of(F::kEffective)] = 5;
    values[slot_of(F::kUntil)] = rng.between(6, base::kTimeEnd - 1);
  } else if (row.number == static_cast<uint8_t>(CommandKind::kOrg)) {
    values[slot_of(F::kEffective)] = 5;
    values[slot_of(F::kUntil)] = rng.between(6, base::kTimeEnd - 1);
  } else if (row.number == static_cast<uint8_t>(CommandKind::kTarget) ||
             row.number == static_cast<uint8_t>(CommandKind::kStage)) {
    const bool has_keys = values[slot_of(F::kGoal)] == 1;
    values[slot_of(F::kPeriod)] = batch.add_text("2026-02");
    values[slot_of(F::kValue)] = batch.add_text(rng.chance(50) ? "12" : "none");
    record.present &= ~bits_of(F::kKey, F::kKey2, F::kKey3);
    if (has_keys) record.present |= bits_of(F::kKey, F::kKey2);
    values[slot_of(F::kKey)] = batch.add_text("A1");
    values[slot_of(F::kKey2)] = batch.add_text("07");
  } else if (row.number == static_cast<uint8_t>(CommandKind::kRate)) {
    values[slot_of(F::kTo)] = 1;
    values[slot_of(F::kEffective)] = rng.between(0, base::kTimeEnd / 2);
    if ((record.present & bit_of(F::kUntil)) != 0) {
      values[slot_of(F::kUntil)] = rng.between(base::kTimeEnd / 2 + 1, base::kTimeEnd - 1);
    }
  }
}

void add_leg(generate::Rng& rng, const CommandRow& row, size_t leg, int64_t wallet, Record& record,
             Batch& batch) {
  const uint64_t allowed = row.demands | row.takes;
  for (const F field : {F::kWallet, F::kAmount, F::kTotal}) {
    if ((allowed & bit_of(field)) == 0 || (field == F::kTotal && rng.chance(50))) continue;
    const size_t slot = slot_of(field, leg);
    const int64_t value =
        field == F::kWallet ? wallet : random_value(rng, row, slot_of(field), batch);
    batch.values[record.values + slot] = value;
    record.present |= bit_of(field, leg);
  }
}

void add_random_command(generate::Rng& rng, Batch& batch) {
  const std::span<const CommandRow> rows = command_rows();
  const CommandRow& row = rows[rng.below(rows.size())];
  Record record;
  record.type = type_of(row);
  record.occurred_at = rng.between(0, base::kTimeEnd - 1);
  record.payload = rng.next();
  record.values = static_cast<uint32_t>(batch.values.size());
  batch.values.resize(batch.values.size() + kCommandValues);
  for (size_t slot = 0; slot < slot_of(F::kWallet); ++slot) {
    const bool is_demanded = (row.demands >> slot & 1) != 0;
    if (!is_demanded && ((row.takes >> slot & 1) == 0 || rng.chance(50))) continue;
    const int64_t value = random_value(rng, row, slot, batch);
    batch.values[record.values + slot] = value;
    record.present |= uint64_t{1} << slot;
  }
  if ((row.demands & bit_of(F::kWallet)) != 0) add_leg(rng, row, 0, 1, record, batch);
  if (row.legs == LegUse::kSeveral && rng.chance(50)) {
    add_leg(rng, row, 0, 1, record, batch);
    add_leg(rng, row, 1, rng.chance(50) ? 0 : 2, record, batch);
    record.present &= ~bit_of(F::kLine);  // is of one wallet
  }
  make_whole(rng, row, record, batch);
  const std::string source = rng.chance(80) ? "shop" : "till-" + std::to_string(rng.below(9));
  record.has_key = row.id == IdUse::kDemanded || rng.chance(50);
  const std::string id = record.has_key ? "id-" + std::to_string(rng.below(1'000)) : "";
  if (record.has_key) record.key = KeyHasher(source).key(id);
  batch.identities.push_back({batch.add_text(source), batch.add_text(id)});
  derive_target(KeyHasher(source), record, batch);
  ASSERT_TRUE(is_whole(row, record.present, batch.values.data() + record.values)) << row.word;
  batch.records.push_back(record);
}

std::string in_words(const Batch& batch, uint32_t index) {
  const Record& record = batch.records[index];
  const CommandView view(batch, record);
  const auto text = [&](int64_t number) {
    return std::string(batch.view(batch.texts[static_cast<size_t>(number)]));
  };
  std::string words = std::string(row_of(record).word) + " at " +
                      std::to_string(record.occurred_at) + " key " + record.key.to_hex() +
                      " payload " + std::to_string(record.payload) + " from " +
                      text(batch.identities[index].source) + " id " +
                      text(batch.identities[index].id) + " target " + std::to_string(view.target());
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    FieldForm form = FieldForm::kText;
    if ((record.present >> slot & 1) == 0 || !form_of_slot(slot, &form)) continue;
    const int64_t value = batch.values[record.values + slot];
    const bool is_text = form <= FieldForm::kName || form == FieldForm::kRate ||
                         form == FieldForm::kSource || form == FieldForm::kReversal;
    words.append(" ").append(word_of_slot(slot)).append("=");
    words += is_text ? text(value) : std::to_string(value);
  }
  return words;
}

struct Written {
  std::string payload;
  std::vector<std::string> said;
};

Written random_payload(generate::Rng& rng, const Schema& schema) {
  Written written;
  Batch batch;
  RecordWriter writer(schema);
  writer.begin(7);
  std::vector<char> room(kRecordBytesMax);
  TimeMs at = 7;
  for (uint32_t i = 0; i < 1 + rng.below(5); ++i) {
    add_random_command(rng, batch);
    at += rng.small(0, 9);
    written.payload.append(room.data(), writer.put_command(batch, i, at, room.data()));
    written.said.push_back(std::to_string(at) + " " + in_words(batch, i));
  }
  return written;
}

std::vector<std::string> read_back(const Schema& schema, const std::string& payload) {
  std::vector<std::string> said;
  Batch batch;
  RecordReader reader(schema);
  reader.begin(payload, 7);
  for (Step step = reader.next(batch); step != Step::kEnd; step = reader.next(batch)) {
    if (step == Step::kCommand) {
      const auto last = static_cast<uint32_t>(batch.records.size() - 1);
      said.push_back(std::to_string(reader.at()) + " " + in_words(batch, last));
      continue;
    }
    said.emplace_back(step == Step::kBad ? "bad" : "another");
    if (step == Step::kBad) break;
  }
  return said;
}

TEST(CommandCodecTest, ReadsBackWhatItWrote) {
  const Schema schema = example_schema();
  generate::Rng rng(3);
  for (int i = 0; i < 2'000; ++i) {
    const Written written = random_payload(rng, schema);
    ASSERT_EQ(read_back(schema, written.payload), written.said) << i;
  }
}

TEST(CommandCodecTest, EveryPrefixIsItsWholeRecordsAndThenBad) {
  const Schema schema = example_schema();
  generate::Rng rng(4);
  for (int i = 0; i < 40; ++i) {
    const Written written = random_payload(rng, schema);
    for (size_t kept = 0; kept < written.payload.size(); ++kept) {
      std::vector<std::string> said = read_back(schema, written.payload.substr(0, kept));
      if (!said.empty() && said.back() == "bad") said.pop_back();
      ASSERT_LT(said.size(), written.said.size());
      ASSERT_TRUE(std::equal(said.begin(), said.end(), written.said.begin()));
    }
  }
}

// One form for each content: whatever is believed is whole, and is written again byte for byte.
TEST(CommandCodecTest, NoOtherBytesMeanTheSame) {
  const Schema schema = example_schema();
  generate::Rng rng(5);
  int believed = 0;
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string payload = random_payload(rng, schema).payload;
    const auto flipped = static_cast<char>(1 << rng.below(8));
    payload[rng.below(payload.size())] ^= flipped;
    Batch batch;
    RecordReader reader(schema);
    RecordWriter writer(schema);
    reader.begin(payload, 7);
    writer.begin(7);
    std::string again;
    std::vector<char> room(kRecordBytesMax);
    Step step;
    while ((step = reader.next(batch)) == Step::kCommand) {
      const auto index = static_cast<uint32_t>(batch.records.size() - 1);
      const Record& record = batch.records[index];
      ASSERT_TRUE(is_whole(row_of(record), record.present, batch.values.data() + record.values));
      again.append(room.data(), writer.put_command(batch, index, reader.at(), room.data()));
    }
    ASSERT_EQ(again, payload.substr(0, again.size()));
    ++(step == Step::kEnd ? believed : refused);
  }
  EXPECT_GT(believed, 1'000) << "some changes only change a value";
  EXPECT_GT(refused, 1'000);
}

// A log may be another's: each byte changed, each end cut off.
TEST(CommandCodecTest, AReversalThatIsNoneIsNotBelieved) {
  const Schema schema = example_schema();
  generate::Rng rng(6);
  for (int i = 0; i < 300; ++i) {
    const std::string bytes = random_reversal(rng);
    for (size_t kept = 0; kept < bytes.size(); ++kept) {
      Batch batch;
      Reversal reversal;
      ASSERT_FALSE(get_reversal(schema, bytes.substr(0, kept), batch, &reversal)) << kept;
      std::string changed = bytes;
      changed[kept] ^= static_cast<char>(1 << rng.below(8));
      (void)get_reversal(schema, changed, batch, &reversal);
      ASSERT_TRUE(batch.records.empty());
    }
    Batch batch;
    Reversal reversal;
    ASSERT_FALSE(get_reversal(schema, bytes + "x", batch, &reversal));
  }
}

// What a row allows: presence and values of one command.
class WholeCommand : public testing::Test {
 protected:
  const CommandRow& row(CommandKind kind) const {
    return *find_command_row(static_cast<uint64_t>(kind));
  }
  void set(F field, int64_t value, size_t leg = 0) {
    values_[slot_of(field, leg)] = value;
    present_ |= bit_of(field, leg);
  }
  bool is_whole_hold() const { return is_whole(row(CommandKind::kHold), present_, values_); }

  uint64_t present_ = 0;
  int64_t values_[kCommandValues] = {};
};

TEST_F(WholeCommand, LegsAreWholeAndOfOneWalletEach) {
  set(F::kAccount, 0);
  EXPECT_FALSE(is_whole_hold()) << "no wallet";
  set(F::kWallet, 1);
  EXPECT_FALSE(is_whole_hold()) << "no amount";
  set(F::kAmount, 5);
  EXPECT_TRUE(is_whole_hold());
  set(F::kWallet, 1, 1);
  set(F::kAmount, 5, 1);
  EXPECT_FALSE(is_whole_hold()) << "the same wallet twice";
  set(F::kWallet, 0, 1);
  EXPECT_TRUE(is_whole_hold());
  set(F::kWallet, 2, 3);
  set(F::kAmount, 2, 3);
  EXPECT_FALSE(is_whole_hold()) << "a leg is left out";
}

TEST_F(WholeCommand, AmountsAreWithinTheirRange) {
  set(F::kAccount, 0);
  set(F::kWallet, 0);
  for (const int64_t amount : {int64_t{0}, int64_t{-5}, money::kAmountMax + 1, INT64_MIN}) {
    set(F::kAmount, amount);
    EXPECT_FALSE(is_whole_hold()) << amount;
  }
  set(F::kAmount, money::kAmountMax);
  EXPECT_TRUE(is_whole_hold());
  set(F::kLine, 0);
  EXPECT_FALSE(is_whole_hold()) << "a line of nothing";
  set(F::kLine, 1);
  set(F::kTotal, -1);
  EXPECT_FALSE(is_whole_hold()) << "a total below zero";
  set(F::kTotal, 1);
  EXPECT_TRUE(is_whole_hold());
  set(F::kExpires, 5);
  EXPECT_FALSE(is_whole_hold()) << "what a hold does not take";
}

TEST_F(WholeCommand, AnAdjustmentHasASignAndOneWallet) {
  set(F::kAccount, 0);
  set(F::kWallet, 0);
  set(F::kAmount, -5);
  set(F::kReason, 0);
  EXPECT_FALSE(is_whole(row(CommandKind::kAdjust), present_, values_)) << "nobody did it";
  set(F::kActor, 0);
  EXPECT_TRUE(is_whole(row(CommandKind::kAdjust), present_, values_));
  set(F::kWallet, 1, 1);
  set(F::kAmount, 5, 1);
  EXPECT_FALSE(is_whole(row(CommandKind::kAdjust), present_, values_));
}

// The event is read behind the command, for which the batch may have no room.
TEST(Reversal, IsGivenToACommandThatMoves) {
  generate::Rng rng(5);
  const Schema schema = example_schema();
  Batch batch;
  batch.values.resize(kCommandValues);
  batch.records.emplace_back();
  batch.records.shrink_to_fit();
  ASSERT_TRUE(give_reversal(schema, random_reversal(rng), batch.records.back(), batch));
  ASSERT_EQ(batch.records.size(), 1U);
  EXPECT_EQ(find_reversal(batch, batch.records.back()), &batch.reversals.front());
}

}  // namespace
}  // namespace guerdon::event
