// Relations, and who stands above an account: `seller's manager`, `each manager above seller`.

#include <utility>

#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

tree::Relation Parser::parse_relation() {
  tree::Relation relation;
  if (read_name(relation.name.name, "the name of a relation")) read_as(relation.name.wire);
  end_line();
  refuse_block();
  return relation;
}

// Behind a name: `'s manager`, as often as it stands there, of one relation.
bool Parser::read_above(tree::Name& who, std::optional<tree::Above>& above) {
  while (at(TokenKind::kOwns)) {
    next();
    tree::Name relation;
    if (!read_name(relation, "a relation: who stands above that account")) return false;
    if (!above) {
      above.emplace().relation = std::move(relation);
      above->span = join(who.span, last());
      continue;
    }
    if (relation.text != above->relation.text) {
      return fail(kNotInThisVersion, relation.span,
                  "to go from one relation to another is not part of this version of the language",
                  "write the same relation again: `" + who.text + "'s " + above->relation.text +
                      "'s " + above->relation.text + "`");
    }
    ++above->level;
    above->span = join(who.span, last());
  }
  return true;
}

bool Parser::read_levels(int64_t& levels) {
  if (!accept_word("up")) return true;
  if (!expect_word("to") || !read_integer(levels, "how many levels")) return false;
  if (levels == 0) {  // it would say that nothing is written
    return fail(kGrammar, last(), "nobody stands above by no level", "write 1 or more");
  }
  return accept_word("levels") || accept_word("level") || fail_expected("`levels`");
}

// Behind `each`.
bool Parser::read_each_above(tree::Name& who, tree::Above& above) {
  const Span begin = last();
  above.is_each = true;
  if (!read_name(above.relation, "a relation: who stands above") || !expect_word("above") ||
      !read_name(who, "below whom: an account attribute of the event") ||
      !read_levels(above.up_to)) {
    return false;
  }
  above.span = join(begin, last());
  return true;
}

// `manager above seller up to 5 levels`: the name in front of it is read, and is the relation.
bool Parser::read_above_subject(tree::Subject& subject) {
  next();
  if (subject.above || subject.names.empty()) {
    return fail(kGrammar, last(), "expected an account, found `above`",
                "write `per manager above seller per month`, once");
  }
  tree::AboveSubject above;
  above.relation = std::move(subject.names.back());
  subject.names.pop_back();
  if (!read_name(above.who, "below whom: an account attribute of the event") ||
      !read_levels(above.up_to)) {
    return false;
  }
  above.span = join(above.relation.span, last());
  subject.above = std::move(above);
  return true;
}

void Parser::parse_above_line(tree::Effect& effect) {
  if (at_times()) return parse_times(effect);
  read_above_line(effect);
  end_line();
  refuse_block();
}

bool Parser::read_above_line(tree::Effect& effect) {
  tree::Above& above = *effect.above;
  if (at_word("vacant")) {
    next();
    if (above.passes) {
      return fail(kGrammar, last(), "`vacant` is written twice", "leave one of the two");
    }
    above.passes = at_word("passes");
    return accept_word("passes") || accept_word("forfeits") ||
           fail_expected("`passes` or `forfeits`",
                         "what becomes of the rate of a post that nobody holds");
  }
  if (accept_word("level")) return read_level_row(above);
  return fail_expected("`level`, `vacant` or `times`", "such as `level 1 : 2% of value`");
}

bool Parser::read_level_row(tree::Above& above) {
  tree::LevelRow row;
  if (!read_integer(row.level, "which level: 1 is right above")) return false;
  row.level_span = last();
  if (!at(TokenKind::kColon)) {
    return fail_expected("`:` and what that level gets", "such as `level 1 : 2% of value`");
  }
  next();
  row.amount = parse_expr();
  if (row.amount == nullptr) return false;
  above.rows.push_back(std::move(row));
  return true;
}

}  // namespace guerdon::plan
