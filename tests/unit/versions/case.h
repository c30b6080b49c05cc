// Versions of a plan, merged one after the other.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

struct Case {
  // The texts of the versions. All but the last have to merge.
  explicit Case(const std::vector<std::string>& versions);

  SourceText source;  // of the last
  Diagnostics diagnostics;
  std::optional<Plan> plan;

  std::string said() const { return render(source, diagnostics); }
};

// One a line: each rule of the plan with its version and when it acts.
//   base 1 until 2026-03-01
//   base 2 from 2026-03-01
std::string rules_in(const Plan& plan);

// A file of cases. Each begins with a line `# case: NAME`, each of its versions with `plan `.
struct NamedCase {
  std::string name;
  std::vector<std::string> versions;
};
std::vector<NamedCase> cases_in(const std::string& text);

}  // namespace guerdon::plan
