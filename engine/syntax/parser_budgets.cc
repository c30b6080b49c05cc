// What all accounts share: `budget`.
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Budget Parser::parse_budget() {
  tree::Budget budget;
  read_budget(budget);
  end_line();
  read_block([&] { parse_budget_line(budget); });
  return budget;
}

bool Parser::read_budget(tree::Budget& budget) {
  if (!read_name(budget.name, "the name of the budget")) return false;
  if (!expect(TokenKind::kEqual, "`=` and the amount")) return false;
  budget.amount = parse_sum();
  return budget.amount != nullptr && read_subject(budget.per);
}

void Parser::parse_budget_line(tree::Budget& budget) {
  read_short(budget);
  end_line();
  refuse_block();
}

// `short pay what is left`, `short pay nothing`.
bool Parser::read_short(tree::Budget& budget) {
  const Span begin = here();
  if (!accept_word("short")) {
    refuse_clause(LaterPlace::kBudget, "a line of a budget", {"short"}, "a budget has short");
    return false;
  }
  if (budget.pays_nothing) {
    return fail(kGrammar, begin, "`short` is written twice", "leave one of the two");
  }
  constexpr std::string_view kWays = "`pay what is left` or `pay nothing`";
  const LaterWord* later = at(TokenKind::kWord) ? later_word(LaterPlace::kBudget, text()) : nullptr;
  if (later != nullptr) return fail_later(*later, here());
  if (!accept_word("pay")) return fail_expected(kWays);
  budget.pays_nothing = at_word("nothing");
  if (accept_word("nothing")) return true;
  return at_word("what") ? expect_words("what is left") : fail_expected(kWays);
}

}  // namespace guerdon::plan
