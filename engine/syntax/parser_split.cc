// `split AMOUNT`, and below it who gets how many parts.

#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

void Parser::parse_split(tree::Rule& rule) {
  tree::Effect effect;
  effect.is_split = true;
  effect.span = last();
  effect.amount = parse_expr();
  if (effect.amount != nullptr) read_options(effect);
  effect.span = join(effect.span, last());
  end_line();
  if (!failed_ && !block_follows()) {
    fail(kGrammar, effect.span, "nobody is named who gets a part of this",
         "write them below it, indented: `seller : 3 parts`");
  }
  read_block([&] { parse_part(effect); });
  // Kept even if it is broken, so that an `at most` below it finds what it belongs to.
  rule.effects.push_back(std::move(effect));
}

void Parser::parse_part(tree::Effect& split) {
  tree::Part part;
  part.span = here();
  if (at_times()) {
    fail(kNotInThisVersion, here(),
         "multipliers of a split are not part of this version of the language",
         "multiply what is split: `split factor of (1% of value)`");
  } else if (read_part(part)) {
    part.span = join(part.span, last());
    split.parts.push_back(std::move(part));
  }
  end_line();
  refuse_block();
}

bool Parser::read_part(tree::Part& part) {
  if (!read_name(part.who, "who gets a part: an account attribute of the event") ||
      !read_above(part.who, part.above)) {
    return false;
  }
  if (!at(TokenKind::kColon))
    return fail_expected("`:` and how many parts", "such as `seller : 3 parts`");
  next();
  part.weight = parse_sum();
  if (part.weight == nullptr) return false;
  if (accept_word("parts") || accept_word("part")) return true;
  return fail_expected("`parts`", "such as `seller : 3 parts`");
}

}  // namespace guerdon::plan
