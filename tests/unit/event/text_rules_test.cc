#include "engine/event/text_rules.h"

#include <gtest/gtest.h>

#include <string>

namespace guerdon::event {
namespace {

struct Case {
  std::string text;
  TextFault fault;
};

const Case kCases[] = {
    {"", TextFault::kNone},
    {"plain text, 12.50", TextFault::kNone},
    {" leading and trailing ", TextFault::kNone},
    {"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80", TextFault::kNone},
    {"\xc2\xa0", TextFault::kNone},          // U+00A0, the first behind the controls
    {"\xed\x9f\xbf", TextFault::kNone},      // U+D7FF, the last before the surrogates
    {"\xee\x80\x80", TextFault::kNone},      // U+E000, the first behind them
    {"\xf4\x8f\xbf\xbf", TextFault::kNone},  // U+10FFFF
    {std::string("a\0b", 3), TextFault::kControlCharacter},  //
    {"tab\t", TextFault::kControlCharacter},                 //
    {"\x1f", TextFault::kControlCharacter},                  //
    {"\x7f", TextFault::kControlCharacter},                  //
    {"\xc2\x80", TextFault::kControlCharacter},              // U+0080
    {"\xc2\x9f", TextFault::kControlCharacter},              // U+009F
    {"\x80", TextFault::kNotUtf8},                           // a continuation alone
    {"\xc3", TextFault::kNotUtf8},                           // cut off
    {"\xe2\x82", TextFault::kNotUtf8},                       //
    {"\xc0\xaf", TextFault::kNotUtf8},                       // longer than needed
    {"\xe0\x9f\xbf", TextFault::kNotUtf8},                   //
    {"\xf0\x8f\xbf\xbf", TextFault::kNotUtf8},               //
    {"\xed\xa0\x80", TextFault::kNotUtf8},                   // a surrogate
    {"\xf4\x90\x80\x80", TextFault::kNotUtf8},               // behind U+10FFFF
    {"\xff", TextFault::kNotUtf8},                           //
    {"\xc3\x28", TextFault::kNotUtf8},                       //
    {"ok\xff\t", TextFault::kNotUtf8},                       // the leftmost decides
    {"ok\t\xff", TextFault::kControlCharacter},
};

TEST(CheckTextTest, JudgesByTheTable) {
  for (const Case& c : kCases) {
    EXPECT_EQ(check_text(c.text, 128), c.fault) << printable(c.text, 64);
  }
}

// The word-wide look must see a byte at every place of every length.
TEST(CheckTextTest, FindsOneBadByteAnywhere) {
  for (size_t n = 1; n <= 40; ++n) {
    for (size_t i = 0; i < n; ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string text(n, '~');
        text[i] = static_cast<char>(byte);
        const TextFault expected = byte >= 0x80                  ? TextFault::kNotUtf8
                                   : byte < 0x20 || byte == 0x7f ? TextFault::kControlCharacter
                                                                 : TextFault::kNone;
        ASSERT_EQ(check_text(text, 128), expected) << n << " " << i << " " << byte;
        ASSERT_EQ(is_plain_text(text), expected == TextFault::kNone);
      }
    }
  }
}

TEST(CheckTextTest, LengthComesFirst) {
  EXPECT_EQ(check_text(std::string(64, 'a'), 64), TextFault::kNone);
  EXPECT_EQ(check_text(std::string(65, 'a'), 64), TextFault::kTooLong);
  EXPECT_EQ(check_text(std::string(65, '\xff'), 64), TextFault::kTooLong);
}

TEST(PrintableTest, EscapesWhatIsNoTextAndCutsBetweenCharacters) {
  EXPECT_EQ(printable("plain", 64), "plain");
  EXPECT_EQ(printable("a\tb\x1b[31m", 64), "a\\x09b\\x1b[31m");
  EXPECT_EQ(printable("back\\slash", 64), "back\\x5cslash");
  EXPECT_EQ(printable("\xff\xc3\xbc", 64), "\\xff\xc3\xbc");
  EXPECT_EQ(printable("\xc2\x85", 64), "\\xc2\\x85");
  EXPECT_EQ(printable("123456", 6), "123456");
  EXPECT_EQ(printable("1234567", 6), "123456...");
  EXPECT_EQ(printable("12345\xc3\xbc", 6), "12345...");
}

}  // namespace
}  // namespace guerdon::event
