#include "tools/guerdon/plan/plan_schema.h"

#include <optional>
#include <utility>

#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"

namespace guerdon::tools {

bool make_program(const std::vector<PlanText>& plans, plan::Program* program, std::string* error) {
  std::vector<plan::Plan> checked;
  for (const PlanText& text : plans) {
    const plan::SourceText source(text.name, text.text);
    plan::Diagnostics diagnostics;
    std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
    if (!plan) {
      *error = plan::render(source, diagnostics);
      return false;
    }
    checked.push_back(std::move(*plan));
  }
  std::optional<plan::Program> compiled = plan::compile(checked, error);
  if (compiled) *program = std::move(*compiled);
  return compiled.has_value();
}

bool make_schema(const std::vector<PlanText>& plans, event::Schema* schema, std::string* error) {
  plan::Program program;
  if (!make_program(plans, &program, error)) return false;
  *schema = std::move(program.schema);
  return true;
}

}  // namespace guerdon::tools
