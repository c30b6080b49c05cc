#include "engine/feed/csv_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/event/identity.h"
#include "tests/unit/feed/csv_cases.h"

namespace guerdon::event {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kUsual(example_headers()[0]);

// ---- Headers

std::string header_error(std::string_view header) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  return parser.set_header(header, &error) ? "" : error;
}

TEST(CsvHeaderTest, TakesColumnsInAnyOrderWithOrWithoutLineEndAndMark) {
  for (const char* header :
       {"event_id,time,type", "type,event_id,time,x\n", "\xef\xbb\xbftime,event_id,type\r\n",
        "\"event_id\",\"time\",type,\"a \"\"b\"\", c\"", "event_id,time,type,\"x\"\r\n"}) {
    EXPECT_EQ(header_error(header), "") << header;
  }
}

TEST(CsvHeaderTest, RefusesWithASentence) {
  std::string wide = "event_id,time,type";
  for (int i = 3; i < 256; ++i) wide += ",c" + std::to_string(i);
  EXPECT_EQ(header_error(wide), "");
  const std::pair<std::string, const char*> cases[] = {
      {"", "the first line is empty"},
      {"\r\n", "the first line is empty"},
      {"\xef\xbb\xbf", "the first line is empty"},
      {"event_id,type,account", "no column time"},
      {"time,type", "no column event_id"},
      {"event_id,time", "no column type"},
      {"Event_id,time,type", "no column event_id"},
      {"event_id,time,type,x,x", "two columns x"},
      {"event_id,time,type,", "column 4 has no name"},
      {"event_id,,time,type", "column 2 has no name"},
      {"event_id,time,type,\"a", "column 4 has broken quotes"},
      {"event_id,time,type,a\"b", "column 4 has broken quotes"},
      {"event_id,time,type,a\tb", "control character"},
      {"event_id,time,type,\xff", "not UTF-8"},
      {"event_id,time,type," + std::string(129, 'a'), "129 bytes"},
      {wide + ",c256", "257 columns"},
      {"event_id,time,type," + std::string(70'000, 'a'), "longer than 65536"},
  };
  for (const auto& [header, sentence] : cases) {
    EXPECT_THAT(header_error(header), HasSubstr(sentence)) << header.substr(0, 80);
  }
}

TEST(CsvHeaderTest, NamesTheColumnsThatNobodyReads) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  ASSERT_TRUE(parser.set_header("note,qty,type,amount,time,event_id,City", &error));
  EXPECT_THAT(parser.ignored_columns(), ElementsAre("note", "City"));
}

// ---- Rows

std::vector<slow::Event> parse(std::string_view text, std::string_view header = kUsual) {
  return parse_whole(example_schema(), header, text);
}

slow::Event parse_one(std::string_view text, std::string_view header = kUsual) {
  const auto events = parse(text, header);
  EXPECT_EQ(events.size(), 1u) << text;
  return events.empty() ? slow::Event() : events[0];
}

TEST(CsvParserTest, ReadsEachKindOfSlot) {
  const slow::Event event = parse_one(
      "9,2010-12-01T08:26:00Z,purchase,17850,15.30,85123A,6,\"New York, \"\"NY\"\"\"\r\n");
  EXPECT_EQ(event.outcome, Outcome::kOk);
  EXPECT_EQ(event.line, 2u);
  EXPECT_EQ(event.type, 0);
  EXPECT_EQ(event.occurred_at, 1'291'191'960'000);
  EXPECT_EQ(event.key, KeyHasher(kSource).key("9"));
  EXPECT_EQ(event.slots.size(), 7u);  // not gift: it has no column
  EXPECT_EQ(event.slots.at(0).text, "17850");
  EXPECT_EQ(event.slots.at(1).number, 1530);
  EXPECT_EQ(event.slots.at(2).text, "85123A");
  EXPECT_EQ(event.slots.at(3).number, 6);
  EXPECT_EQ(event.slots.at(4).text, "New York, \"NY\"");
  EXPECT_EQ(event.slots.at(6).number, 15'300);
  EXPECT_EQ(event.slots.at(7).text, "New York, \"NY\"");
}

TEST(CsvParserTest, SlotsOfOneColumnShareTheText) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  ASSERT_TRUE(parser.set_header(kUsual, &error));
  Batch batch;
  parser.parse("9,0,purchase,a,1,b,2,Paris\n", true, 10, batch);
  ASSERT_EQ(batch.records.size(), 1u);
  EXPECT_EQ(batch.values[4], batch.values[7]);
  EXPECT_EQ(batch.texts.size(), 3u);
}

TEST(CsvParserTest, AnEmptyFieldIsMissing) {
  const slow::Event event = parse_one("9,0,purchase,,0,\"\",,\n");
  EXPECT_EQ(event.outcome, Outcome::kOk);
  EXPECT_EQ(event.slots.size(), 2u);
  EXPECT_TRUE(event.slots.contains(1) && event.slots.contains(6));
}

TEST(CsvParserTest, BlankLinesAreSkippedAndCounted) {
  const auto events = parse("\n\r\n9,0,odd,,,,,\r\n\n\n8,0,odd,,,,,");
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].line, 4u);
  EXPECT_EQ(events[1].line, 7u);
}

