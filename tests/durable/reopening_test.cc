// A log of several starts and segments: cut off anywhere, damaged anywhere, and stopped or failing
// in each call of a start that is not the first.
#include <gtest/gtest.h>

#include <cerrno>
#include <set>
#include <vector>

#include "engine/wal/format.h"
#include "tests/durable/visits.h"
#include "tests/generate/rng.h"
#include "tests/support/turns.h"

namespace guerdon::visits {
namespace {

using support::CrashDisk;

constexpr Setting kSettings[] = {{1, 0}, {7, 0}, {4, 2}, {16, 3}};

// A frame on a disk: where it is, and the LSN behind it.
struct Place {
  std::string segment;
  uint64_t offset = 0;
  uint64_t bytes = 0;  // with padding
  uint64_t next_lsn = 0;
};

// All frames, in the order of the log.
std::vector<Place> frames_of(CrashDisk& disk) {
  std::vector<Place> frames;
  for (const auto& [name, content] : disk.files()) {
    if (!wal::is_segment_name(name)) continue;
    for (uint64_t at = os::kDiskBlock; at < content.bytes.size();) {
      const auto header = wal::peek_frame_header(std::span(content.bytes).subspan(at));
      if (!header) break;
      frames.push_back(
          {name, at, wal::frame_bytes(header->payload_bytes), header->first_lsn + header->records});
      at += frames.back().bytes;
    }
  }
  return frames;
}

// Three segments, and three starts with other shards and threads each.
constexpr uint64_t kEvents = 2'400;

class LongLogTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    disk_ = new CrashDisk;
    std::string error;
    for (uint64_t start = 0; start < 3; ++start) {
      const auto engine = must_open(disk_, kSettings[start]);
      ASSERT_TRUE(send_all(*engine, start * kEvents / 3, (start + 1) * kEvents / 3, &error));
    }
    // Only a log of several segments in one epoch shows what lies between two of them.
    const auto engine = must_open(disk_, kSettings[3]);
    ASSERT_TRUE(send_all(*engine, kEvents, 2 * kEvents, &error)) << error;
    seen_ = seen(*engine);
    last_lsn_ = engine->summary().last_lsn;
  }
  static void TearDownTestSuite() { delete disk_; }

  static CrashDisk* disk_;
  static std::string seen_;
  static uint64_t last_lsn_;
};

CrashDisk* LongLogTest::disk_ = nullptr;
std::string LongLogTest::seen_;
uint64_t LongLogTest::last_lsn_ = 0;

TEST_F(LongLogTest, HasSeveralSegmentsAndEpochs) {
  std::set<std::string> epochs;
  std::set<std::string> segments;
  for (const Place& frame : frames_of(*disk_)) {
    segments.insert(frame.segment);
    epochs.insert(frame.segment.substr(0, std::string("wal-00000001").size()));
  }
  EXPECT_EQ(epochs.size(), 4u);
  EXPECT_GE(segments.size(), 6u);
}

// Nothing but its beginning has reached the disk, perhaps with part of the frame behind it: that
// beginning is what comes back, and the log goes on from there.
TEST_F(LongLogTest, EveryBeginningOfItIsRecoveredAsItIs) {
  const std::vector<Place> frames = frames_of(*disk_);
  generate::Rng rng(1);
  for (int turn = 0; turn < 20; ++turn) {
    // The first and last of each segment are where it is most likely to be wrong.
    const size_t kept =
        turn < 4 ? frames.size() - 1 - static_cast<size_t>(turn) : 1 + rng.below(frames.size() - 1);
    const std::unique_ptr<CrashDisk> cut = disk_->copy();
    const Place& torn = frames[kept];
    for (size_t i = kept; i < frames.size(); ++i) {
      CrashDisk::Bytes& bytes = cut->bytes(frames[i].segment);
      const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(frames[i].offset);
      const uint64_t left = i == kept ? rng.below(frames[i].bytes / 512) * 512 : 0;
      std::fill(at + static_cast<std::ptrdiff_t>(left),
                at + static_cast<std::ptrdiff_t>(frames[i].bytes), std::byte{});
    }
    for (const Place& frame : frames) {
      if (frame.segment > torn.segment && cut->files().contains(frame.segment)) {
        ASSERT_TRUE(cut->remove(frame.segment).ok());
      }
    }
    std::string error;
    const auto engine = try_open(cut.get(), kSettings[turn % 4], &error);
    ASSERT_NE(engine, nullptr) << error << "; frames kept: " << kept;
    // All of a frame that fits in what is left of it may be there.
    EXPECT_GE(engine->summary().last_lsn, frames[kept - 1].next_lsn - 1) << kept;
    EXPECT_LE(engine->summary().last_lsn, torn.next_lsn - 1) << kept;
    ASSERT_TRUE(send_all(*engine, 0, 2 * kEvents, &error)) << error;
    EXPECT_EQ(engine->state_hash().to_hex(), seen_.substr(6, 32)) << kept;
  }
}

