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
//   commands
//     command | id  | time                 | account | unit | amount | entries | says
//     HOLD    | h-1 | 2026-01-05T11:00:00Z | C       | GBP  | 100.00 | none    |
//
//   publish
//     plan e1 version 2 from 2026-03-01
//     ...
//
// There may be several `plan`, `events` and `commands` sections; they go in their order. A section
// `publish` has a further version of a plan, published when the rows above it are done and none
// below. A row of `commands` is one command on wallets: its word, and the fields that its cells
// give it; TICK moves the clock on to its time, and all that is due by then is done. A row is one
// event; its cells are what the event carries (an empty cell: it does not), and what must be true
// after it:
//   entries   what the event wrote, in order: `none`, or items parted by commas. An item is
//             [account:]amount[ unit][ kind][ (note)]; the account is the row's `account`, the unit
//             the only one, the kind earn or clawback by its sign, unless said.
//             Or what became of it: DUP, IGNORED, CONFLICT, INVALID, OVERFLOW, INSUFFICIENT, ...
//             Behind a comma then what fell due before it.
//   says      a part of the sentence with which a command was refused; empty: not checked
//   balance   [account:]amount[ unit], parted by commas; empty: not checked
// `# ` begins a comment line.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "guerdon/engine.h"

namespace guerdon::scenario {

struct Row {
  int line = 0;  // of the file
  std::map<std::string, std::string> cells;
};

struct Table {
  bool is_of_commands = false;
  std::string publishes;             // the text of a plan; then there are no rows
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

// When the clock is moved on to; nothing: the row is no TICK.
std::optional<base::TimeMs> tick_of(const Row& row);

// A command's words: "HOLD", "id=h-1", ...
std::vector<std::string> words_of(const Table& table, const Row& row);

// The events of a table as CSV, header included; one row when `only` is not null.
std::string csv_of(const Table& table, const Row* only);

}  // namespace guerdon::scenario
