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
  if (accept_word("split")) return parse_split(rule);
  if (accept_word("grant") || accept_word("notify")) return parse_grant(rule);
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
  if (accept_word("void")) return read_void(rule);
  if (accept_word("take")) return read_take_back(rule);
  if (accept_word("from")) return read_window(rule);
  if (accept_word("in")) return read_group(rule);
  if (accept_word("was")) return read_was(rule);
  if (accept_word("change")) return read_rule_change(rule);
  if (at_word("times") || at_word("multipliers")) {
    return fail(kMisplacedLine, here(), found() + " belongs to a `credit`",
                "write it below the `credit` line that it multiplies, two spaces further right");
  }
  if (accept_word("round")) {
    if (rule.rounding)
      return fail(kGrammar, last(), "a rule has one `round`", "leave one of the two");
    return read_rounding(rule.rounding.emplace());
  }
  refuse_clause(
      LaterPlace::kClause, "a clause of a rule",
      {"on", "when", "let", "from", "in", "credit", "debit", "burn", "split", "grant", "notify",
       "take", "round", "void", "was", "change"},
      "a rule has on, when, let, from, in group, credit, debit, burn, split, grant, notify, at "
      "most, take back, round, void on, was, change");
  return false;
}

bool Parser::read_window(tree::Rule& rule) {
  if (rule.from) {
    return fail(kGrammar, last(), "a rule has one `from`",
                "write the first day and the first on which it is over in one line: `from "
                "2026-03-01 until 2026-06-01`");
  }
  return read_date(rule.from) && (!accept_word("until") || read_date(rule.until));
}

bool Parser::read_group(tree::Rule& rule) {
  if (rule.group) {
    return fail(kGrammar, last(), "a rule is in one group", "leave one of the two");
  }
  if (!expect_word("group") || !read_name(rule.group.emplace(), "the name of the group")) {
    return false;
  }
  if (!accept_word("priority")) return true;
  if (!read_integer(rule.priority, "a number: the smallest comes first")) return false;
  if (rule.priority > 0) return true;
  return fail(kGrammar, last(), "a priority is a number from 1", "leave it out to come last");
}

bool Parser::read_was(tree::Rule& rule) {
  if (!rule.was.empty()) {
    return fail(kGrammar, last(), "a rule has one `was`",
                "write the names that it had in one line: `was cashback, base_rate`");
  }
  return read_names(rule.was, "a name that the rule had");
}

bool Parser::read_rule_change(tree::Rule& rule) {
  if (rule.change) {
    return fail(kGrammar, last(), "a rule has one `change`", "leave one of the two");
  }
  rule.change_span = last();
  if (!read_change(rule.change.emplace())) return false;
  rule.change_span = join(rule.change_span, last());
  return true;
}

tree::Group Parser::parse_group() {
  tree::Group group;
  if (read_name(group.name, "the name of the group") && expect(TokenKind::kColon, "`:`")) {
    read_stacking(group);
  }
  end_line();
  refuse_block();
  return group;
}

bool Parser::read_stacking(tree::Group& group) {
  if (accept_word("best")) {
    group.how = tree::Stacking::kBest;
    return true;
  }
  if (accept_word("first")) {
    group.how = tree::Stacking::kFirst;
    return true;
  }
  if (!accept_word("all")) return fail_expected("`all`, `best`, `first`, or `all up to` an amount");
  if (!at_word("up")) return true;
  if (!expect_words("up to")) return false;
  group.up_to = parse_sum();
  return group.up_to != nullptr;
}

bool Parser::read_on(tree::Rule& rule) {
  if (!rule.on.empty() || rule.on_close) {
    return fail(kGrammar, last(), "a rule has one `on`",
                "write the events in one line: `on sale, refund`");
  }
  if (at_word("close") && !at(TokenKind::kComma, 1)) {
    rule.on_close = join(last(), here());
    next();
    return true;
  }
  const LaterWord* later = at(TokenKind::kWord) ? later_word(LaterPlace::kOn, text()) : nullptr;
  if (later != nullptr && !at(TokenKind::kComma, 1)) return fail_later(*later, here());
  return read_events(rule.on);
}

bool Parser::read_void(tree::Rule& rule) {
  if (!rule.void_on.empty()) {
    return fail(kGrammar, last(), "a rule has one `void on`",
                "write the events in one line: `void on order.cancelled, order.lost`");
  }
  return expect_word("on") && read_events(rule.void_on);
}

bool Parser::read_at_most(tree::Rule& rule) {
  const Span phrase = join(here(), token(1).span);
  next();
  if (!expect_word("most")) return false;
  if (rule.effects.empty()) {
    return fail(kGrammar, phrase, "`at most` limits the `credit` above it, and there is none",
                "write it below the `credit` line");
  }
  return read_limit(rule.effects.back(), phrase);
}