// One bit of what was written: it is refused, named, and nothing is changed; or it did not matter.
// Never is less brought back than there was.
TEST_F(LongLogTest, AFlippedBitIsFoundOrDoesNotMatter) {
  const std::vector<Place> frames = frames_of(*disk_);
  generate::Rng rng(2);
  const auto turns = static_cast<int>(support::part(150));
  int refused = 0;
  for (int turn = 0; turn < turns; ++turn) {
    const std::unique_ptr<CrashDisk> damaged = disk_->copy();
    Place place = frames[rng.below(frames.size())];
    if (turn % 5 == 0) place.offset = 0;  // the segment's header
    const uint64_t within = turn % 2 == 0 ? rng.below(200) : rng.below(place.bytes);
    const auto flipped = std::byte(1 << rng.below(8));
    damaged->bytes(place.segment)[place.offset + within] ^= flipped;
    const uint64_t calls = damaged->calls();
    std::string error;
    const auto engine = try_open(damaged.get(), kSettings[turn % 4], &error);
    if (engine != nullptr) {
      ASSERT_EQ(seen(*engine), seen_) << place.segment << " at " << place.offset + within;
      continue;
    }
    ++refused;
    EXPECT_NE(error.find(place.segment), std::string::npos) << error;
    EXPECT_EQ(damaged->calls(), calls) << "nothing is changed";
  }
  EXPECT_GT(refused, turns * 4 / 5);
}

// ---- Starts that are not the first --------------------------------------------------------------

// A log whose last frame is torn: the start behind it has most to do.
std::unique_ptr<CrashDisk> with_a_torn_end(uint64_t events, uint64_t keys, generate::Rng& rng) {
  constexpr uint64_t kCall = 50;  // somewhere among the events
  CrashDisk disk;
  disk.crash_in_call(kCall);
  const auto engine = must_open(&disk, {3, 0, keys});
  std::string error;
  EXPECT_FALSE(send_all(*engine, 0, events, &error));
  return disk.after_crash(rng);
}

// What a start finds is a beginning of the events: an engine without a disk that was sent those,
// and how many they are.
struct Twin {
  std::unique_ptr<Engine> engine;
  uint64_t sent = 0;
};

Twin twin_of(const Engine& engine, const Setting& setting) {
  Twin twin{must_open(nullptr, setting)};
  std::string error;
  while (twin.engine->summary().accepted < engine.summary().accepted) {
    EXPECT_TRUE(send(*twin.engine, twin.sent++, &error));
  }
  return twin;
}

// Both have the same state, and go on in the same way: also with what they say of keys that they
// forgot.
void must_equal_its_twin(Engine& engine, const Setting& setting, uint64_t events) {
  const Twin twin = twin_of(engine, setting);
  Engine& plain = *twin.engine;
  ASSERT_EQ(seen(engine), seen(plain));
  const Summary before = plain.summary();
  std::string error;
  ASSERT_TRUE(send_all(engine, 0, events, &error)) << error;
  ASSERT_TRUE(send_all(plain, 0, events, &error));
  ASSERT_EQ(seen(engine), seen(plain));
  const Summary after = plain.summary();
  const Summary summary = engine.summary();
  EXPECT_EQ(summary.duplicates, after.duplicates - before.duplicates);
  EXPECT_EQ(summary.refused, after.refused - before.refused);
}

