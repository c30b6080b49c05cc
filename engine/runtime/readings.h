// Columns that plans running together read in different ways.
//
// Each plan declares its events for itself, and an event is accepted when every plan can read it:
// so a value that one plan cannot read is refused for all. What is told of it names the plans.
#pragma once

#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "guerdon/engine.h"

namespace guerdon::runtime {

struct Disagreement {
  std::string type;  // of the events, outside
  std::string column;
  // "plan a reads it as an amount with 2 decimals (a.plan:7), plan b as a count (b.plan:9)"
  std::string readings;
  // No value can be read by all of them, such as one that were an amount and a flag.
  bool is_hopeless = false;
};

// "plans disagree on column amount of sale: plan a reads it as ..."
std::string sentence_of(const Disagreement& disagreement);

// In the order in which plans declare them. Texts and accounts are left out: they take whatever the
// others do. REQUIRES: plans[i] was made from texts[i].
std::vector<Disagreement> find_disagreements(const std::vector<PlanText>& texts,
                                             const std::vector<plan::Plan>& plans);

}  // namespace guerdon::runtime
