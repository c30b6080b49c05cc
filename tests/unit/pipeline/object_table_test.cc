#include "engine/pipeline/object_table.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/generate/rng.h"
#include "tests/support/crash_disk.h"
#include "tests/unit/pipeline/slow_object_table.h"

namespace guerdon::pipeline {
namespace {

using event::kNoVersion;
using event::Outcome;

using Roles = std::map<std::string, std::string>;

base::Hash128 id_of(uint64_t n) { return base::hash128("object " + std::to_string(n)); }

void apply(ObjectTable& table, const ObjectEvent& event, uint64_t lsn, const Roles& roles = {}) {
  ASSERT_EQ(table.check(event, event.occurred_at), Outcome::kOk);
  RecordedRoles& recorded = table.apply(event, lsn).roles;
  for (const auto& [name, account] : roles) recorded.record(table.role(name), account);
}

// Three facts: a number, a text, and whether something came.
class Known {
 public:
  Known() {
    facts_.push_back({plan::ObjectFact::What::kLast, 0, {"total", event::FieldKind::kAmount}, ""});
    facts_.push_back({plan::ObjectFact::What::kLast, 0, {"status", event::FieldKind::kText}, ""});
    facts_.push_back({plan::ObjectFact::What::kCame, 0, {}, "cancelled"});
    paid_ = symbols_.intern("paid");
  }
  operator ObjectTable::Facts() const { return {facts_, symbols_}; }  // NOLINT: as it is used
  plan::Symbol paid() const { return paid_; }

