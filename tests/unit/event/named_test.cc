#include "engine/event/named.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <string_view>

namespace guerdon::event {
namespace {

Schema three_wallets() {
  Schema schema;
  schema.add_wallet({"shop", "points", 0, false});
  schema.add_wallet({"shop", "GBP", 2, false});
  schema.add_wallet({"club", "points", 0, false});
  schema.add_item({"shop", "mug", true});
  schema.add_item({"club", "mug", false});
  schema.add_item({"club", "lamp", false});
  return schema;
}

struct Row {
  std::string_view name;
  std::string_view program;
  std::string_view found;  // the number, or the code and the sentence
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.program << " " << row.name; }

std::string found(const Named& named) {
  if (named.is_one()) return std::to_string(named.number);
  return std::string(outcome_word(named.outcome)) + " " + named.sentence;
}

class UnitNamed : public testing::TestWithParam<Row> {};
class ItemNamed : public testing::TestWithParam<Row> {};

TEST_P(UnitNamed, IsOneWalletOrSaysWhatToWrite) {
  EXPECT_EQ(found(find_wallet(three_wallets(), GetParam().name, GetParam().program)),
            GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, UnitNamed,
    testing::Values(
        Row{"GBP", "", "1"}, Row{"GBP", "shop", "1"}, Row{"points", "shop", "0"},
        Row{"points", "club", "2"}, Row{"club/points", "", "2"}, Row{"club/points", "club", "2"},
        Row{"points", "",
            "INVALID points is a unit of several programs (shop, club); write which with program=, "
            "or as program/unit"},
        Row{"EUR", "", "UNKNOWN no plan has a unit EUR; the units there are: points, GBP"},
        Row{"GBP", "club",
            "UNKNOWN no plan has a unit GBP in club; the units there are: points, GBP"},
        // The two programs do not agree.
        Row{"club/points", "shop",
            "UNKNOWN no plan has a unit club/points in shop; the units there are: points, GBP"},
        Row{"clubXpoints", "",
            "UNKNOWN no plan has a unit clubXpoints; the units there are: points, GBP"},
        Row{"/points", "", "UNKNOWN no plan has a unit /points; the units there are: points, GBP"},
        Row{"", "", "UNKNOWN no plan has a unit ; the units there are: points, GBP"},
        Row{"a\n", "", "UNKNOWN no plan has a unit a\\x0a; the units there are: points, GBP"}));

TEST_P(ItemNamed, IsOneItemOrSaysWhatToWrite) {
  EXPECT_EQ(found(find_item(three_wallets(), GetParam().name, GetParam().program)),
            GetParam().found);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ItemNamed,
    testing::Values(Row{"lamp", "", "2"}, Row{"mug", "club", "1"}, Row{"shop/mug", "", "0"},
                    Row{"mug", "",
                        "INVALID mug is an item of several programs (shop, club); write which with "
                        "program=, or "
                        "as program/item"},
                    Row{"pen", "",
                        "UNKNOWN no plan has an item pen; the items there are: mug, lamp"}));

TEST(NamedTest, WhereThereIsNothingNothingIsListed) {
  EXPECT_EQ(found(find_item(Schema(), "pen")),
            "UNKNOWN no plan has an item pen; the items there are: none");
  EXPECT_EQ(units_of(three_wallets()), "points, GBP");
}

}  // namespace
}  // namespace guerdon::event
