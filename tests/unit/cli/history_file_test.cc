#include "tools/cli/history_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

namespace guerdon::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class HistoryFileTest : public testing::Test {
 protected:
  HistoryFileTest() {
    std::string pattern = testing::TempDir() + "guerdon-history-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    path_ = folder_ + "/state/guerdon/cli_history";
  }
  ~HistoryFileTest() override { fs::remove_all(folder_); }

  std::vector<std::string> load() const {
    std::vector<std::string> lines;
    std::string error;
    EXPECT_TRUE(HistoryFile(path_).load(&lines, &error)) << error;
    return lines;
  }

  std::string folder_;
  std::string path_;
};

TEST_F(HistoryFileTest, LinesComeBackInTheirOrder) {
  EXPECT_THAT(load(), IsEmpty());
  HistoryFile one(path_);
  HistoryFile other(path_);  // a shell beside it
  one.append("PING");
  other.append("HASH");
  one.append("PING x");
  one.append("PING x");
  one.append(" secret");
  one.append("");
  EXPECT_THAT(load(), ElementsAre("PING", "HASH", "PING x"));
}

TEST_F(HistoryFileTest, OnlyTheUserMayReadIt) {
  load();
  fs::permissions(path_, fs::perms::all);
  load();
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(fs::path(path_).parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(HistoryFileTest, OfALongOneTheNewestLinesStay) {
  load();
  HistoryFile file(path_);
  for (size_t i = 1; i <= 2 * kHistoryLinesMax + 1; ++i) file.append(std::to_string(i));
  for (int time = 0; time < 2; ++time) {  // the first shortens the file
    const std::vector<std::string> lines = load();
    ASSERT_EQ(lines.size(), kHistoryLinesMax);
    EXPECT_EQ(lines.back(), std::to_string(2 * kHistoryLinesMax + 1));
    EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  }
  EXPECT_LT(fs::file_size(path_), 6 * kHistoryLinesMax);
}

TEST_F(HistoryFileTest, WithoutAPathNothingIsKept) {
  HistoryFile none("");
  std::vector<std::string> lines;
  std::string error;
  EXPECT_TRUE(none.load(&lines, &error));
  none.append("PING");
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(HistoryFileTest, WhatCannotBeMadeIsSaid) {
  HistoryFile file("/dev/null/guerdon/cli_history");
  std::vector<std::string> lines;
  std::string error;
  EXPECT_FALSE(file.load(&lines, &error));
  EXPECT_THAT(error, testing::StartsWith("cannot make /dev/null/guerdon: "));
  file.append("PING");
}

}  // namespace
}  // namespace guerdon::cli
