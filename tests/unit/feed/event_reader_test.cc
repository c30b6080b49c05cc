#include "engine/feed/event_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/generate/rng.h"
#include "tests/unit/feed/csv_cases.h"

namespace guerdon::event {
namespace {

constexpr TimeMs kArrival = 1'700'000'000'000;

// Splits at spaces; the reader gets words whatever their form on the wire was.
std::vector<std::string> split(const std::string& request) {
  std::vector<std::string> words(1);
  for (const char c : request) {
    if (c == ' ') {
      words.emplace_back();
    } else {
      words.back().push_back(c);
    }
  }
  return words;
}

class EventReaderTest : public testing::Test {
 protected:
  bool read(const std::vector<std::string>& words) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    return reader_.read(views, source_, kArrival, batch_);
  }
  bool read(const std::string& request) { return read(split(request)); }

  // "INVALID word 4, amount: ..."; empty when it was taken.
  std::string refusal_of(const std::vector<std::string>& words) {
    const size_t records = batch_.records.size();
    const size_t values = batch_.values.size();
    const size_t texts = batch_.texts.size();
    if (read(words)) return "";
    EXPECT_EQ(batch_.records.size(), records);
    EXPECT_EQ(batch_.identities.size(), records);
    EXPECT_EQ(batch_.values.size(), values);
    EXPECT_EQ(batch_.texts.size(), texts);
    return std::string(outcome_word(reader_.fault().outcome)) + " " + reader_.fault().sentence;
  }
  std::string refusal_of(const std::string& request) { return refusal_of(split(request)); }

  slow::Event last() const { return event_of(batch_, batch_.records.size() - 1, schema_); }
  std::string text_at(uint32_t index) const {
    return std::string(batch_.view(batch_.texts[index]));
  }

