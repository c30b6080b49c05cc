// Targets: what is to be achieved, and what is paid on the way.

#include <algorithm>
#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Target Parser::parse_target() {
  tree::Target target;
  target.rule.span = last();
  tree::Measure& achieved = target.achieved;
  const bool is_named = read_name(target.name, "the name of the target");
  target.rule.name = target.name;
  achieved.name = {target.name.text + ".achieved", target.name.span};
  const size_t subject = at_;
  target.told.name = {target.name.text + ".goal", target.name.span};
  target.told.is_told = true;
  target.carried.name = {target.name.text + ".carried", target.name.span};
  target.carried.is_carried = true;
  // Read again and again: the measures and the rule have a subject each.
  if (is_named && read_subject(achieved.subject)) {
    for (tree::Subject* const other :
         {&target.rule.subject, &target.told.subject, &target.carried.subject}) {
      at_ = subject;
      read_subject(*other);
    }
  }
  if (is_named && !failed_ && achieved.subject.is_event()) {
    fail_expected("`per` and what it is kept for", "`per account per month`");
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_target_line(target); });
  target.rule.span = join(target.rule.span, line_end_);
  if (!sound || diagnostics_.errors() != errors) return target;
  const bool has_measure = !achieved.flows.empty() || achieved.is_earned() || achieved.is_entered;
  if (has_measure && (target.goal != nullptr || target.from_file)) return target;
  failed_ = false;
  fail(kGrammar, target.name.span,
       "target `" + target.name.text + "` does not say what " +
           (has_measure ? "its goal is" : "is achieved"),
       has_measure ? "write a line below it, indented: `goal 1000.00`"
                   : "write a line below it, indented: `achieved sum of amount on sale`");
  return target;
}

void Parser::parse_target_line(tree::Target& target) {
  if (at_word("at") && !at_word("most", 1)) return parse_milestone(target);
  read_target_line(target);
  end_line();
  refuse_block();
}

bool Parser::read_target_line(tree::Target& target) {
  if (accept_word("achieved")) return read_achieved(target);
  if (accept_word("goal")) return read_goal(target);
  if (accept_word("bands")) return read_bands(target);
  if (accept_word("milestones")) return read_highest(target);
  if (accept_word("surplus")) return read_surplus(target);
  const bool is_of_rule = at_word("when") || at_word("let") || at_word("at") || at_word("take") ||
                          at_word("from") || at_word("in") || at_word("was") || at_word("change") ||
                          at_word("round") || at_word("times") || at_word("multipliers");
  return is_of_rule ? read_clause(target.rule) : refuse_target_clause();
}

bool Parser::refuse_target_clause() {
  const bool is_verb = std::any_of(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                   [&](std::string_view word) { return at_word(word); });
  if (is_verb || at_grant()) {
    return fail(kMisplacedLine, here(), "a target pays at a part of its goal",
                "say at which, in the same line: `at 100% : " + std::string(text()) + " ...`");
  }
  refuse_clause(
      LaterPlace::kTarget, "a clause of a target",
      {"achieved", "goal", "bands", "at", "milestones", "surplus", "when", "let", "from", "in",
       "take", "round", "was", "change"},
      "a target has achieved, goal, bands, at ...%, milestones highest, surplus, when, let, from, "
      "in group, at most, take back nothing, round, was, change");
  return false;
}

bool Parser::read_achieved(tree::Target& target) {
  tree::Measure& achieved = target.achieved;
  if (!achieved.flows.empty() || achieved.is_earned() || achieved.is_entered) {
    return fail(kGrammar, last(), "a target has one `achieved`", "make it two targets");
  }
  if (at_word("entered") && at_word("by", 1)) {
    next();
    next();
    achieved.is_told = achieved.is_entered = true;
    return expect_word("hand");
  }
  return read_flows(achieved);
}

