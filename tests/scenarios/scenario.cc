#include "tests/scenarios/scenario.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace guerdon::scenario {

namespace {

std::string trimmed(const std::string& text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> split(const std::string& line, char by) {
  std::vector<std::string> cells;
  std::stringstream stream(line);
  for (std::string cell; std::getline(stream, cell, by);) cells.push_back(trimmed(cell));
  if (!line.empty() && line.back() == by) cells.emplace_back();
  return cells;
}

bool is_expectation(const std::string& column) {
  return column == "entries" || column == "balance" || column == "says";
}

void add_row(Table& table, std::vector<std::string>& header, const std::string& text, int line) {
  const std::vector<std::string> cells = split(text, '|');
  if (header.empty()) {
    header = cells;
    for (const std::string& column : header) {
      if (!is_expectation(column)) table.columns.push_back(column);
    }
    return;
  }
  ASSERT_EQ(cells.size(), header.size()) << "line " << line << ": " << text;
  Row row;
  row.line = line;
  for (size_t i = 0; i < cells.size(); ++i) row.cells[header[i]] = cells[i];
  table.rows.push_back(std::move(row));
}

}  // namespace

Scenario read(const std::string& path) {
  Scenario scenario;
  std::ifstream file(path);
  EXPECT_TRUE(file.is_open()) << path;
  enum class In { kTitle, kPlan, kPublish, kEvents } in = In::kTitle;
  std::vector<std::string> header;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    const std::string text = trimmed(line);
    if (line == "plan" || line == "publish" || line == "events" || line == "commands") {
      in = line == "plan" ? In::kPlan : line == "publish" ? In::kPublish : In::kEvents;
      if (in == In::kPlan) scenario.plans.push_back({path + ".plan", ""});
      if (in != In::kPlan) scenario.tables.emplace_back().is_of_commands = line == "commands";
      header.clear();
    } else if (in == In::kTitle) {
      if (scenario.title.empty()) scenario.title = text;
    } else if (in == In::kPlan) {
      scenario.plans.back().text += (line.size() > 2 ? line.substr(2) : "") + "\n";
    } else if (in == In::kPublish) {
      scenario.tables.back().publishes += (line.size() > 2 ? line.substr(2) : "") + "\n";
    } else if (!text.empty() && text[0] != '#') {
      add_row(scenario.tables.back(), header, text, number);
    }
  }
  EXPECT_FALSE(scenario.plans.empty()) << path;
  EXPECT_FALSE(scenario.tables.empty()) << path;
  return scenario;
}

std::optional<base::TimeMs> tick_of(const Row& row) {
  const auto command = row.cells.find("command");
  if (command == row.cells.end() || command->second != "TICK") return std::nullopt;
  base::TimeMs time = 0;
  EXPECT_TRUE(base::parse_timestamp(row.cells.at("time"), &time)) << "line " << row.line;
  return time;
}

std::vector<std::string> words_of(const Table& table, const Row& row) {
  std::vector<std::string> words = split(row.cells.at("command"), ' ');
  for (const std::string& column : table.columns) {
    const std::string& value = row.cells.at(column);
    if (column != "command" && !value.empty()) words.push_back(column + "=" + value);
  }
  return words;
}

std::string csv_of(const Table& table, const Row* only) {
  std::string csv;
  for (const std::string& column : table.columns) {
    csv += (csv.empty() ? "" : ",") + (column == "id" ? "event_id" : column);
  }
  csv += "\n";
  for (const Row& row : table.rows) {
    if (only != nullptr && &row != only) continue;
    std::string line;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      line += (i == 0 ? "" : ",") + row.cells.at(table.columns[i]);
    }
    csv += line + "\n";
  }
  return csv;
}

}  // namespace guerdon::scenario
