#include "tools/cli/progress_page.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace guerdon::cli {
namespace {

// What it shows of a row; of the answer in docs/protocol.md all but instants and LSN.
constexpr std::array<std::string_view, 15> kKeys = {
    "program", "target",  "role", "keys",      "period",    "state", "unit",      "achieved",
    "goal",    "percent", "band", "remaining", "days_left", "pace",  "milestones"};
constexpr size_t kBarWidth = 20;

// "" where there is nothing.
std::string text(const Answer& row, std::string_view key) {
  const Answer* const value = find_value(row, key);
  if (value == nullptr || value->kind == net::ReplyKind::kNull) return "";
  return value->kind == net::ReplyKind::kInteger ? std::to_string(value->number) : value->text;
}

int64_t number(const Answer& row, std::string_view key) {
  const Answer* const value = find_value(row, key);
  return value != nullptr && value->kind == net::ReplyKind::kInteger ? value->number : 0;
}

// "quota A1", by its further keys.
std::string name_of(const Answer& row) {
  std::string name = text(row, "target");
  const std::vector<Answer>& keys = find_value(row, "keys")->items;
  for (size_t i = 1; i < keys.size(); i += 2) name += " " + keys[i].text;
  return name;
}

// Whole only where all is there: 99 % leave some room.
Line bar(int64_t percent) {
  const auto part = static_cast<size_t>(std::clamp<int64_t>(percent, 0, 100));
  const size_t full = part * kBarWidth / 100;
  return line_of("[" + std::string(full, '=') + std::string(kBarWidth - full, ' ') + "]");
}

// "50 %, then 100 %": those that are reached, and the next while there can be one.
std::string milestones(const Answer& row) {
  const bool is_closed = text(row, "state") == "closed";
  std::string reached;
  for (const Answer& each : find_value(row, "milestones")->items) {
    const std::string percent = text(each, "percent") + " %";
    if (text(each, "reached") != "yes") {
      if (is_closed) break;
      return (reached.empty() ? "next " : reached + ", then ") + percent;
    }
    reached += (reached.empty() ? "" : ", ") + percent;
  }
  return reached;
}

std::string amounts(const Answer& row) {
  const std::string goal = text(row, "goal");
  const std::string unit = text(row, "unit");
  return text(row, "achieved") + (goal.empty() ? "" : " of " + goal) +
         (unit.empty() ? "" : " " + unit);
}

std::string effort(const Answer& row) {
  if (text(row, "goal").empty()) return "no goal";
  if (number(row, "percent") >= 100) return "reached";
  if (text(row, "state") == "closed") return "missed by " + text(row, "remaining");
  const std::string missing = text(row, "remaining") + " to go";
  const std::string pace = text(row, "pace");
  if (pace.empty()) return missing;
  const int64_t days = number(row, "days_left");
  return missing + ", " + pace + " a day in " + std::to_string(days) +
         (days == 1 ? " day" : " days");
}

// "club", or where rows are of several roles "club, operator".
std::string program_of(const Answer& row, bool shows_role) {
  return text(row, "program") + (shows_role ? ", " + text(row, "role") : "");
}

Row row_of(const Answer& row, bool shows_role, const Look& look) {
  const bool has_goal = !text(row, "goal").empty();
  const std::string band = text(row, "band");
  return {{look.bold(line_of(name_of(row))), line_of(program_of(row, shows_role))},
          {line_of(text(row, "period")), line_of(text(row, "state"))},
          {has_goal ? look.band(band, bar(number(row, "percent"))) : Line(),
           line_of(has_goal ? milestones(row) : "")},
          {line_of(has_goal ? text(row, "percent") + " %" : "")},
          {look.band(band, line_of(band))},
          {line_of(amounts(row)), line_of(effort(row))}};
}

}  // namespace

bool is_progress(const Answer& answer) {
  const auto is_row = [](const Answer& row) {
    const auto has = [&](std::string_view key) { return find_value(row, key) != nullptr; };
    return row.is_map() && std::all_of(kKeys.begin(), kKeys.end(), has) &&
           find_value(row, "keys")->is_map() && find_value(row, "milestones")->is_array();
  };
  return answer.is_array() && !answer.items.empty() &&
         std::all_of(answer.items.begin(), answer.items.end(), is_row);
}

Block progress_page(const Answer& answer, const Look& look) {
  std::vector<Row> rows;
  const std::string first = text(answer.items.front(), "role");
  const bool shows_role = std::ranges::any_of(
      answer.items, [&](const Answer& row) { return text(row, "role") != first; });
  for (const Answer& row : answer.items) rows.push_back(row_of(row, shows_role, look));
  return lay_out(rows, {false, false, false, true});
}

}  // namespace guerdon::cli
