#include "engine/net/request_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/os/clock.h"
#include "tests/unit/net/request_cases.h"

namespace guerdon::net {
namespace {

using Step = RequestParser::Step;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Words = std::vector<std::string>;

// The words of the one request in the bytes.
Words words_of(std::string_view bytes) {
  const auto outcomes = parse_whole(bytes);
  EXPECT_THAT(outcomes, SizeIs(1)) << bytes;
  if (outcomes.size() != 1) return {};
  EXPECT_FALSE(outcomes[0].is_error) << slow::to_string(outcomes[0]);
  return outcomes[0].words;
}

RequestError error_of(std::string_view bytes) {
  const auto outcomes = parse_whole(bytes);
  EXPECT_THAT(outcomes, SizeIs(1)) << bytes.substr(0, 100);
  if (outcomes.size() != 1) return {};
  EXPECT_TRUE(outcomes[0].is_error) << slow::to_string(outcomes[0]);
  return outcomes[0].error;
}

TEST(RequestParserTest, CutsALineIntoWords) {
  EXPECT_EQ(words_of("EVENT purchase 7 account=17850\n"),
            Words({"EVENT", "purchase", "7", "account=17850"}));
  EXPECT_EQ(words_of("  PING   a \r\n"), Words({"PING", "a"}));
  EXPECT_EQ(words_of("back\\slash Z\xc3\xbcrich \xff\n"),
            Words({"back\\slash", "Z\xc3\xbcrich", "\xff"}));
}

TEST(RequestParserTest, QuotesHoldSpacesAndBeginAnywhereInAWord) {
  EXPECT_EQ(words_of("SET account=\"Jane Doe\" \"\" a\"b\"\n"),
            Words({"SET", "account=Jane Doe", "", "ab"}));
  EXPECT_EQ(words_of("\"*1\" \"GET\"\n"), Words({"*1", "GET"}));
}

TEST(RequestParserTest, QuotesHaveEscapes) {
  EXPECT_EQ(words_of("\"\\\"\\\\\\n\\r\\t\\x00\\x7F\\xfe\"\n"),
            Words({std::string("\"\\\n\r\t\0\x7f\xfe", 8)}));
}

TEST(RequestParserTest, ReadsAnArrayOfBulkStringsWithoutLookingIntoThem) {
  const Words words = {"PING", "", std::string("a \r\n\0\"", 6)};
  EXPECT_EQ(words_of(array_of(words)), words);
}

TEST(RequestParserTest, SaysWhichFormARequestHad) {
  const auto outcomes = parse_whole("PING\n*1\r\n$4\r\nPING\r\nPING\r\n");
  ASSERT_THAT(outcomes, SizeIs(3));
  EXPECT_FALSE(outcomes[0].is_array);
  EXPECT_TRUE(outcomes[1].is_array);
  EXPECT_FALSE(outcomes[2].is_array);
}

TEST(RequestParserTest, SkipsWhatIsBlankAndConsumesIt) {
  RequestParser parser;
  const std::string_view blank = "\n\r\n   \n*0\r\n*-1\r\n *0";
  EXPECT_EQ(parser.next(blank), Step::kMore);
  EXPECT_EQ(parser.consumed(), blank.size() - 3);
  EXPECT_EQ(parser.next(" *0\n"), Step::kRequest);  // a line, since it begins with a space
  EXPECT_THAT(parser.words(), ElementsAre("*0"));
}

TEST(RequestParserTest, WordsOfAUsualRequestAreViewsIntoTheInput) {
  const auto is_inside = [](std::string_view word, std::string_view text) {
    return word.data() >= text.data() && word.data() + word.size() <= text.data() + text.size();
  };
  for (const std::string& text : {std::string("EVENT purchase 7\n"), array_of({"EVENT", "7"})}) {
    RequestParser parser;
    ASSERT_EQ(parser.next(text), Step::kRequest);
    for (const std::string_view word : parser.words()) EXPECT_TRUE(is_inside(word, text)) << word;
    EXPECT_EQ(parser.consumed(), text.size());
  }
}

TEST(RequestParserTest, ViewsIntoTheUnescapedStayWithinARequest) {
  std::string line;
  Words expected;
  for (int i = 0; i < 64; ++i) {
    line += "w=\"" + std::string(900, 'q') + std::to_string(i) + "\" ";
    expected.push_back("w=" + std::string(900, 'q') + std::to_string(i));
  }
  EXPECT_EQ(words_of(line + "\n"), expected);
}

TEST(RequestParserTest, ARequestThatIsNotConsumedIsGivenAgain) {
  const std::string skipped = std::string(kLineMax + 1, 'a');
  for (const std::string& text : {std::string("SET a\n"), array_of({"SET", "a"})}) {
    RequestParser parser;
    ASSERT_EQ(parser.next(skipped), Step::kError);  // what stands behind it goes with it
    std::string input = "aaa\n\r\n*0\r\n" + text + "PING\n";
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(parser.next(input), Step::kRequest);
      EXPECT_THAT(parser.words(), ElementsAre("SET", "a"));
      EXPECT_EQ(parser.consumed() - parser.before(), text.size());
      input.erase(0, parser.before());
      ASSERT_EQ(input, text + "PING\n");
    }
    ASSERT_EQ(parser.next(input), Step::kRequest);
    input.erase(0, parser.consumed());
    ASSERT_EQ(parser.next(input), Step::kRequest);
    EXPECT_THAT(parser.words(), ElementsAre("PING"));
  }
}

// ---- Limits

TEST(RequestParserTest, ALineMayHaveSixtyFourKibibytesWithItsCarriageReturn) {
  const std::string longest(kLineMax - 1, 'a');
  EXPECT_EQ(words_of(longest + "a\n"), Words({longest + "a"}));
  EXPECT_EQ(words_of(longest + "\r\n"), Words({longest}));
  EXPECT_EQ(error_of(longest + "aa\n"), RequestError{RequestFault::kLineTooLong});
  EXPECT_EQ(error_of(longest + "a\r\n"), RequestError{RequestFault::kLineTooLong});
}

TEST(RequestParserTest, ALongLineIsAnsweredOnceAndNotKept) {
  RequestParser parser;
  const std::string piece(kLineMax + 1, 'a');
  ASSERT_EQ(parser.next(piece), Step::kError);
  EXPECT_EQ(parser.error().code(), RequestCode::kTooLong);
  EXPECT_EQ(parser.consumed(), piece.size());
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(parser.next(piece), Step::kMore);
    ASSERT_EQ(parser.consumed(), piece.size());
  }
  ASSERT_EQ(parser.next("aaa\nPING\n"), Step::kRequest);
  EXPECT_THAT(parser.words(), ElementsAre("PING"));
}

