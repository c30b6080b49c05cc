#include "engine/os/disk.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace guerdon::os {
namespace {

class DiskTest : public testing::Test {
 protected:
  DiskTest() {
    std::string pattern = testing::TempDir() + "guerdon-disk-XXXXXX";
    const char* made = ::mkdtemp(pattern.data());
    EXPECT_NE(made, nullptr);
    path_ = std::string(pattern) + "/data";
  }
  ~DiskTest() override { std::filesystem::remove_all(std::filesystem::path(path_).parent_path()); }

  std::unique_ptr<Disk> open() {
    std::string error;
    std::unique_ptr<Disk> disk = open_disk(path_, &error);
    EXPECT_NE(disk, nullptr) << error;
    return disk;
  }

  std::string path_;
};

TEST_F(DiskTest, AFolderIsMadeForItsOwnerAlone) {
  const std::unique_ptr<Disk> disk = open();
  struct stat status;
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);
}

TEST_F(DiskTest, AFolderHasOneOwnerAtATime) {
  std::unique_ptr<Disk> first = open();
  std::string error;
  EXPECT_EQ(open_disk(path_, &error), nullptr);
  EXPECT_EQ(error, "another process has the folder " + path_ + "; stop it first");
  first.reset();
  EXPECT_NE(open_disk(path_, &error), nullptr);
}

TEST_F(DiskTest, AFolderThatCannotBeIsRefusedWithItsName) {
  std::string error;
  EXPECT_EQ(open_disk(path_ + "/no/such", &error), nullptr);
  EXPECT_NE(error.find(path_ + "/no/such: No such file"), std::string::npos) << error;
  std::ofstream(path_) << "a file";
  EXPECT_EQ(open_disk(path_, &error), nullptr);
  EXPECT_NE(error.find("Not a directory"), std::string::npos) << error;
}

TEST_F(DiskTest, WhatIsWrittenIsThereAfterwards) {
  DiskBuffer block;
  block.resize(2 * kDiskBlock);
  std::memset(block.data(), 0x5a, block.size());
  {
    const std::unique_ptr<Disk> disk = open();
    std::unique_ptr<DiskFile> file;
    ASSERT_TRUE(disk->create_zeroed("a.seg", 5 * kDiskBlock, &file).ok());
    EXPECT_EQ(file->size(), 5 * kDiskBlock);
    ASSERT_TRUE(file->write_durably(kDiskBlock, {block.data(), block.size()}).ok());
    ASSERT_TRUE(disk->rename("a.seg", "b.seg").ok());
    ASSERT_TRUE(file->write_durably(4 * kDiskBlock, {block.data(), kDiskBlock}).ok());
  }
  const std::unique_ptr<Disk> disk = open();
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_EQ(names, std::vector<std::string>{"b.seg"});
  std::unique_ptr<DiskFile> file;
  EXPECT_EQ(disk->open("a.seg", &file).error, ENOENT);
  ASSERT_TRUE(disk->open("b.seg", &file).ok());
  std::vector<std::byte> all(6 * kDiskBlock, std::byte{0xff});
  size_t got = 0;
  ASSERT_TRUE(file->read(0, all, &got).ok());
  ASSERT_EQ(got, 5 * kDiskBlock);
  for (size_t i = 0; i < got; ++i) {
    const size_t b = i / kDiskBlock;
    ASSERT_EQ(all[i], b == 0 || b == 3 ? std::byte{} : std::byte{0x5a}) << i;
  }
  ASSERT_TRUE(file->read(4 * kDiskBlock + 7, std::span(all).first(100), &got).ok());
  EXPECT_EQ(got, 100u);
  EXPECT_EQ(all[0], std::byte{0x5a});
  ASSERT_TRUE(file->read(9 * kDiskBlock, all, &got).ok());
  EXPECT_EQ(got, 0u);
}

