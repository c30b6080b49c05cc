#include "tests/scenarios/cells.h"

#include <algorithm>
#include <sstream>

#include "engine/money/decimal.h"

namespace guerdon::scenario {

namespace {

std::string strip_note(std::string& text) {
  const size_t open = text.find('(');
  if (open == std::string::npos) return "";
  std::string note = text.substr(open + 1, text.find(')') - open - 1);
  text = text.substr(0, open);
  return note;
}

const std::string& account_of(const Row& row) {
  static const std::string kNone;
  const auto account = row.cells.find("account");
  return account == row.cells.end() ? kNone : account->second;
}

}  // namespace

std::vector<Unit> units_of(const Scenario& scenario) {
  std::vector<Unit> units;
  for (const PlanText& plan : scenario.plans) {
    std::stringstream text(plan.text);
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with("badge ")) {
        units.push_back({line.substr(6, line.find(' ', 6) - 6), 0});
      }
      if (line.find(" notify ") != std::string::npos) {  // a word is a unit, too
        const size_t word = line.find('"') + 1;
        units.push_back({line.substr(word, line.rfind('"') - word), 0});
      }
      if (!line.starts_with("unit ")) continue;
      const size_t quote = line.find('"');
      const size_t comma = line.rfind(',');
      units.push_back({quote == std::string::npos
                           ? line.substr(5, comma - 5)
                           : line.substr(quote + 1, line.rfind('"') - quote - 1),
                       std::stoi(line.substr(comma + 1))});
    }
  }
  return units;
}

Item read_item(std::string text, const std::string& account, const std::vector<Unit>& units) {
  Item item;
  item.note = strip_note(text);
  const size_t colon = text.find(':');
  item.account = colon == std::string::npos ? account : text.substr(0, colon);
  std::stringstream words(colon == std::string::npos ? text : text.substr(colon + 1));
  words >> item.amount;
  item.unit = units.front().code;
  item.kind = item.amount.starts_with('-') ? "clawback" : "earn";
  for (std::string word; words >> word;) {
    const bool is_unit = std::any_of(units.begin(), units.end(),
                                     [&](const Unit& unit) { return unit.code == word; });
    (is_unit ? item.unit : item.kind) = word;
  }
  return item;
}

std::vector<std::string> items_of(const std::string& cell, const Row& row,
                                  const std::vector<Unit>& units) {
  std::vector<std::string> items;
  if (cell == "none") return items;
  const auto account = row.cells.find("account");
  std::stringstream parts(cell);
  for (std::string part; std::getline(parts, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    items.push_back(
        read_item(part, account == row.cells.end() ? "" : account->second, units).text());
  }
  return items;
}

std::vector<std::string> by_account(std::vector<std::string> items) {
  std::stable_sort(items.begin(), items.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find(':')) < b.substr(0, b.find(':'));
  });
  return items;
}

bool is_code(const std::string& cell) {
  return !cell.empty() && cell.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string::npos;
}

std::string amount_text(int64_t amount, const std::string& code, const std::vector<Unit>& units) {
  const auto unit =
      std::find_if(units.begin(), units.end(), [&](const Unit& one) { return one.code == code; });
  return money::format_decimal(amount, unit->scale);
}

// What falls due before a command that is refused is written all the same.
Expected expected_of(const Row& row, const std::vector<Unit>& units) {
  const std::string& cell = row.cells.at("entries");
  const std::string code = cell.substr(0, cell.find(','));
  if (!is_code(code)) return {"", items_of(cell, row, units)};
  const bool is_alone = code.size() == cell.size();
  return {code, items_of(is_alone ? "none" : cell.substr(code.size() + 1), row, units)};
}

std::vector<Item> balances_of(const Row& row, const std::vector<Unit>& units) {
  std::vector<Item> items;
  std::stringstream parts(row.cells.at("balance"));
  for (std::string part; std::getline(parts, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    items.push_back(read_item(part, account_of(row), units));
  }
  return items;
}

}  // namespace guerdon::scenario
