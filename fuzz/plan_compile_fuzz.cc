// Any text as a plan: it is compiled, and the program passes the verifier and can be printed; or it
// is refused with diagnostics that have a place. Never a crash, and never without an end: every
// loop of the compiler is bounded by the text or by a stated limit (engine/plan/limits.h), which
// libFuzzer watches with its -timeout and -rss_limit_mb.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/plan/checker.h"
#include "engine/program/program.h"

namespace plan = guerdon::plan;

namespace {

void expect_told(const plan::SourceText& source, const plan::Diagnostics& diagnostics) {
  GUERDON_ASSERT(diagnostics.has_errors());
  const std::string told = plan::render(source, diagnostics);
  GUERDON_ASSERT(told.find("error E") != std::string::npos);
  GUERDON_ASSERT(told.find('^') != std::string::npos);
}

void expect_sound(plan::Plan checked) {
  GUERDON_ASSERT(!plan::print_checked(checked).empty());
  std::vector<plan::Plan> plans;
  plans.push_back(std::move(checked));
  std::string error;
  const std::optional<plan::Program> program = plan::compile(plans, &error);
  GUERDON_ASSERT(program.has_value() == error.empty());
  if (!program) return;
  GUERDON_ASSERT(plan::verify(*program, &error));
  GUERDON_ASSERT(program->events.empty() || !plan::print_program(*program).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const plan::SourceText source("fuzzed.plan", {reinterpret_cast<const char*>(data), size});
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> checked = plan::load_plan(source, diagnostics);
  if (checked) {
    expect_sound(std::move(*checked));
  } else {
    expect_told(source, diagnostics);
  }
  return 0;
}
