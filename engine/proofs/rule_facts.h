// What is known of a rule before any event comes: what it reads and writes, how much it may post,
// what finding it and keeping it costs. What `plan print --rules` shows and `plan explain` ends
// with. Pure functions of the checked tree.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/plan/checked.h"

namespace guerdon::plan {

struct RuleFacts {
  int layer = 0;                           // Rule::layer
  std::vector<std::string> order_because;  // empty: the order of events makes no difference
  std::set<std::string> reads;   // attributes, measures, tables, what is known of accounts
  std::set<std::string> writes;  // wallets, by account attribute and unit
  int entries_max = 0;           // of one event
  int kept_bytes = 0;            // for each subject, of what it has posted
  std::vector<int64_t> largest;  // one an effect: minor units that one entry can post
};

RuleFacts facts_of(const Plan& plan, const Rule& rule);

// A paragraph for each rule.
std::string print_rule_facts(const Plan& plan);

}  // namespace guerdon::plan
