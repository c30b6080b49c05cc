#include "engine/event/record_codec.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/money/limits.h"
#include "tests/generate/rng.h"

namespace guerdon::event {
namespace {

using Step = RecordReader::Step;

Schema example_schema() {
  Schema schema;
  const uint16_t order = schema.add_type("order");
  schema.add_slot(order, {"account", FieldKind::kAccount, 0, false});
  schema.add_slot(order, {"amount", FieldKind::kAmount, 2, false});
  schema.add_slot(order, {"change", FieldKind::kAmount, 3, true});
  schema.add_slot(order, {"qty", FieldKind::kCount, 0, false});
  schema.add_slot(order, {"delta", FieldKind::kCount, 0, true});
  schema.add_slot(order, {"city", FieldKind::kText, 0, false});
  schema.add_slot(order, {"gift", FieldKind::kFlag, 0, false});
  schema.add_lines(order, {{FieldKind::kText, 0, false}, {FieldKind::kAmount, 2, true}});
  schema.add_lines(order, {{FieldKind::kText, 0, false}, {FieldKind::kAmount, 3, true}});
  const uint16_t all = schema.add_type("all");
  for (int slot = 0; slot < kSlotsMax; ++slot) {
    schema.add_slot(all, {"t" + std::to_string(slot), FieldKind::kText, 0, false});
  }
  schema.add_type("bare");
  return schema;
}

std::string random_text(generate::Rng& rng, size_t bytes_max) {
  std::string text(1 + rng.below(rng.chance(5) ? bytes_max : 12), ' ');
  for (char& c : text) c = static_cast<char>(rng.between(0x20, 0x7e));
  return text;
}

int64_t random_number(generate::Rng& rng, int64_t most, bool is_signed) {
  const int64_t size =
      rng.chance(10) ? most : static_cast<int64_t>(rng.next() >> rng.below(64)) % most;
  const int64_t number = size < 0 ? -size : size;
  return is_signed && rng.chance(50) ? -number : number;
}

int64_t random_value(generate::Rng& rng, const Field& field, Batch& batch) {
  switch (field.kind) {
    case FieldKind::kAmount:
      return random_number(rng, money::kAmountMax, field.is_signed);
    case FieldKind::kCount:
      return random_number(rng, money::kCountMax, field.is_signed);
    case FieldKind::kFlag:
      return rng.small(0, 1);
    case FieldKind::kText:
    case FieldKind::kAccount:
      return batch.add_text(random_text(rng, kTextBytesMax));
    case FieldKind::kLines:
      return batch.add_text(
          rng.chance(30) ? ";" : "A7:1.25;B1::reward;:-" + std::to_string(rng.below(99)));
  }
  return 0;
}

void add_random_event(generate::Rng& rng, const Schema& schema, Batch& batch) {
  Record record;
  record.type = static_cast<uint16_t>(rng.below(3));
  record.occurred_at = rng.between(0, base::kTimeEnd - 1);
  record.payload = rng.next();
  record.values = static_cast<uint32_t>(batch.values.size());
  const std::vector<Field>& slots = schema.type(record.type).slots;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    const bool is_present = rng.chance(70);
    if (is_present) record.present |= uint64_t{1} << slot;
    batch.values.push_back(is_present ? random_value(rng, slots[slot], batch) : 0);
  }
  const std::string source = rng.chance(80) ? "shop" : "till-" + std::to_string(rng.below(9));
  const std::string id = random_text(rng, kIdBytesMax);
  record.key = KeyHasher(source).key(id);
  batch.identities.push_back({batch.add_text(source), batch.add_text(id)});
  if (rng.chance(40)) {
    record.object = batch.add_text(random_text(rng, kIdBytesMax));
    if (rng.chance(70)) record.version = random_number(rng, money::kCountMax, false);
  }
  batch.records.push_back(record);
}

std::string text_of(const Batch& batch, int64_t index) {
  return std::string(batch.view(batch.texts[static_cast<size_t>(index)]));
}

// All of an event, texts as texts.
std::string in_words(const Schema& schema, const Batch& batch, uint32_t index) {
  const Record& record = batch.records[index];
  std::string words = std::to_string(record.type) + " at " + std::to_string(record.occurred_at) +
                      " key " + record.key.to_hex() + " payload " + std::to_string(record.payload) +
                      " from " + text_of(batch, batch.identities[index].source) + " id " +
                      text_of(batch, batch.identities[index].id);
  if (record.object != kNoObject) words += " of " + text_of(batch, record.object);
  words += " version " + std::to_string(record.version);
  const std::vector<Field>& slots = schema.type(record.type).slots;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    if ((record.present >> slot & 1) == 0) continue;
    const int64_t value = batch.values[record.values + slot];
    const bool is_text = slots[slot].kind == FieldKind::kText ||
                         slots[slot].kind == FieldKind::kAccount ||
                         slots[slot].kind == FieldKind::kLines;
    words +=
        " " + slots[slot].wire + "=" + (is_text ? text_of(batch, value) : std::to_string(value));
  }
  return words;
}

