#pragma once

#include <string>

#include "tests/generate/rng.h"

// Random plans as text, over one small vocabulary of wire names, so that any two of them read the
// same events. Everything that the first half of the language can say occurs: see the
// tests of this folder.

namespace guerdon::generate {

// How large, and what it is called: `name` is the plan's name and its program's, so plans that are
// to be loaded together need different ones.
struct PlanShape {
  std::string name = "p0";
  int units_max = 3;
  int tables_max = 4;
  int measures_max = 5;
  int rules_max = 6;
  int depth_max = 3;         // of an expression
  int objects_percent = 45;  // of plans have rules per object
  // Of rules with `on`, and per account and period, are such as a version may correct: without
  // limits, groups and returns, and reading what is known of any time.
  int plain_percent = 0;
  int files_percent = 35;       // of tables have their rows from a file
  int targets_percent = 35;     // of plans have targets
  int challenges_percent = 25;  // of plans have challenges
  int ladders_percent = 35;     // of plans have ladders
  int badges_percent = 30;      // of plans have badges
  int budgets_percent = 25;     // of plans have budgets, where some rule may be paid from one
  int trees_percent = 30;       // of plans pay who stands above
  int credited_percent = 25;    // of plans pay some by what others are credited at the event
};

// Nearly every one passes the checker; the rest is refused for a number that could grow too large.
std::string random_plan(Rng& rng, const PlanShape& shape);

// Whether the checker takes it.
bool loads(const std::string& text);

}  // namespace guerdon::generate
