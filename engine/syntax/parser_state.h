// The inside of the parser: one class, in one file a part of the grammar. Only parser*.cc use it.
//
//   parser.cc              lines and blocks, messages, the loop over declarations
//   parser_plan.cc         plan and its settings
//   parser_declaration.cc  param, unit, event, holder, list, let, measure
//   parser_table.cc        tables, rows, cells
//   parser_rule.cc         rules and their effects
//   parser_above.cc        relations, and who stands above an account
//   parser_goals.cc        targets
//   parser_challenges.cc   challenges
//   parser_ladders.cc      ladders
//   parser_streaks.cc      streaks
//   parser_badges.cc       badges, and `grant`
//   parser_wallet.cc       wallets
//   parser_shop.cc         items and exchanges
//   parser_expr.cc         expressions
//   parser_lines.cc        what is made of the lines of an event
//
// How mistakes travel: `fail` reports and marks the line as failed; it reports nothing if the line
// has failed already or holds a kBad. A function that could not read its part returns null or
// false; its caller returns too. `end_line` passes over the rest of the line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/syntax/later_words.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/parser.h"

namespace guerdon::plan {

using enum DiagnosticCode;

// Words that may follow a number, so that a unit called so could not be told from them: `3 days`,
// and those that join on to the phrase, `2 decimals`. (parser_expr.cc)
bool is_duration(std::string_view word);
bool is_soft(std::string_view word);

class Parser {
 public:
  Parser(const SourceText& source, const std::vector<Token>& tokens, Diagnostics& diagnostics);

  tree::Plan parse_plan();

 private:
  // ---- tokens (parser.cc) ----
  const Token& token(size_t ahead = 0) const;
  bool at(TokenKind kind, size_t ahead = 0) const { return token(ahead).kind == kind; }
  bool at_word(std::string_view word, size_t ahead = 0) const;
  std::string_view text(size_t ahead = 0) const { return source_.slice(token(ahead).span); }
  bool at_line_end() const;
  void next();
  bool accept(TokenKind kind);
  bool accept_word(std::string_view word);
  bool expect(TokenKind kind, std::string_view what);
  bool expect_word(std::string_view word);
  Span here() const { return token().span; }
  Span last() const { return last_; }  // of the token passed last

  // ---- messages (parser.cc) ----
  bool fail(DiagnosticCode code, Span span, std::string message, std::string advice = "");
  bool fail_expected(std::string_view what, std::string advice = "");
  bool fail_later(const LaterWord& later, Span span);
  std::string found() const;

  // ---- lines and blocks (parser.cc) ----
  void begin_line();
  void end_line();  // the rest of it must be empty; passes over its kNewline
  void refuse_block();
  void skip_block();
  bool block_follows() const { return at(TokenKind::kIndent); }
  // Calls read_line at each line of the block that follows, if one does. read_line parses a line
  // and calls end_line, then read_block or refuse_block.
  template <typename ReadLine>
  void read_block(ReadLine read_line) {
    if (!accept(TokenKind::kIndent)) return;
    headers_.push_back(line_);
    while (!at(TokenKind::kDedent) && !at(TokenKind::kEnd)) {
      begin_line();
      read_line();
    }
    headers_.pop_back();
    accept(TokenKind::kDedent);
  }

  // ---- declarations ----
  std::vector<std::string> comments_above(int line) const;
  std::optional<tree::Declared> parse_declaration();
  void refuse_declaration();
  tree::PlanHeader parse_plan_header();
  bool read_version(tree::PlanHeader& header);
  bool read_grace(tree::Setting& setting);
  bool read_late(tree::LatePolicy& late);
  bool read_change(tree::ChangePolicy& change);
  void parse_setting(tree::PlanHeader& header);
  bool read_setting(tree::Setting& setting);
  bool read_zone(tree::Setting& setting);
  bool read_starts(tree::Setting& setting);
  bool read_penalties(tree::Setting& setting);
  bool read_accounts(tree::Setting& setting);
  // One of these words, the first of which stands for `first`.
  bool read_word_of(std::span<const std::string_view> words, std::string_view what, int64_t first,
                    int64_t& number);
  tree::Param parse_param();
  bool read_from(tree::Date& from, std::string_view what,
                 std::string advice = "such as `from 2026-03-01 : 6%`");
  tree::Unit parse_unit();
  tree::Holder parse_holder();
  tree::Relation parse_relation();
  tree::Event parse_event();
  void parse_event_line(tree::Event& event);
  bool read_attribute(tree::AttributeLine& attribute);
  bool read_event_rest(tree::Event& event);
  void parse_event_lines(tree::Event& event);
  tree::List parse_list();
  tree::Let parse_let();
  tree::Measure parse_measure();
  bool read_flows(tree::Measure& measure);
  bool read_flow_value(tree::Measure& measure, tree::Flow& flow);
  bool read_earned(tree::Measure& measure);
  bool read_distinct(tree::Measure& measure);
  bool read_picked(tree::Measure& measure);
  tree::Rule parse_rule();

