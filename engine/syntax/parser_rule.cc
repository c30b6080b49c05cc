// Rules and their effects.

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {
namespace {

// What a message expects behind the verb.
std::string_view whose(tree::Verb verb) {
  switch (verb) {
    case tree::Verb::kCredit:
      return "who is credited: an account attribute of the event";
    case tree::Verb::kDebit:
      return "who is debited: an account attribute of the event";
    case tree::Verb::kBurn:
      return "whose are burnt: an account attribute of the event";
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

tree::Rule Parser::parse_rule() {
  tree::Rule rule;
  rule.span = last();
  read_name(rule.name, "the name of the rule") && read_subject(rule.subject);
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_clause(rule); });
  rule.span = join(rule.span, line_end_);
  if (sound && diagnostics_.errors() == errors && rule.effects.empty()) {
    failed_ = false;
    fail(kGrammar, rule.name.span, "rule `" + rule.name.text + "` credits nothing",
         "write a line below it, indented: `credit account 5% of amount`");
  }
  return rule;
}

void Parser::parse_clause(tree::Rule& rule) {
  const auto verb = std::find_if(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                 [&](std::string_view word) { return accept_word(word); });
  if (verb != tree::kVerbWords.end()) {
    parse_effect(rule, static_cast<tree::Verb>(verb - tree::kVerbWords.begin()));
    return;
  }
  read_clause(rule);
  end_line();
  refuse_block();
}

bool Parser::read_clause(tree::Rule& rule) {
  if (accept_word("on")) return read_on(rule);
  if (accept_word("when")) {
    rule.when.push_back(parse_expr());
    return rule.when.back() != nullptr;
  }
  if (accept_word("let")) return read_let(rule.lets.emplace_back());
  if (at_word("at")) return read_at_most(rule);
  if (accept_word("round")) {
    if (rule.rounding)
      return fail(kGrammar, last(), "a rule has one `round`", "leave one of the two");
    return read_rounding(rule.rounding.emplace());
  }
  refuse_clause(LaterPlace::kClause, "a clause of a rule",
                {"on", "when", "let", "credit", "debit", "burn", "round"},
                "a rule has on, when, let, credit, debit, burn, at most, round");
  return false;
}

bool Parser::read_on(tree::Rule& rule) {
  if (!rule.on.empty()) {
    return fail(kGrammar, last(), "a rule has one `on`",
                "write the events in one line: `on sale, refund`");
  }
  const LaterWord* later = at(TokenKind::kWord) ? later_word(LaterPlace::kOn, text()) : nullptr;
  if (later != nullptr && !at(TokenKind::kComma, 1)) return fail_later(*later, here());
  return read_events(rule.on);
}

bool Parser::read_at_most(tree::Rule& rule) {
  const Span phrase = join(here(), token(1).span);
  next();
  if (!expect_word("most")) return false;
  if (rule.effects.empty()) {
    return fail(kGrammar, phrase, "`at most` limits the `credit` above it, and there is none",
                "write it below the `credit` line");
  }
  tree::Effect& effect = rule.effects.back();
  if (effect.at_most != nullptr) {
    return fail(kGrammar, phrase,
                "this " + std::string(tree::verb_word(effect.verb)) + " has an `at most` already",
                "write the smaller of the two: `at most min(a, b)`");
  }
  if (at_word("once")) return fail_later(*later_word(LaterPlace::kLimit, "once"), here());
  effect.at_most = parse_sum();
  if (effect.at_most == nullptr) return false;
  if (!at(TokenKind::kWord)) return true;
  const LaterWord* later = later_word(LaterPlace::kLimit, text());
  return later == nullptr || fail_later(*later, here());
}

void Parser::parse_effect(tree::Rule& rule, tree::Verb verb) {
  tree::Effect effect;
  effect.verb = verb;
  effect.span = last();
  const size_t line = line_;
  read_effect(effect);
  effect.span = join(effect.span, last());
  end_line();
  if (effect.by) {
    if (!failed_ && !block_follows()) {
      fail(kGrammar, effect.span, "`" + std::string(tree::verb_word(verb)) + " ... by` needs rows",
           "write them below it, indented: `up to 500.00 : 5% of amount`");
    }
    parse_rows(effect.rows);
  } else {
    if (block_follows() && at(TokenKind::kWord, 1)) {
      const LaterWord* later = later_word(LaterPlace::kClause, text(1));
      if (later != nullptr) fail_later(*later, token(1).span);
    }
    line_ = line;
    refuse_block();
  }
  // Kept even if it is broken, so that an `at most` below it finds what it belongs to.
  rule.effects.push_back(std::move(effect));
}

bool Parser::read_effect(tree::Effect& effect) {
  if (at_word("each")) {
    return fail(kNotInThisVersion, here(),
                "`" + std::string(tree::verb_word(effect.verb)) +
                    " each` is not part of this version of the language",
                "declare the manager as an attribute of the event, and credit it");
  }
  if (!read_name(effect.who, whose(effect.verb))) return false;
  if (accept_word("by")) {
    effect.by = true;
    if (!read_effect_keys(effect)) return false;
  } else {
    effect.amount = parse_expr();
    if (effect.amount == nullptr) return false;
  }
  return read_options(effect);
}

bool Parser::read_effect_keys(tree::Effect& effect) {
  if (accept_word("each")) {
    effect.each_part = true;
    return read_parts(effect.keys);
  }
  do {
    if (at_word("interpolated")) {
      return fail_later(*later_word(LaterPlace::kTail, "interpolated"), here());
    }
    effect.keys.push_back(parse_sum());
    if (effect.keys.back() == nullptr) return false;
  } while (accept(TokenKind::kComma));
  return true;
}

bool Parser::read_options(tree::Effect& effect) {
  while (true) {
    if (at_word("rounded") && !effect.rounding) {
      next();
      if (!read_rounding(effect.rounding.emplace())) return false;
    } else if (at_word("as") && !effect.kind) {
      next();
      if (!read_name(effect.kind.emplace(), "the kind of the entry")) return false;
    } else {
      return true;
    }
  }
}

}  // namespace guerdon::plan
