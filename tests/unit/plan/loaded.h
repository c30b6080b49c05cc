// A plan from its text, with what was said about it.
#pragma once

#include <optional>
#include <string>

#include "engine/plan/checked.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

struct Loaded {
  explicit Loaded(std::string text, std::string name = "test.plan");

  SourceText source;
  Diagnostics diagnostics;
  std::optional<Plan> plan;

  std::string said() const { return render(source, diagnostics); }
  // "2:E010 7:W033": the line and code of each diagnostic, in the order of lines.
  std::string codes() const;
  // Whether some diagnostic has this code.
  bool has(DiagnosticCode code) const;
};

// A plan of one unit (GBP), one event `sale` with attributes of every type, and what follows.
std::string with_sale(const std::string& rest);

}  // namespace guerdon::plan