  // ---- parts of declarations ----
  bool read_name(tree::Name& name, std::string_view what);
  bool read_unit_name(tree::Name& name);
  bool read_event_name(tree::Name& name);
  bool may_be_event(const tree::Name& name);
  bool read_names(std::vector<tree::Name>& names, std::string_view what);
  bool read_events(std::vector<tree::Name>& names);
  bool read_alias(tree::Alias& alias, bool of_event);
  bool read_as(std::optional<std::string>& wire);
  bool read_integer(int64_t& value, std::string_view what);
  // `may_roll`: `per last 30 days` may stand there.
  bool read_subject(tree::Subject& subject, bool may_roll = false);
  bool read_last(tree::Subject& subject, bool may_roll);
  bool read_counted_period(tree::Subject& subject);
  bool read_rounding(money::Rounding& rounding);
  void refuse_clause(LaterPlace place, std::string_view what, const std::vector<std::string>& known,
                     std::string_view has);

  // ---- tables (parser_table.cc) ----
  tree::Table parse_table();
  void parse_from_file(tree::Table& table);
  void parse_table_lines(tree::Table& table);
  void parse_rows(std::vector<tree::Row>& rows);
  void parse_row(std::vector<tree::Row>& rows);
  bool read_row(tree::Row& row);
  bool read_cell(tree::Cell& cell);
  bool read_cell_words(tree::CellKind& kind);

  // ---- rules (parser_rule.cc) ----
  void parse_clause(tree::Rule& rule);
  bool read_clause(tree::Rule& rule);
  bool read_on(tree::Rule& rule);
  bool read_let(tree::Let& let);
  bool read_void(tree::Rule& rule);
  bool read_window(tree::Rule& rule);
  bool read_group(tree::Rule& rule);
  bool read_was(tree::Rule& rule);
  bool read_rule_change(tree::Rule& rule);
  tree::Group parse_group();
  bool read_stacking(tree::Group& group);
  // Budgets (parser_budgets.cc).
  tree::Budget parse_budget();
  bool read_budget(tree::Budget& budget);
  void parse_budget_line(tree::Budget& budget);
  bool read_short(tree::Budget& budget);
  bool read_at_most(tree::Rule& rule);
  bool at_times() const;
  void parse_times(tree::Effect& effect);
  bool read_times(tree::Effect& effect);
  bool read_limit(tree::Effect& effect, Span phrase);
  bool read_times(tree::Limit& limit);
  bool read_take_back(tree::Rule& rule);
  void parse_effect(tree::Rule& rule, tree::Verb verb);
  bool read_effect(tree::Effect& effect);
  // Who stands above an account (parser_above.cc).
  bool read_above(tree::Name& who, std::optional<tree::Above>& above);
  bool read_each_above(tree::Name& who, tree::Above& above);
  bool read_above_subject(tree::Subject& subject);
  bool read_levels(int64_t& levels);
  void parse_above_line(tree::Effect& effect);
  bool read_above_line(tree::Effect& effect);
  bool read_level_row(tree::Above& above);
  // Splits (parser_split.cc).
  void parse_split(tree::Rule& rule);
  void parse_part(tree::Effect& split);
  bool read_part(tree::Part& part);
  bool read_effect_keys(tree::Effect& effect);
  bool read_options(tree::Effect& effect);

  // ---- targets (parser_goals.cc) ----
  tree::Target parse_target();
  void parse_target_line(tree::Target& target);
  bool read_target_line(tree::Target& target);
  bool refuse_target_clause();
  bool read_achieved(tree::Target& target);
  bool read_goal(tree::Target& target);
  bool read_bands(tree::Target& target);
  bool read_highest(tree::Target& target);
  bool read_surplus(tree::Target& target);
  bool read_percent(tree::Percent& percent);
  void parse_milestone(tree::Target& target);
  bool read_milestone_place(tree::Percent& percent, bool& at_close);

  // ---- challenges (parser_challenges.cc) ----
  tree::Challenge parse_challenge();
  void read_subjects(tree::Subject& measure, tree::Subject& rule);
  void parse_challenge_line(tree::Challenge& challenge, size_t subject);
  bool read_challenge_line(tree::Challenge& challenge, size_t subject);
  bool read_score(tree::Challenge& challenge);
  bool read_challenge_goal(tree::Challenge& challenge, size_t subject);
  bool read_place(tree::Place& place);
  bool refuse_score_and_goals();
  bool read_counted(tree::Measure& measure);
  bool read_ties(tree::Challenge& challenge);
  bool read_ranks(tree::Challenge& challenge);
  bool read_owner(tree::Challenge& challenge);
  bool read_least(tree::Challenge& challenge);
  bool read_nobody(tree::Challenge& challenge);
  bool read_among(tree::Challenge& challenge);
  bool read_joiners(tree::Challenge& challenge);
  bool read_even(tree::Place& place);
  void parse_place(tree::Challenge& challenge);
  bool read_prize(tree::Place& place);
  bool read_share(tree::Challenge& challenge);

