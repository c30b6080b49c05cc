// Tables, and rows wherever they stand.

#include <algorithm>
#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Table Parser::parse_table() {
  tree::Table table;
  const bool head = read_name(table.name, "the name of the table") && expect_word("by");
  if (head) {
    do {
      if (!table.keys.empty() && accept_word("interpolated")) {
        table.is_interpolated = true;
        break;
      }
      if (!read_name(table.keys.emplace_back(), "the name of a key")) break;
    } while (accept(TokenKind::kComma));
  }
  if (!failed_ && accept(TokenKind::kColon)) {
    read_names(table.columns, "the name of a column");
  }
  end_line();
  if (!failed_ && !block_follows()) {
    fail(kGrammar, table.name.span, "table `" + table.name.text + "` has no rows",
         "write them below it, indented: `up to 500.00 : 5%`");
  }
  parse_table_lines(table);
  return table;
}

// `from file of RUB at most 5_000.00, ratio`
void Parser::parse_from_file(tree::Table& table) {
  const Span begin = here();
  next();
  next();
  if (!table.file.empty()) {
    fail(kGrammar, begin, "the rows of a table come from one file", "leave one of the lines out");
    return end_line();
  }
  if (!expect_word("of")) return end_line();
  do {
    tree::FileColumn& column = table.file.emplace_back();
    if (!read_name(column.type, "a unit, `count` or `ratio`")) return end_line();
    if (!at_word("at") || !at_word("most", 1)) continue;
    next();
    next();
    column.most = parse_expr();
    if (column.most == nullptr) return end_line();
  } while (accept(TokenKind::kComma));
  table.file_span = join(begin, last());
  end_line();
  refuse_block();
}

// Rows, and behind them blocks of rows from a day on.
void Parser::parse_table_lines(tree::Table& table) {
  read_block([&] {
    if (at_word("from") && at_word("file", 1)) return parse_from_file(table);
    if (!at_word("from") || !at(TokenKind::kDate, 1)) {
      const Span begin = here();
      parse_row(table.rows);
      if (table.later.empty() || failed_) return;
      fail(kGrammar, begin, "this row stands below a day, and not among its rows",
           "write it above the first `from`, or indent it below the day");
      return;
    }
    tree::DatedRows dated;
    if (!read_from(dated.from, "")) return end_line();
    end_line();
    if (!block_follows()) {
      fail(kGrammar, dated.from.span, "no rows change on this day",
           "write below it, indented, the rows that have other values from then on");
    }
    parse_rows(dated.rows);
    table.later.push_back(std::move(dated));
  });
}

void Parser::parse_rows(std::vector<tree::Row>& rows) {
  read_block([&] { parse_row(rows); });
}

void Parser::parse_row(std::vector<tree::Row>& rows) {
  tree::Row row;
  row.span = here();
  if (read_row(row)) {
    row.span = join(row.span, last());
    rows.push_back(std::move(row));
  }
  end_line();
  refuse_block();
}

bool Parser::read_row(tree::Row& row) {
  if (at_word("at") && at_word("most", 1)) {
    // An `at most` that slipped under the `credit` it stands beside.
    const int column = source_.position(tokens_[headers_.back()].span.begin).column;
    return fail(kMisplacedLine, join(here(), token(1).span), "`at most` is not a row",
                "move it to column " + std::to_string(column) + ", below the rows of the credit");
  }
  if (accept_word("otherwise")) {
    row.otherwise = true;
  } else {
    do {
      if (!read_cell(row.cells.emplace_back())) return false;
    } while (accept(TokenKind::kComma));
  }
  if (!at(TokenKind::kColon)) {
    return fail_expected("`:` and a value", "a row reads `up to 500.00 : 5%` or `\"FR\" : 3%`");
  }
  next();
  do {
    if (accept_word("none")) {
      row.values.push_back(nullptr);
      continue;
    }
    row.values.push_back(parse_expr());
    if (row.values.back() == nullptr) return false;
  } while (accept(TokenKind::kComma));
  return true;
}

// What stands before the value; a cell without such words is the value alone.
bool Parser::read_cell_words(tree::CellKind& kind) {
  kind = tree::CellKind::kEqual;
  for (size_t i = 0; i < tree::kCellWords.size(); ++i) {
    const std::string_view words = tree::kCellWords[i];
    const size_t first = std::min(words.find(' '), words.size());
    if (words.empty() || !accept_word(words.substr(0, first))) continue;
    kind = static_cast<tree::CellKind>(i);
    return first == words.size() || expect_word(words.substr(first + 1));
  }
  return true;
}

bool Parser::read_cell(tree::Cell& cell) {
  using enum tree::CellKind;
  cell.span = here();
  const LaterWord* later = at(TokenKind::kWord) ? later_word(LaterPlace::kRow, text()) : nullptr;
  if (later != nullptr && at(TokenKind::kNumber, 1)) {
    return fail_later(*later, here());
  }
  if (!read_cell_words(cell.kind)) return false;
  if (cell.kind == kAny) return true;
  if (cell.kind == kFrom && at_word("file")) {
    return fail_later(*later_word(LaterPlace::kTail, "file"), here());
  }
  cell.value = parse_sum();
  if (cell.value == nullptr) return false;
  cell.span = join(cell.span, last());
  return true;
}

}  // namespace guerdon::plan
