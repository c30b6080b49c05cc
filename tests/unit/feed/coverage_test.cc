#include "engine/feed/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/feed/csv_parser.h"
#include "tests/unit/feed/csv_cases.h"

namespace guerdon::event {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

constexpr std::string_view kHeader = "event_id,time,type,account,amount";

// What a parser says of the text that comes in pieces of so many bytes and goes in batches of so
// many rows, as with a trace reader.
Coverage coverage_of(const Schema& schema, std::string_view text, size_t piece = 1 << 20,
                     size_t batch_max = kBatchRecordsMax) {
  CsvParser parser(schema, kSource);
  std::string error;
  EXPECT_TRUE(parser.set_header(kHeader, &error)) << error;
  Batch batch;
  size_t begin = 0;
  size_t end = 0;
  do {
    batch.clear();
    end = std::min(text.size(), end + piece);
    begin += parser.parse(text.substr(begin, end - begin), end == text.size(), batch_max, batch);
  } while (!batch.records.empty() || end < text.size());
  return parser.coverage();
}

Coverage::Counts ignored_in(const std::string& text, size_t piece = 1 << 20,
                            size_t batch_max = kBatchRecordsMax) {
  return coverage_of(example_schema(), text, piece, batch_max).ignored_types();
}

TEST(CoverageTest, IgnoredTypesAreCountedHoweverTheTextComes) {
  const std::string text =
      "1,0,survey,a,1.00\n"
      "2,0,purchase,a,1.00\n"
      "\n"
      "3,0,\"log\nin\",\"a,b\",1.00\r\n"
      "4,0,survey,a\n"               // refused: too few fields
      "5,0,\"sur\"vey\",a,1.00\n"    // refused: broken quotes
      "6,yesterday,survey,a,1.00\n"  // refused: no time
      "7,0,,a,1.00\n"                // refused: no type
      "8,0,\"sur\"\"vey\",a,1.00\n"  //
      "9,0,survey,,";
  for (const size_t piece : {1u, 2u, 7u, 30u, 1'000u}) {
    for (const size_t batch_max : {1u, 3u, 256u}) {
      EXPECT_THAT(ignored_in(text, piece, batch_max),
                  ElementsAre(Pair("log\\x0ain", 1), Pair("sur\"vey", 1), Pair("survey", 2)))
          << piece << " " << batch_max;
    }
  }
}

TEST(CoverageTest, ATraceOfKnownTypesHasNone) {
  EXPECT_THAT(ignored_in("1,0,purchase,a,1.00\n2,0,cancel,a,1\n"), IsEmpty());
  EXPECT_THAT(ignored_in(""), IsEmpty());
}

// A text may begin anywhere within a row that is too long.
TEST(CoverageTest, ARowThatIsTooLongDoesNotShiftTheOthers) {
  const std::string text = "1,0,survey,a,1.00\n2,0,survey,\"" + std::string(200'000, 'x') +
                           "\n3,0,login,a,1.00\n\",1\n4,0,login,a,1.00\n5,0,login,a,1.00\n6,0," +
                           std::string(kTextBytesMax + 1, 'y') + ",a,1.00\n7,0,survey,,\n";
  for (const size_t piece : {1'000u, 65'000u, 1u << 20}) {
    for (const size_t batch_max : {1u, 2u, 3u, 256u}) {
      EXPECT_THAT(ignored_in(text, piece, batch_max),
                  ElementsAre(Pair("login", 2), Pair("survey", 2),
                              Pair(std::string(kTextBytesMax, 'y') + "...", 1)));
    }
  }
}

TEST(CoverageTest, SoManyTypesAreToldApart) {
  std::string text;
  for (size_t i = 0; i < 2 * Coverage::kIgnoredTypesMax; ++i) {
    text += std::to_string(i) + ",0,type" + std::to_string(i) + ",a,1.00\n";
  }
  EXPECT_EQ(ignored_in(text + text).size(), Coverage::kIgnoredTypesMax);
  EXPECT_EQ(ignored_in(text + text).at("type0"), 2u);
}

std::vector<AbsentAttribute> absent_in(std::string_view text) {
  const Schema schema = example_schema();
  return coverage_of(schema, text).absent_attributes();
}

TEST(CoverageTest, AttributesWithoutAColumnAreThoseOfTypesThatCame) {
  const std::string refused = "1,0,survey,a,1.00\n2,0,cancel,a,1.00\n";  // 1.00 is no yen
  EXPECT_THAT(absent_in(refused), IsEmpty());
  EXPECT_THAT(absent_in(refused + "3,0,cancel,a,1\n"),
              ElementsAre(AbsentAttribute{"cancel", "qty"}));
  EXPECT_THAT(absent_in(refused + "3,0,cancel,a,1\n4,0,purchase,a,1\n"),
              ElementsAre(AbsentAttribute{"purchase", "sku"}, AbsentAttribute{"purchase", "qty"},
                          AbsentAttribute{"purchase", "city"}, AbsentAttribute{"purchase", "gift"},
                          AbsentAttribute{"cancel", "qty"}));
}

TEST(CoverageTest, WhatTheEngineReadsItselfIsAColumnToo) {
  EXPECT_THAT(absent_in("1,0,odd,a,1.00\n"), ElementsAre(AbsentAttribute{"odd", "nowhere"}));
}

}  // namespace
}  // namespace guerdon::event
