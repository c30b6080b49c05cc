// Plans from their texts to a program, for the tests of everything behind the checker.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/program/program.h"
#include "tests/unit/plan/shop.h"

namespace guerdon::plan {

// The checked plan. A text that is refused fails the test with what was said about it and ends it.
Plan checked(const std::string& text);

// The program of these plans together; what compile() refuses ends the test.
Program compiled(const std::vector<std::string>& texts);
inline Program compiled(const std::string& text) { return compiled(std::vector{text}); }

// The sentence with which compile() refuses these plans; empty when it takes them.
std::string refusal_of(const std::vector<std::string>& texts);

// The slot of a wire attribute of an event type; the first where it is read in several ways.
uint8_t slot_of(const Program& program, const std::string& type, const std::string& wire);

// What the type's role of this wire name runs. REQUIRES: it has something to run.
const RoleProgram& role_of(const Program& program, const std::string& type,
                           const std::string& wire);

}  // namespace guerdon::plan
