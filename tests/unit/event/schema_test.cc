#include "engine/event/schema.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "engine/event/batch.h"
#include "engine/event/outcome.h"

namespace guerdon::event {
namespace {

TEST(OutcomeTest, EveryCodeHasAWordOfItsOwnAndAPhrase) {
  std::set<std::string_view> words;
  for (int i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_TRUE(words.insert(outcome_word(outcome)).second) << outcome_word(outcome);
    EXPECT_FALSE(outcome_phrase(outcome).empty());
  }
  EXPECT_EQ(outcome_word(Outcome::kTooOld), "TOOOLD");
  EXPECT_EQ(outcome_word(Outcome::kLimit), "LIMIT");
}

TEST(SchemaTest, TypesAreNumberedInTheOrderOfDeclaration) {
  Schema schema;
  EXPECT_EQ(schema.find_type("purchase"), kNoType);
  EXPECT_EQ(schema.add_type("purchase"), 0);
  EXPECT_EQ(schema.add_type("cancel"), 1);
  EXPECT_EQ(schema.add_type("purchase"), 0);
  EXPECT_EQ(schema.size(), 2);
  EXPECT_EQ(schema.find_type("cancel"), 1);
  EXPECT_EQ(schema.find_type("Cancel"), kNoType);
  EXPECT_EQ(schema.type(1).wire, "cancel");
}

TEST(SchemaTest, EqualReadingsShareASlotAndOthersDoNot) {
  Schema schema;
  const uint16_t type = schema.add_type("purchase");
  EXPECT_EQ(schema.add_slot(type, {"amount", FieldKind::kAmount, 2, false}), 0);
  EXPECT_EQ(schema.add_slot(type, {"agent", FieldKind::kAccount, 0, false}), 1);
  EXPECT_EQ(schema.add_slot(type, {"amount", FieldKind::kAmount, 2, false}), 0);
  EXPECT_EQ(schema.add_slot(type, {"amount", FieldKind::kAmount, 3, false}), 2);
  EXPECT_EQ(schema.add_slot(type, {"amount", FieldKind::kAmount, 2, true}), 3);
  EXPECT_EQ(schema.add_slot(type, {"account", FieldKind::kAccount, 0, false}), 4);
  EXPECT_EQ(schema.type(type).account_slots, (std::vector<uint8_t>{1, 4}));
}

TEST(SchemaTest, TheSlotBehindTheLastIsRefusedAndKnownOnesAreStillFound) {
  Schema schema;
  const uint16_t type = schema.add_type("wide");
  for (int i = 0; i < kSlotsMax; ++i) {
    ASSERT_EQ(schema.add_slot(type, {"a" + std::to_string(i), FieldKind::kText, 0, false}), i);
  }
  EXPECT_EQ(schema.add_slot(type, {"one_more", FieldKind::kText, 0, false}), -1);
  EXPECT_EQ(schema.add_slot(type, {"a5", FieldKind::kText, 0, false}), 5);
  EXPECT_EQ(schema.add_slot(schema.add_type("other"), {"a5", FieldKind::kText, 0, false}), 0);
}

TEST(BatchTest, TextsKeepTheirBytesAndHashesWhileTheArenaGrows) {
  Batch batch;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < 10'000; ++i) {
      ASSERT_EQ(batch.add_text("text number " + std::to_string(i)), i);
    }
    EXPECT_EQ(batch.add_text(""), 10'000u);
    for (uint32_t i = 0; i < 10'000; ++i) {
      const std::string expected = "text number " + std::to_string(i);
      ASSERT_EQ(batch.view(batch.texts[i]), expected);
      ASSERT_EQ(batch.texts[i].hash, base::hash64(expected));
    }
    EXPECT_EQ(batch.view(batch.texts[10'000]), "");
    batch.clear();
    EXPECT_TRUE(batch.texts.empty());
  }
}

}  // namespace
}  // namespace guerdon::event
