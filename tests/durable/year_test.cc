// A year of events, late ones, goals before and behind the sales, versions of plans, and closes: on
// several numbers of shards, and over stops and crashes, as the slow twin has it. Ten years in the
// long checks (GUERDON_MODEL_YEARS).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/calendar/period.h"
#include "engine/feed/command_reader.h"
#include "engine/feed/event_reader.h"
#include "engine/runtime/core.h"
#include "tests/durable/year_case.h"
#include "tests/generate/case_files.h"
#include "tests/generate/random_commands.h"
#include "tests/law/compare_reference.h"
#include "tests/law/compare_runs.h"
#include "tests/law/draw.h"
#include "tests/law/run.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"
#include "tests/support/turns.h"

namespace guerdon::year {
namespace {

using generate::Case;
using reference::Event;
using support::CrashDisk;

// One start of an engine with a log, to its end or to a crash.
class Life {
 public:
  Life(const Case& drawn, uint32_t shards, CrashDisk& disk) : drawn_(drawn) {
    Options options;
    options.shards = shards;
    options.segment_bytes = kSegmentBytesMin;
    std::vector<PlanText> plans;
    for (const std::string& text : drawn.plans) plans.push_back({"year.plan", text});
    runtime::OpenFault fault;
    core_ = runtime::Core::open(options, plans,
                                runtime::Disks(std::make_unique<support::BorrowedDisk>(disk)), 1,
                                {}, &fault);
    EXPECT_NE(core_, nullptr) << fault.sentence;
  }

  runtime::Core& core() { return *core_; }
  uint64_t last_lsn() const { return core_->admission().last_lsn(); }

  // False: the disk is gone.
  bool feed(const Event& event) {
    if (!core_->has_room()) return false;
    if (event.source == generate::kPublishSource) {
      uint64_t lsn = 0;
      std::string error;
      return core_->publish({"version.plan", drawn_.versions.at(std::stoul(event.id))}, &lsn,
                            &error);
    }
    pipeline::Job& job = core_->assembly().take();
    read(event, job);
    core_->assembly().submit(job);
    core_->assembly().drain();
    return core_->flush();
  }

 private:
  void read(const Event& event, pipeline::Job& job) {
    if (event.source == law::kTickSource) {
      job.tick = std::stoll(event.time);
      return;
    }
    const bool is_command = event.source == generate::kCommandSource;
    std::vector<std::string> words;
    if (is_command) {
      words = generate::words_of(generate::command_of(event));
    } else {
      words = {"EVENT", event.type, event.id, "time=" + event.time};
      for (const auto& [name, value] : event.values) words.push_back(name + "=" + value);
    }
    const std::vector<std::string_view> views(words.begin(), words.end());
    event::EventReader events(core_->program().schema);
    event::CommandReader commands(core_->program().schema);
    const bool is_read = is_command ? commands.read(views, source_, job.batch)
                                    : events.read(views, source_, 0, job.batch);
    EXPECT_TRUE(is_read) << words[0] << ": "
                         << (is_command ? commands.fault() : events.fault()).sentence;
  }

