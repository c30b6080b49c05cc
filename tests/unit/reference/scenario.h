#pragma once

#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/reference/engine.h"

// Scenarios as a bookkeeper would write them: a row is an event and the entries that it makes.

namespace guerdon::reference {

// The checked plan. A text that the checker refuses fails the test with its messages.
plan::Plan load(const std::string& text);

// "TIME TYPE name=value name=value ..."; the id is the number of the call, unless `id=` gives one.
Event event_of(const std::string& words);

struct Step {
  std::string event;    // as for event_of; its time may be a date alone
  std::string entries;  // "A +500; B -20 clawback"; of earn the kind is left out; "" for none
};

// Runs the steps and compares; the entries' amounts are minor units.
void run(Engine& engine, const std::vector<Step>& steps);

// "A 500, B -20": what is not zero, all programs and units together.
std::string balances_of(const Engine& engine);

// The entries of one LSN, as in Step.
std::string entries_at(const Engine& engine, uint64_t lsn);

}  // namespace guerdon::reference
