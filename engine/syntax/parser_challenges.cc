// Challenges: what is counted, and what the best of a period win.

#include <algorithm>
#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

namespace {

// `share, split, earliest or id`
std::string listed(std::span<const std::string_view> words) {
  std::string list;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
    list += words[i];
  }
  return list;
}

}  // namespace

// Twice: the measure and the rule have one each.
void Parser::read_subjects(tree::Subject& measure, tree::Subject& rule) {
  const size_t subject = at_;
  if (!read_subject(measure)) return;
  at_ = subject;
  read_subject(rule);
}

tree::Challenge Parser::parse_challenge() {
  tree::Challenge challenge;
  challenge.rule.span = last();
  const bool is_named = read_name(challenge.name, "the name of the challenge");
  challenge.rule.name = challenge.name;
  challenge.score.name = {challenge.name.text + ".score", challenge.name.span};
  const size_t subject = at_;
  if (is_named) read_subjects(challenge.score.subject, challenge.rule.subject);
  if (is_named && !failed_ && challenge.score.subject.is_event()) {
    fail_expected("`per` and who competes", "`per account per month`");
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_challenge_line(challenge, subject); });
  challenge.rule.span = join(challenge.rule.span, line_end_);
  if (!sound || diagnostics_.errors() != errors) return challenge;
  const bool has_score =
      !challenge.score.flows.empty() || challenge.score.is_earned() || !challenge.goals.empty();
  if (has_score && !challenge.places.empty()) return challenge;
  failed_ = false;
  fail(kGrammar, challenge.name.span,
       "challenge `" + challenge.name.text + "` does not say " +
           (has_score ? "what is won" : "what is counted"),
       has_score ? "write a line below it, indented: `rank 1 : credit account 100 points`"
                 : "write a line below it, indented: `score sum of amount on sale`");
  return challenge;
}

// `subject`: where who competes was written.
void Parser::parse_challenge_line(tree::Challenge& challenge, size_t subject) {
  if (at_word("rank") || at_word("everyone")) return parse_place(challenge);
  read_challenge_line(challenge, subject);
  end_line();
  refuse_block();
}

bool Parser::read_challenge_line(tree::Challenge& challenge, size_t subject) {
  if (accept_word("score")) return read_score(challenge);
  if (accept_word("goal")) return read_challenge_goal(challenge, subject);
  if (accept_word("ties")) return read_ties(challenge);
  if (accept_word("ranks")) return read_ranks(challenge);
  if (accept_word("share")) return read_share(challenge);
  if (accept_word("at")) return read_least(challenge);
  if (accept_word("owner")) return read_owner(challenge);
  if (accept_word("nobody")) return read_nobody(challenge);
  if (accept_word("among")) return read_among(challenge);
  if (accept_word("joiners")) return read_joiners(challenge);
  const bool is_verb = std::any_of(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                   [&](std::string_view word) { return at_word(word); });
  if (is_verb || at_grant()) {
    return fail(kMisplacedLine, here(), "a challenge pays for a rank",
                "say for which, in the same line: `rank 1 : " + std::string(text()) + " ...`");
  }
  refuse_clause(
      LaterPlace::kChallenge, "a clause of a challenge",
      {"score", "goal", "rank", "everyone", "share", "at", "ties", "ranks", "nobody", "owner",
       "among", "joiners"},
      "a challenge has score or goals, rank, everyone who succeeded, share, at least, ties, "
      "ranks, nobody, owner, among and joiners");
  return false;
}

bool Parser::read_score(tree::Challenge& challenge) {
  if (!challenge.score.flows.empty() || challenge.score.is_earned()) {
    return fail(kGrammar, last(), "a challenge has one `score`", "make it two challenges");
  }
  if (!challenge.goals.empty()) return refuse_score_and_goals();
  return read_counted(challenge.score);
}

// What is ranked, or gives a level, is one number.
bool Parser::read_counted(tree::Measure& measure) {
  if (at_word("average")) {
    return fail(kNotInThisVersion, here(),
                "an average that is ranked or gives a level is not part of this version of the"
                " language",
                "count a `sum of` or a `number of`; a `target` may have an average");
  }
  if (at_word("distinct")) {
    return fail(kNotInThisVersion, here(),
                "a count of different values that is ranked is not part of this version of the "
                "language",
                "count a `sum of` or a `number of`; a `target` may count different values");
  }
  if (at_word("highest") || at_word("lowest")) {
    return fail(kNotInThisVersion, here(),
                "the highest or lowest of values that is ranked or gives a level is not part of "
                "this version of the language",
                "count a `sum of` or a `number of`; a `target` may have the highest");
  }
  return read_flows(measure);
}

