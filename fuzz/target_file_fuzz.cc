// Any bytes as a file of goals: it is taken whole or refused with lines, and what is taken says the
// same when it is written down again.
//
// Input: the file; byte 1 stands for 16 KiB of 'a', so that short inputs come past the longest
// field.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/event/schema.h"
#include "engine/event/text_rules.h"
#include "engine/feed/reference_file.h"
#include "engine/money/decimal.h"

namespace {

using guerdon::event::FileProblem;
using guerdon::event::TargetRow;

constexpr size_t kTextMax = 200'000;

std::string expand(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    if (text.size() > kTextMax) break;
    if (c == '\x01') {
      text.append(16 * 1024, 'a');
    } else {
      text.push_back(c);
    }
  }
  return text;
}

void demand(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

std::string quoted(std::string_view cell) {
  std::string text = "\"";
  for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
  return text + "\"";
}

bool is_by_month(const TargetRow& row) { return row.target.empty(); }

std::string written(const std::vector<TargetRow>& rows) {
  const bool by_month = !rows.empty() && is_by_month(rows.front());
  std::string text =
      by_month ? "agent,month,target,currency\r\n" : "account,program,target,period,value\r\n";
  for (const TargetRow& row : rows) {
    text += quoted(row.account) + ',';
    if (by_month) {
      text += quoted(row.period) + ',' + quoted(row.value) + ',' + quoted(row.currency);
    } else {
      text += quoted(row.program) + ',' + quoted(row.target) + ',' + quoted(row.period) + ',' +
              quoted(row.value);
    }
    text += "\r\n";
  }
  return text;
}

auto content(const TargetRow& row) {
  return std::tie(row.account, row.program, row.target, row.period, row.currency, row.value);
}

void check_refused(const std::vector<FileProblem>& problems) {
  demand(!problems.empty() && problems.size() <= guerdon::event::kProblemsMax, "problems");
  demand(std::is_sorted(problems.begin(), problems.end(),
                        [](const FileProblem& a, const FileProblem& b) { return a.line < b.line; }),
         "problems are not in the order of their lines");
  for (const FileProblem& each : problems) {
    demand(each.line != 0 && !each.sentence.empty(), "a problem without a line or a sentence");
    demand(each.sentence.size() < 1'000 && each.sentence.find('\n') == std::string::npos,
           "a sentence of several lines, or as long as a field");
  }
}

void check_taken(const std::vector<TargetRow>& rows) {
  using Key = std::tuple<std::string, std::string, std::string, std::string>;
  std::set<Key> keys;
  uint64_t line = 1;
  for (const TargetRow& row : rows) {
    demand(row.line > line, "lines do not ascend");
    line = row.line;
    demand(is_by_month(row) == is_by_month(rows.front()), "rows of two forms");
    demand(keys.emplace(row.account, row.program, row.target, row.period).second, "a row twice");
    for (const std::string* cell : {&row.account, &row.period, &row.value}) {
      demand(guerdon::event::check_text(*cell, guerdon::event::kTextBytesMax) ==
                     guerdon::event::TextFault::kNone &&
                 !cell->empty(),
             "a cell that is no text");
    }
    const size_t point = row.value.find('.');
    int64_t minor = -1;
    const auto decimals =
        static_cast<int>(point == std::string::npos ? 0 : row.value.size() - point - 1);
    demand(guerdon::money::parse_decimal(row.value, decimals, &minor) ==
                   guerdon::money::DecimalError::kNone &&
               minor >= 0,
           "a value that is none");
  }
}

// Of a file that is taken: row by row, without a look for what comes twice.
void check_row_by_row(std::string_view text, const std::vector<TargetRow>& rows) {
  std::vector<FileProblem> problems;
  guerdon::event::TargetRows reading(text, false, &problems);
  size_t count = 0;
  for (TargetRow row; reading.next(&row); ++count) {
    demand(
        count < rows.size() && row.line == rows[count].line && content(row) == content(rows[count]),
        "row by row it says something else");
  }
  demand(count == rows.size() && problems.empty(), "row by row it ends before");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = expand({reinterpret_cast<const char*>(data), size});
  std::vector<TargetRow> rows;
  std::vector<FileProblem> problems;
  if (!guerdon::event::read_targets(text, &rows, &problems)) {
    check_refused(problems);
    return 0;
  }
  demand(problems.empty(), "taken with problems");
  check_taken(rows);
  check_row_by_row(text, rows);
  std::vector<TargetRow> again;
  demand(guerdon::event::read_targets(written(rows), &again, &problems), "not taken again");
  demand(
      std::equal(rows.begin(), rows.end(), again.begin(), again.end(),
                 [](const TargetRow& a, const TargetRow& b) { return content(a) == content(b); }),
      "written down again it says something else");
  return 0;
}
