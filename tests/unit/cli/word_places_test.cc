#include "tools/cli/word_places.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/net/line_words.h"

namespace guerdon::cli {
namespace {

std::string marked(std::string_view line) {
  std::string text;
  for (const Place& place : word_places(line)) {
    text += "<" + std::string(line.substr(place.from, place.to - place.from)) + ">";
  }
  return text;
}

TEST(WordPlacesTest, Words) {
  EXPECT_EQ(marked(""), "");
  EXPECT_EQ(marked("   "), "");
  EXPECT_EQ(marked(" a  b=c "), "<a><b=c>");
  EXPECT_EQ(marked(R"(a b="x y" "p \" q" c)"), R"(<a><b="x y"><"p \" q"><c>)");
  EXPECT_EQ(marked(R"(a\ b)"), R"(<a\><b>)");  // outside quotes a backslash is itself
}

TEST(WordPlacesTest, AQuoteThatIsOpenReachesToTheEnd) {
  EXPECT_EQ(marked(R"(a "b c)"), R"(<a><"b c>)");
  EXPECT_EQ(marked(R"(a "b\)"), R"(<a><"b\>)");
}

TEST(WordPlacesTest, AsManyAsTheServerCuts) {
  for (const std::string_view line :
       {"PING", " EVENT  p \"a b\" c=\"\\\\\" d=\"\\\"\" ", "a \"\" b", "\"x\\x41 y\" z"}) {
    std::string unescaped;
    net::Words words;
    ASSERT_FALSE(net::cut_line(line, &unescaped, &words).has_value()) << line;
    EXPECT_EQ(word_places(line).size(), words.count) << line;
  }
}

}  // namespace
}  // namespace guerdon::cli
