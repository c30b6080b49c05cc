// Lines of a table for other programs, as CSV or as JSON, an object a line.
//
// CSV is RFC 4180 with line feeds and a header. A program that shows tables may take a text for a
// formula; so a text cell that begins with = + - @, a tab or a carriage return gets a ' in front.
// Numbers and amounts are made by this program and stay as they are: exact, in decimals. In JSON
// all values are texts, so that no reader makes binary fractions of amounts.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::tools {

class TableWriter {
 public:
  enum class Format : uint8_t { kCsv, kJsonLines };
  enum class Cell : uint8_t { kText, kNumber };
  struct Column {
    std::string_view name;
    Cell cell = Cell::kText;
  };

  // The file must outlive it.
  TableWriter(Format format, std::vector<Column> columns, std::FILE* out);

  // As many values as columns.
  void write(std::span<const std::string> values);
  // Has all of it in the file; false: not all.
  bool finish();

 private:
  void write_csv(std::span<const std::string> values);
  void write_json(std::span<const std::string> values);

  const Format format_;
  const std::vector<Column> columns_;
  std::FILE* const out_;
  std::string line_;
};

}  // namespace guerdon::tools
