// Rows of a reference file, with the columns that are wanted and nothing else; used by
// reference_file.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feed/reference_file.h"

namespace guerdon::event {

class CsvRows;

// Collects problems, at most kProblemsMax.
class ProblemList {
 public:
  explicit ProblemList(std::vector<FileProblem>* problems) : problems_(problems) {}

  void add(uint64_t line, std::string sentence) {
    if (problems_->size() < kProblemsMax) problems_->push_back({line, std::move(sentence)});
  }
  bool is_full() const { return problems_->size() >= kProblemsMax; }
  bool is_empty() const { return problems_->empty(); }
  void sort_by_line();

 private:
  std::vector<FileProblem>* problems_;
};

struct TableRow {
  uint64_t line = 0;
  std::vector<std::string> cells;  // one a wanted column, in their order
};

struct WantedColumn {
  std::string_view name;
  bool may_be_empty = false;
};

// The names in the text's header line. Empty where there is none; then there is a problem.
std::vector<std::string> table_header(std::string_view text, ProblemList* problems);

// Every row's wanted cells, each checked to be a text of at most kTextBytesMax bytes, one row after
// the other: a file may be long. Rows with a problem are left out. One thread.
class TableCutter {
 public:
  // The text, the columns and the list must outlive it.
  TableCutter(std::string_view text, std::span<const std::string> header,
              std::span<const WantedColumn> wanted, ProblemList* problems);
  ~TableCutter();

  // False: there is none left, or the list is full.
  bool next(TableRow* row);

 private:
  bool take_cells(TableRow* row);

  const std::span<const WantedColumn> wanted_;
  ProblemList* const problems_;
  const std::vector<size_t> columns_;  // where each wanted one stands in the header
  std::unique_ptr<CsvRows> rows_;      // null: one of them is missing
};

// All of them.
std::vector<TableRow> table_rows(std::string_view text, std::span<const std::string> header,
                                 std::span<const WantedColumn> wanted, ProblemList* problems);

}  // namespace guerdon::event
