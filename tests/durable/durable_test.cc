// An engine with a log, stopped and opened again: what it says is done is done, once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "engine/runtime/open.h"
#include "engine/wal/format.h"
#include "tests/generate/random_events.h"
#include "tests/law/draw.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"
#include "tests/support/turns.h"

namespace guerdon {
namespace {

using support::CrashDisk;

constexpr uint64_t kSlices = 64;  // of a sweep: docs/formats/records.md
constexpr law::DrawShape kShape{.plans_max = 3, .events_min = 20, .events_max = 120};

struct Setting {
  uint32_t shards = 1;
  uint32_t batch = 16;
  uint32_t workers = 0;
};

std::unique_ptr<Engine> try_open(const generate::Case& drawn, CrashDisk* disk,
                                 const Setting& setting, std::string* error) {
  Options options;
  options.shards = setting.shards;
  options.batch = setting.batch;
  options.workers = setting.workers;
  options.segment_bytes = kSegmentBytesMin;
  std::vector<PlanText> plans;
  for (const std::string& text : drawn.plans) {
    plans.push_back({std::to_string(plans.size()) + ".plan", text});
  }
  std::unique_ptr<os::Disk> borrowed;
  if (disk != nullptr) borrowed = std::make_unique<support::BorrowedDisk>(*disk);
  return runtime::open_engine(options, plans, std::move(borrowed), error);
}

std::unique_ptr<Engine> must_open(const generate::Case& drawn, CrashDisk* disk,
                                  const Setting& setting = {}) {
  std::string error;
  std::unique_ptr<Engine> engine = try_open(drawn, disk, setting, &error);
  EXPECT_NE(engine, nullptr) << error;
  return engine;
}

// All steps of the case; false, with the sentence, at the first that fails. *done_lsn: of the last
// that did not.
bool feed(Engine& engine, const generate::Case& drawn, std::string* error,
          uint64_t* done_lsn = nullptr) {
  for (const law::Step& step : law::steps_of(drawn.events)) {
    const bool is_done =
        step.tick ? engine.tick(*step.tick, error)
                  : engine.replay_text(generate::as_csv(step.events), step.source, {}, error);
    if (!is_done) return false;
    if (done_lsn != nullptr) *done_lsn = engine.summary().last_lsn;
  }
  return true;
}

// All that a restart must bring back.
std::string seen(const Engine& engine) {
  std::string text = "state " + engine.state_hash().to_hex() + " entries " +
                     engine.entries_hash().to_hex() + " clock " + std::to_string(engine.clock());
  const Summary summary = engine.summary();
  text += " lsn " + std::to_string(summary.last_lsn) + " entries " +
          std::to_string(summary.entries) + " accounts " + std::to_string(summary.accounts) + "\n";
  for (const Balance& balance : engine.balances()) {
    text += balance.account + " " + balance.program + " " + balance.unit + " " +
            std::to_string(balance.amount) + "\n";
  }
  return text + engine.check_books();
}

constexpr Setting kSettings[] = {{1, 256, 0}, {1, 1, 0}, {7, 16, 0}, {16, 3, 3}, {2, 256, 1}};

TEST(DurableTest, ALogChangesNothingAndBringsEverythingBack) {
  for (uint64_t seed = 1; seed <= support::part(60); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    std::string error;
    const std::unique_ptr<Engine> plain = must_open(drawn, nullptr);
    ASSERT_TRUE(feed(*plain, drawn, &error)) << error;
    const std::string expected = seen(*plain);
    CrashDisk disk;
    {
      const std::unique_ptr<Engine> writing = must_open(drawn, &disk, kSettings[seed % 5]);
      ASSERT_TRUE(feed(*writing, drawn, &error)) << error;
      ASSERT_EQ(seen(*writing), expected) << seed;
    }
    for (const Setting& setting : kSettings) {
      const std::unique_ptr<Engine> again = must_open(drawn, &disk, setting);
      ASSERT_NE(again, nullptr);
      ASSERT_EQ(seen(*again), expected) << "seed " << seed << ", shards " << setting.shards;
    }
  }
}

// Everything is sent once more: known events are known after the restart, too.
TEST(DurableTest, EventsAreKnownAgainAfterARestart) {
  for (uint64_t seed = 1; seed <= support::part(40); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    std::string error;
    CrashDisk disk;
    std::string state;
    uint64_t accepted = 0;
    {
      const std::unique_ptr<Engine> engine = must_open(drawn, &disk);
      ASSERT_TRUE(feed(*engine, drawn, &error)) << error;
      state = engine->state_hash().to_hex();
      accepted = engine->summary().accepted;
    }
    const std::unique_ptr<Engine> again = must_open(drawn, &disk, {7, 64, 0});
    ASSERT_NE(again, nullptr);
    const Summary before = again->summary();
    EXPECT_EQ(before.accepted, accepted);
    ASSERT_TRUE(feed(*again, drawn, &error)) << error;
    EXPECT_EQ(again->summary().accepted, accepted) << "nothing twice";
    EXPECT_GE(again->summary().duplicates, accepted);
    EXPECT_EQ(again->state_hash().to_hex(), state);
  }
}

// Stopped in every call there is to the disk, opened again, and everything sent once more.
TEST(DurableTest, AStopAnywhereLosesNothingThatWasSaidToBeDone) {
  for (uint64_t seed = 1; seed <= support::part(6); ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn =
        law::random_case(rng, {.plans_max = 2, .events_min = 20, .events_max = 60});
    std::string error;
    const std::unique_ptr<Engine> plain = must_open(drawn, nullptr);
    ASSERT_TRUE(feed(*plain, drawn, &error));
    const std::string expected = plain->state_hash().to_hex();
    uint64_t calls = 0;
    {
      CrashDisk disk;
      ASSERT_TRUE(feed(*must_open(drawn, &disk, {2, 5, 0}), drawn, &error));
      calls = disk.calls();
    }
    for (uint64_t call = 1; call <= calls; ++call) {
      CrashDisk disk;
      disk.crash_in_call(call);
      uint64_t last_lsn = 0;
      {
        const std::unique_ptr<Engine> engine = try_open(drawn, &disk, {2, 5, 0}, &error);
        if (engine != nullptr) {
          feed(*engine, drawn, &error, &last_lsn);  // each step that is done is durable as a whole
          EXPECT_TRUE(!disk.has_crashed() || !engine->tick(0, &error)) << "not used any more";
        }
      }
      const std::unique_ptr<CrashDisk> after = disk.after_crash(rng);
      const std::unique_ptr<Engine> again = must_open(drawn, after.get(), kSettings[call % 5]);
      ASSERT_NE(again, nullptr) << "seed " << seed << ", call " << call;
      ASSERT_GE(again->summary().last_lsn, last_lsn);
      ASSERT_TRUE(feed(*again, drawn, &error)) << error;
      ASSERT_EQ(again->state_hash().to_hex(), expected) << "seed " << seed << ", call " << call;
      ASSERT_EQ(again->check_books(), "");
    }
  }
}

generate::Case one_case() {
  generate::Rng rng(11);
  return law::random_case(rng, kShape);
}

TEST(DurableTest, DamageIsRefusedAndNothingIsChanged) {
  const generate::Case drawn = one_case();
  CrashDisk disk;
  std::string error;
  ASSERT_TRUE(feed(*must_open(drawn, &disk, {1, 10, 0}), drawn, &error));
  for (const auto& [name, content] : disk.files()) {
    if (!wal::is_segment_name(name)) continue;
    const std::unique_ptr<CrashDisk> damaged = disk.copy();
    damaged->bytes(name)[2 * os::kDiskBlock + 200] ^= std::byte{1};
    const uint64_t calls = damaged->calls();
    EXPECT_EQ(try_open(drawn, damaged.get(), {}, &error), nullptr);
    EXPECT_NE(error.find(name + " at"), std::string::npos) << error;
    EXPECT_EQ(damaged->calls(), calls);
    return;
  }
  FAIL() << "there is no segment";
}

TEST(DurableTest, AnotherPlanIsRefused) {
  generate::Case drawn = one_case();
  CrashDisk disk;
  must_open(drawn, &disk);
  std::string error;
  drawn.plans.front() += "\n# changed\n";
  EXPECT_EQ(try_open(drawn, &disk, {}, &error), nullptr);
  EXPECT_NE(error.find("another text of plan"), std::string::npos) << error;
}

TEST(DurableTest, AFullDiskRefusesBeforeAndGoesOnAfterwards) {
  const generate::Case drawn = one_case();
  for (const Setting& setting : kSettings) {
    CrashDisk disk;
    std::string error;
    std::string state;
    {
      const std::unique_ptr<Engine> engine = must_open(drawn, &disk, setting);
      disk.set_full(true);
      int64_t time = 1;
      uint64_t lsn = engine->summary().last_lsn;
      while (engine->tick(++time, &error)) {
        const uint64_t more = engine->summary().last_lsn - lsn;
        ASSERT_TRUE(more == 1 || more == 1 + kSlices) << "with a sweep, whole, or without";
        lsn += more;
        ASSERT_LT(time, 100'000);
      }
      EXPECT_EQ(error, "cannot make a segment of the log: No space left on device");
      EXPECT_EQ(engine->summary().last_lsn, lsn) << "what is refused is not done";
      EXPECT_FALSE(feed(*engine, drawn, &error));
      EXPECT_EQ(engine->summary().last_lsn, lsn) << "nothing has got an LSN";
      EXPECT_EQ(engine->check_books(), "");
      disk.set_full(false);
      // It looks again by itself, once a second.
      bool is_fed = false;
      for (int i = 0; i < 1'000 && !is_fed; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        is_fed = feed(*engine, drawn, &error);
      }
      EXPECT_TRUE(is_fed) << error;
      state = seen(*engine);
    }
    EXPECT_EQ(seen(*must_open(drawn, &disk)), state);
  }
}

// Whatever call fails: what is there after the restart is the beginning of what was told of, and
// holds all that was said to be done.
TEST(DurableTest, AFailedCallEndsTheEngineAndLosesNothingThatWasDone) {
  const generate::Case drawn = one_case();
  for (const Setting& setting : kSettings) {
    uint64_t calls = 0;
    {
      CrashDisk disk;
      std::string error;
      ASSERT_TRUE(feed(*must_open(drawn, &disk, setting), drawn, &error));
      calls = disk.calls();
    }
    for (uint64_t call = 1; call <= calls; call += 1 + call / 8) {
      CrashDisk disk;
      disk.fail_call(call, EIO);
      std::string error;
      std::vector<uint64_t> told;
      uint64_t done_lsn = 0;
      {
        const std::unique_ptr<Engine> engine = try_open(drawn, &disk, setting, &error);
        if (engine == nullptr) continue;
        engine->on_entry([&](const Entry& entry) { told.push_back(entry.lsn); });
        if (feed(*engine, drawn, &error, &done_lsn)) continue;  // it failed where it did not matter
        EXPECT_NE(error.find("Input/output error"), std::string::npos) << error;
        EXPECT_FALSE(engine->tick(7, &error)) << "the disk is well again, the engine is not";
        ASSERT_EQ(engine->check_books(), "");
      }
      const std::unique_ptr<Engine> again = must_open(drawn, &disk);
      ASSERT_NE(again, nullptr);
      const Summary summary = again->summary();
      ASSERT_GE(summary.last_lsn, done_lsn) << "call " << call;
      const auto kept = std::count_if(told.begin(), told.end(),
                                      [&](uint64_t lsn) { return lsn <= summary.last_lsn; });
      ASSERT_EQ(summary.entries, static_cast<uint64_t>(kept)) << "call " << call;
    }
  }
}

TEST(DurableTest, ASinkMayBeSetOnAnEngineThatWasRecovered) {
  const generate::Case drawn = one_case();
  CrashDisk disk;
  std::string error;
  {
    const std::unique_ptr<Engine> engine = must_open(drawn, &disk);
    ASSERT_TRUE(feed(*engine, drawn, &error));
    ASSERT_TRUE(engine->tick(engine->clock(), &error)) << "nothing that is due is left";
  }
  const std::unique_ptr<Engine> again = must_open(drawn, &disk);
  uint64_t told = 0;
  again->on_entry([&](const Entry&) { ++told; });
  ASSERT_TRUE(feed(*again, drawn, &error));
  EXPECT_EQ(told, 0u) << "all of it is known";
}

TEST(DurableTest, MoreOrFewerPlansAreRefused) {
  generate::Case drawn;
  for (uint64_t seed = 1; drawn.plans.size() < 2; ++seed) {
    generate::Rng rng(seed);
    drawn = law::random_case(rng, kShape);
  }
  generate::Case fewer = drawn;
  fewer.plans.pop_back();
  for (const bool has_events : {false, true}) {
    std::string error;
    CrashDisk disk;
    ASSERT_TRUE(!has_events || feed(*must_open(drawn, &disk), drawn, &error));
    if (!has_events) must_open(drawn, &disk);
    EXPECT_EQ(try_open(fewer, &disk, {}, &error), nullptr);
    EXPECT_NE(error.find("under another plan"), std::string::npos) << error;
    CrashDisk small;
    must_open(fewer, &small);
    EXPECT_EQ(try_open(drawn, &small, {}, &error), nullptr);
    EXPECT_NE(error.find("under fewer plans"), std::string::npos) << error;
  }
}

// The last frame of a log, its digest changed and its check mended: only a replay can know.
TEST(DurableTest, EntriesThatAreNotThoseOfTheLogAreDamage) {
  int shown = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    generate::Rng rng(seed);
    const generate::Case drawn =
        law::random_case(rng, {.plans_max = 2,
                               .events_min = 1'200,
                               .events_max = 1'300,
                               .objects_percent = 0});  // of those many events are stale
    CrashDisk disk;
    std::string error;
    ASSERT_TRUE(feed(*must_open(drawn, &disk, kSettings[seed % 5]), drawn, &error));
    CrashDisk::Bytes& bytes = disk.bytes(wal::segment_name(1, 1));
    uint64_t last = 0;
    for (uint64_t at = os::kDiskBlock;;) {
      const auto header = wal::peek_frame_header(std::span(bytes).subspan(at));
      if (!header) break;
      last = at;
      at += wal::frame_bytes(header->payload_bytes);
    }
    wal::FrameHeader header = *wal::peek_frame_header(std::span(bytes).subspan(last));
    if (header.digest.lsn == 0) continue;
    header.digest.entries.lo ^= 1;
    wal::put_frame_header(header,
                          std::span(bytes).subspan(last, sizeof header + header.payload_bytes));
    const std::unique_ptr<CrashDisk> changed = disk.copy();
    EXPECT_EQ(try_open(drawn, changed.get(), {7, 16, 0}, &error), nullptr);
    EXPECT_NE(error.find("are not those that were made"), std::string::npos) << error;
    ++shown;
  }
  EXPECT_GT(shown, 5) << "a log of so many records has digests";
}

}  // namespace
}  // namespace guerdon
