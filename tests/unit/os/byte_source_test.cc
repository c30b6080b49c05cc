#include "engine/os/byte_source.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace guerdon::os {
namespace {

std::string gzip_of(std::string_view content) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd_of(std::string_view content) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const size_t size =
      ZSTD_compress2(context, out.data(), out.size(), content.data(), content.size());
  EXPECT_FALSE(ZSTD_isError(size));
  out.resize(size);
  ZSTD_freeCCtx(context);
  return out;
}

// Text that compresses, but not to nothing.
std::string sample(size_t size) {
  std::mt19937_64 random(61);
  std::string text;
  while (text.size() < size) text += "seller-" + std::to_string(random() % 10'000) + ",";
  text.resize(size);
  return text;
}

// A file with verbs for damage, gone at the end of the test.
class StoredFile {
 public:
  explicit StoredFile(const std::string& bytes)
      : path_(testing::TempDir() + "guerdon_byte_source_" +
              testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~StoredFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Read {
  std::string bytes;
  std::string error;
  uint64_t consumed;
};

Read read_all(const std::string& stored, size_t step) {
  const StoredFile file(stored);
  Read result{};
  const std::unique_ptr<ByteSource> source = open_source(file.path(), &result.error);
  if (source == nullptr) return result;
  std::string buffer(step, '\0');
  std::ptrdiff_t got;
  while ((got = source->read(buffer.data(), step)) > 0)
    result.bytes.append(buffer, 0, static_cast<size_t>(got));
  EXPECT_EQ(source->read(buffer.data(), step), got) << "the end and errors are sticky";
  EXPECT_EQ(got == -1, !source->error().empty());
  result.error = source->error();
  result.consumed = source->consumed();
  return result;
}

constexpr size_t kSteps[] = {1, 7, 4'096, size_t{1} << 20};

TEST(ByteSource, GivesPlainBytesAsTheyAre) {
  for (const std::string& content : {std::string(), std::string("a"), std::string("\x1f"),
                                     std::string("\x28\xb5\x2f"), sample(700'000)}) {
    for (const size_t step : kSteps) {
      const Read read = read_all(content, step);
      ASSERT_EQ(read.error, "");
      ASSERT_TRUE(read.bytes == content) << content.size() << " by " << step;
      EXPECT_EQ(read.consumed, content.size());
    }
  }
}

TEST(ByteSource, UnpacksGzipAndZstdKnownByTheirFirstBytes) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{5'000}, size_t{1'500'000}}) {
    const std::string content = sample(size);
    for (const std::string& stored : {gzip_of(content), zstd_of(content)}) {
      for (const size_t step : kSteps) {
        const Read read = read_all(stored, step);
        ASSERT_EQ(read.error, "");
        ASSERT_TRUE(read.bytes == content) << size << " by " << step;
        EXPECT_EQ(read.consumed, stored.size());
      }
    }
  }
}

TEST(ByteSource, ReadsMembersAndFramesThatFollowEachOther) {
  const std::string a = sample(300'000);
  const std::string b = "the end";
  EXPECT_TRUE(read_all(gzip_of(a) + gzip_of("") + gzip_of(b), 4'096).bytes == a + b);
  EXPECT_TRUE(read_all(zstd_of(a) + zstd_of("") + zstd_of(b), 4'096).bytes == a + b);
}

TEST(ByteSource, ATruncatedArchiveIsAnErrorWhereverItIsCut) {
  const std::string content = sample(3'000);
  for (const std::string& whole :
       {gzip_of(content), zstd_of(content), gzip_of("first") + gzip_of("second"),
        zstd_of("first") + zstd_of("second")}) {
    int ends = 0;  // cuts at the seam of two members leave a whole archive
    for (size_t size = 4; size < whole.size(); ++size) {
      const Read read = read_all(whole.substr(0, size), 512);
      if (read.error.empty()) {
        ++ends;
        EXPECT_EQ(read.bytes, "first");
      } else {
        EXPECT_NE(read.error.find("ends in the middle"), std::string::npos) << read.error;
      }
    }
    EXPECT_EQ(ends, whole.size() < 100 ? 1 : 0);
  }
}

TEST(ByteSource, ADamagedArchiveIsAnError) {
  const std::string content = sample(20'000);
  for (const std::string& whole : {gzip_of(content), zstd_of(content)}) {
    for (size_t at = 12; at < whole.size(); at += 97) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
      const Read read = read_all(damaged, 4'096);
      EXPECT_FALSE(read.error.empty()) << at;
    }
  }
}

TEST(ByteSource, RubbishBehindAnArchiveIsAnError) {
  EXPECT_NE(read_all(gzip_of("x") + "rubbish", 64).error, "");
  EXPECT_NE(read_all(zstd_of("x") + "rubbish", 64).error, "");
}

TEST(ByteSource, AMissingFileIsNamed) {
  std::string error;
  EXPECT_EQ(open_source("/no/such/file", &error), nullptr);
  EXPECT_EQ(error, "cannot open /no/such/file: No such file or directory");
}

TEST(ByteSource, AFolderIsAnErrorOnReading) {
  std::string error;
  const std::unique_ptr<ByteSource> source = open_source(testing::TempDir(), &error);
  ASSERT_NE(source, nullptr);
  char buffer[16];
  EXPECT_EQ(source->read(buffer, sizeof buffer), -1);
  EXPECT_NE(std::string(source->error()).find("Is a directory"), std::string::npos);
}

TEST(ReadFile, ReadsUpToTheLimitAndNotBeyond) {
  const StoredFile file("0123456789");
  std::string out = "old";
  std::string error;
  EXPECT_TRUE(read_file(file.path(), 10, &out, &error));
  EXPECT_EQ(out, "0123456789");
  EXPECT_FALSE(read_file(file.path(), 9, &out, &error));
  EXPECT_NE(error.find("has more than the 9 bytes"), std::string::npos) << error;
  EXPECT_FALSE(read_file(file.path() + ".not", 10, &out, &error));
  EXPECT_NE(error.find("cannot open"), std::string::npos);
}

TEST(FileSize, IsOfRegularFilesOnly) {
  const StoredFile file("0123456789");
  EXPECT_EQ(file_size(file.path()), 10u);
  EXPECT_EQ(file_size(testing::TempDir()), 0u);
  EXPECT_EQ(file_size("/no/such/file"), 0u);
  EXPECT_EQ(file_size("-"), 0u);
}

}  // namespace
}  // namespace guerdon::os