TEST(CsvParserTest, LinesInsideQuotesAreCounted) {
  const auto events = parse("9,0,purchase,,,,,\n8,0,odd,,,,\"a\nb\r\n\nc\",\n7,0,odd,,,,,\n");
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events[1].line, 3u);
  EXPECT_EQ(events[2].line, 7u);
}

TEST(CsvParserTest, TheEngineReadColumnsMayBeSlotsToo) {
  const slow::Event event = parse_one("77,odd,x\n", "time,type,event_id");
  EXPECT_EQ(event.outcome, Outcome::kOk);
  EXPECT_EQ(event.slots.at(0).text, "x");
  EXPECT_EQ(event.slots.at(1).number, 77);
  EXPECT_EQ(event.slots.at(2).text, "odd");
}

TEST(CsvParserTest, AnUnknownTypeIsIgnoredButMovesTheClock) {
  const slow::Event event = parse_one(",1291191960000,refund,\xff,x,,,\n");
  EXPECT_EQ(event.outcome, Outcome::kIgnored);
  EXPECT_EQ(event.type, kNoType);
  EXPECT_EQ(event.occurred_at, 1'291'191'960'000);
  EXPECT_TRUE(event.slots.empty());
  EXPECT_EQ(event.payload, 0u);
}

TEST(CsvParserTest, ThePayloadCountsEveryColumnButTheId) {
  const slow::Event event = parse_one("n,odd,5,i\n", "note,type,time,event_id");
  const auto attribute = [](std::string_view name, std::string_view value) {
    return attribute_hash(base::hash64(name), value);
  };
  EXPECT_EQ(event.payload,
            attribute("note", "n") + attribute("type", "odd") + attribute("time", "5"));
}

TEST(CsvParserTest, ThePayloadDoesNotDependOnOrderQuotesOrEmptyColumns) {
  const uint64_t payload = parse_one("i,0,purchase,a,1.50,,,\n").payload;
  EXPECT_EQ(parse_one("j,\"0\",purchase,\"a\",1.50,\"\",,\n").payload, payload);
  EXPECT_EQ(parse_one("1.50,a,0,purchase,i\n", "amount,account,time,type,event_id").payload,
            payload);
  EXPECT_NE(parse_one("i,0,purchase,a,1.5,,,\n").payload, payload);  // as sent, not as read
  EXPECT_NE(parse_one("i,0,purchase,1.50,a,,,\n", "event_id,time,type,sku,account,x,y,z").payload,
            payload);
}

struct BadRow {
  std::string row;
  Reason reason;
  int column;
};

