// Ladders: levels over a measure, and what an account is paid when it gets to one.

#include <algorithm>
#include <utility>

#include "engine/base/civil.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Ladder Parser::parse_ladder() {
  tree::Ladder ladder;
  ladder.rule.span = last();
  const bool is_named = read_name(ladder.name, "the name of the ladder");
  ladder.rule.name = ladder.name;
  ladder.measure.name = {ladder.name.text + ".measure", ladder.name.span};
  ladder.kept.name = {ladder.name.text + ".kept", ladder.name.span};
  ladder.kept.is_of_streak = true;
  ladder.told.name = {ladder.name.text + ".notices", ladder.name.span};
  const size_t subject = at_;
  if (is_named) read_subjects(ladder.measure.subject, ladder.rule.subject);
  if (is_named && !failed_) {
    at_ = subject;
    read_subject(ladder.told.subject);
  }
  if (is_named && !failed_ && ladder.rule.subject.is_event()) {
    fail_expected("`per` and who has a level", "`per account`");
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_ladder_line(ladder); });
  ladder.rule.span = ladder.told.span = join(ladder.rule.span, line_end_);
  // What was paid for a level stays when the level is lost.
  if (!ladder.rule.effects.empty()) ladder.rule.take_back.emplace().span = ladder.name.span;
  if (!sound || diagnostics_.errors() != errors) return ladder;
  const bool has_measure = ladder.of || !ladder.measure.flows.empty() || ladder.measure.is_earned();
  if (has_measure && ladder.levels.size() > 1 && ladder.review) {
    check_lowers(ladder);
    // For life: reviews go on over periods.
    ladder.kept.subject.names = ladder.measure.subject.names;
    ladder.kept.subject.span = ladder.measure.subject.span;
    return ladder;
  }
  failed_ = false;
  fail(kGrammar, ladder.name.span,
       "ladder `" + ladder.name.text + "` does not say " +
           (!has_measure               ? "what its levels go by"
            : ladder.levels.size() < 2 ? "two levels or more"
                                       : "when a level falls"),
       !has_measure ? "write a line below it, indented: `measure spent`, or `measure sum of amount "
                      "on sale`"
       : ladder.levels.size() < 2
           ? "write them below it, upward: `level bronze`, `level silver from 500.00`"
           : "write a line below it, indented: `review at once`: the level follows the measure, up "
             "and down; or such as `review each year, one down`");
  return ladder;
}

// A level that follows its measure falls with it.
void Parser::check_lowers(const tree::Ladder& ladder) {
  if (ladder.each != tree::PeriodWord::kNone || !ladder.lowers) return;
  failed_ = false;
  fail(kGrammar, *ladder.lowers, "`review at once` lets a refund lower the level anyway",
       "leave this line out");
}

void Parser::parse_ladder_line(tree::Ladder& ladder) {
  if (at_word("at")) return parse_level_reward(ladder);
  read_ladder_line(ladder);
  end_line();
  refuse_block();
}

bool Parser::read_ladder_line(tree::Ladder& ladder) {
  if (accept_word("measure")) return read_measure_of(ladder);
  if (accept_word("level")) return read_level(ladder);
  if (accept_word("review")) return read_review(ladder);
  if (accept_word("refund")) return read_lowers(ladder);
  const bool is_verb = std::any_of(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                   [&](std::string_view word) { return at_word(word); });
  if (is_verb || at_grant()) {
    return fail(kMisplacedLine, here(), "a ladder pays for a level",
                "say for which, in the same line: `at gold : " + std::string(text()) + " ...`");
  }
  refuse_clause(LaterPlace::kLadder, "a clause of a ladder",
                {"measure", "level", "review", "refund", "at"},
                "a ladder has measure, level, review, refund lowers and at");
  return false;
}