 private:
  std::vector<plan::ObjectFact> facts_;
  plan::Symbols symbols_;
  plan::Symbol paid_ = 0;
};

std::vector<std::string> lines_of(const ObjectTable& table) {
  std::vector<std::string> lines;
  const auto add = [&](const KnownObject& object, std::span<const ObjectTable::NamedRole> roles,
                       const plan::RecordedFacts& facts) {
    std::string line = object.id.to_hex() + " " + std::to_string(object.version) + " " +
                       std::to_string(object.occurred_at) + " " + std::to_string(object.lsn);
    for (const auto& [name, account] : roles) {
      line.append(" ").append(name).append("=").append(account);
    }
    for (const auto& [number, value] : facts.all()) {
      line += " " + std::to_string(number) + ":" + std::to_string(value);
    }
    lines.push_back(line);
  };
  table.for_each(add);
  return lines;
}

// Through a snapshot.
ObjectTable copy_of(const ObjectTable& table) {
  constexpr uint64_t kLastLsn = uint64_t{1} << 60;
  support::CrashDisk disk;
  snapshot::SnapshotWriter out(disk, {});
  out.begin_section(1);
  table.save(Known(), out);
  EXPECT_TRUE(out.finish("")) << out.error();
  std::unique_ptr<os::DiskFile> file;
  EXPECT_TRUE(disk.open(snapshot::snapshot_name(0), &file).ok());
  snapshot::SnapshotReader reader(std::move(file), "snapshot");
  EXPECT_TRUE(reader.open());
  snapshot::SectionReader in(reader);
  ObjectTable again(table.capacity());
  EXPECT_TRUE(in.begin(1) && again.load(kLastLsn, Known(), in) && in.end() && in.finish());
  return again;
}

ObjectEvent random_event(generate::Rng& rng, uint64_t objects, base::TimeMs around) {
  ObjectEvent event;
  event.object = id_of(rng.below(objects));
  event.version = rng.chance(70) ? rng.between(0, 12) : kNoVersion;
  event.occurred_at = around + rng.between(-3, 3) * kObjectWindow / 6;
  return event;
}

Roles random_roles(generate::Rng& rng) {
  Roles roles;
  for (const char* const name : {"agent", "courier", "customer"}) {
    if (!rng.chance(40)) continue;
    const std::string tail = std::to_string(rng.below(3));
    roles[name] = std::string(1 + rng.below(rng.chance(10) ? 128 : 9), 'a') + tail;
    roles[name].resize(std::min<size_t>(roles[name].size(), event::kTextBytesMax));
  }
  return roles;
}

class ObjectTableTwin : public testing::TestWithParam<uint64_t> {};

TEST_P(ObjectTableTwin, KnowsWhatTheSlowOneKnows) {
  const uint64_t capacity = GetParam();
  std::map<Outcome, int> seen;
  for (uint64_t seed = 0; seed < 6; ++seed) {
    generate::Rng rng(seed);
    ObjectTable table(capacity);
    slow::ObjectTable twin(capacity);
    base::TimeMs clock = 10 * kObjectWindow;
    for (uint64_t lsn = 1; lsn < 1'500; ++lsn) {
      if (rng.chance(5)) clock += rng.between(0, kObjectWindow / 4);
      if (rng.chance(1)) table = copy_of(table);
      const ObjectEvent event = random_event(rng, 3 * capacity / 2 + 1, clock);
      const base::TimeMs at = std::max(clock, event.occurred_at);
      const Outcome outcome = table.check(event, at);
      ASSERT_EQ(outcome, twin.check(event, at)) << seed << ", " << lsn;
      ++seen[outcome];
      if (outcome != Outcome::kOk) continue;
      const Roles given = random_roles(rng);
      RecordedRoles& roles = table.apply(event, lsn).roles;
      for (const auto& [name, account] : given) roles.record(table.role(name), account);
      twin.apply(event, lsn, given);
      for (const auto& [name, account] : twin.roles(event.object)) {
        ASSERT_EQ(roles.find(table.role(name)), account);
      }
      ASSERT_EQ(table.gaps(), twin.gaps());
      if (lsn % 50 == 0) {
        ASSERT_EQ(lines_of(table), twin.lines());
      }
    }
    ASSERT_EQ(lines_of(table), twin.lines());
  }
  EXPECT_GT(seen[Outcome::kOk], 100);
  EXPECT_GT(seen[Outcome::kTooOld], 20);
  EXPECT_GT(seen[Outcome::kStale], capacity == 1 ? 0 : 20);
}

INSTANTIATE_TEST_SUITE_P(Capacities, ObjectTableTwin, testing::Values(1, 2, 3, 17, 100));

TEST(ObjectTableTest, AVersionNotAboveTheLastIsStale) {
  ObjectTable table;
  apply(table, {id_of(1), 5, 100}, 1);
  for (const int64_t version : {0, 4, 5}) {
    EXPECT_EQ(table.check({id_of(1), version, 100}, 100), Outcome::kStale) << version;
  }
  EXPECT_EQ(table.check({id_of(1), 6, 100}, 100), Outcome::kOk);
  EXPECT_EQ(table.check({id_of(2), 0, 100}, 100), Outcome::kOk) << "another object";
  apply(table, {id_of(1), kNoVersion, 100}, 2);
  EXPECT_EQ(table.check({id_of(1), 5, 100}, 100), Outcome::kStale) << "the last version stays";
}

TEST(ObjectTableTest, AGapIsAppliedAndCounted) {
  ObjectTable table;
  apply(table, {id_of(1), 7, 100}, 1);
  EXPECT_EQ(table.gaps(), 0u) << "the first may be any";
  apply(table, {id_of(1), 8, 100}, 2);
  apply(table, {id_of(1), kNoVersion, 100}, 3);
  EXPECT_EQ(table.gaps(), 0u);
  apply(table, {id_of(1), 10, 100}, 4);
  EXPECT_EQ(table.gaps(), 1u);
  EXPECT_EQ(table.check({id_of(1), 9, 100}, 100), Outcome::kStale);
}

TEST(ObjectTableTest, AnObjectIsClosedMoreThanTheWindowAfterItsLatestEvent) {
  ObjectTable table;
  apply(table, {id_of(1), 1, 100}, 1);
  apply(table, {id_of(1), 2, 60}, 2);
  EXPECT_EQ(table.check({id_of(1), 3, 70}, 100 + kObjectWindow), Outcome::kOk);
  EXPECT_EQ(table.check({id_of(1), 3, 70}, 101 + kObjectWindow), Outcome::kTooOld);
  EXPECT_EQ(table.check({id_of(1), 1, 70}, 101 + kObjectWindow), Outcome::kTooOld)
      << "before its version is looked at";
  EXPECT_EQ(table.check({id_of(2), 3, 70}, 101 + kObjectWindow), Outcome::kOk)
      << "an unknown one is never closed";
}

TEST(ObjectTableTest, BelowTheFloorAnUnknownObjectIsTooOldAndAKnownOneIsNot) {
  ObjectTable table(2);
  apply(table, {id_of(1), 1, 500}, 1);
  apply(table, {id_of(2), 1, 300}, 2);
  EXPECT_EQ(table.floor(), INT64_MIN) << "nothing was forgotten yet";
  apply(table, {id_of(1), 2, 400}, 3);  // now 2 was touched longest ago
  apply(table, {id_of(3), 1, 600}, 4);
  EXPECT_EQ(table.floor(), 301);
  EXPECT_EQ(table.check({id_of(2), 9, 300}, 600), Outcome::kTooOld) << "of that very instant";
  EXPECT_EQ(table.check({id_of(2), 9, 301}, 600), Outcome::kOk);
  EXPECT_EQ(table.check({id_of(1), 3, 1}, 600), Outcome::kOk) << "it is known";
  apply(table, {id_of(4), 1, 700}, 5);
  EXPECT_EQ(table.floor(), 501) << "its latest event, not its last";
  EXPECT_EQ(table.size(), 2u);
}

TEST(ObjectTableTest, WhatWasForgottenLeavesNothingBehind) {
  ObjectTable table(1);
  apply(table, {id_of(1), 5, 100}, 1, {{"agent", "anna"}});
  table.apply({id_of(1), 6, 100}, 2).facts.set(0, 17);
  apply(table, {id_of(2), 1, 200}, 2);
  const ObjectTable::Content again = table.apply({id_of(1), 1, 300}, 3);
  EXPECT_EQ(again.roles.find(table.role("agent")), std::nullopt);
  EXPECT_TRUE(again.facts.empty());
  EXPECT_EQ(table.gaps(), 0u);
}

TEST(ObjectTableTest, EveryPartOfAnObjectButItsTimesShowsInTheHash) {
  const auto hash_of = [](uint64_t id, int64_t version, const Roles& roles) {
    ObjectTable table;
    apply(table, {id_of(id), version, 100}, 1, roles);
    return table.content_hash(Known());
  };
  const Roles usual{{"agent", "anna"}, {"courier", "bert"}};
  const std::vector<base::Hash128> hashes{hash_of(1, 1, usual),
                                          hash_of(2, 1, usual),
                                          hash_of(1, 2, usual),
                                          hash_of(1, kNoVersion, usual),
                                          hash_of(1, 1, {}),
                                          hash_of(1, 1, {{"agent", "anna"}}),
                                          hash_of(1, 1, {{"agent", "bert"}, {"courier", "anna"}}),
                                          hash_of(1, 1, {{"agent", "anna"}, {"customer", "bert"}}),
                                          ObjectTable().content_hash(Known())};
  for (size_t i = 0; i < hashes.size(); ++i) {
    for (size_t j = 0; j < i; ++j) EXPECT_NE(hashes[i], hashes[j]) << i << " and " << j;
  }
}

TEST(ObjectTableTest, NeitherTimesNorTheOrderOfTouchOrOfRolesShowInTheHash) {
  ObjectTable table;
  apply(table, {id_of(1), 1, 100}, 1, {{"agent", "anna"}});
  apply(table, {id_of(1), 2, 100}, 2, {{"courier", "bert"}});
  apply(table, {id_of(2), 1, 100}, 3);
  ObjectTable other;
  apply(other, {id_of(2), 1, 900}, 7);
  apply(other, {id_of(1), 2, 800}, 8, {{"courier", "bert"}});
  apply(other, {id_of(1), kNoVersion, 800}, 9, {{"agent", "eve"}});
  apply(other, {id_of(1), kNoVersion, 800}, 10, {{"agent", "anna"}});
  EXPECT_EQ(table.content_hash(Known()), other.content_hash(Known()));
  EXPECT_EQ(table.content_hash(Known()), copy_of(table).content_hash(Known()));
}

// Several plans and event types have roles of their own.
TEST(ObjectTableTest, MoreRolesThanAnEventHasSlotsComeBackFromASnapshot) {
  Roles roles;
  for (int i = 0; i < 2 * event::kSlotsMax; ++i) roles["role" + std::to_string(i)] = "anna";
  ObjectTable table;
  apply(table, {id_of(1), 1, 100}, 1, roles);
  EXPECT_EQ(lines_of(copy_of(table)), lines_of(table));
}

TEST(ObjectTableTest, FactsShowInTheHashAndComeBackFromASnapshot) {
  const auto with = [](uint16_t number, int64_t value) {
    ObjectTable table;
    table.apply({id_of(1), 1, 100}, 1).facts.set(number, value);
    return table;
  };
  const std::vector<ObjectTable> tables = [&] {
    std::vector<ObjectTable> all;
    all.push_back(with(0, 5));
    all.push_back(with(0, 6));
    all.push_back(with(1, Known().paid()));
    all.push_back(with(1, plan::kOtherSymbol));
    all.push_back(with(2, 1));
    return all;
  }();
  for (size_t i = 0; i < tables.size(); ++i) {
    EXPECT_EQ(lines_of(copy_of(tables[i])), lines_of(tables[i]));
    for (size_t j = 0; j < i; ++j) {
      EXPECT_NE(tables[i].content_hash(Known()), tables[j].content_hash(Known()))
          << i << " and " << j;
    }
  }
}

TEST(RecordedRolesTest, TheLastNameOfARoleStands) {
  RecordedRoles roles;
  roles.record(7, "a");
  roles.record(300, std::string(event::kTextBytesMax, 'b'));
  roles.record(7, "a longer name");
  roles.record(2, "c");
  EXPECT_EQ(roles.find(7), "a longer name");
  EXPECT_EQ(roles.find(300), std::string(event::kTextBytesMax, 'b'));
  EXPECT_EQ(roles.find(2), "c");
  EXPECT_EQ(roles.find(0), std::nullopt);
  std::string visited;
  roles.visit([&](Role role, std::string_view name) {
    visited += std::to_string(role) + "=" + std::to_string(name.size()) + " ";
  });
  EXPECT_EQ(visited, "300=128 7=13 2=1 ");
}

TEST(ObjectTableDeathTest, WhatWasNotCheckedIsNotApplied) {
  EXPECT_DEATH(ObjectTable{0}, "assertion");
  EXPECT_DEATH(ObjectTable{ObjectTable::kCapacityMax + 1}, "assertion");
  ObjectTable table(1);
  apply(table, {id_of(1), 5, 100}, 1);
  EXPECT_DEATH(table.apply({id_of(1), 5, 100}, 2), "assertion");
}

}  // namespace
}  // namespace guerdon::pipeline
