// What parts of a checked plan say, as texts that are equal exactly where the parts say the same,
// whatever they are called and wherever they stand in the source. For comparing, not for people.
#pragma once

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/plan/checked.h"

namespace guerdon::plan {

// Of the rules whose credits a measure of the plan sums: ascending, each once.
std::vector<std::string> lineages_of(const Plan& plan, const Measure& measure);

// Reads a plan that only grows. What stands in it by index (a table, what is made of lines, a
// measure) is called by the first that says the same; so two terms that read two equal tables say
// the same. Parts that are asked about may stand outside of the plan, their indexes inside.
class Meanings {
 public:
  explicit Meanings(const Plan& plan);

  std::string of(const Term& term) const;
  std::string of(const LineFold& fold) const;
  std::string of(const Table& table) const;      // its name only if its rows come from a file
  std::string of(const EventType& event) const;  // all but its attributes
  // `lineages`: of the rules whose credits it sums.
  std::string of(const Measure& measure, const std::vector<std::string>& lineages) const;
  std::string of(const TakeBack& take_back) const;
  // All but names, group, change, spans, layer, and where it follows from the rest the events.
  std::string of(const Rule& rule) const;

  // The first of the plan that says this; below 0: none.
  int table_like(const Table& table) const { return found(tables_, of(table)); }
  int attribute_like(const LineFold& fold) const { return found(folds_, of(fold)); }
  int measure_like(const Measure& measure, const std::vector<std::string>& lineages) const {
    return found(measures_, of(measure, lineages));
  }

  // Takes note of the last table, attribute or measure of the plan.
  void note_table();
  void note_attribute();
  void note_measure(const std::vector<std::string>& lineages);

 private:
  using Found = absl::flat_hash_map<std::string, int>;
  static int found(const Found& all, const std::string& meaning) {
    const auto at = all.find(meaning);
    return at == all.end() ? -1 : at->second;
  }

  const Plan& plan_;
  Found tables_;
  Found folds_;
  Found measures_;
  std::vector<int> first_table_;  // as Plan::tables
  std::vector<int> first_attribute_;
  std::vector<int> first_measure_;
};

}  // namespace guerdon::plan
