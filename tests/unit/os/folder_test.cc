#include "engine/os/folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace guerdon::os {
namespace {

// What this thread asks of the system while it is noted: sizes of what it writes, and where it has
// waited until that is on the disk.
constexpr int64_t kPushedOut = -1;
struct AskedOfDisk {
  bool is_noted = false;
  size_t most = SIZE_MAX;  // that a write takes at once
  std::vector<int64_t> calls{};
};
thread_local AskedOfDisk asked;

}  // namespace
}  // namespace guerdon::os

// In place of the C library's, for this program.
extern "C" ssize_t write(int fd, const void* bytes, size_t count) {
  auto& asked = guerdon::os::asked;
  if (asked.is_noted) {
    asked.calls.push_back(static_cast<int64_t>(count));
    count = std::min(count, asked.most);
  }
  return static_cast<ssize_t>(::syscall(SYS_write, fd, bytes, count));
}
extern "C" int sync_file_range(int fd, off64_t from, off64_t count, unsigned flags) {
  if (guerdon::os::asked.is_noted) guerdon::os::asked.calls.push_back(guerdon::os::kPushedOut);
  return static_cast<int>(::syscall(SYS_sync_file_range, fd, from, count, flags));
}

namespace guerdon::os {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::path(testing::TempDir()) / ("folder_test." + std::to_string(::getpid()));
    fs::remove_all(path_);
    std::string error;
    folder_ = Folder::open(path_, 0700, &error);
    ASSERT_NE(folder_, nullptr) << error;
  }
  void TearDown() override { fs::remove_all(path_); }

  // 0 or EFBIG: it could be opened, too.
  int read(const char* name, size_t max = 100) {
    const int error = folder_->read(name, max, &bytes_).error;
    EXPECT_EQ(folder_->try_to_read(name).error, error == EFBIG ? 0 : error);
    return error;
  }

  fs::path path_;
  std::unique_ptr<Folder> folder_;
  std::string bytes_;
};

