#include "tools/cli/answer_page.h"

#include <algorithm>
#include <span>

#include "tools/cli/badges_page.h"
#include "tools/cli/progress_page.h"
#include "tools/cli/report_page.h"
#include "tools/cli/standings_page.h"

namespace guerdon::cli {
namespace {

using net::ReplyKind;

// `12`, `-3.50`.
bool is_decimal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t dots = static_cast<size_t>(std::count(text.begin(), text.end(), '.'));
  const bool has_ends = !text.empty() && text.front() != '.' && text.back() != '.';
  return has_ends && dots <= 1 && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_number(const Answer& answer) {
  return answer.kind == ReplyKind::kInteger ||
         (answer.kind == ReplyKind::kBulk && is_decimal(answer.text));
}

// What stands in one cell of a table: `write, fast`; maps as `key: value, key: value`.
std::string cell_text(const Answer& answer) {
  std::string list;
  for (size_t i = 0; i < answer.items.size(); ++i) {
    const Answer& item = answer.items[i];
    const bool is_value = answer.is_map() && i % 2 == 1;
    list.append(i == 0 ? "" : is_value ? ": " : ", ");
    const std::string text = cell_text(item);
    list.append(item.is_scalar() ? text : "[" + text + "]");
  }
  if (!answer.is_scalar()) return list;
  switch (answer.kind) {
    case ReplyKind::kInteger:
      return std::to_string(answer.number);
    case ReplyKind::kBoolean:
      return answer.number == 1 ? "true" : "false";
    case ReplyKind::kNull:
      return "";
    default:
      return answer.text;
  }
}

Block cell_of(const Answer& answer) { return {line_of(cell_text(answer))}; }

// A column holds numbers if each of its cells that has something in it does.
class NumberColumns {
 public:
  void see(size_t column, const Answer& cell) {
    if (column >= states_.size()) states_.resize(column + 1, State::kEmpty);
    if (cell.kind == ReplyKind::kNull) return;
    if (!is_number(cell)) states_[column] = State::kOther;
    if (states_[column] == State::kEmpty) states_[column] = State::kNumbers;
  }

  std::vector<bool> is_right() const {
    std::vector<bool> right;
    for (const State state : states_) right.push_back(state == State::kNumbers);
    return right;
  }

 private:
  enum class State : uint8_t { kEmpty, kNumbers, kOther };
  std::vector<State> states_;
};

// ---- Tables

Block rows_page(std::span<const Answer> arrays) {
  std::vector<Row> rows;
  NumberColumns numbers;
  for (const Answer& array : arrays) {
    Row row;
    for (const Answer& item : array.items) {
      numbers.see(row.size(), item);
      row.push_back(cell_of(item));
    }
    rows.push_back(std::move(row));
  }
  return lay_out(rows, numbers.is_right());
}

// The keys of all maps, each once, in the order in which they come.
std::vector<std::string> keys_of(std::span<const Answer> maps) {
  std::vector<std::string> keys;
  for (const Answer& map : maps) {
    for (size_t i = 0; i < map.items.size(); i += 2) {
      const std::string key = cell_text(map.items[i]);
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

Row heading(const std::vector<std::string>& keys, const Look& look) {
  Row row;
  for (const std::string& key : keys) {
    const Line line = line_of(key);
    row.push_back({look.bold(line), line_of(std::string(line.width, '-'))});
  }
  return row;
}

Block records_page(std::span<const Answer> maps, const Look& look) {
  const std::vector<std::string> keys = keys_of(maps);
  std::vector<Row> rows = {heading(keys, look)};
  NumberColumns numbers;
  for (const Answer& map : maps) {
    Row row(keys.size());
    for (size_t i = 0; i + 1 < map.items.size(); i += 2) {
      const auto found = std::find(keys.begin(), keys.end(), cell_text(map.items[i]));
      const auto column = static_cast<size_t>(found - keys.begin());
      numbers.see(column, map.items[i + 1]);
      row[column] = cell_of(map.items[i + 1]);
    }
    if (keys.empty()) row.emplace_back();
    rows.push_back(std::move(row));
  }
  return lay_out(rows, numbers.is_right());
}

// ---- Pages

Block array_page(const Answer& answer, const Look& look) {
  Block page;
  const std::span<const Answer> items = answer.items;
  for (size_t from = 0, to = 0; from < items.size(); from = to) {
    while (to < items.size() && items[to].is_array() == items[from].is_array() &&
           items[to].is_map() == items[from].is_map()) {
      ++to;
    }
    const std::span<const Answer> run = items.subspan(from, to - from);
    if (run.front().is_array()) {
      append(rows_page(run), &page);
    } else if (run.front().is_map()) {
      append(records_page(run, look), &page);
    } else {
      for (const Answer& item : run) append(page_of(item, look), &page);
    }
  }
  return page;
}

Block map_page(const Answer& answer, const Look& look) {
  std::vector<Row> rows;
  for (size_t i = 0; i + 1 < answer.items.size(); i += 2) {
    rows.push_back({cell_of(answer.items[i]), page_of(answer.items[i + 1], look)});
  }
  return lay_out(rows);
}

// A text with its own lines.
Block text_page(std::string_view text) {
  Block page;
  do {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    page.push_back(line_of(line));
  } while (!text.empty());
  return page;
}

}  // namespace

Block page_of(const Answer& answer, const Look& look) {
  switch (answer.kind) {
    case ReplyKind::kError:
      return {look.red(line_of("(error) " + answer.text))};
    case ReplyKind::kNull:
      return {line_of("(nothing)")};
    case ReplyKind::kBulk:
      return text_page(answer.text);
    case ReplyKind::kArray:
    case ReplyKind::kMap:
      if (answer.items.empty()) return {line_of("(none)")};
      if (is_progress(answer)) return progress_page(answer, look);
      if (is_standings(answer)) return standings_page(answer, look);
      if (is_badges(answer)) return badges_page(answer, look);
      if (is_report(answer)) return report_page(answer, look);
      return answer.is_map() ? map_page(answer, look) : array_page(answer, look);
    default:
      return cell_of(answer);
  }
}

}  // namespace guerdon::cli
