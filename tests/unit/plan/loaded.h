// A plan from its text, with what was said about it.
#pragma once

#include <optional>
#include <string>

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "tests/unit/plan/shop.h"

namespace guerdon::plan {

struct Loaded {
  explicit Loaded(std::string text, std::string name = "test.plan");

  SourceText source;
  Diagnostics diagnostics;
  std::optional<Plan> plan;

  std::string said() const { return render(source, diagnostics); }
  std::string codes() const;  // codes_of (front_end.h)
  // Whether some diagnostic has this code.
  bool has(DiagnosticCode code) const;
};

}  // namespace guerdon::plan
