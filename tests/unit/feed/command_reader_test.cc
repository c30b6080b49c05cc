#include "engine/feed/command_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/event/record_codec.h"
#include "tests/generate/rng.h"

namespace guerdon::event {
namespace {

using F = CommandField;

class CommandReaderTest : public testing::Test {
 protected:
  CommandReaderTest() {
    schema_.add_wallet({"shop", "GBP", 2, false});
    schema_.add_wallet({"shop", "points", 0, true});
    schema_.add_wallet({"club", "points", 0, false});
  }

  // Words at spaces; _ stands for a space within one.
  bool read(const std::string& request) {
    std::vector<std::string> words(1);
    for (const char c : request) {
      if (c == ' ') {
        words.emplace_back();
      } else {
        words.back().push_back(c == '_' ? ' ' : c);
      }
    }
    const std::vector<std::string_view> views(words.begin(), words.end());
    return reader_.read(views, source_, batch_);
  }

  // "INVALID word 4, amount: ..."; empty when it was taken. Nothing is left of what was refused.
  std::string refusal_of(const std::string& request) {
    const size_t records = batch_.records.size();
    const size_t values = batch_.values.size();
    const size_t texts = batch_.texts.size();
    if (read(request)) return "";
    EXPECT_EQ(batch_.records.size(), records);
    EXPECT_EQ(batch_.identities.size(), records);
    EXPECT_EQ(batch_.values.size(), values);
    EXPECT_EQ(batch_.texts.size(), texts);
    return std::string(outcome_word(reader_.fault().outcome)) + " " + reader_.fault().sentence;
  }

  const Record& last() const { return batch_.records.back(); }
  CommandView view() const { return CommandView(batch_, last()); }
  std::string text(F field) const { return std::string(batch_.view(view().text(field))); }
  uint64_t payload_of(const std::string& request) {
    EXPECT_TRUE(read(request)) << reader_.fault().sentence;
    return last().payload;
  }

