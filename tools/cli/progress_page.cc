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

int64_t number(const Answer& row, std::string_view key) {
  const Answer* const value = find_value(row, key);
  return value != nullptr && value->kind == net::ReplyKind::kInteger ? value->number : 0;
}

// "quota A1", by its further keys.
std::string name_of(const Answer& row) {
  std::string name = text_under(row, "target");
  const std::vector<Answer>& keys = find_value(row, "keys")->items;
  for (size_t i = 1; i < keys.size(); i += 2) name += " " + keys[i].text;
  return name;
}

// "50 %, then 100 %": those that are reached, and the next while there can be one.
std::string milestones(const Answer& row) {
  const bool is_closed = text_under(row, "state") == "closed";
  std::string reached;
  for (const Answer& each : find_value(row, "milestones")->items) {
    const std::string percent = text_under(each, "percent") + " %";
    if (text_under(each, "reached") != "yes") {
      if (is_closed) break;
      return (reached.empty() ? "next " : reached + ", then ") + percent;
    }
    reached += (reached.empty() ? "" : ", ") + percent;
  }
  return reached;
}

bool is_at_most(const Answer& row) { return text_under(row, "goal_is") == "at_most"; }

std::string amounts(const Answer& row) {
  const std::string goal = text_under(row, "goal");
  const std::string unit = text_under(row, "unit");
  const std::string achieved = text_under(row, "achieved");
  return (achieved.empty() ? "none" : achieved) +
         (goal.empty() ? "" : (is_at_most(row) ? ", at most " : " of ") + goal) +
         (unit.empty() ? "" : " " + unit);
}

// Of what is to stay small.
std::string room(const Answer& row) {
  if (number(row, "percent") < 100) return "over by " + text_under(row, "over");
  return "kept to, with " + text_under(row, "remaining") + " left";
}

std::string effort(const Answer& row) {
  if (text_under(row, "goal").empty()) return "no goal";
  if (text_under(row, "percent").empty()) return "no sample";
  if (is_at_most(row)) return room(row);
  if (number(row, "percent") >= 100) return "reached";
  if (text_under(row, "state") == "closed") return "missed by " + text_under(row, "remaining");
  const std::string missing = text_under(row, "remaining") + " to go";
  const std::string pace = text_under(row, "pace");
  if (pace.empty()) return missing;
  const int64_t days = number(row, "days_left");
  return missing + ", " + pace + " a day in " + std::to_string(days) +
         (days == 1 ? " day" : " days");
}

// "club", or where rows are of several roles "club, operator".
std::string program_of(const Answer& row, bool shows_role) {
  return text_under(row, "program") + (shows_role ? ", " + text_under(row, "role") : "");
}

Row row_of(const Answer& row, bool shows_role, const Look& look) {
  const bool has_percent = !text_under(row, "percent").empty();
  const std::string band = text_under(row, "band");
  return {{look.bold(line_of(name_of(row))), line_of(program_of(row, shows_role))},
          {line_of(text_under(row, "period")), line_of(text_under(row, "state"))},
          {has_percent ? look.band(band, bar_of(number(row, "percent"))) : Line(),
           line_of(has_percent ? milestones(row) : "")},
          {line_of(has_percent ? text_under(row, "percent") + " %" : "")},
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
  const std::string first = text_under(answer.items.front(), "role");
  const bool shows_role = std::ranges::any_of(
      answer.items, [&](const Answer& row) { return text_under(row, "role") != first; });
  for (const Answer& row : answer.items) rows.push_back(row_of(row, shows_role, look));
  return lay_out(rows, {false, false, false, true});
}

}  // namespace guerdon::cli
