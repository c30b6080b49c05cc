// Arbitrary bytes as a plan: the front end never crashes, what it says can be rendered, and what it
// takes without an error means the same after `plan fmt`, which is a fixed point.

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/assert.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/format.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/parser.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree_printer.h"

namespace guerdon::plan {
namespace {

struct FrontEnd {
  explicit FrontEnd(std::string text)
      : source("fuzz.plan", std::move(text)),
        tokens(lex(source, diagnostics)),
        tree(parse(source, tokens, diagnostics)) {}

  SourceText source;
  Diagnostics diagnostics;
  std::vector<Token> tokens;
  tree::Plan tree;
};

void parse_and_format(const std::string& text) {
  const FrontEnd first(text);
  GUERDON_ASSERT(first.tokens.back().kind == TokenKind::kEnd);
  GUERDON_ASSERT(print_tokens(first.source, first.tokens).size() >= first.tokens.size());
  const std::string printed = print_tree(first.tree);
  const std::string said = render(first.source, first.diagnostics);
  GUERDON_ASSERT(said.empty() == !first.diagnostics.has_errors());
  if (first.diagnostics.has_errors()) return;

  const std::string formatted = format_plan(first.source, first.tree);
  if (formatted.size() > kPlanBytesMax) return;  // indentation can grow a plan past the limit
  const FrontEnd again(formatted);
  GUERDON_ASSERT(!again.diagnostics.has_errors());
  GUERDON_ASSERT(print_tree(again.tree) == printed);
  GUERDON_ASSERT(format_plan(again.source, again.tree) == formatted);
}

}  // namespace
}  // namespace guerdon::plan

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  guerdon::plan::parse_and_format(std::string(data, data + size));
  return 0;
}