// 64 and 128 bytes are the longest id and text.
const BadRow kBadRows[] = {
    // The row.
    {"9,0,purchase,a,1,b,2", Reason::kTooFewFields, 8},
    {"9", Reason::kTooFewFields, 2},
    {"9,0,purchase,a,1,b,2,c,", Reason::kTooManyFields, 9},
    {"9,0,nothing,a,1,b,2,c,d,e", Reason::kTooManyFields, 9},
    {"9,0,purchase,\"a,1,b,2,c", Reason::kOpenQuote, 4},
    {"9,0,purchase,\"a\"x,1,b,2,c", Reason::kTextAfterQuote, 4},
    {"9,0,purchase,\"a\" ,1,b,2,c", Reason::kTextAfterQuote, 4},
    {"9,0,purchase,\"a\"\r,1,b,2,c", Reason::kTextAfterQuote, 4},
    {"9,0,purchase,a\"b\",1,b,2,c", Reason::kQuoteInside, 4},
    {"9,0,purchase, \"a\",1,b,2,c", Reason::kQuoteInside, 4},
    {"9,0,purchase,a,1,b,2,\"", Reason::kOpenQuote, 8},
    // The fields, from left to right.
    {",0,purchase,a,1,b,2,c", Reason::kEmpty, 1},
    {"\"\",0,purchase,a,1,b,2,c", Reason::kEmpty, 1},
    {std::string(65, '9') + ",0,purchase,a,1,b,2,c", Reason::kFieldTooLong, 1},
    {"9\t,0,purchase,a,1,b,2,c", Reason::kControlCharacter, 1},
    {"\xff,0,purchase,a,1,b,2,c", Reason::kNotUtf8, 1},
    {"9,,purchase,a,1,b,2,c", Reason::kEmpty, 2},
    {"9,yesterday,purchase,a,1,b,2,c", Reason::kNotATime, 2},
    {"9,2010-02-29T00:00:00Z,purchase,a,1,b,2,c", Reason::kNotATime, 2},
    {"9,0,,a,1,b,2,c", Reason::kEmpty, 3},
    {",,,,,,,", Reason::kEmpty, 2},  // without a type only the time is read before it
    {",soon,nothing,,,,,", Reason::kNotATime, 2},
    {"9,0,purchase," + std::string(129, 'a') + ",1,b,2,c", Reason::kFieldTooLong, 4},
    {"9,0,purchase,a\x01,1,b,2,c", Reason::kControlCharacter, 4},
    {"9,0,purchase,\"a\nb\",1,b,2,c", Reason::kControlCharacter, 4},
    {"9,0,purchase,\xc3,1,b,2,c", Reason::kNotUtf8, 4},
    {"9,0,purchase,a,one,b,2,c", Reason::kNotANumber, 5},
    {"9,0,purchase,a,1.005,b,2,c", Reason::kTooManyDecimals, 5},
    {"9,0,purchase,a,-1,b,2,c", Reason::kNegative, 5},
    {"9,0,purchase,a,10000000000000.01,b,2,c", Reason::kAmountTooLarge, 5},
    {"9,0,purchase,a,5000000000000,b,2,c", Reason::kAmountTooLarge, 5},  // by the finer reading
    {"9,0,purchase,a,1,\xed\xa0\x80,2,c", Reason::kNotUtf8, 6},
    {"9,0,purchase,a,1,b,2.0,c", Reason::kNotACount, 7},
    {"9,0,purchase,a,1,b,-2,c", Reason::kNegative, 7},
    {"9,0,purchase,a,1,b,1000000001,c", Reason::kCountTooLarge, 7},
    {"9,0,purchase,a,1,b,2," + std::string(129, 'c'), Reason::kFieldTooLong, 8},
    {"9,soon,purchase,a,one,b,two,c", Reason::kNotATime, 2},
    {"9,0,cancel,a,1.5,b,-2,c", Reason::kTooManyDecimals, 5},
};

// Each bad row between two good ones, which must come through.
TEST(CsvParserTest, RefusesByTheTableAndGoesOnBehind) {
  const std::string good = "9,0,purchase,a,1,b,2,c\n";
  for (const BadRow& c : kBadRows) {
    const auto events = parse(good + c.row + "\n" + good);
    ASSERT_GE(events.size(), 3u) << c.row;
    EXPECT_EQ(events.front().outcome, Outcome::kOk);
    EXPECT_EQ(events.back().outcome, Outcome::kOk) << c.row;
    EXPECT_EQ(events[1].reason, c.reason) << c.row;
    EXPECT_EQ(events[1].outcome, outcome_of(c.reason)) << c.row;
    EXPECT_EQ(events[1].column, c.column) << c.row;
    EXPECT_EQ(events[1].line, 3u) << c.row;
    EXPECT_EQ(events[1].type, kNoType);
    EXPECT_EQ(events[1].payload, 0u);
    EXPECT_TRUE(events[1].slots.empty());
  }
}