TEST(RequestParserTest, ARequestHasAtMostSixtyFourWords) {
  std::string line;
  for (int i = 0; i < 64; ++i) line += "a ";
  EXPECT_THAT(words_of(line + "\n"), SizeIs(64));
  EXPECT_EQ(error_of(line + "b\n"), (RequestError{RequestFault::kTooManyWords, 129}));
  EXPECT_THAT(words_of(array_of(Words(64, "a"))), SizeIs(64));
  EXPECT_EQ(error_of(array_of(Words(65, "a"))),
            (RequestError{RequestFault::kArrayTooManyWords, 0, 0, 65}));
}

TEST(RequestParserTest, TheWordsOfAnArrayHaveSixtyFourKibibytesTogether) {
  const std::string rest(kArrayMax - 4, 'a');
  EXPECT_THAT(words_of(array_of({"PING", rest, ""})), SizeIs(3));
  EXPECT_EQ(error_of(array_of({"PING", rest, "b"})),
            (RequestError{RequestFault::kArrayTooLong, 0, 3, kArrayMax + 1}));
}

TEST(RequestParserTest, OnlyTheNamedWordMayHaveALongBulk) {
  const std::string bulk(kBulkMax, 'a');
  EXPECT_THAT(words_of(array_of({"BATCH", bulk})), SizeIs(2));
  EXPECT_THAT(words_of(array_of({"bAtCh", bulk, "", "7"})), SizeIs(4));
  EXPECT_EQ(error_of(array_of({"BATCHES", bulk})),
            (RequestError{RequestFault::kArrayTooLong, 0, 2, kBulkMax + 7}));
  EXPECT_EQ(error_of(array_of({"BATCH", bulk + "a"})),
            (RequestError{RequestFault::kBulkTooLong, 0, 2, kBulkMax + 1}));
  EXPECT_EQ(error_of(array_of({"BATCH", bulk, bulk})),
            (RequestError{RequestFault::kArrayTooLong, 0, 3, 2 * kBulkMax + 5}));
  RequestParser nobody;
  EXPECT_EQ(nobody.next(array_of({"BATCH", bulk})), Step::kError);
}

TEST(RequestParserTest, ALongArrayIsSkippedWithoutBeingKept) {
  RequestParser parser;
  ASSERT_EQ(parser.next("*2\r\n$4\r\nPING\r\n$500000000\r\n"), Step::kError);
  EXPECT_EQ(parser.error(), (RequestError{RequestFault::kArrayTooLong, 0, 2, 500'000'004}));
  EXPECT_FALSE(parser.is_closed());
  std::string rest = "$500000000\r\n";
  rest.erase(0, parser.consumed() - 14);  // what of the header is not consumed
  const std::string piece(1'000'000, '\n');
  ASSERT_EQ(parser.next(rest), Step::kMore);
  ASSERT_EQ(parser.consumed(), rest.size());
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(parser.next(piece), Step::kMore);
    ASSERT_EQ(parser.consumed(), piece.size());
  }
  ASSERT_EQ(parser.next("\r\nPING\n"), Step::kRequest);
  EXPECT_THAT(parser.words(), ElementsAre("PING"));
}

