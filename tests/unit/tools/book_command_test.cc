// What `guerdon book` prints and how it ends, on books made for it.
#include "tools/guerdon/book/book_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/book/book_writer.h"

namespace guerdon::tools {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Said {
  ExitStatus status;
  std::string out;
  std::string err;
};

template <typename Command>
Said said_by(Command command) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const ExitStatus status = command();
  std::string out = testing::internal::GetCapturedStdout();
  return {status, std::move(out), testing::internal::GetCapturedStderr()};
}

// An engine's folder with a book of so many entries, of two accounts, held as by its writer.
class BookCommandTest : public testing::Test {
 protected:
  BookCommandTest() {
    std::string pattern = testing::TempDir() + "guerdon-book-XXXXXX";
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::create_directory(folder_ + "/book");
    std::string error;
    disk_ = os::open_disk(folder_ + "/book", &error);
    EXPECT_NE(disk_, nullptr) << error;
  }
  ~BookCommandTest() override { std::filesystem::remove_all(folder_); }

  void write(uint64_t entries) {
    book::BookWriter writer(*disk_, {{1, 2}, 256 * book::kBlockBytes});
    ASSERT_TRUE(writer.open({})) << writer.problem().sentence();
    book::Position newest[2] = {};
    for (uint64_t i = 0; i < entries; ++i) {
      book::BookEntry entry;
      entry.lsn = 2 + i;
      entry.account = i % 2;
      entry.amount = -5;
      entry.effective = 86'400'000;
      ASSERT_EQ(writer.append(entry, &newest[i % 2]), book::Append::kDone);
    }
    ASSERT_EQ(writer.flush(), book::Append::kDone);
  }

  void flip(uint64_t offset) {
    std::fstream file(folder_ + "/book/book-00000000.seg",
                      std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(offset));
    file.put(static_cast<char>(byte ^ 1));
  }

  Said verify(const std::string& folder) {
    return said_by([&] { return book_verify(folder); });
  }
  Said inspect(BookInspectOptions options) {
    options.folder = folder_;
    return said_by([&] { return book_inspect(options); });
  }

  std::string folder_;
  std::unique_ptr<os::Disk> disk_;
};

TEST_F(BookCommandTest, SaysWhatASoundOneIs) {
  write(1'000);
  const Said said = verify(folder_);
  EXPECT_EQ(said.status, ExitStatus::kDone) << said.err;
  EXPECT_THAT(said.out, StartsWith("ok: 1 segment, "));
  EXPECT_THAT(said.out, HasSubstr("1000 entries of 2 accounts, LSN 2 to 1001"));
  EXPECT_EQ(verify(folder_ + "/book").out, said.out) << "its own folder will do";
}

TEST_F(BookCommandTest, ShowsFiguresBlocksAndEntries) {
  write(3);
  EXPECT_THAT(inspect({}).out, HasSubstr("entries 3  last_lsn 4"));
  EXPECT_THAT(inspect({.blocks = true}).out, StartsWith("block 0  file book-00000000.seg"));
  const Said said = inspect({.entries = true, .json = true, .from_lsn = 3, .to_lsn = 3});
  EXPECT_EQ(said.status, ExitStatus::kDone);
  EXPECT_EQ(said.out.substr(0, said.out.find(",\"wallet\"")),
            R"({"lsn":3,"account":"0000000000000001","n":0,"amount":-5)");
  EXPECT_EQ(std::count(said.out.begin(), said.out.end(), '\n'), 1);
}

// More than a megabyte before its end, so that it is no stop's doing.
TEST_F(BookCommandTest, NamesThePlaceOfDamage) {
  write(120'000);
  flip(book::kBlockBytes + 1'000);
  const Said said = verify(folder_);
  EXPECT_EQ(said.status, ExitStatus::kNo);
  EXPECT_THAT(said.err, HasSubstr("book-00000000.seg at 16384, LSN 1 to "));
  const Said inspected = inspect({.entries = true});
  EXPECT_EQ(inspected.status, ExitStatus::kDamage);
  EXPECT_THAT(inspected.err, HasSubstr("book-00000000.seg at 16384"));
}

TEST_F(BookCommandTest, ADamagedHeaderIsNamed) {
  write(1'000);
  flip(50);
  const Said said = verify(folder_);
  EXPECT_EQ(said.status, ExitStatus::kNo);
  EXPECT_THAT(said.err, HasSubstr("book-00000000.seg at 0"));
  EXPECT_EQ(inspect({}).status, ExitStatus::kDamage);
}

TEST_F(BookCommandTest, WhereThereIsNoneItSaysSo) {
  const Said said = verify(folder_);
  EXPECT_EQ(said.status, ExitStatus::kEnvironment);
  EXPECT_THAT(said.err, HasSubstr("there is no book in "));
  EXPECT_EQ(inspect({}).status, ExitStatus::kEnvironment);
  EXPECT_EQ(verify(folder_ + "/nowhere").status, ExitStatus::kEnvironment);
}

}  // namespace
}  // namespace guerdon::tools