// `once` or `3 times`: false where neither stands here.
bool Parser::read_times(tree::Limit& limit) {
  if (accept_word("once")) {
    limit.times = 1;
    return true;
  }
  const bool is_number =
      at(TokenKind::kNumber) && token(1).kind == TokenKind::kWord && text(1) == "times";
  return is_number && read_integer(limit.times, "a number and `times`") && accept_word("times");
}

// What stands behind `at most`: for the event alone, or per account and more.
bool Parser::read_limit(tree::Effect& effect, Span phrase) {
  tree::Limit limit;
  const bool counts = read_times(limit);
  if (failed_) return false;
  if (!counts) {
    limit.amount = parse_sum();
    if (limit.amount == nullptr) return false;
  }
  if (counts && !at_word("per")) {
    return fail_expected("`per` and the account: `per account per month`");
  }
  if (!at_word("per")) {
    if (effect.at_most != nullptr) {
      return fail(kGrammar, phrase,
                  "this " + std::string(tree::verb_word(effect.verb)) + " has an `at most` already",
                  "write the smaller of the two: `at most min(a, b)`");
    }
    effect.at_most = std::move(limit.amount);
    if (!at(TokenKind::kWord)) return true;
    const LaterWord* later = later_word(LaterPlace::kLimit, text());
    return later == nullptr || fail_later(*later, here());
  }
  if (!read_subject(limit.per)) return false;
  if (accept_word("or")) {
    if (!expect_word("nothing")) return false;
    limit.or_nothing = true;
  }
  limit.span = join(phrase, last());
  effect.limits.push_back(std::move(limit));
  return true;
}

bool Parser::read_take_back(tree::Rule& rule) {
  const Span begin = last();
  if (!expect_word("back")) return false;
  if (rule.take_back) {
    return fail(kGrammar, join(begin, last()), "a rule has one `take back`",
                "leave one of the two, or make it two rules");
  }
  tree::TakeBack& take_back = rule.take_back.emplace();
  size_t way = 0;
  if (!read_phrase(tree::kTakeBackWords, way)) return false;
  take_back.way = static_cast<tree::TakeBackWay>(way);
  take_back.span = join(begin, last());
  if (take_back.way == tree::TakeBackWay::kNothing) return true;
  take_back.value = parse_sum();
  if (take_back.value == nullptr || !expect_word("on") || !read_events(take_back.events)) {
    return false;
  }
  if (!at_word("per")) {
    return fail_expected("`per` and for what the value is kept",
                         "such as `per account per sku`: what was earned on it is taken back");
  }
  if (!read_subject(take_back.subject)) return false;
  take_back.span = join(begin, last());
  return true;
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
    read_block([&] { at_times() ? parse_times(effect) : parse_row(effect.rows); });
  } else if (effect.above && block_follows()) {
    read_block([&] { parse_above_line(effect); });
  } else if (block_follows() && (at_word("times", 1) || at_word("multipliers", 1))) {
    read_block([&] { parse_times(effect); });
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

// Not the first cell of a row.
bool Parser::at_times() const {
  const bool is_cell = at(TokenKind::kColon, 1) || at(TokenKind::kComma, 1);
  return !is_cell && (at_word("times") || at_word("multipliers"));
}

void Parser::parse_times(tree::Effect& effect) {
  read_times(effect);
  end_line();
  refuse_block();
}

bool Parser::read_times(tree::Effect& effect) {
  const Span begin = here();
  if (accept_word("multipliers")) {
    if (effect.adds_times) {
      return fail(kGrammar, begin, "`multipliers` is written twice", "leave one of the two");
    }
    effect.adds_times = at_word("add");
    return accept_word("add") || accept_word("multiply") || fail_expected("`add` or `multiply`");
  }
  if (!accept_word("times")) return fail_expected("`times` or `multipliers`");
  tree::Times times;
  times.factor = parse_sum();
  if (times.factor == nullptr) return false;
  if (accept_word("when")) {
    times.when = parse_expr();
    if (times.when == nullptr) return false;
  }
  times.span = join(begin, last());
  effect.times.push_back(std::move(times));
  return true;
}

bool Parser::read_effect(tree::Effect& effect) {
  if (accept_word("each")) {
    if (!read_each_above(effect.who, effect.above.emplace())) return false;
    // What each level gets may stand below.
    if (at_line_end() || at_word("as") || at_word("rounded") || at_word("differential")) {
      return read_options(effect);
    }
  } else if (!read_name(effect.who, whose(effect.verb)) || !read_above(effect.who, effect.above)) {
    return false;
  }
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
    if (!effect.keys.empty() && accept_word("interpolated")) {
      effect.is_interpolated = true;
      return true;
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
    } else if (at_word("from") && at_word("budget", 1) && !effect.budget) {
      next();
      next();
      if (!read_name(effect.budget.emplace(), "the name of the budget")) return false;
    } else if (at_word("differential") && effect.above && !effect.above->is_differential) {
      next();
      effect.above->is_differential = true;
    } else {
      return true;
    }
  }
}

}  // namespace guerdon::plan
