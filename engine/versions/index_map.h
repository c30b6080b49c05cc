// Where what a plan's parts name by index stands in the merged plan.
#pragma once

#include <vector>

#include "engine/plan/checked.h"

namespace guerdon::plan {

// Each as the vector of Plan that it is called after; below 0: not known yet.
struct IndexMap {
  explicit IndexMap(const Plan& plan);

  std::vector<int> units;
  std::vector<int> attributes;
  std::vector<int> holder;
  std::vector<int> relations;
  std::vector<int> events;
  std::vector<int> tables;
  std::vector<int> measures;
  std::vector<int> groups;
  std::vector<int> budgets;

  // Each puts, in place of the plan's indexes, those of the merged plan. REQUIRES: all that is read
  // is known. A rule's group and a measure's rules are left as they are.
  void apply(Type& type) const;
  void apply(Subject& subject) const;
  void apply(Term& term) const;
  void apply(LineFold& fold) const;
  void apply(EventType& event) const;  // its attributes: those that are sent
  void apply(Table& table) const;      // but for `later`
  void apply(Measure& measure) const;
  void apply(Target& target) const;
  void apply(Rule& rule) const;
  void apply(std::vector<int>& events) const;

 private:
  void apply(const TermPtr& term) const {
    if (term != nullptr) apply(*term);
  }
  void apply(Effect& effect) const;
};

// The index in the merged plan; below 0 stays.
int mapped(const std::vector<int>& map, int index);

}  // namespace guerdon::plan