TEST(RequestParserTest, AnArrayWithTooManyWordsIsSkippedWordByWord) {
  const auto outcomes =
      parse_by_bytes(array_of(Words(1000, "a\r\n")) + array_of({"PING"}) + "PING\n");
  ASSERT_THAT(outcomes, SizeIs(3));
  EXPECT_EQ(outcomes[0].error.fault, RequestFault::kArrayTooManyWords);
  EXPECT_EQ(outcomes[1].words, Words({"PING"}));
  EXPECT_EQ(outcomes[2].words, Words({"PING"}));
}

TEST(RequestParserTest, FramingThatIsLostWhileSkippingCloses) {
  const auto outcomes = parse_whole("*65\r\n$1\r\na\r\nPING\nPING\n");
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_EQ(outcomes[1].error, (RequestError{RequestFault::kNotBulk, 0, 2, 'P'}));
}

// ---- Closing

TEST(RequestParserTest, AfterAnErrorThatClosesEverythingIsSwallowed) {
  RequestParser parser;
  ASSERT_EQ(parser.next("*1\r\nPING\r\nPING\n"), Step::kError);
  EXPECT_TRUE(parser.is_closed());
  EXPECT_EQ(parser.consumed(), 15u);
  EXPECT_EQ(parser.next("PING\n"), Step::kMore);
  EXPECT_EQ(parser.consumed(), 5u);
}

TEST(RequestParserTest, HttpCloses) {
  for (const char* line :
       {"GET / HTTP/1.1\r\n", "POST\n", "  put x\n", "HEAD \"\n", "OPTIONS *\n", "DELETE \t\n",
        "CONNECT a:1\n", "PATCH /\n", "TRACE /\n", "Host: a\r\n", "hOsT:a\n"}) {
    const RequestError error = error_of(line);
    EXPECT_EQ(error, RequestError{RequestFault::kHttp}) << line;
    EXPECT_TRUE(error.closes());
  }
  EXPECT_EQ(error_of("POST /" + std::string(kLineMax, 'a')), RequestError{RequestFault::kHttp});
  for (const char* line : {"GETS\n", "HOST\n", "a Host:\n", "POS T\n", "a GET\n", "Hosts:\n"}) {
    EXPECT_FALSE(words_of(line).empty()) << line;
  }
}

// ---- Errors

TEST(RequestParserTest, AControlCharacterDecidesBeforeTheQuotes) {
  EXPECT_EQ(error_of("\"a \tb\n"), (RequestError{RequestFault::kControlCharacter, 4, 0, '\t'}));
  EXPECT_EQ(error_of("a\r\r\n"), (RequestError{RequestFault::kControlCharacter, 2, 0, '\r'}));
  EXPECT_EQ(error_of(std::string_view("a b\0\n", 5)),
            (RequestError{RequestFault::kControlCharacter, 4, 0, 0}));
}

TEST(RequestErrorTest, EverySentenceSaysWhatToDoAndIsOneLineOfAscii) {
  for (size_t i = 0; i < kRequestFaults; ++i) {
    const std::string text = sentence_of({static_cast<RequestFault>(i), 0, 0, 0});
    EXPECT_GT(text.size(), 30u) << text;
    EXPECT_EQ(text.find('@'), std::string::npos) << text;
    EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; }))
        << text;
  }
}

TEST(RequestErrorTest, APositionComesFirst) {
  EXPECT_EQ(sentence_of({RequestFault::kOpenQuote, 17}),
            "column 17: this quote is never closed; close it, or write \\\" for a quote inside");
  EXPECT_EQ(sentence_of({RequestFault::kNotBulk, 0, 3, '\n'}),
            "word 3: a bulk string should begin here with $, not with 0x0a; the connection is "
            "closed");
}

// ---- Work

int64_t best_cpu_ns(std::string_view bytes) {
  int64_t best = INT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const int64_t start = os::process_cpu_ns();
    EXPECT_FALSE(parse_by_bytes(bytes).empty());
    best = std::min(best, os::process_cpu_ns() - start);
  }
  return best;
}

std::string repeat(std::string_view text, size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

// As many bytes, one after the other, in lines of 64 bytes or of 64 KiB: if what was scanned were
// scanned again, the long ones would cost some hundred times as much.
TEST(RequestParserTest, ALongRequestByBytesCostsWhatShortOnesCost) {
  const std::string short_lines = repeat(std::string(63, 'a') + "\n", 16 * 1024);
  const int64_t expected = std::max<int64_t>(best_cpu_ns(short_lines), 1);
  const std::string line = "\"" + std::string(kLineMax - 3, ' ') + "\"\n";
  EXPECT_LT(best_cpu_ns(repeat(line, 16)), 8 * expected);
  const std::string words = array_of(Words(64, std::string(1020, 'a')));
  EXPECT_LT(best_cpu_ns(repeat(words, 16)), 8 * expected);
  EXPECT_LT(best_cpu_ns(array_of({"BATCH", std::string(kBulkMax, 'a')})), 8 * expected);
}

}  // namespace
}  // namespace guerdon::net
