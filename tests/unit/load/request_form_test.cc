#include "tools/load/request_form.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/net/request_parser.h"

namespace guerdon::load {
namespace {

std::string line_of(const WireEvent& event) {
  std::string line;
  append_event_line(event, &line);
  return line;
}

std::string array_of(const WireEvent& event) {
  std::string array;
  append_event_array(event, &array);
  return array;
}

// The words of the one request that this is, as the server reads them.
std::vector<std::string> words_of(const std::string& request) {
  net::RequestParser parser;
  EXPECT_EQ(parser.next(request), net::RequestParser::Step::kRequest) << request;
  EXPECT_EQ(parser.consumed(), request.size()) << request;
  return {parser.words().begin(), parser.words().end()};
}

TEST(RequestFormTest, AUsualLineHasNoQuotes) {
  EXPECT_EQ(line_of({"order", "o-17", "anna", {{"time", "1767225600000"}, {"account", "anna"}}}),
            "EVENT order o-17 time=1767225600000 account=anna\n");
  EXPECT_EQ(line_of({"visit", "1", "", {}}), "EVENT visit 1\n");
}

TEST(RequestFormTest, OnlyTheValueThatMustBeIsQuoted) {
  EXPECT_EQ(line_of({"order", "7", "", {{"account", "Jane Doe"}, {"sku", "a\\b=c"}}}),
            "EVENT order 7 account=\"Jane Doe\" sku=a\\b=c\n");
  EXPECT_EQ(line_of({"order", "7", "", {{"sku", "6\" pipe \\ \n\r\t\x01\x7f"}}}),
            "EVENT order 7 sku=\"6\\\" pipe \\\\ \\n\\r\\t\\x01\\x7f\"\n");
  EXPECT_EQ(line_of({"a type", "an id", "", {{"a name", "v"}}}),
            "EVENT \"a type\" \"an id\" \"a name=v\"\n");
}

TEST(RequestFormTest, AnArrayHasEachWordAsItIs) {
  EXPECT_EQ(array_of({"order", "7", "", {{"account", "Jane Doe"}}}),
            "*4\r\n$5\r\nEVENT\r\n$5\r\norder\r\n$1\r\n7\r\n$16\r\naccount=Jane Doe\r\n");
}

TEST(RequestFormTest, BothFormsAreReadAsTheSameWords) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
  const std::vector<std::string> values = {"x", " ", "\"", "\\", "\\\"", "a b", "\xc3\xa9t\xc3\xa9",
                                           "'", "=", "*",  all};
  for (const std::string& value : values) {
    const WireEvent event = {"order", value, "", {{"sku", value}, {"city", "x"}}};
    const std::vector<std::string> words = {"EVENT", "order", value, "sku=" + value, "city=x"};
    EXPECT_EQ(words_of(line_of(event)), words) << value;
    EXPECT_EQ(words_of(array_of(event)), words) << value;
  }
}

TEST(RequestFormTest, OtherRequests) {
  std::string out;
  append_request(SendForm::kLines, {"SOURCE", "shop"}, &out);
  append_request(SendForm::kBatch, {"BATCH", "3"}, &out);
  append_request(SendForm::kResp, {"SOURCE", "shop"}, &out);
  EXPECT_EQ(out, "SOURCE shop\nBATCH 3\n*2\r\n$6\r\nSOURCE\r\n$4\r\nshop\r\n");
}

}  // namespace
}  // namespace guerdon::load