  Schema schema_ = example_schema();
  EventReader reader_{schema_};
  Source source_{"shop"};
  Batch batch_;
};

TEST_F(EventReaderTest, ReadsTypeIdAndAttributes) {
  ASSERT_TRUE(
      read("EVENT purchase o-17 account=anna amount=125.50 time=2026-03-01T10:00:00Z qty=3"));
  const slow::Event event = last();
  EXPECT_EQ(event.type, 0);
  EXPECT_EQ(event.occurred_at, 1'772'359'200'000);
  EXPECT_EQ(event.slots.at(0).text, "anna");
  EXPECT_EQ(event.slots.at(1).number, 12'550);
  EXPECT_EQ(event.slots.at(3).number, 3);
  EXPECT_EQ(event.slots.at(6).number, 125'500) << "the other reading of amount";
  EXPECT_EQ(event.slots.size(), 4u);
  EXPECT_EQ(event.key, KeyHasher("shop").key("o-17"));
  EXPECT_EQ(text_at(batch_.identities[0].source), "shop");
  EXPECT_EQ(text_at(batch_.identities[0].id), "o-17");
}

TEST_F(EventReaderTest, TakesTimeAndSourceFromTheConnectionUnlessTheyAreGiven) {
  ASSERT_TRUE(read("EVENT purchase 1 account=anna"));
  EXPECT_EQ(last().occurred_at, kArrival);
  const uint64_t payload = last().payload;
  ASSERT_TRUE(read("EVENT purchase 1 account=anna source=till-4"));
  EXPECT_EQ(last().key, KeyHasher("till-4").key("1"));
  EXPECT_EQ(text_at(batch_.identities[1].source), "till-4");
  EXPECT_NE(last().payload, payload) << "what is sent counts";
  ASSERT_TRUE(read("EVENT purchase 1 account=anna source= time="));
  EXPECT_EQ(last().key, KeyHasher("shop").key("1"));
  EXPECT_EQ(last().payload, payload) << "what is not sent does not";
}

TEST_F(EventReaderTest, AnEventMayNameItsObjectAndTheVersionOfThat) {
  ASSERT_TRUE(read("EVENT purchase 1 account=anna"));
  EXPECT_EQ(batch_.records.back().object, kNoObject);
  EXPECT_EQ(batch_.records.back().version, kNoVersion);
  const uint64_t bare = last().payload;
  ASSERT_TRUE(read("EVENT purchase 1 account=anna object= version="));
  EXPECT_EQ(batch_.records.back().object, kNoObject) << "empty is missing";
  EXPECT_EQ(last().payload, bare);
  ASSERT_TRUE(read("EVENT purchase 1 account=anna object=o-17"));
  EXPECT_EQ(text_at(batch_.records.back().object), "o-17");
  EXPECT_EQ(batch_.records.back().version, kNoVersion);
  const uint64_t with_object = last().payload;
  EXPECT_NE(with_object, bare) << "what is sent counts";
  ASSERT_TRUE(read("EVENT purchase 1 version=0 object=o-17 account=anna"));
  EXPECT_EQ(batch_.records.back().version, 0);
  EXPECT_NE(last().payload, with_object);
  ASSERT_TRUE(read("EVENT purchase 1 version=1000000000 object=" + std::string(64, 'x')));
  EXPECT_EQ(batch_.records.back().version, 1'000'000'000);
  EXPECT_EQ(text_at(batch_.records.back().object), std::string(64, 'x'));
}

TEST_F(EventReaderTest, APlanMayReadTheObjectAndItsVersionToo) {
  Schema schema;
  const uint16_t order = schema.add_type("order");
  schema.add_slot(order, {"version", FieldKind::kText, 0, false});
  schema.add_slot(order, {"object", FieldKind::kAccount, 0, false});
  schema.add_slot(order, {"version", FieldKind::kCount, 0, false});
  EventReader reader(schema);
  const std::vector<std::string_view> words{"EVENT", "order", "1", "object=o-17", "version=007"};
  ASSERT_TRUE(reader.read(words, source_, kArrival, batch_)) << reader.fault().sentence;
  const Record& record = batch_.records.back();
  EXPECT_EQ(record.present, 7u);
  EXPECT_EQ(text_at(record.object), "o-17");
  EXPECT_EQ(record.version, 7);
  const auto value = [&](size_t slot) { return batch_.values[record.values + slot]; };
  EXPECT_EQ(text_at(static_cast<uint32_t>(value(0))), "007");
  EXPECT_EQ(text_at(static_cast<uint32_t>(value(1))), "o-17");
  EXPECT_EQ(value(2), 7);
  const std::vector<std::string_view> wrong{"EVENT", "order", "2", "object=o-17", "version=v7"};
  EXPECT_FALSE(reader.read(wrong, source_, kArrival, batch_)) << "a plan's text, but no version";
}

TEST_F(EventReaderTest, TheOrderOfAttributesDoesNotMatter) {
  std::vector<std::string> words =
      split("EVENT purchase 9 account=a amount=1.00 sku=s qty=2 city=c");
  ASSERT_TRUE(read(words));
  const slow::Event first = last();
  std::sort(words.begin() + 3, words.end());
  do {
    ASSERT_TRUE(read(words));
    ASSERT_EQ(last().payload, first.payload);
    ASSERT_EQ(last().slots, first.slots);
  } while (std::next_permutation(words.begin() + 3, words.end()));
}

TEST_F(EventReaderTest, AnEmptyValueIsAMissingAttribute) {
  ASSERT_TRUE(read("EVENT purchase 1 account=anna"));
  const slow::Event without = last();
  ASSERT_TRUE(read("EVENT purchase 1 account=anna amount= sku= qty= gift="));
  EXPECT_EQ(last(), without);
}

TEST_F(EventReaderTest, AValueMayHoldAnEqualsSignAndSpaces) {
  ASSERT_TRUE(read({"EVENT", "purchase", "1", "account=Anna =Maria", "sku==="}));
  EXPECT_EQ(last().slots.at(0).text, "Anna =Maria");
  EXPECT_EQ(last().slots.at(2).text, "==");
}

TEST_F(EventReaderTest, WhatTheEngineReadsAPlanMayReadToo) {
  ASSERT_TRUE(read("EVENT odd 77 time=1700000 amount=1"));
  EXPECT_EQ(last().slots.at(0).text, "77");
  EXPECT_EQ(last().slots.at(1).number, 1'700'000);
  EXPECT_EQ(last().slots.at(2).text, "odd");
}

// A row and a request that say the same are one event: key, payload and slots.
TEST_F(EventReaderTest, ReadsWhatARowOfATraceSays) {
  const std::string header = "event_id,time,type,account,amount,sku,qty,city,gift";
  const std::vector<std::string> names = split_names(header);
  const std::vector<std::string> values{"",
                                        "1",
                                        "-7",
                                        "15.30",
                                        "1.2345",
                                        "true",
                                        "false",
                                        "12345678901",
                                        "1000000001",
                                        "a b",
                                        "Z\xc3\xbcrich",
                                        "\xff",
                                        "\t",
                                        "0.001",
                                        "2010-12-01T08:26:00Z"};
  generate::Rng rng(3);
  int taken = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::string> fields{std::to_string(i), std::to_string(rng.below(4'000'000'000'000)),
                                    rng.chance(70) ? "purchase" : "cancel"};
    while (fields.size() < names.size()) {
      fields.push_back(rng.chance(60) ? "" : rng.pick(values));
    }
    const size_t declared = fields[2] == "cancel" ? 7 : names.size();
    std::string row;
    std::vector<std::string> words{"EVENT", fields[2], fields[0]};
    for (size_t c = 0; c < names.size(); ++c) {
      const bool is_sku_of_cancel = fields[2] == "cancel" && names[c] == "sku";
      if (c >= declared || is_sku_of_cancel) fields[c].clear();
      row += (c == 0 ? "" : ",") + fields[c];
      if (c != 0 && c != 2 && !fields[c].empty()) words.push_back(names[c] + "=" + fields[c]);
    }
    slow::Event expected = parse_whole(schema_, header, row + "\n").at(0);
    expected.line = 0;
    const bool is_taken = read(words);
    ASSERT_EQ(is_taken, expected.outcome == Outcome::kOk) << row << "\n"
                                                          << reader_.fault().sentence;
    if (is_taken) {
      ASSERT_EQ(to_string(last()), to_string(expected)) << row;
      ++taken;
    }
  }
  EXPECT_GT(taken, 1'000);
  EXPECT_LT(taken, 15'000);
}

TEST_F(EventReaderTest, SaysWhichWordIsWrongAndWhatToWrite) {
  const std::string sixty_four(64, 'x');
  const struct {
    std::string request;
    std::string refusal;
  } cases[] = {
      {"EVENT", "SYNTAX word 2: an event has a type and an id; write EVENT type id name=value ..."},
      {"EVENT purchase",
       "SYNTAX word 3: an event has a type and an id; write EVENT type id name=value ..."},
      {"EVENT nothing 1",
       "UNKNOWN word 2, type: no plan declares events of type nothing; declare it in a plan, or "
       "write a type that is declared"},
      {"EVENT purchase ", "INVALID word 3, event_id: the field is empty; fill it in"},
      {"EVENT purchase " + sixty_four + "y",
       "TOOLONG word 3, event_id: " + sixty_four + "... is 65 bytes long; write at most 64"},
      {"EVENT purchase \x01",
       "INVALID word 3, event_id: \\x01 has a control character in it; write it without"},
      {"EVENT purchase 1 account",
       "SYNTAX word 4: account is no attribute; write name=value, in quotes where the value has "
       "spaces"},
      {"EVENT purchase 1 =x",
       "UNKNOWN word 4: no plan declares this attribute for events of this type; write one of "
       "account, amount, "
       "sku, qty, city, gift, or time, source, object, version"},
      {"EVENT purchase 1 account=a price=5",
       "UNKNOWN word 5, price: no plan declares this attribute for events of this type; write one "
       "of account, amount, "
       "sku, qty, city, gift, or time, source, object, version"},
      {"EVENT purchase 1 type=odd",
       "UNKNOWN word 4, type: no plan declares this attribute for events of this type; write one "
       "of account, amount, "
       "sku, qty, city, gift, or time, source, object, version"},
      {"EVENT purchase 1 account=a account=b",
       "INVALID word 5, account: it is given twice; write it once"},
      {"EVENT purchase 1 account= account=b",
       "INVALID word 5, account: it is given twice; write it once"},
      {"EVENT purchase 1 amount=1,50",
       "INVALID word 4, amount: 1,50 is not a number; write digits, with a point before decimals, "
       "as in 12.50"},
      {"EVENT purchase 1 amount=0.001",
       "INVALID word 4, amount: 0.001 has more decimals than 2; write at most 2 decimals"},
      {"EVENT purchase 1 amount=99999999999999999999",
       "OVERFLOW word 4, amount: 99999999999999999999 is larger than an amount may be; write at "
       "most 10000000000000.00"},
      {"EVENT purchase 1 amount=-1",
       "INVALID word 4, amount: -1 is below zero; write it without the minus, or declare the "
       "attribute signed in the plan"},
      {"EVENT purchase 1 qty=1.5",
       "INVALID word 4, qty: 1.5 is not a whole number; write digits alone"},
      {"EVENT purchase 1 qty=1000000001",
       "OVERFLOW word 4, qty: 1000000001 is larger than a count may be; write at most 1000000000"},
      {"EVENT purchase 1 gift=yes",
       "INVALID word 4, gift: yes is neither true nor false; write one of these two words"},
      {"EVENT purchase 1 account=a time=yesterday",
       "INVALID word 5, time: yesterday is not a time from 1970 to 2099; write it as "
       "2010-12-01T08:26:00Z or in milliseconds since 1970"},
      {"EVENT purchase 1 account=\xff",
       "INVALID word 4, account: \\xff is not UTF-8; write it in UTF-8"},
      {"EVENT purchase 1 source=a/b",
       "INVALID word 4, source: a/b is no name of a source; write 1 to 64 of A-Z a-z 0-9 . _ -"},
      {"EVENT purchase 1 source=" + sixty_four + "y",
       "INVALID word 4, source: " + sixty_four +
           "... is no name of a source; write 1 to 64 of A-Z a-z 0-9 . _ -"},
  };
  for (const auto& one : cases) EXPECT_EQ(refusal_of(one.request), one.refusal) << one.request;
  EXPECT_TRUE(read("EVENT purchase 1 account=a")) << "as if nothing had been";
}

TEST_F(EventReaderTest, SaysWhatIsWrongWithAnObjectOrItsVersion) {
  const std::string sixty_four(64, 'x');
  const std::pair<std::string, std::string> cases[] = {
      {"EVENT purchase 1 object=o version=1.5",
       "INVALID word 5, version: 1.5 is not a whole number; write digits alone"},
      {"EVENT purchase 1 object=o version=-1",
       "INVALID word 5, version: -1 is below zero; versions count from 0"},
      {"EVENT purchase 1 object=o version=1000000001",
       "OVERFLOW word 5, version: 1000000001 is larger than a count may be; write at most "
       "1000000000"},
      {"EVENT purchase 1 version=3 account=a",
       "INVALID word 4, version: it is the version of no object; give the event object=<id>, too"},
      {"EVENT purchase 1 object=o object=p",
       "INVALID word 5, object: it is given twice; write it once"},
      {"EVENT purchase 1 object=" + sixty_four + "y",
       "TOOLONG word 4, object: " + sixty_four + "... is 65 bytes long; write at most 64"},
      {"EVENT purchase 1 object=\x01",
       "INVALID word 4, object: \\x01 has a control character in it; write it without"},
  };
  for (const auto& [request, refusal] : cases) EXPECT_EQ(refusal_of(request), refusal) << request;
  EXPECT_TRUE(read("EVENT purchase 1 account=a object=o version=1")) << "as if nothing had been";
}

TEST_F(EventReaderTest, AnEventIsGivenNoMoreAttributesThanItMayHave) {
  Schema schema;
  const uint16_t wide = schema.add_type("wide");
  for (int i = 0; i < 40; ++i) {
    schema.add_slot(wide, {"a" + std::to_string(i), FieldKind::kCount, 0, false});
  }
  EventReader reader(schema);
  std::string request = "EVENT wide 1 time=5 source=till object=o version=1";
  for (size_t i = 0; i < kGivenAttributesMax; ++i) request += " a" + std::to_string(i) + "=1";
  for (const bool is_one_more : {false, true}) {
    if (is_one_more) request += " a39=1";
    const std::vector<std::string> words = split(request);
    const std::vector<std::string_view> views(words.begin(), words.end());
    EXPECT_EQ(reader.read(views, source_, kArrival, batch_), !is_one_more);
  }
  EXPECT_EQ(reader.fault().outcome, Outcome::kLimit);
  EXPECT_EQ(reader.fault().sentence,
            "word 40, a39: an event is given at most 32 attributes; leave some out");
}

// Two plans read the lines, the second with three decimals and no sign.
class EventLinesTest : public testing::Test {
 protected:
  EventLinesTest() {
    const uint16_t type = schema_.add_type("paid");
    schema_.add_slot(type, {"account", FieldKind::kAccount, 0, false});
    schema_.add_lines(type, {{FieldKind::kText, 0, false}, {FieldKind::kAmount, 2, true}});
    schema_.add_lines(type, {{FieldKind::kText, 0, false}, {FieldKind::kAmount, 3, false}});
    reader_.emplace(schema_);
  }
  // The list as it is kept, or why it is refused.
  std::string read(const std::string& list) {
    const std::vector<std::string> words = {"EVENT", "paid", "1", "account=A", "lines=" + list};
    const std::vector<std::string_view> views(words.begin(), words.end());
    if (!reader_->read(views, Source("shop"), kArrival, batch_)) {
      return std::string(outcome_word(reader_->fault().outcome)) + " " + reader_->fault().sentence;
    }
    const Record& record = batch_.records.back();
    if ((record.present >> 1 & 1) == 0) return "none";
    return std::string(
        batch_.view(batch_.texts[static_cast<size_t>(batch_.values[record.values + 1])]));
  }

  Schema schema_;
  std::optional<EventReader> reader_;
  Batch batch_;
};

TEST_F(EventLinesTest, AListIsKeptAsItIsSent) {
  EXPECT_EQ(read("A7:1.50;B 1::reward"), "A7:1.50;B 1::reward");
  EXPECT_EQ(read(";"), ";");
  EXPECT_EQ(read(""), "none");
}

TEST_F(EventLinesTest, AListMustSuitAllPlansAndItsFaultHasAPlace) {
  EXPECT_EQ(read("A7:1.50;B1:1.505"),
            "INVALID word 5, lines: line 2, field 2 of the list: 1.505 has more decimals than 2; "
            "write at most 2 decimals");
  EXPECT_EQ(
      read("A7:1.50;B1:-1"),
      "INVALID word 5, lines: line 2, field 2 of the list: -1 is below zero; write it without "
      "the minus, or declare the attribute signed in the plan");
  EXPECT_EQ(
      read("A7:1.50;B1"),
      "INVALID word 5, lines: line 2 of the list: B1 has not the 2 fields of a line, with `:` "
      "between them and maybe flags behind; leave a missing field empty, but keep its colon");
  EXPECT_EQ(read("A7:1.50:gift"),
            "INVALID word 5, lines: line 1, field 3 of the list: gift is no flag of a line; write "
            "reward, shipping or paid_with_points, with `+` between them");
  EXPECT_EQ(
      read("A7:999999999999.99;B1:0.02"),
      "OVERFLOW word 5, lines: line 2, field 2 of the list: the lines up to this one hold more "
      "together than one amount or count may be; send fewer, or smaller ones");
  std::string many;
  for (int i = 0; i < 257; ++i) many += "A:1;";
  EXPECT_EQ(read(many),
            "LIMIT word 5, lines: line 257 of the list: there are more than 256 lines; send fewer");
  EXPECT_EQ(read(std::string(7'000, 'x')).substr(0, 50),
            "TOOLONG word 5, lines: xxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

TEST_F(EventReaderTest, WhatIsRefusedTakesNoRoom) {
  const std::string long_value(100, 'x');
  ASSERT_FALSE(read("EVENT purchase 1 account=" + long_value + " amount=wrong"));
  const size_t bytes = batch_.mark().bytes;
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_FALSE(read("EVENT purchase 1 account=" + long_value + " amount=wrong"));
  }
  EXPECT_EQ(batch_.mark().bytes, bytes);
}

}  // namespace
}  // namespace guerdon::event
