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
      if (at_word("interpolated") && !table.keys.empty()) break;
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
  parse_rows(table.rows);
  return table;
}

void Parser::parse_rows(std::vector<tree::Row>& rows) {
  read_block([&] {
    tree::Row row;
    row.span = here();
    if (read_row(row)) {
      row.span = join(row.span, last());
      rows.push_back(std::move(row));
    }
    end_line();
    refuse_block();
  });
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
  if (later != nullptr && (at_word("at") || at(TokenKind::kNumber, 1))) {
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
