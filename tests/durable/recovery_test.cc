// Starts out of snapshots: whichever of them is whole, with the log behind it, gives what the whole
// log gives; and what cannot be opened is refused for the reason that it has.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "engine/calendar/zone.h"
#include "engine/event/record_codec.h"
#include "engine/feed/trace_reader.h"
#include "engine/runtime/core.h"
#include "engine/runtime/verification.h"
#include "engine/snapshot/format.h"
#include "engine/wal/log_writer.h"
#include "tests/durable/visits.h"
#include "tests/generate/rng.h"
#include "tests/support/borrowed_disk.h"
#include "tests/support/crash_disk.h"
#include "tests/support/turns.h"

namespace guerdon {
namespace {

using runtime::OpenFault;
using support::CrashDisk;
using ::testing::HasSubstr;

using visits::kBeginMs;
using visits::kHourMs;

const std::string kPlan = visits::plan_text("America/New_York");

Options some_options(uint32_t shards = 1) {
  Options options;
  options.shards = shards;
  options.keys = 1'000;
  options.objects = 50;
  options.segment_bytes = kSegmentBytesMin;
  return options;
}

std::unique_ptr<runtime::Core> open(CrashDisk& disk, const Options& options, OpenFault* fault,
                                    std::string_view plan = kPlan) {
  return runtime::Core::open(options, {{"visits.plan", std::string(plan)}},
                             std::make_unique<support::BorrowedDisk>(disk), 1, {}, fault);
}

std::unique_ptr<runtime::Core> must_open(CrashDisk& disk, const Options& options = some_options()) {
  OpenFault fault;
  std::unique_ptr<runtime::Core> core = open(disk, options, &fault);
  EXPECT_NE(core, nullptr) << fault.sentence;
  return core;
}

// Event `number`, always the same, as a job of its own; whether it is durable.
bool send(runtime::Core& core, uint64_t number) {
  if (!core.has_room()) return false;
  const int64_t time = kBeginMs + static_cast<int64_t>(number) * 7 * kHourMs;
  const std::string csv = "event_id,time,type,account,guide\nv" + std::to_string(number) + "," +
                          std::to_string(time) + ",visit,guest-" + std::to_string(number % 7) +
                          ",guide-" + std::to_string(number % 3) + "\n";
  std::string error;
  const auto reader =
      event::TraceReader::read_text(csv, "visits.csv", core.program().schema, &error);
  EXPECT_NE(reader, nullptr) << error;
  reader->keep_identities();
  pipeline::Job& job = core.assembly().take();
  reader->fill(job.batch, 1);
  core.assembly().submit(job);
  core.assembly().drain();
  return core.flush();
}

bool send_all(runtime::Core& core, uint64_t from, uint64_t to) {
  for (uint64_t number = from; number < to; ++number) {
    if (!send(core, number)) return false;
  }
  return true;
}

void write_snapshot(runtime::Core& core) {
  std::string error;
  EXPECT_TRUE(core.write_snapshot(&error)) << error;
}

std::string seen(const runtime::Core& core) {
  return "state " + core.state_hash().to_hex() + " entries " + core.entries_hash().to_hex() +
         " lsn " + std::to_string(core.admission().last_lsn()) + " clock " +
         std::to_string(core.admission().clock()) + core.audit().difference;
}

std::vector<std::string> snapshots_on(CrashDisk& disk) {
  std::vector<std::string> names;
  EXPECT_TRUE(snapshot::list_snapshots(disk, &names).ok());
  return names;
}

void damage(CrashDisk& disk, const std::string& name, generate::Rng& rng) {
  CrashDisk::Bytes& bytes = disk.bytes(name);
  const auto flipped = std::byte(1 << rng.below(8));
  bytes[rng.below(bytes.size())] ^= flipped;
}

// ---- What a start comes to ----------------------------------------------------------------------

// Without its snapshots.
std::string seen_of_the_log(const CrashDisk& disk) {
  const std::unique_ptr<CrashDisk> log = disk.copy();
  for (const std::string& name : snapshots_on(*log)) EXPECT_TRUE(log->remove(name).ok());
  return seen(*must_open(*log, some_options(3)));
}

TEST(RecoveryTest, AfterACrashAnySnapshotWithItsTailGivesWhatTheWholeLogGives) {
  uint64_t with_two = 0;
  for (uint64_t seed = 1; seed <= support::part(40); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    CrashDisk running;
    running.crash_in_call(20 + rng.below(150));
    {
      OpenFault fault;
      const auto core = open(running, some_options(2), &fault);
      ASSERT_NE(core, nullptr) << fault.sentence;
      std::string error;
      for (uint64_t number = 0; send(*core, number);) {
        ++number;
        if (rng.chance(15)) (void)core->write_snapshot(&error);
      }
    }
    const std::unique_ptr<CrashDisk> disk = running.after_crash(rng);
    const std::string expected = seen_of_the_log(*disk);
    EXPECT_EQ(seen(*must_open(*disk->copy())), expected);
    const std::vector<std::string> names = snapshots_on(*disk);
    if (names.size() < 2) continue;
    ++with_two;
    damage(*disk, names.front(), rng);
    const auto core = must_open(*disk);
    EXPECT_EQ(seen(*core), expected);
    EXPECT_EQ(core->snapshots().front(), snapshot::lsn_of_name(names[1]));
    EXPECT_THAT(core->notes(),
                HasSubstr("the snapshot at LSN " + std::to_string(core->snapshots().front())));
  }
  EXPECT_GT(with_two, support::share(15));
}

TEST(RecoveryTest, ADamagedSnapshotIsSetAsideAndCountsAsNone) {
  generate::Rng rng(1);
  CrashDisk disk;
  for (const uint64_t to : {uint64_t{10}, uint64_t{20}}) {
    const auto core = must_open(disk);
    ASSERT_TRUE(send_all(*core, 0, to));
    write_snapshot(*core);
  }
  const std::vector<std::string> names = snapshots_on(disk);
  ASSERT_EQ(names.size(), 2u);
  damage(disk, names[0], rng);
  const auto core = must_open(disk);
  EXPECT_THAT(core->notes(), HasSubstr("the file is now " + names[0] + ".damaged"));
  EXPECT_EQ(core->snapshots(), std::vector{*snapshot::lsn_of_name(names[1])});
  EXPECT_EQ(snapshots_on(disk), std::vector{names[1]});
  // The state is that of the damaged one: it is written again, and both are kept.
  write_snapshot(*core);
  EXPECT_EQ(snapshots_on(disk), names);
  EXPECT_EQ(must_open(disk)->notes(), "");
}

TEST(RecoveryTest, WithoutASoundSnapshotTheLogIsUsedAndThatIsSaid) {
  generate::Rng rng(2);
  CrashDisk disk;
  std::string expected;
  {
    const auto core = must_open(disk);
    ASSERT_TRUE(send_all(*core, 0, 10));
    write_snapshot(*core);
    expected = seen(*core);
  }
  damage(disk, snapshots_on(disk).front(), rng);
  const auto core = must_open(disk);
  EXPECT_EQ(seen(*core), expected);
  EXPECT_THAT(core->notes(), HasSubstr("the log from LSN 1 was used instead"));
}

// Keeps what it has.
class HoardingDisk final : public support::BorrowedDisk {
 public:
  HoardingDisk(os::Disk& disk, const bool& is_hoarding)
      : BorrowedDisk(disk), is_hoarding_(is_hoarding) {}
  os::DiskStatus remove(std::string_view name) override {
    return is_hoarding_ ? os::DiskStatus{EIO} : BorrowedDisk::remove(name);
  }

