#pragma once

#include <string>
#include <vector>

#include "tests/scenarios/scenario.h"

// What the cells of a scenario say that must be true after a row.

namespace guerdon::scenario {

// A unit as the plans declare it.
struct Unit {
  std::string code;
  int scale = 0;
};

// The units that the plans declare, in their order; the first need not be named in a cell.
std::vector<Unit> units_of(const Scenario& scenario);

// An item of an `entries` cell with everything said, to compare as text.
struct Item {
  std::string account;
  std::string amount;
  std::string unit;
  std::string kind;
  std::string note;

  std::string text() const {
    return account + ": " + amount + " " + unit + " " + kind + (note.empty() ? "" : " " + note);
  }
};

// `units`: the codes of all units, the one that need not be said first.
Item read_item(std::string text, const std::string& account, const std::vector<Unit>& units);

// The amount of a number of minor units of the unit of that code.
std::string amount_text(int64_t amount, const std::string& code, const std::vector<Unit>& units);

// An `entries` cell without codes.
std::vector<std::string> items_of(const std::string& cell, const Row& row,
                                  const std::vector<Unit>& units);

// Of several accounts each in its own order: the register's order of accounts is by hash.
std::vector<std::string> by_account(std::vector<std::string> items);

// Codes are upper case and stand alone.
bool is_code(const std::string& cell);

// Of an `entries` cell, what becomes of the row: a code or nothing; and what is written.
struct Expected {
  std::string code;
  std::vector<std::string> items;
};
Expected expected_of(const Row& row, const std::vector<Unit>& units);

// The items of a `balance` cell.
std::vector<Item> balances_of(const Row& row, const std::vector<Unit>& units);

}  // namespace guerdon::scenario