bool Parser::read_goal(tree::Target& target) {
  if (target.goal != nullptr || target.from_file) {
    return fail(kGrammar, last(), "a target has one `goal`",
                "steps on the way are milestones: `at 50% : credit ...`");
  }
  target.at_most = accept_word("at");
  if (target.at_most && !expect_word("most")) return false;
  if (at_word("from")) {
    const Span begin = here();
    next();
    if (!expect_word("file")) return false;
    target.from_file = join(begin, last());
    if (!accept_word("otherwise")) return true;
  }
  target.goal = parse_sum();
  return target.goal != nullptr;
}

bool Parser::read_percent(tree::Percent& percent) {
  const Span begin = here();
  if (!at(TokenKind::kNumber) || !at(TokenKind::kPercent, 1)) {
    return fail_expected("a part of the goal, such as `90%`");
  }
  percent.number = read_number(text());
  next();
  next();
  percent.number.suffix = tree::NumberSuffix::kPercent;
  percent.span = join(begin, last());
  return true;
}

bool Parser::read_bands(tree::Target& target) {
  if (!target.bands.empty()) {
    return fail(kGrammar, last(), "a target has one `bands`",
                "write them in one line: `bands red below 90%, green from 90%`");
  }
  const Span begin = last();
  do {
    tree::Band& band = target.bands.emplace_back();
    if (!read_name(band.name, "the name of a band")) return false;
    band.is_from = at_word("from");
    if (!accept_word("from") && !accept_word("below")) {
      return fail_expected("`below` or `from`, and a part of the goal");
    }
    if (!read_percent(band.percent)) return false;
  } while (accept(TokenKind::kComma));
  target.bands_span = join(begin, last());
  return true;
}

bool Parser::read_highest(tree::Target& target) {
  const Span begin = last();
  if (!expect_word("highest")) return false;
  if (target.highest) return fail(kGrammar, begin, "this line is written twice", "leave one out");
  target.highest = join(begin, last());
  return true;
}

// `surplus carried up to 50`
bool Parser::read_surplus(tree::Target& target) {
  const Span begin = last();
  if (target.surplus) return fail(kGrammar, begin, "this line is written twice", "leave one out");
  target.surplus = begin;
  if (accept_word("dropped")) return true;
  if (!accept_word("carried")) return fail_expected("`dropped`, or `carried up to` and how much");
  if (!expect_words("up to")) return false;
  target.carries = parse_sum();
  target.surplus = join(begin, last());
  target.achieved.opens_carried = true;
  return target.carries != nullptr;
}

// At what part of the goal, and whether that is asked when the period is closed. REQUIRES: at `at`.
bool Parser::read_milestone_place(tree::Percent& percent, bool& at_close) {
  const Span begin = here();
  next();
  if (at_word("close")) {
    percent.number.mantissa = 100;
    percent.number.suffix = tree::NumberSuffix::kPercent;
    at_close = true;
    next();
  } else {
    if (!read_percent(percent)) return false;
    at_close = accept_word("at");
    if (at_close && !expect_word("close")) return false;
  }
  percent.span = join(begin, last());
  return expect(TokenKind::kColon, "`:` and what is paid");
}

// `at 50% : credit account 500 points`, and what stands below that.
void Parser::parse_milestone(tree::Target& target) {
  tree::Percent percent;
  bool at_close = false;
  bool sound = read_milestone_place(percent, at_close);
  const auto verb = std::find_if(tree::kVerbWords.begin(), tree::kVerbWords.end(),
                                 [&](std::string_view word) { return at_word(word); });
  const bool is_grant = at_grant();
  if (sound && verb == tree::kVerbWords.end() && !is_grant) {
    const LaterWord* later =
        at(TokenKind::kWord) ? later_word(LaterPlace::kTarget, text()) : nullptr;
    sound = later != nullptr ? fail_later(*later, here())
                             : fail_expected("`credit` or `debit`, whom, and how much");
  }
  if (!sound) {
    end_line();
    return skip_block();
  }
  next();
  if (is_grant) {
    parse_grant(target.rule);
  } else {
    parse_effect(target.rule, static_cast<tree::Verb>(verb - tree::kVerbWords.begin()));
  }
  target.rule.effects.back().at = std::move(percent);
  target.rule.effects.back().at_close = at_close;
}

}  // namespace guerdon::plan