 private:
  const bool& is_hoarding_;
};

TEST(RecoveryTest, AnOlderSnapshotThatCannotBeRemovedIsNoFailure) {
  CrashDisk disk;
  bool is_hoarding = false;
  OpenFault fault;
  const auto core =
      runtime::Core::open(some_options(), {{"visits.plan", std::string(kPlan)}},
                          std::make_unique<HoardingDisk>(disk, is_hoarding), 1, {}, &fault);
  ASSERT_NE(core, nullptr) << fault.sentence;
  is_hoarding = true;
  for (uint64_t to = 1; to <= 3; ++to) {
    ASSERT_TRUE(send_all(*core, 0, 10 * to));
    write_snapshot(*core);
  }
  EXPECT_EQ(core->snapshots().size(), 3u);
  EXPECT_EQ(snapshots_on(disk).size(), 3u);
  is_hoarding = false;
  ASSERT_TRUE(send_all(*core, 0, 40));
  write_snapshot(*core);
  EXPECT_EQ(core->snapshots().size(), 2u);
  EXPECT_EQ(snapshots_on(disk).size(), 2u);
}

// ---- What is refused, and why -------------------------------------------------------------------

TEST(RecoveryTest, WhatIsNotOfThisEngineIsRefusedForItsReason) {
  CrashDisk disk;
  {
    const auto core = must_open(disk);
    ASSERT_TRUE(send_all(*core, 0, 10));
    write_snapshot(*core);
  }
  const uint64_t calls = disk.calls();
  OpenFault fault;
  Options options = some_options();
  options.keys = 999;
  EXPECT_EQ(open(disk, options, &fault), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kOption) << fault.sentence;
  options = some_options();
  options.objects = 51;
  EXPECT_EQ(open(disk, options, &fault), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kOption) << fault.sentence;
  EXPECT_THAT(fault.sentence, HasSubstr("give --objects 50, or move the snap-*.snap files"));
  const std::string other = std::string(kPlan) + "# another text\n";
  EXPECT_EQ(open(disk, some_options(), &fault, other), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kPlan) << fault.sentence;
  ASSERT_EQ(disk.calls(), calls) << "nothing is changed";
  // Out of the log alone.
  for (const std::string& name : snapshots_on(disk)) ASSERT_TRUE(disk.remove(name).ok());
  EXPECT_EQ(open(disk, some_options(), &fault, other), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kPlan) << fault.sentence;
  EXPECT_THAT(fault.sentence, HasSubstr("another text of plan visits"));
}

// As damage, not as a disk that refuses: a section too few, all checks right.
TEST(RecoveryTest, AWholeSnapshotThatIsNoStateIsDamage) {
  CrashDisk disk;
  snapshot::SnapshotHeader header;
  {
    const auto core = must_open(disk);
    ASSERT_TRUE(send_all(*core, 0, 10));
    header.lsn = core->admission().last_lsn();
  }
  snapshot::SnapshotWriter out(disk, header);
  out.begin_section(1);
  out.put_unsigned(1);
  ASSERT_TRUE(out.finish("")) << out.error();
  OpenFault fault;
  EXPECT_EQ(open(disk, some_options(), &fault), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kDamage) << fault.sentence;
}

TEST(RecoveryTest, ASnapshotOfAnotherFolderIsFoundThoughItsStateIsTheSame) {
  CrashDisk disk;
  CrashDisk other;
  for (CrashDisk* each : {&disk, &other}) {
    const auto core = must_open(*each);
    ASSERT_TRUE(send_all(*core, 0, 10));
    write_snapshot(*core);
  }
  runtime::Verified verified;
  OpenFault fault;
  ASSERT_TRUE(verify_folder(disk, nullptr, some_options(), &verified, &fault)) << fault.sentence;
  const std::string name = snapshots_on(disk).front();
  ASSERT_EQ(name, snapshots_on(other).front());
  disk.bytes(name) = other.bytes(name);
  verified = {};
  EXPECT_FALSE(verify_folder(disk, nullptr, some_options(), &verified, &fault));
  EXPECT_EQ(fault.kind, OpenFault::Kind::kDamage);
  EXPECT_THAT(fault.sentence, HasSubstr("it is of another log"));
}

// ---- Time zones ---------------------------------------------------------------------------------

// The encoding of the plan's zone with something else in it.
std::string zone_with(std::string zone, std::string_view release, int32_t more_seconds) {
  const calendar::Zone found = *calendar::Zone::decode(zone);
  const size_t at = 4 + 2 + found.name().size() + 2;
  zone.replace(at, found.version().size(), release);
  zone[at - 2] = static_cast<char>(release.size());
  zone[zone.size() - 4] = static_cast<char>(zone[zone.size() - 4] + more_seconds);
  return zone;
}

// A log that holds its plan alone, written where the database had this release.
void write_log(CrashDisk& disk, std::string_view release, int32_t more_seconds) {
  CrashDisk none;
  const auto core = must_open(none);
  const plan::LoadedPlan& plan = core->program().plans.front();
  event::RecordWriter records(core->program().schema);
  std::string bytes;
  records.put_plan({plan.name, plan.text, zone_with(plan.zone, release, more_seconds)}, 0, &bytes);
  wal::SpareSegments spares(disk, kSegmentBytesMin);
  ASSERT_TRUE(spares.refill(1).ok());
  wal::LogPosition begin;
  begin.log = {1, 2};
  wal::LogWriter log(disk, spares, begin, 0);
  wal::FrameBuffer buffer(bytes.size());
  std::memcpy(buffer.end(), bytes.data(), bytes.size());
  buffer.extend(bytes.size());
  wal::FrameFields fields;
  fields.records = 1;
  ASSERT_EQ(log.append(buffer, fields), wal::Append::kDurable) << log.error();
}

TEST(RecoveryTest, AnotherReleaseOfTheTimeZonesWithTheSameRulesIsNoDifference) {
  CrashDisk disk;
  write_log(disk, "1999z-and-more", 0);
  std::string expected;
  {
    const auto core = must_open(disk);
    ASSERT_TRUE(send_all(*core, 0, 10));
    write_snapshot(*core);
    expected = seen(*core);
  }
  EXPECT_EQ(seen(*must_open(disk)), expected);
  CrashDisk here;
  const auto core = must_open(here);
  ASSERT_TRUE(send_all(*core, 0, 10));
  EXPECT_EQ(seen(*core), expected) << "neither is it one of the state";
}

TEST(RecoveryTest, OtherRulesOfATimeZoneAreRefused) {
  CrashDisk disk;
  write_log(disk, "1999z", 1);
  OpenFault fault;
  EXPECT_EQ(open(disk, some_options(), &fault), nullptr);
  EXPECT_EQ(fault.kind, OpenFault::Kind::kPlan);
  EXPECT_THAT(fault.sentence, HasSubstr("the rules of the time zone of plan visits have changed"));
}

// ---- A full disk, and a log without its seal ----------------------------------------------------

// As found where a process was killed within a frame, with spares that it had made.
std::unique_ptr<CrashDisk> with_a_torn_end(uint64_t seed) {
  generate::Rng rng(seed);
  CrashDisk disk;
  disk.crash_in_call(30);
  const auto core = must_open(disk);
  EXPECT_FALSE(send_all(*core, 0, 100));
  return disk.after_crash(rng);
}

TEST(RecoveryTest, AFullDiskWithATornEndStarts) {
  int torn = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const std::unique_ptr<CrashDisk> disk = with_a_torn_end(seed);
    disk->set_full(true);
    const auto core = must_open(*disk);
    if (core->notes().empty()) continue;
    ++torn;
    EXPECT_THAT(core->notes(), HasSubstr("are not kept aside, since the disk is full"));
    EXPECT_FALSE(core->has_room());
    disk->set_full(false);
  }
  EXPECT_GT(torn, 5);
}

void pause() {
  std::this_thread::sleep_for(std::chrono::milliseconds(pipeline::GroupCommit::kIdleMs));
}

// Whether the last frame is vouched for by one behind it.
bool is_sealed(CrashDisk& disk) {
  wal::LogReader log(disk);
  EXPECT_TRUE(log.open(1));
  while (log.next() == wal::LogReader::Step::kFrame) {
  }
  return log.end().is_sealed;
}

TEST(RecoveryTest, WhatACrashLeftWithoutASealGetsOneWhenNothingElseComes) {
  uint64_t seed = 1;
  std::unique_ptr<CrashDisk> disk = with_a_torn_end(seed);
  while (is_sealed(*disk) && seed < 20) disk = with_a_torn_end(++seed);
  ASSERT_FALSE(is_sealed(*disk));
  {
    const auto core = must_open(*disk);
    for (int i = 0; i < 1'000 && core->log()->figures().frames == 0; ++i) {
      pause();
    }
  }
  EXPECT_TRUE(is_sealed(*disk));
  // What ends with a seal is left as it is.
  const auto core = must_open(*disk);
  for (int i = 0; i < 5; ++i) pause();
  EXPECT_EQ(core->log()->figures().frames, 0u);
}

}  // namespace
}  // namespace guerdon
