#include "engine/feed/reference_table.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/field.h"
#include "engine/event/schema.h"
#include "engine/feed/csv_layout.h"
#include "engine/feed/csv_row.h"
#include "engine/feed/problem.h"

namespace guerdon::event {
namespace {

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::optional<std::string> fault_of_cell(std::string_view cell, const WantedColumn& column) {
  if (cell.empty() && column.may_be_empty) return std::nullopt;
  const std::optional<Reason> reason =
      cell.empty() ? Reason::kEmpty : read_text(cell, kTextBytesMax);
  if (!reason) return std::nullopt;
  const Refusal refusal{
      .bytes = static_cast<uint32_t>(cell.size()), .limit = kTextBytesMax, .reason = *reason};
  return "column " + std::string(column.name) + ": " + explain(refusal, cell);
}

std::string fault_of_row(const RowFault& fault) {
  const Refusal refusal{.bytes = fault.bytes, .limit = fault.limit, .reason = fault.reason};
  return explain(refusal, fault.near);
}

// Where each wanted column stands in the header.
std::vector<size_t> find_columns(std::span<const std::string> header,
                                 std::span<const WantedColumn> wanted, ProblemList* problems) {
  std::vector<size_t> columns;
  for (const WantedColumn& column : wanted) {
    const auto found = std::find(header.begin(), header.end(), column.name);
    columns.push_back(static_cast<size_t>(found - header.begin()));
    if (found == header.end()) {
      problems->add(1, "the header has no column " + std::string(column.name) + "; add it");
    }
  }
  return columns;
}

}  // namespace

void ProblemList::sort_by_line() {
  std::stable_sort(problems_->begin(), problems_->end(),
                   [](const FileProblem& a, const FileProblem& b) { return a.line < b.line; });
}

std::vector<std::string> table_header(std::string_view text, ProblemList* problems) {
  std::vector<std::string> names;
  std::string sentence;
  if (!read_header(first_line(text), &names, &sentence)) {
    problems->add(1, std::move(sentence));
    return {};
  }
  return names;
}

TableCutter::TableCutter(std::string_view text, std::span<const std::string> header,
                         std::span<const WantedColumn> wanted, ProblemList* problems)
    : wanted_(wanted), problems_(problems), columns_(find_columns(header, wanted, problems)) {
  if (!problems->is_empty()) return;
  rows_ = std::make_unique<CsvRows>(header.size(), 2);
  text.remove_prefix(std::min(text.size(), first_line(text).size() + 1));
  rows_->begin(text, true);
}

TableCutter::~TableCutter() = default;

bool TableCutter::next(TableRow* row) {
  while (rows_ != nullptr && !problems_->is_full()) {
    const CsvRows::Cut cut = rows_->next();
    if (cut == CsvRows::Cut::kEnd) return false;
    if (cut == CsvRows::Cut::kRefused) {
      problems_->add(rows_->line(), fault_of_row(rows_->fault()));
    } else if (take_cells(row)) {
      return true;
    }
  }
  return false;
}

bool TableCutter::take_cells(TableRow* row) {
  row->line = rows_->line();
  row->cells.resize(wanted_.size());
  for (size_t i = 0; i < wanted_.size(); ++i) {
    const std::string_view cell = rows_->fields()[columns_[i]];
    if (auto fault = fault_of_cell(cell, wanted_[i])) {
      problems_->add(row->line, std::move(*fault));
      return false;
    }
    row->cells[i] = cell;
  }
  return true;
}

std::vector<TableRow> table_rows(std::string_view text, std::span<const std::string> header,
                                 std::span<const WantedColumn> wanted, ProblemList* problems) {
  TableCutter cutter(text, header, wanted, problems);
  std::vector<TableRow> table;
  for (TableRow row; cutter.next(&row);) table.push_back(row);
  return table;
}

}  // namespace guerdon::event
