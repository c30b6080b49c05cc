// Scenarios: small tables that a bookkeeper can check.
//
// A scenario file has a title, sections and a table:
//
//   E1. 5 % up to 50,000.00, 7 % of the whole amount above.
//
//   plan
//     plan e1
//     ...
//
//   events
//     id | time                 | type     | account | amount   | entries | balance
//     p1 | 2026-01-05T10:00:00Z | purchase | C       | 50000.00 | 2500.00 | 2500.00
//
// There may be several `plan` sections and several `events` sections. A row is one event; its cells
// are what the event carries (an empty cell: it does not), and what must be true after it:
//   entries   what the event wrote, in order: `none`, or items parted by commas. An item is
//             [account:]amount[ unit][ kind][ (note)]; the account is the row's `account`, the unit
//             the only one, the kind earn or clawback by its sign, unless said.
//             Or what became of it: DUP, IGNORED, CONFLICT, INVALID, OVERFLOW, ...
//   balance   [account:]amount[ unit], parted by commas; empty: not checked
// `# ` begins a comment line.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "guerdon/engine.h"

namespace guerdon::scenario {

struct Row {
  int line = 0;  // of the file
  std::map<std::string, std::string> cells;
};

struct Table {
  std::vector<std::string> columns;  // of the events: without entries and balance
  std::vector<Row> rows;
};

struct Scenario {
  std::string title;
  std::vector<PlanText> plans;
  std::vector<Table> tables;
};

// Fails the current test when the file cannot be read as above.
Scenario read(const std::string& path);

// The events of a table as CSV, header included; one row when `only` is not null.
std::string csv_of(const Table& table, const Row* only);

}  // namespace guerdon::scenario