bool Parser::refuse_score_and_goals() {
  return fail(kGrammar, last(), "a challenge has a `score` or goals, and not both",
              "make it two challenges, or the score one of the goals");
}

// `goal leads at least 20 weight 2 : number of lead.created`
bool Parser::read_challenge_goal(tree::Challenge& challenge, size_t subject) {
  if (!challenge.score.flows.empty() || challenge.score.is_earned()) {
    return refuse_score_and_goals();
  }
  tree::ChallengeGoal goal;
  goal.span = last();
  if (!read_name(goal.name, "the name of the goal") || !expect_word("at") ||
      !expect_word("least")) {
    return false;
  }
  goal.least = parse_sum();
  if (goal.least == nullptr) return false;
  if (accept_word("weight") && !read_integer(goal.weight, "a weight, such as `weight 2`")) {
    return false;
  }
  if (accept_word("up")) {
    if (!expect_word("to") || !read_percent(goal.up_to.emplace())) return false;
  }
  if (!expect(TokenKind::kColon, "`:` and what is counted")) return false;
  // Each measure has a subject of its own.
  const size_t after = at_;
  at_ = subject;
  read_subject(goal.achieved.subject);
  at_ = after;
  goal.achieved.name = {challenge.name.text + "." + goal.name.text, goal.name.span};
  if (!read_counted(goal.achieved)) return false;
  goal.span = join(goal.span, last());
  challenge.goals.push_back(std::move(goal));
  return true;
}

bool Parser::read_ties(tree::Challenge& challenge) {
  const Span begin = last();
  if (challenge.ties) {
    return fail(kGrammar, begin, "`ties` is written twice", "leave one of the two");
  }
  const auto& words = tree::kTieWords;
  const auto found = std::find_if(words.begin(), words.end(),
                                  [&](std::string_view word) { return at_word(word); });
  if (found == words.end()) {
    const LaterWord* const later =
        at(TokenKind::kWord) ? later_word(LaterPlace::kChallenge, text()) : nullptr;
    if (later != nullptr) return fail_later(*later, here());
    return fail_expected("what becomes of ties: " + listed(words));
  }
  challenge.ties = static_cast<tree::Ties>(found - words.begin());
  next();
  if (challenge.ties != tree::Ties::kMore) return true;
  return read_name(challenge.more.emplace(),
                   "the goal of which one has more, such as `ties more sales`");
}

// `owner "u7"`: who is asked about it.
bool Parser::read_owner(tree::Challenge& challenge) {
  const Span begin = last();
  if (challenge.responsible) {
    return fail(kGrammar, begin, "`owner` is written twice", "leave one of the two");
  }
  const tree::ExprPtr text = at(TokenKind::kText) ? parse_text() : nullptr;
  if (text == nullptr) {
    return failed_ ? false : fail_expected("who answers for it, as a text", "`owner \"u7\"`");
  }
  challenge.responsible = {text->text, text->span};
  return true;
}

// `among seller's team = "north"`: who takes part.
bool Parser::read_among(tree::Challenge& challenge) {
  if (challenge.among != nullptr) {
    return fail(kGrammar, last(), "`among` is written twice", "join the two with `and`");
  }
  challenge.among = parse_expr();
  return challenge.among != nullptr;
}

// `joiners full`: who comes to take part while it goes on is measured by the same goals; or by
// smaller ones, `joiners prorated`.
bool Parser::read_joiners(tree::Challenge& challenge) {
  const Span begin = last();
  if (challenge.joiners) {
    return fail(kGrammar, begin, "`joiners` is written twice", "leave one of the two");
  }
  challenge.prorated = accept_word("prorated");
  if (!challenge.prorated && !accept_word("full")) return fail_expected("`full` or `prorated`");
  challenge.joiners = join(begin, last());
  return true;
}