  // ---- ladders (parser_ladders.cc) ----
  tree::Ladder parse_ladder();
  void parse_ladder_line(tree::Ladder& ladder);
  bool read_ladder_line(tree::Ladder& ladder);
  bool read_measure_of(tree::Ladder& ladder);
  bool read_level(tree::Ladder& ladder);
  bool read_review(tree::Ladder& ladder);
  bool read_review_period(tree::Ladder& ladder);
  bool read_lowers(tree::Ladder& ladder);
  bool refuse_later_of_ladder();
  void check_lowers(const tree::Ladder& ladder);
  void parse_level_reward(tree::Ladder& ladder);

  // ---- streaks (parser_streaks.cc) ----
  tree::Streak parse_streak();
  void parse_streak_line(tree::Streak& streak);
  bool read_streak_line(tree::Streak& streak);
  bool read_streak_of(tree::Streak& streak);

  // ---- badges (parser_badges.cc) ----
  tree::Badge parse_badge();
  void parse_badge_line(tree::Badge& badge);
  bool read_badge_line(tree::Badge& badge);
  bool read_given(tree::Badge& badge);
  bool read_granters(tree::Badge& badge);
  bool read_sent(tree::Badge& badge);
  bool read_burn_of(tree::Badge& badge);
  bool read_credit_of(tree::Badge& badge);
  bool at_grant() const { return at_word("grant") || at_word("notify"); }
  void parse_grant(tree::Rule& rule);
  bool read_grant(tree::Effect& effect);
  bool read_notify(tree::Effect& effect);

  // ---- wallets (parser_wallet.cc) ----
  tree::Wallet parse_wallet();
  void parse_wallet_line(tree::Wallet& wallet);
  bool read_wallet_line(tree::WalletLine& line);
  bool read_end_of_day(tree::WalletLine& line);
  bool read_order(tree::WalletLine& line);
  bool read_returns(tree::WalletLine& line);
  bool read_hold(tree::WalletLine& line);
  bool read_short(tree::WalletLine& line);
  bool read_duration(tree::ExprPtr& duration);
  bool read_literal_or_name(tree::ExprPtr& value, std::string_view what);
  bool expect_words(std::string_view words);
  bool at_words(std::string_view words) const;
  // One of these phrases; its number.
  bool read_phrase(std::span<const std::string_view> phrases, size_t& number);

  // ---- items and exchanges (parser_shop.cc) ----
  tree::Item parse_item();
  void parse_item_line(tree::Item& item);
  bool read_item_line(tree::ItemLine& line);
  bool read_item_limit(tree::ItemLine& line);
  bool read_item_window(tree::ItemLine& line);
  tree::Exchange parse_exchange();
  void parse_exchange_line(tree::Exchange& exchange);
  bool read_exchange_line(tree::ExchangeLine& line);
  bool read_rate(tree::ExchangeLine& line);
  bool read_date(std::optional<tree::Date>& date);

  // ---- expressions (parser_expr.cc) ----
  tree::ExprPtr parse_expr();
  tree::ExprPtr parse_and();
  tree::ExprPtr parse_not();
  tree::ExprPtr parse_compare();
  tree::ExprPtr parse_in(tree::ExprPtr left, bool negated);
  tree::ExprPtr parse_sum();
  tree::ExprPtr parse_product();
  tree::ExprPtr parse_of();
  tree::ExprPtr parse_per_full(tree::ExprPtr left);
  tree::ExprPtr parse_unary();
  tree::ExprPtr parse_primary();
  bool at_fraction() const;
  tree::ExprPtr parse_fraction();
  // Over the lines of an event (parser_lines.cc).
  bool at_lines(size_t ahead) const;  // `lines` or `all lines`
  bool at_fold() const;
  tree::ExprPtr parse_fold();
  tree::ExprPtr parse_over_lines(tree::Fold fold, tree::ExprPtr value, Span begin);
  tree::ExprPtr parse_bracket();
  tree::ExprPtr parse_has();
  tree::ExprPtr parse_least_or_most(tree::ExprKind kind);
  std::string advice_of_swallowed(const tree::Expr& only) const;
  bool at_change() const;
  tree::ExprPtr parse_change();
  tree::ExprPtr parse_name();
  tree::ExprPtr parse_held(tree::ExprPtr owner);
  void read_moment(tree::Expr& name);
  tree::ExprPtr parse_lookup(tree::ExprPtr table);
  tree::ExprPtr parse_each_part(tree::ExprPtr table);
  bool read_parts(std::vector<tree::ExprPtr>& args);  // part of X [on top of Y]
  tree::ExprPtr parse_number();
  tree::ExprPtr parse_literal();
  tree::ExprPtr parse_text();
  bool read_suffix(tree::Number& number);

  // A level of nesting, for as long as it lives. `ok` is false, and told, when it is one too many.
  class Nesting {
   public:
    explicit Nesting(Parser& parser);
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    bool ok() const { return ok_; }

   private:
    Parser& parser_;
    bool ok_;
  };

  const SourceText& source_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;  // without comments
  size_t at_ = 0;
  Span last_;
  Span line_end_;                // the last token of the line that ended last
  size_t line_ = 0;              // the first token of the line being read
  std::vector<size_t> headers_;  // the first tokens of the lines whose blocks are open
  bool failed_ = false;          // this line has a message already
  int nesting_ = 0;
};

}  // namespace guerdon::plan
