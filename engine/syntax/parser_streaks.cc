// Streaks: of which target, how many periods running, and what is paid for them.

#include <algorithm>
#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Streak Parser::parse_streak() {
  tree::Streak streak;
  streak.rule.span = last();
  const bool is_named = read_name(streak.name, "the name of the streak");
  streak.rule.name = streak.name;
  streak.running.name = {streak.name.text + ".running", streak.name.span};
  streak.running.is_of_streak = true;
  if (is_named) read_subjects(streak.running.subject, streak.rule.subject);
  if (is_named && !failed_ && streak.rule.subject.is_event()) {
    fail_expected("`per` and whose streak it is", "`per account`");
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_streak_line(streak); });
  streak.rule.span = join(streak.rule.span, line_end_);
  streak.rule.on_close = streak.name.span;
  if (!sound || diagnostics_.errors() != errors) return streak;
  if (streak.of && !streak.rule.effects.empty()) return streak;
  failed_ = false;
  fail(kGrammar, streak.name.span,
       "streak `" + streak.name.text + "` does not say " +
           (streak.of ? "what it pays" : "of what it is"),
       streak.of ? "write a line below it, indented: `credit account 100 points`"
                 : "write a line below it, indented: `of monthly_sales reached 3 months running`");
  return streak;
}

void Parser::parse_streak_line(tree::Streak& streak) {
  const auto verb = std::find_if(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                 [&](std::string_view word) { return accept_word(word); });
  if (verb != tree::kVerbWords.end()) {
    return parse_effect(streak.rule, static_cast<tree::Verb>(verb - tree::kVerbWords.begin()));
  }
  if (accept_word("notify")) return parse_grant(streak.rule);
  read_streak_line(streak);
  end_line();
  refuse_block();
}

bool Parser::read_streak_line(tree::Streak& streak) {
  if (accept_word("of")) return read_streak_of(streak);
  if (accept_word("repeats")) {
    if (streak.repeats)
      return fail(kGrammar, last(), "this line is written twice", "leave one out");
    streak.repeats = last();
    return true;
  }
  const bool is_of_rule = at_word("when") || at_word("let") || at_word("at") || at_word("round") ||
                          at_word("change") || at_word("times") || at_word("multipliers");
  if (is_of_rule) return read_clause(streak.rule);
  refuse_clause(LaterPlace::kStreak, "a clause of a streak",
                {"of", "repeats", "when", "let", "credit", "debit", "notify", "round", "change"},
                "a streak has of ... reached, repeats, when, let, credit, debit, notify, at most, "
                "round, change");
  return false;
}

// `of monthly_sales reached 3 months running`
bool Parser::read_streak_of(tree::Streak& streak) {
  if (streak.of) {
    return fail(kGrammar, last(), "a streak is of one target", "make it two streaks");
  }
  if (!read_name(streak.of.emplace(), "the name of a target") || !expect_word("reached")) {
    return false;
  }
  if (!read_integer(streak.least, "how many periods running: `3 months running`")) return false;
  streak.least_span = last();
  if (!at(TokenKind::kWord)) return fail_expected("days, weeks, months, quarters or years");
  streak.period = {std::string(text()), here()};
  next();
  return expect_word("running");
}

}  // namespace guerdon::plan
