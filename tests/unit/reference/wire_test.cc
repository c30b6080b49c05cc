#include "tests/reference/wire.h"

#include <gtest/gtest.h>

namespace guerdon::reference {
namespace {

using plan::TypeKind;

struct Row {
  TypeKind kind;
  bool is_signed;
  const char* text;
  const char* result;  // a code, or the value's number or text
};

std::string shown(const Value& value) {
  if (const auto* number = std::get_if<Rational>(&value)) return number->text();
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "yes" : "no";
  return text_of(value);
}

TEST(WireTest, ReadsValuesAsTheirAttributeDeclares) {
  plan::Plan plan;
  plan.units = {{"GBP", "GBP", 2}};
  const Row rows[] = {
      {TypeKind::kAmount, false, "12.34", "1234"},
      {TypeKind::kAmount, false, "5", "500"},
      {TypeKind::kAmount, false, "0.00", "0"},
      {TypeKind::kAmount, false, "0.001", "INVALID"},
      {TypeKind::kAmount, false, "x", "INVALID"},
      {TypeKind::kAmount, false, "10000000000000.00", "1000000000000000"},
      {TypeKind::kAmount, false, "10000000000000.01", "OVERFLOW"},
      {TypeKind::kAmount, false, "-0.01", "INVALID"},
      {TypeKind::kAmount, true, "-0.01", "-1"},
      {TypeKind::kAmount, true, "-10000000000000.01", "OVERFLOW"},
      {TypeKind::kCount, false, "007", "7"},
      {TypeKind::kCount, false, "1000000000", "1000000000"},
      {TypeKind::kCount, false, "1000000001", "OVERFLOW"},
      {TypeKind::kCount, false, "99999999999999999999999999999999999999999999", "OVERFLOW"},
      {TypeKind::kCount, false, "1.0", "INVALID"},
      {TypeKind::kCount, false, "-1", "INVALID"},
      {TypeKind::kCount, false, "-0", "0"},
      {TypeKind::kCount, false, "-", "INVALID"},
      {TypeKind::kCount, false, "-1000000001", "OVERFLOW"},
      {TypeKind::kCount, true, "-1000000000", "-1000000000"},
      {TypeKind::kBool, false, "true", "yes"},
      {TypeKind::kBool, false, "false", "no"},
      {TypeKind::kBool, false, "yes", "INVALID"},
      {TypeKind::kBool, false, "1", "INVALID"},
      {TypeKind::kText, false, " a b ", " a b "},
      {TypeKind::kAccount, false, "Zürich", "Zürich"},
      {TypeKind::kText, false, "a\tb", "INVALID"},
      {TypeKind::kText, false, "a\x7f", "INVALID"},
      {TypeKind::kText, false, "a\xc2\x9f", "INVALID"},
      {TypeKind::kText, false, "a\xc2\xa0", "a\xc2\xa0"},
      {TypeKind::kText, false, "\xc0\xaf", "INVALID"},
      {TypeKind::kText, false, "\xed\xa0\x80", "INVALID"},
      {TypeKind::kText, false, "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
      {TypeKind::kText, false, "\xf4\x90\x80\x80", "INVALID"},
      {TypeKind::kText, false, "\xe2\x82", "INVALID"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    plan::Attribute attribute;
    attribute.type = {row.kind, row.kind == TypeKind::kAmount ? 0 : -1};
    attribute.is_signed = row.is_signed;
    Value value;
    const std::string code = parse_value(plan, attribute, row.text, &value);
    EXPECT_EQ(code.empty() ? shown(value) : code, row.result);
  }
}

TEST(WireTest, TextsHaveALength) {
  EXPECT_EQ(check_text("", 3), "INVALID");
  EXPECT_EQ(check_text("abc", 3), "");
  EXPECT_EQ(check_text("abcd", 3), "TOOLONG");
  EXPECT_EQ(check_text("\xff\xff\xff\xff", 3), "TOOLONG");
}

}  // namespace
}  // namespace guerdon::reference
