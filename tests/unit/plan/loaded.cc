#include "tests/unit/plan/loaded.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/plan/checker.h"

namespace guerdon::plan {

Loaded::Loaded(std::string text, std::string name)
    : source(std::move(name), std::move(text)), plan(load_plan(source, diagnostics)) {}

std::string Loaded::codes() const {
  std::vector<std::pair<int, std::string>> found;
  for (const Diagnostic& diagnostic : diagnostics.list()) {
    found.emplace_back(source.position(diagnostic.span.begin).line, code_text(diagnostic.code));
  }
  std::sort(found.begin(), found.end());
  std::string out;
  for (const auto& [line, code] : found) {
    if (!out.empty()) out += ' ';
    out += std::to_string(line) + ":" + code;
  }
  return out;
}

bool Loaded::has(DiagnosticCode code) const {
  return std::any_of(diagnostics.list().begin(), diagnostics.list().end(),
                     [&](const Diagnostic& diagnostic) { return diagnostic.code == code; });
}

std::string with_sale(const std::string& rest) {
  return R"(plan test

unit GBP, 2 decimals
unit points, 0 decimals

event sale
  account, agent : account
  amount, fee : GBP
  change : GBP signed
  sku, city : text
  qty : count
  delta : count signed
  gift : flag

)" + rest;
}

}  // namespace guerdon::plan
