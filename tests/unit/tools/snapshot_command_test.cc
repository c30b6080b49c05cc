// What `guerdon snapshot` prints and how it ends, on snapshots made for it.
#include "tools/guerdon/disk/snapshot_command.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/os/disk.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::tools {
namespace {

struct Output {
  ExitStatus status;
  std::string out;
  std::string err;
};

template <typename Command>
Output run(Command command) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const ExitStatus status = command();
  std::string out = testing::internal::GetCapturedStdout();
  return {status, std::move(out), testing::internal::GetCapturedStderr()};
}

Output inspect(const std::string& path, bool json = false) {
  return run([&] { return snapshot_inspect(path, json); });
}
Output verify(const std::string& path) {
  return run([&] { return snapshot_verify(path); });
}

class SnapshotCommandTest : public testing::Test {
 protected:
  SnapshotCommandTest() {
    std::string pattern = testing::TempDir() + "guerdon-snapshot-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
    std::string error;
    disk_ = os::open_disk(path_, &error);  // held, as by an engine that runs
    EXPECT_NE(disk_, nullptr) << error;
  }
  ~SnapshotCommandTest() override { std::filesystem::remove_all(path_); }

  std::string write(uint64_t lsn) {
    snapshot::SnapshotHeader header;
    header.log = {0xab, 0xcd};
    header.lsn = lsn;
    header.epoch = 2;
    header.clock = 86'400'000;
    header.created_at = 1'500;
    snapshot::SnapshotWriter out(*disk_, header);
    out.begin_section(1);
    out.put("plans");
    out.begin_section(6);
    out.put(std::string(snapshot::kPayloadMax + 1, 'a'));
    out.begin_section(99);
    out.put_unsigned(7);
    EXPECT_TRUE(out.finish("accounts 10\nbalance 123 points of shop\n")) << out.error();
    return path_ + "/" + snapshot::snapshot_name(lsn);
  }

  static void damage(const std::string& file) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(5'000);
    stream.put('?');
  }

  std::string path_;
  std::unique_ptr<os::Disk> disk_;
};

TEST_F(SnapshotCommandTest, APageSaysWhatStandsThere) {
  const Output found = inspect(write(1'000));
  EXPECT_EQ(found.status, ExitStatus::kDone);
  EXPECT_EQ(found.err, "");
  const size_t digest = found.out.find("  SHA-256     ");
  ASSERT_NE(digest, std::string::npos);
  EXPECT_EQ(found.out.substr(0, digest),
            "snap-00000000000003e8.snap\n"
            "  format      1\n"
            "  log         00000000000000cd00000000000000ab\n"
            "  LSN         1000\n"
            "  epoch       2\n"
            "  chain       " +
                std::string(64, '0') +
                "\n"
                "  clock       1970-01-02T00:00:00Z\n"
                "  created     1970-01-01T00:00:01.500Z\n"
                "  plans       " +
                std::string(32, '0') +
                "\n"
                "\n"
                "  section             blocks         bytes\n"
                "  plans                    1             5\n"
                "  objects                  2       1048537\n"
                "  99                       1             1\n"
                "\n"
                "  blocks      4\n"
                "  bytes       1069056\n");
  EXPECT_NE(found.out.find("  accounts    10\n  balance     123 points of shop\n"),
            std::string::npos);
}

TEST_F(SnapshotCommandTest, AFolderIsShownTheNewestFirst) {
  write(7);
  write(300);
  const Output page = inspect(path_);
  EXPECT_EQ(page.status, ExitStatus::kDone);
  EXPECT_LT(page.out.find("000012c.snap"), page.out.find("0000007.snap"));
  const Output json = inspect(path_, true);
  EXPECT_EQ(json.status, ExitStatus::kDone);
  EXPECT_LT(json.out.find("\"lsn\": 300"), json.out.find("\"lsn\": 7"));
  EXPECT_NE(json.out.find("\"name\": \"objects\""), std::string::npos);
  EXPECT_EQ(verify(path_).out, "snap-000000000000012c.snap: ok\nsnap-0000000000000007.snap: ok\n");
}

TEST_F(SnapshotCommandTest, DamageIsToldAndIsANo) {
  write(7);
  damage(write(300));
  const std::string problem = "snap-000000000000012c.snap at 4096: a block is damaged\n";
  const Output found = verify(path_);
  EXPECT_EQ(found.status, ExitStatus::kNo);
  EXPECT_EQ(found.err, problem);
  EXPECT_EQ(found.out, "snap-0000000000000007.snap: ok\n") << "each is told of";
  EXPECT_EQ(inspect(path_).status, ExitStatus::kNo);
  EXPECT_EQ(inspect(path_).err, problem);
  EXPECT_NE(inspect(path_, true).out.find("\"problem\": \"snap-"), std::string::npos);
}

TEST_F(SnapshotCommandTest, WhatCannotBeOpenedEndsWithThree) {
  const Output none = verify(path_);
  EXPECT_EQ(none.status, ExitStatus::kEnvironment);
  EXPECT_EQ(none.err, "guerdon snapshot: there is no snapshot in the folder " + path_ + "\n");
  const Output file = inspect(path_ + "/missing.snap");
  EXPECT_EQ(file.status, ExitStatus::kEnvironment);
  EXPECT_EQ(file.err, "missing.snap: cannot be opened: No such file or directory\n");
  const Output folder = inspect(path_ + "/missing/missing.snap");
  EXPECT_EQ(folder.status, ExitStatus::kEnvironment);
  EXPECT_NE(folder.err.find("cannot open the folder"), std::string::npos);
}

TEST_F(SnapshotCommandTest, WhatIsNoSnapshotIsANo) {
  std::ofstream(path_ + "/notes") << "milk, eggs";
  const Output found = verify(path_ + "/notes");
  EXPECT_EQ(found.status, ExitStatus::kNo);
  EXPECT_EQ(found.err, "notes: this is no snapshot\n");
}

}  // namespace
}  // namespace guerdon::tools