// `nobody rollover`: what becomes of prizes that nobody wins.
bool Parser::read_nobody(tree::Challenge& challenge) {
  const Span begin = last();
  if (challenge.nobody) {
    return fail(kGrammar, begin, "`nobody` is written twice", "leave one of the two");
  }
  challenge.rolls_over = accept_word("rollover");
  if (!challenge.rolls_over && !accept_word("forfeits")) {
    return fail_expected("what becomes of prizes that nobody wins: rollover or forfeits");
  }
  challenge.nobody = join(begin, last());
  return true;
}

// `at least 50% for any prize`; of a score a number, an amount or a param.
bool Parser::read_least(tree::Challenge& challenge) {
  tree::LeastForPrize least;
  least.span = last();
  if (!expect_word("least")) return false;
  if (challenge.least) {
    return fail(kGrammar, least.span, "`at least ... for any prize` is written twice",
                "leave one of the two");
  }
  if (at(TokenKind::kNumber) && at(TokenKind::kPercent, 1)) {
    if (!read_percent(least.percent.emplace())) return false;
  } else if (!read_literal_or_name(least.value, "a part such as `100%`, or a score")) {
    return false;
  }
  if (!expect_words("for any prize")) return false;
  least.span = join(least.span, last());
  challenge.least = std::move(least);
  return true;
}

// `share 10_000 points by score`: who competes is credited.
bool Parser::read_share(tree::Challenge& challenge) {
  tree::Place place;
  place.kind = tree::Place::Kind::kShare;
  place.span = last();
  tree::Effect effect;
  effect.who =
      challenge.rule.subject.names.empty() ? tree::Name() : challenge.rule.subject.names[0];
  effect.amount = parse_sum();
  if (effect.amount == nullptr || !expect_words("by score") || !read_even(place)) return false;
  place.span = effect.span = join(place.span, last());
  challenge.rule.effects.push_back(std::move(effect));
  challenge.places.push_back(place);
  return true;
}

// `1-1-3` is five tokens with no space between them.
bool Parser::read_ranks(tree::Challenge& challenge) {
  const Span begin = last();
  if (challenge.ranks) {
    return fail(kGrammar, begin, "`ranks` is written twice", "leave one of the two");
  }
  Span span = here();
  const size_t from = at_;
  while (!at_line_end() && (at_ == from || here().begin == span.end)) {
    span = join(span, here());
    next();
  }
  const auto& words = tree::kRanksWords;
  const auto found = std::find(words.begin(), words.end(), source_.slice(span));
  if (at_ == from || found == words.end()) {
    at_ = from;
    return fail_expected("how ranks are counted: " + listed(words));
  }
  challenge.ranks = static_cast<tree::Ranks>(found - words.begin());
  return true;
}

bool Parser::read_place(tree::Place& place) {
  if (!read_integer(place.first, "a rank, such as `rank 1`")) return false;
  place.last = place.first;
  if (accept_word("to") && !read_integer(place.last, "a rank, such as `rank 2 to 3`")) return false;
  return read_even(place);
}

bool Parser::read_even(tree::Place& place) {
  place.even_if_not_succeeded = accept_word("even");
  return !place.even_if_not_succeeded || expect_words("if not succeeded");
}

// REQUIRES: at `rank` or `everyone`.
bool Parser::read_prize(tree::Place& place) {
  if (accept_word("rank")) return read_place(place);
  next();
  place.kind = tree::Place::Kind::kEveryone;
  return expect_words("who succeeded");
}

// `rank 2 to 3 even if not succeeded : credit seller 200 points`, and what stands below that.
void Parser::parse_place(tree::Challenge& challenge) {
  tree::Place place;
  place.span = here();
  bool sound = read_prize(place);
  place.span = join(place.span, last());
  sound = sound && expect(TokenKind::kColon, "`:` and what is won");
  const bool is_grant = at_grant();
  if (sound && !at_word("credit") && !is_grant) {
    const LaterWord* const later =
        at(TokenKind::kWord) ? later_word(LaterPlace::kChallenge, text()) : nullptr;
    sound = later != nullptr ? fail_later(*later, here())
                             : fail_expected("`credit`, whom, and how much");
  }
  if (!sound) {
    end_line();
    return skip_block();
  }
  next();
  is_grant ? parse_grant(challenge.rule) : parse_effect(challenge.rule, tree::Verb::kCredit);
  challenge.places.push_back(place);
}

}  // namespace guerdon::plan
