#include "tests/unit/plan/loaded.h"

#include <algorithm>
#include <utility>

#include "engine/plan/checker.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {

Loaded::Loaded(std::string text, std::string name)
    : source(std::move(name), std::move(text)), plan(load_plan(source, diagnostics)) {}

std::string Loaded::codes() const { return codes_of(source, diagnostics); }

bool Loaded::has(DiagnosticCode code) const {
  return std::any_of(diagnostics.list().begin(), diagnostics.list().end(),
                     [&](const Diagnostic& diagnostic) { return diagnostic.code == code; });
}

}  // namespace guerdon::plan