TEST(CsvParserTest, AStrayQuoteCostsOneLine) {
  const std::string good = "9,0,purchase,a,1,b,2,c\n";
  const auto events = parse("9,0,purchase,\"a,1,b,2,c\n" + good + good + good);
  ASSERT_EQ(events.size(), 4u);
  EXPECT_EQ(events[0].reason, Reason::kOpenQuote);
  EXPECT_EQ(events[3].outcome, Outcome::kOk);
  EXPECT_EQ(events[3].line, 5u);
}

TEST(CsvParserTest, FieldsAsLongAsAllowedAreTaken) {
  const std::string row = std::string(64, 'i') + ",0,purchase," + std::string(128, 'a') + ",1," +
                          std::string(128, 's') + ",2,c\n";
  EXPECT_EQ(parse_one(row).outcome, Outcome::kOk);
}

TEST(CsvParserTest, TheLongestRowIsTakenAndOneByteMoreIsTooLong) {
  const std::string header = "event_id,time,type,note";
  const std::string front = "9,0,odd,";
  const std::string good = "8,0,odd,x\n";
  for (const std::string end : {"\n", "\r\n"}) {
    const std::string longest =
        front + std::string(kRowBytesMax - front.size() - (end.size() - 1), 'n');
    auto events = parse(longest + end + good, header);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].outcome, Outcome::kOk);
    events = parse(longest + "n" + end + good, header);
    ASSERT_EQ(events.size(), 2u);
    EXPECT_EQ(events[0].outcome, Outcome::kTooLong);
    EXPECT_EQ(events[0].column, 0);
    EXPECT_EQ(events[1].outcome, Outcome::kOk);
    EXPECT_EQ(events[1].line, 3u);
  }
}

TEST(CsvParserTest, ATooLongRowIsSkippedWholeWithItsQuotedLines) {
  const std::string header = "event_id,time,type,note";
  std::string note;
  while (note.size() < 3 * kRowBytesMax) note += "7,0,odd,a line that looks like a row\n";
  const auto events = parse("9,0,odd,\"" + note + "\"\n8,0,odd,x\n", header);
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].outcome, Outcome::kTooLong);
  EXPECT_EQ(events[0].line, 2u);
  EXPECT_EQ(events[1].outcome, Outcome::kOk);
  EXPECT_EQ(events[1].line, 3 + static_cast<uint64_t>(std::count(note.begin(), note.end(), '\n')));
}

TEST(CsvParserTest, NothingIsReadOfARowThatIsNotWhole) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  ASSERT_TRUE(parser.set_header(kUsual, &error));
  Batch batch;
  const std::string_view text = "9,0,purchase,a,1,b,2,c\n8,0,purchase,a,1,b,2,c";
  EXPECT_EQ(parser.parse(text, false, 10, batch), 23u);
  EXPECT_EQ(batch.records.size(), 1u);
  EXPECT_EQ(parser.parse(text.substr(23), true, 10, batch), text.size() - 23);
  EXPECT_EQ(batch.records.size(), 2u);
  EXPECT_EQ(batch.records[1].place.line, 3u);
  EXPECT_EQ(batch.values.size(), 16u);
}

TEST(CsvParserTest, StopsAtTheNumberOfRecordsAskedFor) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  ASSERT_TRUE(parser.set_header("event_id,time,type", &error));
  Batch batch;
  EXPECT_EQ(parser.parse("9,0,odd\n8,x,odd\n7,0,odd\n", true, 2, batch), 16u);
  EXPECT_EQ(batch.records.size(), 2u);
  EXPECT_EQ(parser.parse("7,0,odd\n", true, 0, batch), 0u);
}

}  // namespace
}  // namespace guerdon::event