// The name of a measure, or what is summed.
bool Parser::read_measure_of(tree::Ladder& ladder) {
  if (ladder.of || !ladder.measure.flows.empty() || ladder.measure.is_earned()) {
    return fail(kGrammar, last(), "a ladder has one `measure`", "make it two ladders");
  }
  const bool is_name = at(TokenKind::kWord) && !at_word("sum") && !at_word("number") &&
                       !(at_word("average") && at_word("of", 1)) && !at_word("earned", 1) &&
                       later_word(LaterPlace::kOperand, text()) == nullptr;
  if (at_word("distinct")) return read_flows(ladder.measure);
  if (!is_name) return read_counted(ladder.measure);
  return read_name(ladder.of.emplace(), "the name of a measure, `sum of` or `number of`");
}

bool Parser::read_level(tree::Ladder& ladder) {
  tree::Level level;
  level.span = last();
  if (!read_name(level.name, "the name of a level")) return false;
  if (accept_word("from")) {
    level.from = parse_sum();
    if (level.from == nullptr) return false;
  }
  level.span = join(level.span, last());
  ladder.levels.push_back(std::move(level));
  return true;
}

bool Parser::read_review(tree::Ladder& ladder) {
  const Span begin = last();
  if (ladder.review) return fail(kGrammar, begin, "this line is written twice", "leave one out");
  if (refuse_later_of_ladder()) return false;
  if (accept_word("each")) {
    if (!read_review_period(ladder)) return false;
  } else if (!accept_word("at") || !expect_word("once")) {
    return fail_expected("`at once`, or `each` and a period");
  }
  ladder.review = join(begin, last());
  return true;
}

// Fails where a later version has a word here.
bool Parser::refuse_later_of_ladder() {
  const LaterWord* const later =
      at(TokenKind::kWord) ? later_word(LaterPlace::kLadder, text()) : nullptr;
  return later != nullptr && !fail_later(*later, here());
}

// `year, to measure`
bool Parser::read_review_period(tree::Ladder& ladder) {
  const auto found = std::find_if(base::kPeriodNames.begin(), base::kPeriodNames.end(),
                                  [&](std::string_view word) { return at_word(word); });
  if (found == base::kPeriodNames.end()) {
    return fail_expected("day, week, month, quarter or year");
  }
  ladder.each = static_cast<tree::PeriodWord>(found - base::kPeriodNames.begin() + 1);
  next();
  if (!expect(TokenKind::kComma, "`,` and how far it falls: `to measure`")) return false;
  if (refuse_later_of_ladder()) return false;
  if (accept_word("one")) {
    ladder.falls = tree::Ladder::Falls::kOneDown;
    return expect_word("down");
  }
  if (accept_word("never")) {
    ladder.falls = tree::Ladder::Falls::kNever;
    return expect_word("down");
  }
  if (!accept_word("to")) return fail_expected("`to measure`, `one down` or `never down`");
  return expect_word("measure");
}

// `refund lowers at once`, or `at review`
bool Parser::read_lowers(tree::Ladder& ladder) {
  const Span begin = last();
  if (ladder.lowers) return fail(kGrammar, begin, "this line is written twice", "leave one out");
  if (!expect_word("lowers") || !expect_word("at")) return false;
  if (accept_word("once")) {
    ladder.lowers_at_review = false;
  } else if (!accept_word("review")) {
    return fail_expected("`once` or `review`");
  }
  ladder.lowers = join(begin, last());
  return true;
}

// `at gold : credit account 100 points`. REQUIRES: at `at`.
void Parser::parse_level_reward(tree::Ladder& ladder) {
  tree::Name level;
  const Span begin = here();
  next();
  bool sound = read_name(level, "the name of a level");
  level.span = join(begin, last());
  sound = sound && expect(TokenKind::kColon, "`:` and what is paid");
  const bool is_grant = at_grant();
  if (sound && !at_word("credit") && !is_grant) {
    const LaterWord* const later =
        at(TokenKind::kWord) ? later_word(LaterPlace::kLadder, text()) : nullptr;
    sound = later != nullptr ? fail_later(*later, here())
                             : fail_expected("`credit`, whom, and how much");
  }
  if (!sound) {
    end_line();
    return skip_block();
  }
  tree::Rule& rule = at_word("notify") ? ladder.told : ladder.rule;
  next();
  is_grant ? parse_grant(rule) : parse_effect(rule, tree::Verb::kCredit);
  rule.effects.back().at_level = std::move(level);
}

}  // namespace guerdon::plan
