#include "tests/unit/program/compiled.h"

#include <cstdio>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"

namespace guerdon::plan {

namespace {

std::vector<Plan> checked_all(const std::vector<std::string>& texts) {
  std::vector<Plan> plans;
  for (const std::string& text : texts) plans.push_back(checked(text));
  return plans;
}

}  // namespace

Plan checked(const std::string& text) {
  const SourceText source("test.plan", text);
  Diagnostics diagnostics;
  std::optional<Plan> plan = load_plan(source, diagnostics);
  if (!plan) std::fputs(render(source, diagnostics).c_str(), stderr);
  GUERDON_ASSERT(plan.has_value());
  return std::move(*plan);
}

Program compiled(const std::vector<std::string>& texts) {
  std::string error;
  std::optional<Program> program = compile(checked_all(texts), &error);
  if (!program) std::fputs(error.c_str(), stderr);
  GUERDON_ASSERT(program.has_value());
  return std::move(*program);
}

std::string refusal_of(const std::vector<std::string>& texts) {
  std::string error;
  const std::optional<Program> program = compile(checked_all(texts), &error);
  GUERDON_ASSERT(program.has_value() == error.empty());
  return error;
}

uint8_t slot_of(const Program& program, const std::string& type, const std::string& wire) {
  const std::vector<event::Field>& slots =
      program.schema.type(program.schema.find_type(type)).slots;
  for (size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot].wire == wire) return static_cast<uint8_t>(slot);
  }
  GUERDON_UNREACHABLE();
}

const RoleProgram& role_of(const Program& program, const std::string& type,
                           const std::string& wire) {
  const uint8_t slot = slot_of(program, type, wire);
  for (const RoleProgram& role : program.events[program.schema.find_type(type)].roles) {
    if (role.slot == slot) return role;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace guerdon::plan