  Schema schema_;
  CommandReader reader_{schema_};
  Source source_{"till"};
  Batch batch_;
};

TEST_F(CommandReaderTest, ReadsFieldsInAnyOrder) {
  ASSERT_TRUE(
      read("adjust actor=boss amount=-12.50 unit=GBP reason=sent_back id=a-1 account=anna"));
  EXPECT_EQ(kind_of(last()), CommandKind::kAdjust);
  EXPECT_EQ(text(F::kAccount), "anna");
  EXPECT_EQ(text(F::kReason), "sent back");
  EXPECT_EQ(view().wallet(0), 0);
  EXPECT_EQ(view()[F::kAmount], -1250);
  EXPECT_EQ(last().occurred_at, kWhenAdmitted);
  EXPECT_TRUE(last().has_key);
  EXPECT_EQ(last().key, source_.keys().key("a-1"));
}

TEST_F(CommandReaderTest, AHoldIsKnownByItsIdAndItsSource) {
  ASSERT_TRUE(read("HOLD account=anna unit=GBP amount=1 id=h-1"));
  const uint64_t made = view().target();
  ASSERT_TRUE(read("CAPTURE account=anna hold=h-1"));
  EXPECT_FALSE(last().has_key);
  EXPECT_EQ(view().target(), made);
  ASSERT_TRUE(read("CAPTURE account=anna hold=h-1 source=web"));
  EXPECT_NE(view().target(), made);
  ASSERT_TRUE(read("VOID account=anna hold=h-1 id=v-1"));
  EXPECT_EQ(view().target(), made);
}

// The wallets of a plan may open by command alone, that of a notice as all others.
TEST_F(CommandReaderTest, NobodyHasAnythingOfANotice) {
  schema_.add_wallet({"shop", "halfway", 0, false, true, true});
  EXPECT_TRUE(read("WALLET OPEN account=anna unit=halfway"));
  for (const char* const asked :
       {"SPEND account=anna unit=halfway amount=1 id=s",
        "ADJUST account=anna unit=halfway amount=1 reason=r actor=b id=a",
        "WALLET FREEZE account=anna unit=halfway", "WALLET CLOSE account=anna unit=halfway"}) {
    EXPECT_NE(refusal_of(asked).find("unit: halfway is what a plan tells, and nobody has any of "
                                     "it; name a unit"),
              std::string::npos)
        << asked;
  }
  EXPECT_EQ(refusal_of("GRANT by=bert account=anna badge=halfway id=g"),
            "INVALID word 4, badge: halfway is what a plan tells, and no badge; its rules alone "
            "tell it");
}

TEST_F(CommandReaderTest, AUnitIsOneOfOneProgram) {
  ASSERT_TRUE(read("HOLD account=anna unit=points program=club amount=1 id=h"));
  EXPECT_EQ(view().wallet(0), 2);
  ASSERT_TRUE(read("HOLD account=anna unit=club/points amount=1 id=h"));
  EXPECT_EQ(view().wallet(0), 2);
  EXPECT_EQ(refusal_of("HOLD account=anna unit=points amount=1 id=h"),
            "INVALID word 3, unit: points is a unit of several programs (shop, club); write which "
            "with program=, or as program/unit");
  EXPECT_EQ(
      refusal_of("HOLD account=anna unit=GBP program=club amount=1 id=h"),
      "UNKNOWN word 3, unit: no plan has a unit GBP in club; the units there are: GBP, points");
}

TEST_F(CommandReaderTest, WhereThereIsOneWalletItNeedNotBeNamed) {
  Schema one;
  one.add_wallet({"shop", "GBP", 2, false});
  CommandReader reader(one);
  const std::vector<std::string_view> words{"HOLD", "account=anna", "amount=1.5", "id=h"};
  ASSERT_TRUE(reader.read(words, source_, batch_)) << reader.fault().sentence;
  EXPECT_EQ(view().wallet(0), 0);
  EXPECT_EQ(view()[F::kAmount], 150);
  const std::vector<std::string_view> all{"CAPTURE", "account=anna", "hold=h"};
  ASSERT_TRUE(reader.read(all, source_, batch_)) << reader.fault().sentence;
  EXPECT_EQ(view().legs(), 0u) << "all that is held";
}

TEST_F(CommandReaderTest, LegsAreSeveralWallets) {
  ASSERT_TRUE(read("HOLD account=anna legs=club/points:100;shop/points:7:70;GBP:0.50 id=h"));
  ASSERT_EQ(view().legs(), 3u);
  EXPECT_EQ(view().wallet(0), 2);
  EXPECT_EQ(view().at(F::kAmount, 0), 100);
  EXPECT_FALSE(view().has(F::kTotal, 0));
  EXPECT_EQ(view().wallet(1), 1);
  EXPECT_EQ(view().at(F::kTotal, 1), 70);
  EXPECT_EQ(view().at(F::kAmount, 2), 50);
  EXPECT_EQ(refusal_of("HOLD account=anna legs=GBP:1;GBP:2 id=h"),
            "INVALID word 3, legs: GBP stands there twice; give it one amount");
  EXPECT_EQ(refusal_of("HOLD account=anna legs=GBP:1 unit=GBP id=h"),
            "INVALID word 4, unit: it stands in legs= already; leave it out");
  EXPECT_EQ(refusal_of("HOLD account=anna id=h legs=GBP:1;"), "");
  for (const char* const leg :
       {"GBP", "GBP:", ":1", "GBP::5", "GBP:1:", "GBP:1;points::5", "::", ":"}) {
    EXPECT_THAT(refusal_of(std::string("HOLD account=anna id=h legs=") + leg),
                testing::HasSubstr("is no leg; write unit:amount"))
        << leg;
  }
  EXPECT_EQ(refusal_of("REFUND account=anna of=s legs=points:1:2 id=r"),
            "INVALID word 4, legs: points:1:2 has a total, which REFUND does not take; write "
            "unit:amount");
  EXPECT_EQ(refusal_of("HOLD account=anna id=h legs=a:1;b:1;c:1;d:1;e:1;f:1;g:1;h:1;i:1"),
            "LIMIT word 4, legs: a command names at most 8 wallets; send several commands");
}

TEST_F(CommandReaderTest, ThePayloadIsWhatWasSentInAnyOrder) {
  const uint64_t first = payload_of("HOLD account=anna unit=GBP amount=1 id=h");
  EXPECT_EQ(payload_of("hold id=other amount=1 unit=GBP account=anna reason="), first)
      << "not the id, nor what is empty";
  EXPECT_NE(payload_of("HOLD account=anna unit=GBP amount=1.00 id=h"), first);
  EXPECT_NE(payload_of("HOLD account=anna unit=GBP amount=1 id=h source=till"), first);
  EXPECT_NE(payload_of("VOID account=anna hold=x id=h"),
            payload_of("CAPTURE account=anna hold=x id=h"));
}

TEST_F(CommandReaderTest, TimesAndLengths) {
  ASSERT_TRUE(read("HOLD account=a unit=GBP amount=1 id=h for=15m time=2026-03-01T10:00:00Z"));
  EXPECT_EQ(view()[F::kFor], 900'000);
  EXPECT_EQ(last().occurred_at, 1'772'359'200'000);
  ASSERT_TRUE(read("HOLD account=a unit=GBP amount=1 id=h until=never"));
  EXPECT_EQ(view()[F::kUntil], kNeverMs);
  for (const char* const bad : {"s", "0s", "9", "1.5h", "-1d", "99999999999d", "4000000d", "1w"}) {
    EXPECT_EQ(refusal_of(std::string("HOLD account=a unit=GBP amount=1 id=h for=") + bad),
              std::string("INVALID word 6, for: ") + bad +
                  " is no length of time; write it as 900s, 15m, 2h or 30d");
  }
  EXPECT_EQ(refusal_of("IMPORT account=a unit=GBP amount=1 id=h earned=never").substr(0, 35),
            "INVALID word 6, earned: never is no");
  EXPECT_EQ(refusal_of("VOID account=a hold=h time=noon").substr(0, 32),
            "INVALID word 4, time: noon is no");
}

TEST_F(CommandReaderTest, WhatIsMissingIsNamed) {
  const std::string usage =
      "; write HOLD account=NAME unit=UNIT amount=N id=ID [for=900s | "
      "until=TIME] [total=N] [line=N] ...";
  EXPECT_EQ(refusal_of("HOLD"), "INVALID word 2, account: it is missing" + usage);
  EXPECT_EQ(refusal_of("HOLD account=a"), "INVALID word 3, unit: it is missing" + usage);
  EXPECT_EQ(refusal_of("HOLD account=a unit=GBP"), "INVALID word 4, amount: it is missing" + usage);
  EXPECT_EQ(refusal_of("HOLD account=a unit=GBP amount=1"),
            "INVALID word 5, id: it is missing" + usage);
  EXPECT_EQ(refusal_of("HOLD account=a amount=1 id=h"),
            "INVALID word 3, amount: an amount has a unit; write unit=, one of GBP, points");
  EXPECT_EQ(refusal_of("CAPTURE account=a hold=h unit=GBP").substr(0, 40),
            "INVALID word 5, amount: it is missing; w");
}

TEST_F(CommandReaderTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(refusal_of("HOLD account=a source=/ unit=GBP amount=1 id=h"),
            "INVALID word 3, source: / is no name of a source; write 1 to 64 of A-Z a-z 0-9 . _ -");
  EXPECT_EQ(refusal_of("HOLD account=a unit=GBP amount=10000000000000.01 id=h"),
            "OVERFLOW word 4, amount: 10000000000000.01 is larger than an amount may be; write at "
            "most 10000000000000.00");
  EXPECT_EQ(refusal_of("HOLD account=a unit=GBP amount=1 line=0.00 id=h"),
            "INVALID word 5, line: 0.00 is not above 0; write an amount that is");
  EXPECT_EQ(refusal_of("VOID account=a hold=" + std::string(65, 'h')).substr(0, 20),
            "TOOLONG word 3, hold");
  EXPECT_EQ(refusal_of("VOID account=a hold=h id=" + std::string(65, 'h')).substr(0, 18),
            "TOOLONG word 4, id");
}

bool takes(const CommandRow& row, const std::string& name) {
  for (size_t slot = 0; slot < kSlotsMax; ++slot) {
    if (((row.demands | row.takes) >> slot & 1) != 0 && word_of(row, slot) == name) return true;
  }
  return name == "id";
}

// Words that are nearly right: what is taken is whole, and the log says the same of it.
TEST_F(CommandReaderTest, WhateverIsTakenComesBackFromTheLog) {
  const std::vector<std::string> names{
      "account", "unit",   "amount", "total", "line", "hold", "of",      "for",  "until", "matures",
      "expires", "earned", "reason", "actor", "legs", "id",   "program", "time", "source"};
  const std::vector<std::string> values{
      "anna",  "GBP",  "points", "club/points", "1",    "-1",  "0",     "2.50",
      "never", "900s", "5000",   "h",           "club", "web", "GBP:1", "shop/points:2:9;GBP:3",
      ""};
  const std::vector<std::string> fitting{"anna",  "GBP",  "1",    "9",     "1",
                                         "h",     "h",    "900s", "never", "5000",
                                         "never", "5000", "r",    "b",     "GBP:1;club/points:2",
                                         "i",     "club", "7000", "web"};
  generate::Rng rng(8);
  int taken = 0;
  for (int i = 0; i < 40'000; ++i) {
    const CommandRow& row = command_rows()[rng.below(command_rows().size())];
    if (!is_asked_for(row)) {
      EXPECT_FALSE(CommandReader::knows(row.word));
      continue;
    }
    std::string request(row.word);
    if (!row.verb.empty()) request += " " + std::string(row.verb);
    for (size_t n = 0; n < names.size(); ++n) {
      // Mostly what it takes.
      const bool is_wanted = takes(row, names[n]);
      if (!rng.chance(is_wanted ? 70 : 1)) continue;
      request +=
          " " + names[n] + "=" + (rng.chance(90) ? fitting[n] : values[rng.below(values.size())]);
    }
    batch_.clear();
    if (!read(request)) continue;
    ++taken;
    ASSERT_TRUE(is_whole(row_of(last()), last().present, batch_.values.data() + last().values))
        << request;
    batch_.records[0].occurred_at = 5'000;
    std::vector<char> room(kRecordBytesMax);
    RecordWriter writer(schema_);
    writer.begin(4'000);
    const char* const end = writer.put_command(batch_, 0, 9'000, room.data());
    Batch again;
    RecordReader reader(schema_);
    reader.begin({room.data(), static_cast<size_t>(end - room.data())}, 4'000);
    ASSERT_EQ(reader.next(again), RecordReader::Step::kCommand) << request;
    EXPECT_EQ(again.records[0].present, last().present);
    EXPECT_EQ(again.records[0].key, last().key);
    EXPECT_EQ(CommandView(again, again.records[0]).target(), view().target()) << request;
  }
  EXPECT_GT(taken, 200);
}

}  // namespace
}  // namespace guerdon::event
