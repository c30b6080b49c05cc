// What conditions leave of the values that attributes may have: an interval for a number, a list
// for a text. Only what stands at the top of a condition, joined by `and`, is looked at, and only
// comparisons of an attribute with a constant; the rest leaves everything.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/plan/checked.h"

namespace guerdon::plan {

struct Values {
  int64_t low = 0;  // of a number: minor units or a count, both ends included
  int64_t high = 0;
  std::optional<std::set<std::string>> texts;  // of a text: these alone; nothing: any
};

class Domain {
 public:
  explicit Domain(const Plan& plan) : plan_(plan) {}

  // Leaves what fulfils `condition` too; null leaves everything.
  void restrict_to(const Term* condition);

  // What is left of an attribute.
  Values of(int attribute) const;
  // The conjunct after which nothing was left of some attribute; null: something is left of all.
  const Term* emptied_by() const { return emptied_by_; }

 private:
  void take(const Term& conjunct);
  void take_number(const Term& compare, bool attribute_first);
  void take_texts(int attribute, const std::set<std::string>& texts);
  Values& entry(int attribute);

  const Plan& plan_;
  std::map<int, Values> left_;
  const Term* emptied_by_ = nullptr;
};

// The least and the most of a number that some event of the rule lets through.
Values values_of(const Plan& plan, const Rule& rule, int attribute);

}  // namespace guerdon::plan
