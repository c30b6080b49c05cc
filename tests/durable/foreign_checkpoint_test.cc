// Snapshots whose checks are right and whose content is not: refused, or a state that adds up.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>

#include "engine/base/varint.h"
#include "engine/calendar/closing.h"
#include "engine/progress/jackpots.h"
#include "engine/snapshot/section_reader.h"
#include "tests/durable/checkpoint_works.h"

namespace guerdon::pipeline {
namespace {

using support::CrashDisk;
using Sections = std::map<uint32_t, std::string>;

constexpr law::DrawShape kShape{.plans_max = 2, .events_min = 40, .events_max = 120};

class ForeignTest : public testing::Test {
 protected:
  // Draws, feeds and saves.
  void draw(uint64_t seed) {
    generate::Rng rng(seed);
    save(law::random_case(rng, kShape));
  }

  // Feeds these and saves.
  void save(generate::Case drawn) {
    drawn_ = std::move(drawn);
    program_ = compiled(drawn_);
    Works works(program_, {2});
    works.feed(drawn_.events);
    header_ = header_of(works.state());
    sections_.clear();
    CrashDisk disk;
    const std::string name = works.save_to(disk);
    std::unique_ptr<os::DiskFile> file;
    ASSERT_TRUE(disk.open(name, &file).ok());
    snapshot::SnapshotReader reader(std::move(file), name);
    ASSERT_TRUE(reader.open());
    while (reader.next() == snapshot::SnapshotReader::Step::kBlock) {
      sections_[reader.block().section] += reader.payload();
    }
  }

  // Writes these sections, with right checks, and loads them.
  std::string load(const Sections& sections, const std::function<void(Works&)>& look = {}) {
    CrashDisk disk;
    snapshot::SnapshotWriter out(disk, header_);
    for (const auto& [section, bytes] : sections) {
      out.begin_section(section);
      out.put(bytes);
    }
    EXPECT_TRUE(out.finish(""));
    Works works(program_, {3});
    const std::string error = works.load_from(disk, snapshot::snapshot_name(header_.lsn));
    if (error.empty() && look) look(works);
    if (error.empty()) use(works);
    return error;
  }

  // A state that was believed must bear whatever comes.
  void use(Works& works) {
    EXPECT_EQ(works.seen().find("does not sum"), std::string::npos);
    works.feed(drawn_.events);
    EXPECT_EQ(works.seen().find("does not sum"), std::string::npos);
  }

  generate::Case drawn_;
  plan::Program program_;
  snapshot::SnapshotHeader header_;
  Sections sections_;
};

TEST_F(ForeignTest, AnyByteChangedIsRefusedOrBorne) {
  int refused = 0;
  int borne = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    draw(seed);
    ASSERT_EQ(load(sections_), "");
    generate::Rng rng(~seed);
    for (int i = 0; i < 150; ++i) {
      Sections changed = sections_;
      // Not the plans and the layout: those are compared, and would be most of it.
      auto at = changed.find(static_cast<uint32_t>(Section::kAdmission));
      std::advance(at, rng.below(static_cast<uint64_t>(std::distance(at, changed.end()))));
      std::string& bytes = at->second;
      const auto changed_to = static_cast<char>(rng.below(256));
      bytes[rng.below(bytes.size())] = changed_to;
      ++(load(changed).empty() ? borne : refused);
    }
  }
  EXPECT_GT(refused, 300);
  EXPECT_GT(borne, 10) << "as where a counter is another";
}

TEST_F(ForeignTest, AnyEndOfASectionIsRefused) {
  draw(3);
  for (const auto& [section, bytes] : sections_) {
    for (size_t size = 0; size < bytes.size(); size += 1 + size / 16) {
      Sections changed = sections_;
      changed[section].resize(size);
      ASSERT_NE(load(changed), "") << section_name(section) << " cut to " << size;
    }
    Sections changed = sections_;
    changed[section] += '\0';
    ASSERT_NE(load(changed), "") << section_name(section);
    changed.erase(section);
    EXPECT_NE(load(changed).find("section " + std::to_string(section) + " is missing"),
              std::string::npos);
  }
  Sections more = sections_;
  more[99] = "?";
  EXPECT_NE(load(more).find("section 99 is not known to this version"), std::string::npos);
}

TEST_F(ForeignTest, BooksThatDoNotAddUpAreRefused) {
  draw(3);
  std::string& system = sections_[static_cast<uint32_t>(Section::kSystem)];
  ASSERT_FALSE(system.empty());
  ++system[0];
  EXPECT_NE(load(sections_).find("do not sum to 0"), std::string::npos);
}

TEST_F(ForeignTest, AHeaderOfAnotherStateIsRefused) {
  draw(3);
  ++header_.clock;
  EXPECT_NE(load(sections_).find("the LSN or the clock is not that of the header"),
            std::string::npos);
  --header_.clock;
  ++header_.lsn;
  EXPECT_NE(load(sections_).find("the LSN or the clock is not that of the header"),
            std::string::npos);
  --header_.lsn;
  ++header_.plans.lo;
  EXPECT_NE(load(sections_).find("not those that its header names"), std::string::npos);
}

// Weeks in which nobody has enough.
constexpr const char* kWeekly = R"(plan shop
unit points, 0 decimals
event sale
  account : account
  qty     : count
challenge weekly per account per week
  score sum of qty on sale
  at least 100 for any prize
  rank 1 : credit account 5 points
  ties id
  nobody rollover
)";

