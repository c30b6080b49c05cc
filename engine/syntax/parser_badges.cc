// Badges: what they are called, how often one is given, and the lines that give one.

#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Badge Parser::parse_badge() {
  tree::Badge badge;
  badge.span = last();
  if (read_name(badge.name, "the name of the badge")) {
    if (at(TokenKind::kText)) {
      badge.title = read_text(text());
      next();
      if (accept(TokenKind::kComma)) read_name(badge.level.emplace(), "its level, such as gold");
    } else {
      fail_expected("what people call it, in quotes",
                    "such as `badge star \"Star of the month\", gold`");
    }
  }
  end_line();
  read_block([&] { parse_badge_line(badge); });
  badge.span = join(badge.span, line_end_);
  return badge;
}

void Parser::parse_badge_line(tree::Badge& badge) {
  read_badge_line(badge);
  end_line();
  refuse_block();
}

bool Parser::read_badge_line(tree::Badge& badge) {
  if (accept_word("given")) return read_given(badge);
  if (accept_word("follows")) {
    if (badge.follows) {
      return fail(kGrammar, last(), "a badge follows one target", "make it two badges");
    }
    return read_name(badge.follows.emplace(), "the name of a target");
  }
  if (accept_word("granted")) return read_granters(badge);
  if (at_word("at") && at_word("most", 1)) return read_sent(badge);
  if (accept_word("burn")) return read_burn_of(badge);
  if (accept_word("credit")) return read_credit_of(badge);
  refuse_clause(
      LaterPlace::kBadge, "a clause of a badge",
      {"given", "follows", "granted", "at", "burn", "credit"},
      "a badge has given, follows, granted by, at most, burn granter and credit receiver");
  return false;
}

// `granted by anyone`, `nobody`, `holders of star`, `"hr", "ceo"`
bool Parser::read_granters(tree::Badge& badge) {
  const Span begin = last();
  if (badge.granted_span) {
    return fail(kGrammar, begin, "a badge has one `granted by`", "leave one of the two");
  }
  if (!expect_word("by")) return false;
  if (accept_word("anyone")) {
    badge.granters = tree::Granters::kAnyone;
  } else if (accept_word("holders")) {
    badge.granters = tree::Granters::kHolders;
    if (!expect_word("of") || !read_name(badge.holders_of, "the name of a badge")) return false;
  } else if (at(TokenKind::kText)) {
    badge.granters = tree::Granters::kListed;
    do {
      if (!at(TokenKind::kText)) return fail_expected("the name of an account, in quotes");
      badge.names.push_back({read_text(text()), here()});
      next();
    } while (accept(TokenKind::kComma));
  } else if (!accept_word("nobody")) {
    return fail_expected(
        "who: `anyone`, `holders of` a badge, names of accounts in quotes, or "
        "`nobody`");
  }
  badge.granted_span = join(begin, last());
  return true;
}

// `at most 5 times per granter per month`. REQUIRES: at `at most`.
bool Parser::read_sent(tree::Badge& badge) {
  const Span begin = here();
  if (badge.sent_span) {
    return fail(kGrammar, begin, "this line is written twice", "leave one out");
  }
  next();
  next();
  tree::Limit limit;
  if (!read_times(limit)) {
    return !failed_ && fail_expected("how often: `once`, or `5 times`");
  }
  badge.sent_times = limit.times;
  if (!at_word("per") || !at_word("granter", 1)) {
    return fail_expected("`per granter`, and a period", "such as `per granter per month`");
  }
  next();
  next();
  if (!read_subject(badge.sent_in)) return false;
  badge.sent_span = join(begin, last());
  return badge.sent_in.names.empty() ||
         fail(kGrammar, badge.sent_in.span, "this is for the granter alone",
              "write a period: `per granter per month`");
}

// `burn granter 5 kudos`
bool Parser::read_burn_of(tree::Badge& badge) {
  if (badge.burn != nullptr) {
    return fail(kGrammar, last(), "this line is written twice", "leave one out");
  }
  if (!expect_word("granter")) return false;
  badge.burn = parse_sum();
  return badge.burn != nullptr;
}

// `credit receiver 10 points from granter`, `... from budget promo`
bool Parser::read_credit_of(tree::Badge& badge) {
  if (badge.credit != nullptr) {
    return fail(kGrammar, last(), "this line is written twice", "leave one out");
  }
  if (!expect_word("receiver")) return false;
  badge.credit = parse_sum();
  if (badge.credit == nullptr) return false;
  if (!accept_word("from")) return true;
  if (accept_word("budget")) return read_name(badge.budget.emplace(), "the name of a budget");
  badge.from_granter = accept_word("granter");
  return badge.from_granter || fail_expected("`granter`, or `budget` and its name");
}

// `given once ever`, `given once per month`, `given each time`
bool Parser::read_given(tree::Badge& badge) {
  const Span begin = last();
  if (badge.given_span) {
    return fail(kGrammar, begin, "a badge has one `given`", "leave one of the two");
  }
  if (accept_word("each")) {
    if (!expect_word("time")) return false;
    badge.given = tree::Given::kEachTime;
  } else if (!accept_word("once")) {
    return fail_expected("`once ever`, `once per` and a period, or `each time`");
  } else if (accept_word("ever")) {
    badge.given = tree::Given::kOnceEver;
  } else if (at_word("per")) {
    badge.given = tree::Given::kOncePer;
    if (!read_subject(badge.per)) return false;
  } else {
    return fail_expected("`ever`, or `per` and a period");
  }
  badge.given_span = join(begin, last());
  if (badge.given != tree::Given::kOncePer) return true;
  if (badge.per.names.empty() && badge.per.period != tree::PeriodWord::kNone) return true;
  return fail(kGrammar, badge.per.span, "a badge is given to an account, once in a period",
              "write a period alone: `given once per month`");
}

// The line that gives one, from behind `grant` on; or tells something, from behind `notify` on.
void Parser::parse_grant(tree::Rule& rule) {
  tree::Effect effect;
  effect.is_grant = true;
  effect.span = last();
  effect.is_notice = source_.slice(effect.span) == "notify";
  effect.is_notice ? read_notify(effect) : read_grant(effect);
  effect.span = join(effect.span, last());
  end_line();
  refuse_block();
  rule.effects.push_back(std::move(effect));
}

bool Parser::read_grant(tree::Effect& effect) {
  return read_name(effect.badge, "the name of a badge") && expect_word("to") &&
         read_name(effect.who, "who is given it: an account attribute of the event");
}

// `notify account "halfway"`
bool Parser::read_notify(tree::Effect& effect) {
  if (!read_name(effect.who, "who it is told of: an account attribute of the event")) return false;
  if (!at(TokenKind::kText)) {
    return fail_expected("what is told, in quotes", "such as `notify account \"halfway\"`");
  }
  effect.badge = {read_text(text()), here()};
  next();
  return true;
}

}  // namespace guerdon::plan