// Frames of events, ticks and sweeps, and what they say.
struct Frame {
  std::string payload;
  TimeMs before_at = 0;
  std::vector<std::string> said;
};

Frame random_frame(generate::Rng& rng, const Schema& schema) {
  Frame frame;
  Batch batch;
  RecordWriter writer(schema);
  TimeMs at = frame.before_at = rng.between(0, base::kTimeEnd / 2);
  writer.begin(frame.before_at);
  at += rng.small(0, 5);
  std::vector<char> room(kRecordBytesMax);
  for (int i = rng.small(1, 8); i > 0; --i) {
    char* end = room.data();
    std::string said;
    Slices slices;
    switch (rng.below(7)) {
      case 0:
        end = writer.put_tick(at, room.data());
        said = "tick";
        break;
      case 1:
        slices = Slices::of_number(static_cast<uint32_t>(rng.below(kSlices * kSlicesAtOnce)));
        end = writer.put_sweep(slices, at, room.data());
        said = "sweep " + std::to_string(slices.first) + " +" + std::to_string(slices.count);
        break;
      case 2:
        end = writer.put_settle(static_cast<uint32_t>(i), at, room.data());
        said = "settle " + std::to_string(i);
        break;
      default:
        add_random_event(rng, schema, batch);
        end = writer.put_event(batch, static_cast<uint32_t>(batch.records.size() - 1), at,
                               room.data());
        said = in_words(schema, batch, static_cast<uint32_t>(batch.records.size() - 1));
    }
    frame.payload.append(room.data(), end);
    frame.said.push_back(std::to_string(at) + " " + said);
    at += rng.chance(50) ? 0 : rng.between(0, 100'000);
  }
  return frame;
}

// What the bytes say; the last line is "bad" where they are none.
std::vector<std::string> read_back(const Schema& schema, const std::string& payload,
                                   TimeMs before_at) {
  std::vector<std::string> said;
  Batch batch;
  RecordReader reader(schema);
  reader.begin(payload, before_at);
  for (;;) {
    const size_t before = batch.records.size();
    const Step step = reader.next(batch);
    const std::string at = std::to_string(reader.at()) + " ";
    if (step == Step::kEnd) return said;
    if (step == Step::kBad) {
      said.emplace_back("bad");
      EXPECT_EQ(batch.records.size(), before);
      EXPECT_EQ(batch.identities.size(), before);
      EXPECT_EQ(reader.next(batch), Step::kBad) << "and nothing but that";
      return said;
    }
    if (step == Step::kEvent) {
      said.push_back(at + in_words(schema, batch, static_cast<uint32_t>(before)));
    }
    if (step == Step::kTick) said.push_back(at + "tick");
    if (step == Step::kSweep) {
      said.push_back(at + "sweep " + std::to_string(reader.slices().first) + " +" +
                     std::to_string(reader.slices().count));
    }
    if (step == Step::kSettle) said.push_back(at + "settle " + std::to_string(reader.periods()));
  }
}

TEST(RecordCodecTest, ReadsBackWhatItWrote) {
  const Schema schema = example_schema();
  generate::Rng rng(5);
  for (int i = 0; i < 3'000; ++i) {
    const Frame frame = random_frame(rng, schema);
    ASSERT_EQ(read_back(schema, frame.payload, frame.before_at), frame.said) << i;
  }
}

TEST(RecordCodecTest, WithoutIdentitiesTheRestIsTheSame) {
  const Schema schema = example_schema();
  generate::Rng rng(9);
  for (int i = 0; i < 300; ++i) {
    const Frame frame = random_frame(rng, schema);
    Batch whole;
    Batch without;
    RecordReader reader(schema);
    RecordReader other(schema, false);
    reader.begin(frame.payload, frame.before_at);
    other.begin(frame.payload, frame.before_at);
    Step step;
    while ((step = reader.next(whole)) != Step::kEnd) ASSERT_EQ(other.next(without), step);
    ASSERT_EQ(other.next(without), Step::kEnd);
    EXPECT_TRUE(without.identities.empty());
    ASSERT_EQ(without.records.size(), whole.records.size());
    for (size_t r = 0; r < whole.records.size(); ++r) {
      EXPECT_EQ(without.records[r].key, whole.records[r].key);
      EXPECT_EQ(without.records[r].payload, whole.records[r].payload);
    }
  }
}

TEST(RecordCodecTest, EveryPrefixIsItsWholeRecordsAndThenBad) {
  const Schema schema = example_schema();
  generate::Rng rng(6);
  for (int i = 0; i < 40; ++i) {
    const Frame frame = random_frame(rng, schema);
    for (size_t kept = 0; kept < frame.payload.size(); ++kept) {
      std::vector<std::string> said =
          read_back(schema, frame.payload.substr(0, kept), frame.before_at);
      if (!said.empty() && said.back() == "bad") said.pop_back();
      ASSERT_LE(said.size(), frame.said.size() - 1);
      ASSERT_TRUE(std::equal(said.begin(), said.end(), frame.said.begin()));
    }
  }
}

// One form for each content: whatever is believed is written again byte for byte.
TEST(RecordCodecTest, NoOtherBytesMeanTheSame) {
  const Schema schema = example_schema();
  generate::Rng rng(7);
  int believed = 0;
  for (int i = 0; i < 20'000; ++i) {
    Frame frame = random_frame(rng, schema);
    for (int change = rng.small(1, 2); change > 0; --change) {
      const auto flipped = static_cast<char>(1 << rng.below(8));
      frame.payload[rng.below(frame.payload.size())] ^= flipped;
    }
    Batch batch;
    RecordReader reader(schema);
    RecordWriter writer(schema);
    reader.begin(frame.payload, frame.before_at);
    writer.begin(frame.before_at);
    std::string again;
    std::vector<char> room(kRecordBytesMax);
    Step step;
    while ((step = reader.next(batch)) != Step::kEnd && step != Step::kBad && step != Step::kPlan) {
      char* end = room.data();
      const auto index = static_cast<uint32_t>(batch.records.size() - 1);
      if (step == Step::kEvent) end = writer.put_event(batch, index, reader.at(), room.data());
      if (step == Step::kTick) end = writer.put_tick(reader.at(), room.data());
      if (step == Step::kPass) end = writer.put_pass(reader.at(), room.data());
      if (step == Step::kSweep) end = writer.put_sweep(reader.slices(), reader.at(), room.data());
      if (step == Step::kSettle) {
        end = writer.put_settle(reader.periods(), reader.at(), room.data());
      }
      again.append(room.data(), end);
    }
    ASSERT_EQ(again, frame.payload.substr(0, again.size()));
    believed += step == Step::kEnd ? 1 : 0;
    ASSERT_TRUE(step != Step::kEnd || again.size() == frame.payload.size());
  }
  EXPECT_GT(believed, 1'000) << "some changes only change a value";
}

TEST(RecordCodecTest, ALargestRecordFitsItsRoom) {
  const Schema schema = example_schema();
  Batch batch;
  Record record;
  record.type = 1;
  record.occurred_at = 0;
  record.present = ~uint64_t{0};
  for (int slot = 0; slot < kSlotsMax; ++slot) {
    batch.values.push_back(batch.add_text(std::string(kTextBytesMax, 'x')));
  }
  const std::string name(kIdBytesMax, 'y');
  record.key = KeyHasher(name).key(name);
  const uint32_t longest = batch.add_text(name);
  record.object = longest;
  record.version = money::kCountMax;
  batch.identities.push_back({longest, longest});
  batch.records.push_back(record);
  RecordWriter writer(schema);
  writer.begin(0);
  std::vector<char> room(kRecordBytesMax);
  const char* const end = writer.put_event(batch, 0, base::kTimeEnd - 1, room.data());
  EXPECT_LE(end, room.data() + room.size());
  const std::string payload(room.data(), static_cast<size_t>(end - room.data()));
  EXPECT_EQ(read_back(schema, payload, 0),
            std::vector{std::to_string(base::kTimeEnd - 1) + " " + in_words(schema, batch, 0)});
}

TEST(RecordCodecTest, AnEventWithoutAnObjectTakesNoByteForIt) {
  const Schema schema = example_schema();
  std::vector<size_t> sizes;
  for (const bool has_object : {false, true}) {
    Batch batch;
    Record record;
    record.type = 2;
    const uint32_t text = batch.add_text("o-1");
    batch.identities.push_back({text, text});
    if (has_object) record.object = text;
    batch.records.push_back(record);
    RecordWriter writer(schema);
    std::vector<char> room(kRecordBytesMax);
    const char* const end = writer.put_event(batch, 0, 5, room.data());
    sizes.push_back(static_cast<size_t>(end - room.data()));
  }
  // kind, at, type, behind, source, id, payload, present
  EXPECT_EQ(sizes, (std::vector<size_t>{1 + 1 + 1 + 1 + 4 + 4 + 8 + 1, 21 + 4 + 1}));
}

TEST(RecordCodecTest, APlanKeepsItsText) {
  const Schema schema = example_schema();
  RecordWriter writer(schema);
  writer.begin(1'000);
  const std::string text(100'000, '\n');
  const std::string zone("GZ1\n\0\1", 6);
  std::string payload;
  writer.put_plan({"first", text, zone}, 1'000, &payload);
  writer.put_plan({"", "", ""}, 1'001, &payload);
  RecordReader reader(schema);
  Batch batch;
  reader.begin(payload, 1'000);
  ASSERT_EQ(reader.next(batch), Step::kPlan);
  EXPECT_EQ(reader.plan().name, "first");
  EXPECT_EQ(reader.plan().text, text);
  EXPECT_EQ(reader.plan().zone, zone);
  ASSERT_EQ(reader.next(batch), Step::kPlan);
  EXPECT_EQ(reader.at(), 1'001);
  EXPECT_TRUE(reader.plan().name.empty());
  EXPECT_EQ(reader.next(batch), Step::kEnd);
}

// An order with this in front of its values and behind them.
std::string order_with(const std::string& present_and_values) {
  std::string payload{'\x01', '\x00', '\x00', '\x00', '\x01', 's', '\x01', 'i'};
  payload += std::string(8, 'p');
  return payload + present_and_values;
}

TEST(RecordCodecTest, WhatNoWriterWritesIsBad) {
  const Schema schema = example_schema();
  const std::vector<std::string> bad{"bad"};
  const auto read = [&](const std::string& payload) { return read_back(schema, payload, 1'000); };
  ASSERT_EQ(read(order_with({'\x00'})).at(0).substr(0, 9), "1000 0 at") << "this one is right";
  const auto is_read = [&](const std::string& payload) { return read(payload) != bad; };
  ASSERT_TRUE(is_read(order_with({'\x02', '\x08'})));
  EXPECT_EQ(read(std::string("\x00\x00", 2)), bad) << "no kind";
  EXPECT_EQ(read("\x05"), bad) << "no such kind";
  EXPECT_EQ(read("\x02"), bad) << "a tick without its time";
  EXPECT_EQ(read("\x02\xff\xff\xff\xff\xff\xff\xff\x7f"), bad) << "a clock beyond its end";
  EXPECT_EQ(read(std::string("\x01\x00\x03", 3) + order_with({'\0'}).substr(3)), bad)
      << "no such type";
  EXPECT_EQ(read(order_with({'\x02', '\x07'})), bad) << "an amount below zero that may not be";
  EXPECT_TRUE(is_read(order_with({'\x04', '\x07'}))) << "one that may";
  EXPECT_EQ(read(order_with({'\x40', '\x04'})), bad) << "a flag of 2";
  EXPECT_EQ(read(order_with({'\x20', '\x00'})), bad) << "an empty text is a missing one";
  EXPECT_EQ(read(order_with({'\x20', '\x01', '\x07'})), bad) << "a control character";
  EXPECT_EQ(read(order_with({'\x20', '\x01', '\xff'})), bad) << "not UTF-8";
  EXPECT_EQ(read(order_with({'\x20', '\x05', 'x'})), bad) << "shorter than it says";
  EXPECT_EQ(read(order_with({'\x80', '\x01'})), bad) << "a slot that the type does not have";
  EXPECT_TRUE(is_read(order_with("\x08\x80\xa8\xd6\xb9\x07"))) << "the largest count";
  EXPECT_EQ(read(order_with("\x08\x82\xa8\xd6\xb9\x07")), bad) << "one more";
  std::string no_id = order_with({'\0'});
  no_id.replace(6, 2, std::string(1, '\0'));
  EXPECT_EQ(read(no_id), bad);
  std::string no_source = order_with({'\0'});
  no_source[5] = '/';
  EXPECT_EQ(read(no_source), bad) << "no name of a source";
  EXPECT_EQ(read(std::string("\x03\x00\x80\x80\x10", 5)), bad) << "slices that no sweep has";
  EXPECT_EQ(read(std::string("\x07\x00\x00", 3)), bad) << "a SETTLE of nothing";
  const auto read_object = [&](const std::string& object) {
    std::string payload = order_with(std::string(1, '\0') + object);
    payload[0] = '\x41';
    return read(payload);
  };
  EXPECT_NE(read_object(std::string("\x01o\x00", 3)), bad);
  EXPECT_NE(read_object("\x01o\x81\x94\xeb\xdc\x03"), bad) << "the largest version";
  EXPECT_EQ(read_object("\x01o\x82\x94\xeb\xdc\x03"), bad) << "one more";
  EXPECT_EQ(read_object(std::string("\x00\x00", 2)), bad) << "an object without an id";
  EXPECT_EQ(read_object("\x01o"), bad) << "nothing said of its version";
  EXPECT_EQ(read_object(""), bad) << "no object";
  EXPECT_EQ(read_object(std::string("\x01\x07\x00", 3)), bad) << "a control character";
  EXPECT_EQ(read_object(std::string("\x41", 1) + std::string(65, 'o') + '\0'), bad) << "too long";
  EXPECT_EQ(read(std::string("\x42\x00", 2)), bad) << "only events have objects";
  std::string early = order_with({'\0'});
  early.replace(3, 1, "\xd2\x0f");  // 1,001 ms before the clock's 1,000
  EXPECT_EQ(read(early), bad);
}

TEST(RecordCodecTest, TimeNeitherFallsNorEndsFromFrameToFrame) {
  const Schema schema = example_schema();
  const std::string tick("\x02\x00", 2);
  Batch batch;
  for (const TimeMs second : {TimeMs{999}, TimeMs{-1}, base::kTimeEnd, INT64_MAX, INT64_MIN}) {
    RecordReader reader(schema);
    reader.begin(tick, 1'000);
    ASSERT_EQ(reader.next(batch), Step::kTick);
    ASSERT_EQ(reader.next(batch), Step::kEnd);
    reader.begin(tick, second);
    EXPECT_EQ(reader.next(batch), Step::kBad) << second;
    reader.begin(tick, 1'000);
    EXPECT_EQ(reader.next(batch), Step::kTick);
  }
}

}  // namespace
}  // namespace guerdon::event