reference::Event sale_of(const std::string& id, const std::string& time) {
  return {"till", id, "sale", time, {{"account", "anna"}, {"qty", "3"}}};
}

std::string jackpot_bytes(const progress::Jackpot& jackpot) {
  std::string bytes("\1", 1);
  for (const int32_t period : {jackpot.won[0], jackpot.won[1], jackpot.began, jackpot.ranked,
                               jackpot.before[0], jackpot.before[1]}) {
    char encoded[base::kVarintBytesMax];
    bytes.append(encoded, base::put_varint(encoded, base::zigzag(period)));
  }
  return bytes;
}

// What waits is said by the last week that was won; none is before it is closed, and what was so
// before the week that was ranked last is of an earlier one.
TEST_F(ForeignTest, AJackpotThatWasWonAheadOfItsWeekIsRefused) {
  save({.plans = {kWeekly},
        .events = {sale_of("s-1", "2026-03-03T10:00:00Z"), sale_of("s-2", "2026-03-11T10:00:00Z"),
                   sale_of("s-3", "2026-04-02T10:00:00Z")}});
  const plan::Clock& clock =
      program_.clocks[static_cast<size_t>(program_.challenges.front().clock)];
  calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
  const int32_t closed = closing.closed_at(header_.clock);
  // Those of 2, 9, 16 and 23 March are closed, and all wait; the first two had a score.
  const progress::Jackpot saved{
      {closed - 4, closed - 4}, closed - 3, closed - 2, {closed - 4, closed - 4}};
  const auto changed = [&](const auto& change) {
    progress::Jackpot jackpot = saved;
    change(jackpot);
    return jackpot;
  };
  using progress::Jackpot;
  std::string& section = sections_[static_cast<uint32_t>(Section::kJackpots)];
  EXPECT_EQ(section, jackpot_bytes(saved));
  for (const Jackpot& jackpot : {saved, changed([&](Jackpot& j) {
                                   j.won = {closed - 1, closed};
                                 }),
                                 changed([&](Jackpot& j) { j.won[0] = closed; })}) {
    section = jackpot_bytes(jackpot);
    EXPECT_EQ(load(sections_,
                   [&](Works& works) {
                     for (const auto& shard : works.shards) {
                       const progress::Jackpot* const found = shard->jackpots().find(0, "weekly");
                       ASSERT_NE(found, nullptr);
                       EXPECT_EQ(*found, jackpot);
                     }
                   }),
              "");
  }
  for (const size_t ranking : {size_t{0}, size_t{1}}) {
    section = jackpot_bytes(changed([&](Jackpot& j) { j.won[ranking] = closed + 1; }));
    EXPECT_NE(load(sections_).find("has won what it carries over ahead of time"),
              std::string::npos);
    section = jackpot_bytes(changed([&](Jackpot& j) { j.before[ranking] = j.ranked; }));
    EXPECT_NE(load(sections_).find("was not so before it was ranked last"), std::string::npos);
  }
  for (const Jackpot& jackpot : {changed([&](Jackpot& j) { j.ranked = closed + 1; }),
                                 changed([&](Jackpot& j) { j.began = j.ranked + 1; })}) {
    section = jackpot_bytes(jackpot);
    EXPECT_NE(load(sections_).find("was not so before it was ranked last"), std::string::npos);
  }
}

TEST_F(ForeignTest, SectionsHaveNames) {
  draw(3);
  for (const auto& [section, bytes] : sections_) EXPECT_NE(section_name(section), "") << section;
  EXPECT_EQ(section_name(0), "");
  EXPECT_EQ(section_name(99), "");
}

}  // namespace
}  // namespace guerdon::pipeline