// Each call; instrumented one in three, of which each meets another setting.
constexpr uint64_t kCallStep = support::kIsInstrumented ? 3 : 1;

TEST(ReopeningTest, AStopInAnyCallOfTheSecondStartLosesNothing) {
  constexpr uint64_t kSent = 60;
  for (const uint64_t keys : {uint64_t{5}, uint64_t{20}, uint64_t{1'000}}) {
    generate::Rng rng(keys);
    const std::unique_ptr<CrashDisk> found = with_a_torn_end(kSent, keys, rng);
    const std::unique_ptr<CrashDisk> looked_at = found->copy();
    const Twin first = twin_of(*must_open(looked_at.get(), {1, 0, keys}), {1, 0, keys});
    bool was_stopped = true;
    for (uint64_t call = 1; was_stopped; call += kCallStep) {
      const std::unique_ptr<CrashDisk> disk = found->copy();
      disk->crash_in_call(call);
      uint64_t done_lsn = first.engine->summary().last_lsn;
      {
        std::string error;
        const auto second = try_open(disk.get(), {2, 0, keys}, &error);
        if (second != nullptr) {
          ASSERT_EQ(seen(*second), seen(*first.engine)) << "call " << call;
        }
        // A few events more: the first writes of an epoch are among the calls.
        for (uint64_t n = 0; second != nullptr && n < 4; ++n) {
          if (!send(*second, first.sent + n, &error)) break;
          done_lsn = second->summary().last_lsn;
        }
      }
      was_stopped = disk->has_crashed();
      const std::unique_ptr<CrashDisk> after = disk->after_crash(rng);
      const Setting setting{kSettings[call % 4].shards, kSettings[call % 4].workers, keys};
      const auto third = must_open(after.get(), setting);
      ASSERT_NE(third, nullptr) << "keys " << keys << ", call " << call;
      ASSERT_GE(third->summary().last_lsn, done_lsn) << "keys " << keys << ", call " << call;
      must_equal_its_twin(*third, setting, kSent);
      if (HasFatalFailure()) return;
    }
  }
}

// Once, and from then on for ever; in opening, and in the first writes of the new epoch.
TEST(ReopeningTest, AFailureInAnyCallOfTheSecondStartLosesNothing) {
  constexpr uint64_t kSent = 60;
  generate::Rng rng(7);
  const std::unique_ptr<CrashDisk> found = with_a_torn_end(kSent, 1'000, rng);
  uint64_t calls = 0;
  {
    const std::unique_ptr<CrashDisk> disk = found->copy();
    std::string error;
    ASSERT_TRUE(send_all(*must_open(disk.get()), 0, kSent, &error));
    calls = disk->calls();
  }
  for (const bool for_ever : {false, true}) {
    for (uint64_t call = 1; call <= calls; call += kCallStep * (for_ever ? 3 : 1)) {
      const std::unique_ptr<CrashDisk> disk = found->copy();
      disk->fail_call(call, EIO, for_ever);
      uint64_t done_lsn = 0;
      {
        std::string error;
        const auto second = try_open(disk.get(), kSettings[call % 4], &error);
        for (uint64_t n = 0; second != nullptr && n < kSent; ++n) {
          if (!send(*second, n, &error)) {
            EXPECT_NE(error.find("Input/output error"), std::string::npos) << error;
            EXPECT_FALSE(send(*second, n, &error)) << "it goes on after a failure";
            break;
          }
          done_lsn = second->summary().last_lsn;
        }
      }
      disk->heal();
      const Setting setting = kSettings[(call + 1) % 4];
      const auto third = must_open(disk.get(), setting);
      ASSERT_NE(third, nullptr) << "call " << call << (for_ever ? " for ever" : " once");
      ASSERT_GE(third->summary().last_lsn, done_lsn) << "call " << call;
      must_equal_its_twin(*third, setting, kSent);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace guerdon::visits
