#include "engine/event/field.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/money/limits.h"

namespace guerdon::event {
namespace {

const LineFields& fields() {
  static const LineFields kFields = {
      {FieldKind::kText, 0, false}, {FieldKind::kCount, 0, true}, {FieldKind::kAmount, 2, false}};
  return kFields;
}

// `A=3/1995+ B=?/?`: text, count, amount; + where it has a flag.
std::string read(std::string_view list) {
  LineReader reader(list, fields());
  std::string words;
  const auto number = [](const Line& line, size_t field) {
    return (line.present >> field & 1) != 0 ? std::to_string(line.values[field]) : "?";
  };
  for (Line line; reader.next(line);) {
    if (!words.empty()) words += " ";
    words += (line.present & 1) != 0 ? std::string(line.texts[0]) : "?";
    words += "=" + number(line, 1) + "/" + number(line, 2) + (line.has_flag ? "+" : "");
  }
  EXPECT_EQ(reader.fault(), std::nullopt) << list;
  return words;
}

// `2.3 INVALID 1.5`: line, field, code, and what is wrong.
std::string fault(std::string_view list) {
  const std::optional<LineFault> found = check_lines(list, fields());
  if (!found) return "";
  return std::to_string(found->line) + "." + std::to_string(found->field) + " " +
         std::string(outcome_word(outcome_of(found->reason))) + " " + std::string(found->text);
}

std::string times(size_t count, const std::string& line) {
  std::string list;
  for (size_t i = 0; i < count; ++i) list += line + ";";
  return list;
}

TEST(LinesTest, ALineHasItsFieldsInTheirOrderAndMaybeFlags) {
  EXPECT_EQ(read("A7:3:19.95"), "A7=3/1995");
  EXPECT_EQ(read("A7:3:19.95;B 1:-1:0"), "A7=3/1995 B 1=-1/0");
  EXPECT_EQ(read("A7:3:19.95:reward;B:1:1:shipping+paid_with_points"), "A7=3/1995+ B=1/100+");
}

TEST(LinesTest, WhatIsEmptyIsMissing) { EXPECT_EQ(read("::;A::1:;:2:"), "?=?/? A=?/100 ?=2/?"); }

TEST(LinesTest, AListMayEndWithASemicolonAndOneAloneHasNoLines) {
  EXPECT_EQ(read("A:1:1;"), "A=1/100");
  EXPECT_EQ(read(";"), "");
  EXPECT_EQ(fault(";"), "");
}

TEST(LinesTest, AFaultHasItsPlace) {
  EXPECT_EQ(fault("A:1:1;B:1.5:1"), "2.2 INVALID 1.5");
  EXPECT_EQ(fault("A:1:1;B:1:1.001"), "2.3 INVALID 1.001");
  EXPECT_EQ(fault("A:1:-1"), "1.3 INVALID -1");
  EXPECT_EQ(fault("A:1"), "1.0 INVALID A:1");
  EXPECT_EQ(fault("A:1:1:reward:1"), "1.0 INVALID A:1:1:reward:1");
  EXPECT_EQ(fault("A:1:1;;B:1:1"), "2.0 INVALID ");
  EXPECT_EQ(fault("A:1:1:gift"), "1.4 INVALID gift");
  EXPECT_EQ(fault("A:1:1:reward+gift"), "1.4 INVALID gift");
  EXPECT_EQ(fault("A:1:1:reward+"), "1.4 INVALID reward+");
  EXPECT_EQ(fault(std::string(129, 'x') + ":1:1"), "1.1 TOOLONG " + std::string(129, 'x'));
  EXPECT_EQ(fault("\xff:1:1"), "1.1 INVALID \xff");
}

TEST(LinesTest, AtMost256LinesIn6KiB) {
  EXPECT_EQ(fault(times(256, "A:1:1")), "");
  EXPECT_EQ(fault(times(257, "A:1:1")), "257.0 LIMIT A:1:1");
  const std::string most = times(255, std::string(19, 'x') + ":1:1");  // 24 bytes a line
  EXPECT_EQ(fault(most + std::string(19, 'x') + ":1:1;"), "");
  EXPECT_EQ(fault(most + std::string(20, 'x') + ":1:1;").substr(0, 11), "0.0 TOOLONG");
}

TEST(LinesTest, TogetherTheyHoldNoMoreThanOneNumberMay) {
  const std::string most = std::to_string(money::kCountMax);
  EXPECT_EQ(fault("A:" + most + ":1"), "");
  EXPECT_EQ(fault("A:" + most + ":1;A:0:1"), "");
  EXPECT_EQ(fault("A:" + most + ":1;A:1:1"), "2.2 OVERFLOW ");
  // Magnitudes: what goes below zero makes no room.
  EXPECT_EQ(fault("A:" + most + ":1;A:-1:1"), "2.2 OVERFLOW ");
  EXPECT_EQ(fault("A:1:9999999999999.99;A:1:0.01"), "");
  EXPECT_EQ(fault("A:1:9999999999999.99;A:1:0.02"), "2.3 OVERFLOW ");
}

}  // namespace
}  // namespace guerdon::event