TEST_F(DiskTest, AFileOfAnySizeIsWrittenWholeAndReplacesItsNamesake) {
  const std::unique_ptr<Disk> disk = open();
  for (const size_t size : {size_t{3'000'001}, size_t{0}, size_t{17}}) {
    const std::vector<std::byte> content(size, std::byte{7});
    ASSERT_TRUE(disk->create_with("notes", content).ok());
    std::unique_ptr<DiskFile> file;
    ASSERT_TRUE(disk->open("notes", &file).ok());
    ASSERT_EQ(file->size(), size);
    std::vector<std::byte> back(size + 100);
    size_t got = 0;
    ASSERT_TRUE(file->read(0, back, &got).ok());
    ASSERT_EQ(got, size);
    back.resize(size);
    EXPECT_EQ(back, content);
  }
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_EQ(names, std::vector<std::string>{"notes"});
  ASSERT_TRUE(disk->remove("notes").ok());
  EXPECT_EQ(disk->remove("notes").error, ENOENT);
}

TEST_F(DiskTest, AFileThatGrowsHasItsNameOnceItIsFinished) {
  const std::unique_ptr<Disk> disk = open();
  ASSERT_TRUE(disk->create_with("grown", std::vector<std::byte>(17)).ok());
  DiskBuffer block;
  block.resize(3 * kDiskBlock);
  std::unique_ptr<NewFile> growing;
  ASSERT_TRUE(disk->begin("grown", &growing).ok());
  for (int i = 1; i <= 3; ++i) {
    std::memset(block.data(), i, block.size());
    ASSERT_TRUE(growing->append({block.data(), block.size()}).ok());
  }
  const auto expect_grown = [](DiskFile& file) {
    std::vector<std::byte> all(10 * kDiskBlock);
    size_t got = 0;
    ASSERT_TRUE(file.read(0, all, &got).ok());
    ASSERT_EQ(got, 9 * kDiskBlock);
    for (size_t i = 0; i < got; ++i) ASSERT_EQ(all[i], std::byte(1 + i / (3 * kDiskBlock))) << i;
  };
  std::unique_ptr<DiskFile> file;
  ASSERT_TRUE(growing->read_back(&file).ok());
  expect_grown(*file);
  ASSERT_TRUE(disk->open("grown", &file).ok());
  EXPECT_EQ(file->size(), 17u) << "not there yet";
  ASSERT_TRUE(growing->finish().ok());
  ASSERT_TRUE(disk->open("grown", &file).ok());
  expect_grown(*file);
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_EQ(names, std::vector<std::string>{"grown"});
}

TEST_F(DiskTest, AFileThatIsNotFinishedIsRemoved) {
  const std::unique_ptr<Disk> disk = open();
  std::unique_ptr<NewFile> growing;
  ASSERT_TRUE(disk->begin("given-up", &growing).ok());
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_EQ(names, std::vector<std::string>{"given-up.tmp"});
  growing.reset();
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_TRUE(names.empty());
}

TEST_F(DiskTest, ALinkOrAFolderIsNoFile) {
  const std::unique_ptr<Disk> disk = open();
  std::filesystem::create_directory(path_ + "/folder");
  std::filesystem::create_symlink("/etc/hostname", path_ + "/link");
  std::unique_ptr<DiskFile> file;
  EXPECT_FALSE(disk->open("folder", &file).ok());
  EXPECT_EQ(disk->open("link", &file).error, ELOOP);
}

