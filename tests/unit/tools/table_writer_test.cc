#include "tools/guerdon/export/table_writer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace guerdon::tools {
namespace {

using Cell = TableWriter::Cell;
using Format = TableWriter::Format;

// A table of a text and a number.
std::string table_of(Format format, const std::vector<std::vector<std::string>>& lines) {
  char* bytes = nullptr;
  size_t size = 0;
  std::FILE* const file = open_memstream(&bytes, &size);
  TableWriter table(format, {{"name", Cell::kText}, {"amount", Cell::kNumber}}, file);
  for (const std::vector<std::string>& line : lines) table.write(line);
  EXPECT_TRUE(table.finish());
  std::fclose(file);
  std::string text(bytes, size);
  std::free(bytes);
  return text;
}

TEST(TableWriterTest, ATextThatBeginsAsAFormulaIsGuarded) {
  for (const std::string text : {"=1+1", "+1", "-1", "@A1"}) {
    EXPECT_EQ(table_of(Format::kCsv, {{text, "1"}}), "name,amount\n'" + text + ",1\n");
  }
  EXPECT_EQ(table_of(Format::kCsv, {{"\t=1", "1"}}), "name,amount\n'\t=1,1\n");
  EXPECT_EQ(table_of(Format::kCsv, {{"\r=1", "1"}}), "name,amount\n\"'\r=1\",1\n");
  EXPECT_EQ(table_of(Format::kCsv, {{"a=1", "1"}, {"", "1"}}), "name,amount\na=1,1\n,1\n");
}

TEST(TableWriterTest, AmountsStayAsTheyAre) {
  EXPECT_EQ(table_of(Format::kCsv, {{"a", "-12345678901234567.89"}}),
            "name,amount\na,-12345678901234567.89\n");
  EXPECT_EQ(table_of(Format::kJsonLines, {{"a", "-12345678901234567.89"}}),
            "{\"name\":\"a\",\"amount\":\"-12345678901234567.89\"}\n");
}

TEST(TableWriterTest, QuotesCommasAndLineEndsComeBack) {
  EXPECT_EQ(table_of(Format::kCsv, {{"a,\"b\"\nc", "1"}}), "name,amount\n\"a,\"\"b\"\"\nc\",1\n");
  EXPECT_EQ(table_of(Format::kCsv, {{"=\"x\"", "1"}}), "name,amount\n\"'=\"\"x\"\"\",1\n");
  EXPECT_EQ(table_of(Format::kJsonLines, {{"=a\"\\", "1"}}),
            "{\"name\":\"=a\\\"\\\\\",\"amount\":\"1\"}\n");
}

}  // namespace
}  // namespace guerdon::tools