  const Case& drawn_;
  event::Source source_{"year"};
  std::unique_ptr<runtime::Core> core_;
};

struct Ended {
  std::string state;
  std::string entries;
  std::vector<Seal> seals;
  uint64_t last_lsn = 0;
};

Ended ended(const runtime::Core& core) {
  EXPECT_EQ(core.audit().difference, "");
  return {core.state_hash().to_hex(), core.entries_hash().to_hex(), core.seals(),
          core.admission().last_lsn()};
}

void expect_same(const Ended& expected, const Ended& actual) {
  EXPECT_EQ(actual.state, expected.state);
  EXPECT_EQ(actual.entries, expected.entries);
  EXPECT_EQ(actual.seals == expected.seals, true);
  EXPECT_EQ(actual.last_lsn, expected.last_lsn);
}

// One after the other, each with another number of shards: some end in a crash, some with a
// snapshot. `lsns`: the last one behind each event.
Ended live_on(const Case& drawn, const std::vector<uint64_t>& lsns, uint64_t seed, int* crashes) {
  constexpr std::array<uint32_t, 3> kShards = {1, 2, 7};
  generate::Rng rng(seed);
  auto disk = std::make_unique<CrashDisk>();
  for (size_t life = 0;; ++life) {
    std::unique_ptr<CrashDisk> after;
    {
      Life one(drawn, kShards[life % kShards.size()], *disk);
      size_t next = 0;
      while (next < lsns.size() && lsns[next] <= one.last_lsn()) ++next;
      const size_t to =
          std::min(drawn.events.size(), next + 20 + rng.below(drawn.events.size() / 6));
      const bool will_crash = rng.chance(60);
      if (will_crash) disk->crash_in_call(disk->calls() + 1 + rng.below(2 * (to - next)));
      while (next < to && one.feed(drawn.events[next])) ++next;
      if (!disk->has_crashed()) {
        EXPECT_EQ(next, to);
        if (to == drawn.events.size()) return ended(one.core());
        std::string error;
        if (!will_crash && rng.chance(60)) {
          EXPECT_TRUE(one.core().write_snapshot(&error)) << error;
        }
      }
    }
    *crashes += disk->has_crashed() ? 1 : 0;
    disk = disk->has_crashed() ? disk->after_crash(rng) : disk->copy();
  }
}

using Paid = std::multiset<std::tuple<std::string, uint32_t, int32_t, int64_t>>;

// By which periods a rule pays, or a challenge, whose prizes are of no subject.
int clock_of(const plan::Program& program, uint32_t clause) {
  const uint32_t subject = program.clauses[clause].subject;
  if (subject != plan::kNowhere) return program.subjects[subject].clock;
  for (const plan::ChallengeKind& challenge : program.challenges) {
    for (const plan::ChallengeKind::Row& row : challenge.rows) {
      if (row.clause == clause) return challenge.clock;
    }
  }
  return plan::kNoClock;  // at an event
}

// Whether the period that a rule or a challenge pays for here was open at the clock `at`.
// `reopened`: the periods that were open again then.
bool was_open(const plan::Program& program, const plan::Reopenings& reopened,
              const ledger::Entry& entry, base::TimeMs at) {
  if (!entry.is_of_rule()) return false;
  const int number = clock_of(program, entry.clause);
  if (number == plan::kNoClock) return false;
  if (reopened.is_open(static_cast<size_t>(number), entry.period, at)) return true;
  const plan::Clock& clock = program.clocks[static_cast<size_t>(number)];
  calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
  return entry.period > closing.closed_at(at) &&
         entry.period <= calendar::period_at(clock.calendar, clock.rule, at).index;
}

// What the end of the periods that are open would bring, told at some places, is what it brings
// where nothing more happens. What is taken is left out: it hangs on what other periods bring.
void expect_foretold(const Case& drawn, uint64_t seed) {
  generate::Rng rng(seed);
  size_t foretold = 0;
  CrashDisk disk;
  Life one(drawn, 2, disk);
  for (size_t e = 0; e < drawn.events.size(); ++e) {
    ASSERT_TRUE(one.feed(drawn.events[e]));
    if (rng.below(drawn.events.size()) >= 6) continue;
    Paid told;
    const base::TimeMs at = one.core().admission().clock();
    for (char name = 'A'; name < 'A' + 12; ++name) {
      for (const runtime::Core::IfClosed& each : one.core().if_closed(std::string(1, name))) {
        if (each.amount > 0) {
          told.emplace(std::string(1, name), each.clause, each.period, each.amount);
        }
      }
    }
    const std::unique_ptr<CrashDisk> copy = disk.copy();
    Life other(drawn, 7, *copy);
    Paid paid;
    other.core().tail().set_sink([&](const ledger::Entry& entry, const ledger::EntryLot*) {
      std::string name;
      EXPECT_TRUE(
          other.core().shard_of(entry.account).state().accounts().find_name(entry.account, &name));
      if (entry.amount > 0 &&
          was_open(other.core().program(), one.core().admission().reopened(), entry, at)) {
        paid.emplace(name, entry.clause, entry.period, entry.amount);
      }
    });
    Event tick;
    tick.source = law::kTickSource;
    tick.time = std::to_string(at + 100 * base::kMsPerDay);
    ASSERT_TRUE(other.feed(tick));
    EXPECT_TRUE(told == paid) << "behind event " << e << ": " << told.size() << " foretold, "
                              << paid.size() << " paid";
    foretold += told.size();
  }
  EXPECT_GT(foretold, 0u);
}

class YearModel : public testing::TestWithParam<uint64_t> {};

TEST_P(YearModel, AgreesWithTheTwin) {
  const auto years = static_cast<int>(support::longer("GUERDON_MODEL_YEARS", 1));
  const Case drawn = year_case(GetParam(), years);
  ASSERT_TRUE(law::goes_together(drawn));
  const law::ReferenceRun expected(drawn);
  const law::Run first = law::run(drawn, {1, 256, 0});
  EXPECT_EQ(law::difference(expected, first), "");
  for (const law::Variant& variant : {law::Variant{2, 16, 0}, {7, 1, 0}, {7, 256, 2}}) {
    EXPECT_EQ(law::difference(first, law::run(drawn, variant)), "") << variant.text();
  }
  // What is drawn is met: closes, what comes late of each kind, winners, and all that is sealed.
  Summary summary = first.engine->summary();
  EXPECT_GT(summary.entries_by_kind["correct"], 0u);
  EXPECT_GT(summary.entries_by_kind["fine"], 0u);
  EXPECT_GT(summary.entries_by_kind["prize"], 0u);
  EXPECT_GT(summary.refused_by_code["LATE"], 0u);
  const std::vector<Seal> seals = first.engine->seals();
  const auto months = std::count_if(seals.begin(), seals.end(), [](const Seal& seal) {
    return seal.plan == "field" && seal.each == "month" && seal.period >= "2026-01";
  });
  EXPECT_EQ(months, 12 * years);
  EXPECT_GT(std::count(first.answers.begin(), first.answers.end(), "FINAL"), 0);
  size_t reopened = 0;
  for (size_t e = 0, command = 0; e < drawn.events.size(); ++e) {
    if (drawn.events[e].source != generate::kCommandSource) continue;
    const bool is_done = first.answers.at(command++) == "OK";
    reopened += is_done && drawn.events[e].type == "REOPEN" ? 1 : 0;
  }
  EXPECT_GT(reopened, 3u);

  CrashDisk disk;
  std::vector<uint64_t> lsns;
  std::optional<Ended> whole;
  {
    Life one(drawn, 1, disk);
    for (const Event& event : drawn.events) {
      ASSERT_TRUE(one.feed(event));
      lsns.push_back(one.last_lsn());
    }
    whole = ended(one.core());
  }
  EXPECT_EQ(whole->state, first.engine->state_hash().to_hex());
  EXPECT_EQ(whole->entries, first.engine->entries_hash().to_hex());
  EXPECT_EQ(whole->seals == seals, true);
  int crashes = 0;
  for (const uint64_t seed : {GetParam(), GetParam() + 100}) {
    expect_same(*whole, live_on(drawn, lsns, seed, &crashes));
  }
  EXPECT_GT(crashes, 2);
  expect_foretold(year_case(GetParam(), 1), GetParam());
}

INSTANTIATE_TEST_SUITE_P(Seeds, YearModel,
                         testing::Range<uint64_t>(1, 1 + support::longer("GUERDON_YEAR_SEEDS", 2)));

// What the harness of law 2 compares has seals of closes, and of challenges alone.
TEST(YearTest, DrawsHaveSeals) {
  uint64_t closed = 0;
  uint64_t won = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    for (const reference::Seal& seal : law::ReferenceRun(law::case_of_seed(seed)).engine.seals()) {
      closed += seal.accounts > 0 ? 1 : 0;
      won += seal.accounts == 0 && seal.entries > 0 ? 1 : 0;
    }
  }
  EXPECT_GT(closed, 20u);
  EXPECT_GT(won, 0u);
  RecordProperty("closed", static_cast<int>(closed));
  RecordProperty("won", static_cast<int>(won));
}

// A period is what it was when it began: no version can cut time otherwise.
TEST(YearTest, ZonesStay) {
  Case drawn = year_case(1, 1);
  drawn.events.clear();
  const law::Run made = law::run(drawn, {2, 16, 0});
  const std::string before = made.engine->state_hash().to_hex();
  for (const std::string& text : other_zones()) {
    uint64_t lsn = 0;
    std::string error;
    EXPECT_FALSE(made.engine->publish({"zone.plan", text}, &lsn, &error));
    EXPECT_NE(error.find("E046"), std::string::npos) << error;
  }
  EXPECT_EQ(made.engine->state_hash().to_hex(), before);
}

}  // namespace
}  // namespace guerdon::year