TEST_F(DiskTest, WhoReadsNeedsNoRightToWriteAndChangesNothing) {
  const std::unique_ptr<Disk> owner = open();
  std::vector<std::byte> content(2 * kDiskBlock + 5, std::byte{7});
  ASSERT_TRUE(owner->create_with("notes", content).ok());
  ASSERT_EQ(::chmod(path_.c_str(), 0500), 0);
  std::string error;
  const std::unique_ptr<Disk> disk = open_disk_to_read(path_, &error);
  ASSERT_NE(disk, nullptr) << "though its owner is there: " << error;
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_EQ(names, std::vector<std::string>{"notes"});
  std::unique_ptr<DiskFile> file;
  ASSERT_TRUE(disk->open("notes", &file).ok());
  EXPECT_EQ(file->size(), content.size());
  std::vector<std::byte> back(content.size() + 100);
  size_t got = 0;
  ASSERT_TRUE(file->read(3, back, &got).ok());
  EXPECT_EQ(got, content.size() - 3);
  EXPECT_EQ(back[got - 1], std::byte{7});
  ASSERT_TRUE(file->read(content.size() + 1, back, &got).ok());
  EXPECT_EQ(got, 0u);

  EXPECT_EQ(file->write_durably(0, {}).error, EROFS);
  EXPECT_EQ(file->sync().error, EROFS);
  std::unique_ptr<NewFile> growing;
  EXPECT_EQ(disk->begin("other", &growing).error, EROFS);
  EXPECT_EQ(disk->create_with("other", {}).error, EROFS);
  EXPECT_EQ(disk->create_zeroed("other", kDiskBlock, &file).error, EROFS);
  EXPECT_EQ(disk->rename("notes", "other").error, EROFS);
  EXPECT_EQ(disk->remove("notes").error, EROFS);
  ASSERT_EQ(::chmod(path_.c_str(), 0700), 0);
}

TEST_F(DiskTest, WhoReadsMakesNoFolderAndFollowsNoLink) {
  std::string error;
  EXPECT_EQ(open_disk_to_read(path_, &error), nullptr);
  EXPECT_EQ(error, "cannot open the folder " + path_ + ": No such file or directory");
  EXPECT_FALSE(std::filesystem::exists(path_));
  open();
  std::filesystem::create_directory(path_ + "/folder");
  std::filesystem::create_symlink("/etc/hostname", path_ + "/link");
  ASSERT_EQ(::mkfifo((path_ + "/pipe").c_str(), 0600), 0);
  const std::unique_ptr<Disk> disk = open_disk_to_read(path_, &error);
  std::unique_ptr<DiskFile> file;
  EXPECT_EQ(disk->open("folder", &file).error, EINVAL);
  EXPECT_EQ(disk->open("link", &file).error, ELOOP);
  EXPECT_EQ(disk->open("pipe", &file).error, EINVAL) << "and does not wait for who writes it";
}

// A limit on the size of files stands for a full disk: both refuse a write in the middle.
TEST_F(DiskTest, AFileThatFindsNoRoomLeavesNothingBehind) {
  const std::unique_ptr<Disk> disk = open();
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{rlim_t{1} << 20, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  std::unique_ptr<DiskFile> file;
  const DiskStatus zeroed = disk->create_zeroed("large", uint64_t{3} << 20, &file);
  const DiskStatus written = disk->create_with("larger", std::vector<std::byte>(size_t{2} << 20));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(zeroed.error, EFBIG);
  EXPECT_EQ(written.error, EFBIG);
  std::vector<std::string> names;
  ASSERT_TRUE(disk->list(&names).ok());
  EXPECT_TRUE(names.empty());
}

TEST(DiskStatusTest, SaysWhatTheSystemSays) {
  EXPECT_TRUE(DiskStatus{}.ok());
  EXPECT_EQ(DiskStatus{}.sentence(), "");
  EXPECT_EQ(DiskStatus{ENOSPC}.sentence(), "No space left on device");
  EXPECT_TRUE(DiskStatus{ENOSPC}.is_full());
  EXPECT_TRUE(DiskStatus{EDQUOT}.is_full());
  EXPECT_FALSE(DiskStatus{EIO}.is_full());
}

TEST(DiskBufferTest, IsAlignedAndKeepsItsBytes) {
  DiskBuffer buffer;
  for (size_t size = 1; size < 100'000; size = size * 3 + 1) {
    buffer.resize(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % kDiskBlock, 0u);
    EXPECT_EQ(buffer.data()[size - 1], std::byte{});
    buffer.data()[size - 1] = std::byte{1};
    EXPECT_EQ(buffer.data()[0], std::byte{1});
  }
  buffer.resize(1);
  buffer.resize(5);
  EXPECT_EQ(buffer.data()[4], std::byte{}) << "new bytes are zero, whatever stood there before";
}

}  // namespace
}  // namespace guerdon::os
