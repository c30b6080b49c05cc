// The plans of the two engines that are compared, and what rules are called on both sides.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/plan/checked.h"
#include "guerdon/engine.h"

namespace guerdon::tools {

// What one text that follows an older one of its plan changes.
struct VersionChanges {
  std::string plan;
  int64_t version = 0;
  int64_t from = 0;
  std::vector<std::pair<std::string, std::string>> rules;  // name; changed, new or ends
};

struct PlanSides {
  std::vector<PlanText> before;
  std::vector<PlanText> after;
  bool goes_on = false;  // some of `after` are further versions of plans of `before`
};

// What is asked for as new may be whole plans, which stand for the old ones, all of them. Or one of
// them is a further version of an old plan: its number is above that of the plan's first text. Then
// the old ones stay, but for those of which a whole new one is there. What has errors is taken for
// a whole plan: the engine says what is wrong with it.
PlanSides plan_sides(std::vector<PlanText> against, std::vector<PlanText> next);

// What the last version of a merged plan changes.
VersionChanges changes_in(const plan::Plan& merged);

// Each plan with its versions merged, as an engine has them. Of the texts from `told` on that are
// further versions, what they change. REQUIRES: an engine was opened with these texts.
std::vector<plan::Plan> merge_plans(const std::vector<PlanText>& texts, size_t told = 0,
                                    std::vector<VersionChanges>* changes = nullptr);

// A rule may be called otherwise from version to version (`was`). It is one for who compares, under
// the name that it has in the end.
class RuleNames {
 public:
  // `naming`: the plans in which a rule has its last name: `plans`, or those that go on from them.
  RuleNames(const std::vector<plan::Plan>& plans, const std::vector<plan::Plan>& naming);

  // What no plan has stays.
  std::string of(std::string_view program, std::string_view rule) const;

 private:
  std::map<std::pair<std::string, std::string>, std::string> names_;
};

}  // namespace guerdon::tools
