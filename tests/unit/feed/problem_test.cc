#include "engine/feed/problem.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "engine/feed/csv_parser.h"
#include "tests/unit/feed/csv_cases.h"

namespace guerdon::event {
namespace {

std::string explain_row(const std::string& row, std::string_view header = example_headers()[0]) {
  const Schema schema = example_schema();
  CsvParser parser(schema, kSource);
  std::string error;
  EXPECT_TRUE(parser.set_header(header, &error)) << error;
  Batch batch;
  const std::string text = "1,0,odd,,,,,\n" + row + "\n";
  parser.parse(header == example_headers()[0] ? text : row, true, 10, batch);
  for (uint32_t i = 0; i < batch.records.size(); ++i) {
    if (batch.records[i].outcome != Outcome::kOk) return explain(batch, i, parser.columns());
  }
  return "";
}

TEST(ExplainTest, SaysWhatIsWrongAndWhatToChange) {
  const std::pair<std::string, const char*> cases[] = {
      {"9,0,purchase,a,500.005,b,2,c",
       "INVALID line 3, column amount: 500.005 has more decimals than 2; write at most 2 decimals"},
      {"9,0,cancel,a,500.5,b,2,c",
       "INVALID line 3, column amount: 500.5 has more decimals than 0; write a whole number"},
      {"9,0,purchase,a,20000000000000,b,2,c",
       "OVERFLOW line 3, column amount: 20000000000000 is larger than an amount may be; write at "
       "most 10000000000000.00"},
      {"9,0,purchase,a,5000000000000,b,2,c",
       "OVERFLOW line 3, column amount: 5000000000000 is larger than an amount may be; write at "
       "most 1000000000000.000"},
      {"9,0,purchase,a,-5,b,2,c",
       "INVALID line 3, column amount: -5 is below zero; write it without the minus, or declare "
       "the attribute signed in the plan"},
      {"9,0,purchase,a,,b,2000000000,c",
       "OVERFLOW line 3, column qty: 2000000000 is larger than a count may be; write at most "
       "1000000000"},
      {"9,12/01/2010,purchase,a,1,b,2,c",
       "INVALID line 3, column time: 12/01/2010 is not a time from 1970 to 2099; write it as "
       "2010-12-01T08:26:00Z or in milliseconds since 1970"},
      {"9,0,,a,1,b,2,c", "INVALID line 3, column type: the field is empty; fill it in"},
      {std::string(65, 'i') + ",0,purchase,a,1,b,2,c",
       "TOOLONG line 3, column event_id: "
       "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii... is 65 bytes long; "
       "write at most 64"},
      {"9,0,purchase,a\x1b[2J,1,b,2,c",
       "INVALID line 3, column account: a\\x1b[2J has a control character in it; write it without"},
      {"9,0,purchase,a\xff,1,b,2,c",
       "INVALID line 3, column account: a\\xff is not UTF-8; write it in UTF-8"},
      {"9,0,purchase,a,1,b,2",
       "SYNTAX line 3, column city: the row has 7 fields and the header 8 columns; leave a missing "
       "field empty, but keep its comma"},
      {"9,0,purchase,a,1,b,2,c,d",
       "SYNTAX line 3, column 9: the row has 9 fields and the header 8 columns; put a field that "
       "holds commas between double quotes"},
      {"9,0,purchase,\"a\"b,1,b,2,c",
       "SYNTAX line 3, column account: \"a\"b goes on behind its closing quote; double each quote "
       "inside a quoted field"},
      {"9,0,purchase,15\" pipe,1,b,2,c",
       "SYNTAX line 3, column account: 15\" has a quote inside; put the whole field between double "
       "quotes and double that one"},
      {"9,0,other,a,1,b,2,c", "IGNORED line 3: no plan declares this event type"},
  };
  for (const auto& [row, sentence] : cases) EXPECT_EQ(explain_row(row), sentence);
}

TEST(ExplainTest, FlagsRowsAndQuotes) {
  EXPECT_EQ(explain_row("n,,purchase,,maybe,acc,0,c,id,m", example_headers()[2]),
            "INVALID line 2, column gift: maybe is neither true nor false; write one of these two "
            "words");
  EXPECT_EQ(explain_row("9,0,purchase,\"a,1,b"),
            "SYNTAX line 3, column account: the quote before \"a,1,b\\x0a is never closed; end the "
            "field with a double quote");
  const std::string row = explain_row(std::string(70'000, 'r'));
  EXPECT_EQ(row.substr(0, 36), "TOOLONG line 3: the row that begins ");
  EXPECT_NE(row.find("is longer than 65536 bytes"), std::string::npos);
}

// Excerpts are cut between characters, whatever their length.
TEST(ExplainTest, ShowsAtMostSixtyFourBytes) {
  for (size_t n = 60; n <= 70; ++n) {
    const std::string number(n, '7');
    const std::string sentence = explain_row("9,0,purchase,a," + number + ",b,2,c");
    const std::string shown = n <= 64 ? number : number.substr(0, 64) + "...";
    EXPECT_NE(sentence.find(": " + shown + " is larger"), std::string::npos) << sentence;
    const std::string umlauts = explain_row("9,soon" + std::string(n - 60, 's') + "\xc3\xbc" +
                                            std::string(60, 'x') + ",purchase,a,1,b,2,c");
    EXPECT_EQ(umlauts.find("\\x"), std::string::npos) << umlauts;
  }
}

TEST(ExplainTest, KnowsTheOutcomesOfLaterStagesByTheirPhrase) {
  Batch batch;
  Record record;
  record.outcome = Outcome::kConflict;
  record.place.line = 7;
  batch.records.push_back(record);
  EXPECT_EQ(explain(batch, 0, {}), "CONFLICT line 7: the same id came before with another content");
}

}  // namespace
}  // namespace guerdon::event