TEST_F(FolderTest, ReadsWhatIsAFileAndNothingElse) {
  ASSERT_TRUE(folder_->write("a", "hello", 0640).ok());
  EXPECT_EQ(read("a"), 0);
  EXPECT_EQ(bytes_, "hello");
  EXPECT_EQ(read("a", 5), 0);
  EXPECT_EQ(read("a", 4), EFBIG);
  EXPECT_EQ(read("b"), ENOENT);
  fs::create_symlink(path_ / "a", path_ / "link");
  EXPECT_EQ(read("link"), ELOOP);
  ASSERT_EQ(::mkfifo((path_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(read("pipe"), EINVAL);  // and does not wait for who writes it
  fs::create_directory(path_ / "folder");
  EXPECT_EQ(read("folder"), EISDIR);
  fs::create_hard_link(path_ / "a", path_ / "second");
  EXPECT_EQ(read("second"), EMLINK);
}

// Each piece is on the disk before the next is handed over, also where the system takes less of it
// than it is given.
TEST_F(FolderTest, WritesWhatComesInPieces) {
  std::string large;
  for (size_t i = 0; large.size() < 1'000'001; ++i) large += std::to_string(i);
  for (const size_t most : {SIZE_MAX, size_t{100'000}}) {
    asked = {.is_noted = true, .most = most};
    ASSERT_TRUE(folder_->write("large", large, 0640).ok());
    asked.is_noted = false;
    const size_t pieces = most == SIZE_MAX ? 4 : large.size() / most + 1;
    ASSERT_EQ(asked.calls.size(), 2 * pieces);
    for (size_t i = 0; i < asked.calls.size(); i += 2) {
      EXPECT_GT(asked.calls[i], 0);
      EXPECT_LE(asked.calls[i], 256 << 10);
      EXPECT_EQ(asked.calls[i + 1], kPushedOut);
    }
    EXPECT_EQ(read("large", large.size()), 0);
    EXPECT_EQ(bytes_, large);
  }
  asked = {.is_noted = true};
  ASSERT_TRUE(folder_->write("large", "small", 0640).ok());
  asked.is_noted = false;
  EXPECT_THAT(asked.calls, testing::ElementsAre(5));
  EXPECT_EQ(read("large"), 0);
  EXPECT_EQ(bytes_, "small");
}

TEST_F(FolderTest, LooksAtTheThingItself) {
  ASSERT_TRUE(folder_->write("a", "hello", 0600).ok());
  fs::create_symlink("a", path_ / "link");
  Folder::Item item;
  ASSERT_TRUE(folder_->look("link", &item).ok());
  EXPECT_EQ(item.kind, Folder::Kind::kLink);
  ASSERT_TRUE(folder_->look("a", &item).ok());
  EXPECT_EQ(item.kind, Folder::Kind::kFile);
  EXPECT_EQ(item.names, 1u);
  EXPECT_EQ(item.size, 5u);
  const timespec at[2] = {{1, 0}, {1'772'000'000, 123'456'789}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (path_ / "a").c_str(), at, 0), 0);
  ASSERT_TRUE(folder_->look("a", &item).ok());
  EXPECT_EQ(item.changed_ns, 1'772'000'000'123'456'789);
}

TEST_F(FolderTest, MovesOntoNothingUnlessToldTo) {
  std::string error;
  const auto other = Folder::open(path_ / "other", 0700, &error);
  ASSERT_TRUE(folder_->write("a", "new", 0600).ok());
  ASSERT_TRUE(other->write("b", "old", 0600).ok());
  EXPECT_EQ(folder_->move("a", *other, "b", false).error, EEXIST);
  EXPECT_TRUE(folder_->move("a", *other, "b", true).ok());
  ASSERT_TRUE(other->read("b", 100, &bytes_).ok());
  EXPECT_EQ(bytes_, "new");
  EXPECT_EQ(read("a"), ENOENT);
}

TEST_F(FolderTest, RemovesALinkAndNotWhatItPointsTo) {
  ASSERT_TRUE(folder_->write("a", "hello", 0600).ok());
  fs::create_symlink("a", path_ / "link");
  fs::create_directory(path_ / "empty");
  fs::create_directories(path_ / "full" / "x");
  EXPECT_TRUE(folder_->remove("link").ok());
  EXPECT_TRUE(folder_->remove("empty").ok());
  EXPECT_EQ(folder_->remove("full").error, ENOTEMPTY);
  EXPECT_EQ(read("a"), 0);
}

TEST_F(FolderTest, GoesRoundAndRound) {
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(folder_->write(name, "", 0600).ok());
  }
  for (int round = 0; round < 2; ++round) {
    std::vector<std::string> all;
    std::vector<std::string> names;
    for (bool is_end = false; !is_end;) {
      ASSERT_TRUE(folder_->next(2, &names, &is_end).ok());
      EXPECT_LE(names.size(), 2u);
      all.insert(all.end(), names.begin(), names.end());
    }
    EXPECT_THAT(all, UnorderedElementsAre("a", "b", "c", "d", "e"));
  }
}

TEST_F(FolderTest, KnowsWhoElseWritesAndWhoHasIt) {
  EXPECT_THAT(folder_->who_else_writes(), IsEmpty());
  ASSERT_EQ(::chmod(path_.c_str(), 0770), 0);
  EXPECT_EQ(folder_->who_else_writes(), "its group");
  ASSERT_EQ(::chmod(path_.c_str(), 0702), 0);
  EXPECT_EQ(folder_->who_else_writes(), "everybody");
  std::string error;
  const auto again = Folder::open(path_, 0700, &error);
  EXPECT_TRUE(folder_->lock());
  EXPECT_FALSE(again->lock());
  EXPECT_TRUE(folder_->is_on_device_of(*again));
  fs::create_symlink(path_, path_ / "link");
  EXPECT_EQ(Folder::open(path_ / "link", 0700, &error), nullptr);
  EXPECT_THAT(error, testing::StartsWith("cannot open the folder "));
}

}  // namespace
}  // namespace guerdon::os
