// param, unit, event, holder, list, let, measure, and the parts that declarations share.

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/civil.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {
namespace {

using std::string_view_literals::operator""sv;

// What no unit can be called besides the words that may follow a number: the other types, and the
// one suffix that is a word.
constexpr std::array kNotUnits = {"account"sv, "bp"sv, "count"sv, "flag"sv, "text"sv};

// The period of this name, or kNone.
tree::PeriodWord period_named(std::string_view word) {
  const auto found = std::find(base::kPeriodNames.begin(), base::kPeriodNames.end(), word);
  if (found == base::kPeriodNames.end()) return tree::PeriodWord::kNone;
  return static_cast<tree::PeriodWord>(found - base::kPeriodNames.begin() + 1);
}

// What can be counted: `days`, `1 week`.
tree::PeriodWord periods_named(std::string_view word) {
  if (word.ends_with('s')) word.remove_suffix(1);
  const tree::PeriodWord period = period_named(word);
  return period <= tree::PeriodWord::kMonth ? period : tree::PeriodWord::kNone;
}

}  // namespace

// ---- names ----

bool Parser::read_name(tree::Name& name, std::string_view what) {
  if (!at(TokenKind::kWord)) {
    return fail_expected(what, at(TokenKind::kText) ? "a name stands without quotes" : "");
  }
  if (is_reserved(text())) {
    return fail_expected(what, found() + " joins phrases, so it can name nothing");
  }
  if (text().find('.') != std::string_view::npos) {
    return fail_expected(what, "only the types of events have a point in their names");
  }
  name = {std::string(text()), here()};
  next();
  return true;
}

bool Parser::read_unit_name(tree::Name& name) {
  if (!read_name(name, "the name of a unit")) return false;
  const bool taken = is_duration(name.text) || is_soft(name.text) ||
                     std::find(kNotUnits.begin(), kNotUnits.end(), name.text) != kNotUnits.end();
  if (!taken) return true;
  return fail(kGrammar, name.span, "a unit cannot be called `" + name.text + "`",
              "the word has a meaning of its own after a number or as a type");
}

bool Parser::read_event_name(tree::Name& name) {
  if (!at(TokenKind::kWord)) return fail_expected("the name of an event");
  if (is_reserved(text())) {
    return fail_expected("the name of an event",
                         found() + " joins phrases, so it can name nothing");
  }
  if (text().size() > size_t{kNameBytesMax}) {
    return fail(kTextLimit, here(),
                "this name has " + std::to_string(text().size()) + " letters; " +
                    std::to_string(kNameBytesMax) + " is the most");
  }
  name = {std::string(text()), here()};
  next();
  return true;
}

bool Parser::read_names(std::vector<tree::Name>& names, std::string_view what) {
  do {
    if (!read_name(names.emplace_back(), what)) return false;
  } while (accept(TokenKind::kComma));
  return true;
}

bool Parser::read_events(std::vector<tree::Name>& names) {
  do {
    if (!read_event_name(names.emplace_back())) return false;
  } while (accept(TokenKind::kComma));
  return true;
}

bool Parser::read_as(std::optional<std::string>& wire) {
  if (!accept_word("as")) return true;
  if (!at(TokenKind::kText)) {
    return fail_expected("a text", "the name used outside stands in double quotes: `as \"...\"`");
  }
  wire = read_text(text());
  if (wire->empty()) return fail(kGrammar, here(), "this name is empty");
  next();
  return true;
}

bool Parser::read_alias(tree::Alias& alias, bool of_event) {
  const bool named =
      of_event ? read_event_name(alias.name) : read_name(alias.name, "the name of an attribute");
  return named && read_as(alias.wire);
}

bool Parser::read_integer(int64_t& value, std::string_view what) {
  if (!at(TokenKind::kNumber)) return fail_expected(what);
  const tree::Number number = read_number(text());
  if (number.decimals != 0) return fail_expected(what, "it is a whole number");
  value = number.mantissa;
  next();
  return true;
}

// `last 30 days`. REQUIRES: at `last`.
bool Parser::read_last(tree::Subject& subject, bool may_roll) {
  const Span begin = here();
  next();
  if (!read_integer(subject.last, "a number of days or months")) return false;
  if (subject.last == 0) {  // it would say that no window rolls on
    return fail(kGrammar, last(), "a window that rolls on has 2 days or months at least",
                "write `per last 30 days`, or `per day`");
  }
  subject.period = at(TokenKind::kWord) ? periods_named(text()) : tree::PeriodWord::kNone;
  if (subject.period == tree::PeriodWord::kWeek) subject.period = tree::PeriodWord::kNone;
  if (subject.period == tree::PeriodWord::kNone) {
    return fail_expected("`days` or `months`",
                         "a window that rolls on is `per last 30 days` or `per last 12 months`");
  }
  next();
  subject.span = join(subject.span, last());
  if (may_roll) return true;
  return fail(kGrammar, join(begin, last()),
              "a window that rolls on has no end at which anything is owed or judged",
              "keep a measure for it, and read that in a rule with `on`; here write a period: "
              "day, week, month, quarter or year");
}

bool Parser::read_subject(tree::Subject& subject, bool may_roll) {
  subject.span = {here().begin, here().begin};
  while (accept_word("per")) {
    if (subject.period != tree::PeriodWord::kNone) {
      return fail(kGrammar, last(), "the period is the last part of a subject",
                  "write the names first: `per account per month`");
    }
    if (at_word("last") && at(TokenKind::kNumber, 1)) {
      if (!read_last(subject, may_roll)) return false;
      continue;
    }
    subject.period = at(TokenKind::kWord) ? period_named(text()) : tree::PeriodWord::kNone;
    if (at(TokenKind::kNumber)) {
      if (!read_counted_period(subject)) return false;
    } else if (subject.period != tree::PeriodWord::kNone) {
      next();
    } else if (!read_name(subject.names.emplace_back(),
                          "an attribute, or day, week, month, quarter or year")) {
      return false;
    }
    if (at_word("above") && !read_above_subject(subject)) return false;
    subject.span = join(subject.span, last());
  }
  return true;
}

// `2 weeks from 2026-01-05`
bool Parser::read_counted_period(tree::Subject& subject) {
  if (!read_integer(subject.count, "a number of days, weeks or months")) return false;
  subject.period = at(TokenKind::kWord) ? periods_named(text()) : tree::PeriodWord::kNone;
  if (subject.period == tree::PeriodWord::kNone) {
    return fail_expected("`days`, `weeks` or `months`",
                         "a period of one's own is `per 2 weeks from 2026-01-05`; others are\n"
                         "`per day`, `week`, `month`, `quarter` or `year`");
  }
  next();
  return read_from(subject.from.emplace(), "`from` and a day on which one of them begins",
                   "such as `per 2 weeks from 2026-01-05`");
}

bool Parser::read_rounding(money::Rounding& rounding) {
  if (accept_word("down")) {
    rounding = money::Rounding::kDown;
  } else if (accept_word("up")) {
    rounding = money::Rounding::kUp;
  } else if (accept_word("half")) {
    if (!at_word("up") && !at_word("even")) return fail_expected("`up` or `even`");
    rounding = at_word("up") ? money::Rounding::kHalfUp : money::Rounding::kHalfEven;
    next();
  } else {
    return fail_expected("down, up, half up or half even");
  }
  return true;
}

// A line that begins with a word it cannot begin with.
void Parser::refuse_clause(LaterPlace place, std::string_view what,
                           const std::vector<std::string>& known, std::string_view has) {
  if (at(TokenKind::kWord)) {
    if (const LaterWord* later = later_word(place, text())) {
      fail_later(*later, here());
      return;
    }
  }
  const std::string near = at(TokenKind::kWord) ? nearest(text(), known) : "";
  std::string advice(has);
  if (!near.empty()) advice += "; did you mean `" + near + "`?";
  fail(kNotAClause, here(), found() + " is not " + std::string(what), std::move(advice));
}

// ---- param, unit, list, let ----

tree::Param Parser::parse_param() {
  tree::Param param;
  if (read_name(param.name, "the name of the parameter") && expect(TokenKind::kEqual, "`=`")) {
    param.value = parse_expr();
  }
  end_line();
  if (!block_follows() || !at_word("from", 1)) {
    refuse_block();
    return param;
  }
  read_block([&] {
    tree::DatedValue dated;
    if (read_from(dated.from, "`from` and a date: a param has nothing else below it") &&
        expect(TokenKind::kColon, "`:` and the value from that day on")) {
      dated.value = parse_expr();
      if (dated.value != nullptr) param.later.push_back(std::move(dated));
    }
    end_line();
    refuse_block();
  });
  return param;
}

bool Parser::read_from(tree::Date& from, std::string_view what, std::string advice) {
  std::optional<tree::Date> date;
  if (!at_word("from")) return fail_expected(what, std::move(advice));
  next();
  if (!read_date(date)) return false;
  from = *date;
  return true;
}

tree::Unit Parser::parse_unit() {
  tree::Unit unit;
  if (read_unit_name(unit.name) && read_as(unit.alias) &&
      expect(TokenKind::kComma, "`,` and the number of decimals") &&
      read_integer(unit.decimals, "the number of decimals")) {
    expect_word("decimals");
  }
  end_line();
  refuse_block();
  return unit;
}

tree::List Parser::parse_list() {
  tree::List list;
  if (read_name(list.name, "the name of the list") && expect(TokenKind::kEqual, "`=`")) {
    do {
      list.values.push_back(parse_literal());
    } while (list.values.back() != nullptr && accept(TokenKind::kComma));
  }
  end_line();
  refuse_block();
  return list;
}

tree::Let Parser::parse_let() {
  tree::Let let;
  read_let(let);
  end_line();
  refuse_block();
  return let;
}

bool Parser::read_let(tree::Let& let) {
  if (!read_name(let.name, "a name") || !expect(TokenKind::kEqual, "`=`")) return false;
  let.value = parse_expr();
  return let.value != nullptr;
}

// ---- holder and event ----

tree::Holder Parser::parse_holder() {
  tree::Holder holder;
  holder.span = last();
  end_line();
  read_block([&] {
    tree::AttributeLine attribute;
    if (read_attribute(attribute)) holder.attributes.push_back(std::move(attribute));
    end_line();
    refuse_block();
  });
  return holder;
}

// `number of lines` counts the lines of an event.
bool Parser::may_be_event(const tree::Name& name) {
  if (name.text != "lines") return true;
  return fail(kGrammar, name.span, "an event cannot be called `lines`",
              "`number of lines` has a meaning of its own; write `lines_sent as \"lines\"`");
}

tree::Event Parser::parse_event() {
  tree::Event event;
  do {
    if (!read_alias(event.types.emplace_back(), true) || !may_be_event(event.types.back().name)) {
      break;
    }
  } while (accept(TokenKind::kComma));
  end_line();
  read_block([&] { parse_event_line(event); });
  return event;
}

void Parser::parse_event_line(tree::Event& event) {
  if (at_word("lines") && at_word("of", 1)) return parse_event_lines(event);
  if (!read_event_rest(event)) {
    tree::AttributeLine attribute;
    if (read_attribute(attribute)) event.attributes.push_back(std::move(attribute));
  }
  end_line();
  refuse_block();
}

// `lines of`, and below it what each of them has.
void Parser::parse_event_lines(tree::Event& event) {
  if (event.has_lines) {
    fail(kGrammar, here(), "an event has one `lines of`", "write all that a line has below that");
  }
  event.has_lines = join(here(), token(1).span);
  next();
  next();
  const Span header = *event.has_lines;
  end_line();
  if (!block_follows()) {
    fail(kGrammar, header, "`lines of` has nothing below it",
         "write what each line has, in the order in which it is sent: `sku : text`");
  }
  read_block([&] {
    tree::AttributeLine attribute;
    if (read_attribute(attribute)) event.lines.push_back(std::move(attribute));
    end_line();
    refuse_block();
  });
}

// `when`, `ignore others` and `late current`; false if the line is none of them.
bool Parser::read_event_rest(tree::Event& event) {
  if (at_word("when")) {
    if (event.when != nullptr) {
      fail(kGrammar, here(), "an event has one `when`", "join the conditions with `and`");
    }
    next();
    event.when = parse_expr();
    return true;
  }
  if (at_word("ignore") && at(TokenKind::kWord, 1)) {
    next();
    event.ignore_others = expect_word("others");
    return true;
  }
  if (at_word("late") && at(TokenKind::kWord, 1) && !at_word("as", 1)) {
    if (event.late) fail(kGrammar, here(), "an event has one `late`", "leave one of the two");
    const Span begin = here();
    tree::LatePolicy late{};
    next();
    if (read_late(late)) {
      event.late = late;
      event.late_span = join(begin, last());
    }
    return true;
  }
  return false;
}

bool Parser::read_attribute(tree::AttributeLine& attribute) {
  const LaterWord* later =
      at(TokenKind::kWord) ? later_word(LaterPlace::kAttribute, text()) : nullptr;
  if (later != nullptr && at(TokenKind::kWord, 1) && !at_word("as", 1)) {
    return fail_later(*later, here());
  }
  do {
    if (!read_alias(attribute.names.emplace_back(), false)) return false;
  } while (accept(TokenKind::kComma));
  if (!at(TokenKind::kColon)) {
    return fail_expected(
        "`:` and a type",
        "a line says name and type, such as `amount : GBP`; an event has `when ...`, "
        "`late ...` and `ignore others`, too");
  }
  next();
  if (at(TokenKind::kWord)) {
    later = later_word(LaterPlace::kAttribute, text());
    if (later != nullptr) return fail_later(*later, here());
  }
  if (!read_name(attribute.type, "a type: a unit, account, text, count, flag or object")) {
    return false;
  }
  attribute.is_signed = accept_word("signed");
  attribute.is_versioned = accept_word("versioned");
  if (at(TokenKind::kWord)) {
    later = later_word(LaterPlace::kAttribute, text());
    if (later != nullptr) return fail_later(*later, here());
  }
  return true;
}

// ---- measure ----

tree::Measure Parser::parse_measure() {
  tree::Measure measure;
  if (read_name(measure.name, "the name of the measure") && read_subject(measure.subject, true)) {
    if (measure.subject.is_event()) {
      fail_expected("`per` and what it is kept for", "`per account`, `per account per month`");
    } else if (expect(TokenKind::kEqual, "`=`")) {
      read_flows(measure);
    }
  }
  end_line();
  refuse_block();
  return measure;
}

// `amount`; `qty over lines where ...`; `lines where ...`; nothing of a number of events.
bool Parser::read_flow_value(tree::Measure& measure, tree::Flow& flow) {
  const Span begin = here();
  if (measure.is_number && at_lines(0)) {
    flow.value = parse_over_lines(tree::Fold::kNumber, nullptr, begin);
  } else if (measure.is_number) {
    return true;
  } else {
    flow.value = parse_sum();
    if (flow.value != nullptr && at_word("over")) {
      flow.value = parse_over_lines(tree::Fold::kSum, std::move(flow.value), begin);
    }
  }
  return flow.value != nullptr && expect_word("on");
}

// `points earned by cashback, welcome`
bool Parser::read_earned(tree::Measure& measure) {
  return read_name(measure.unit, "a unit") && expect_word("earned") && expect_word("by") &&
         read_names(measure.earned_by, "a rule");
}

// `distinct sku on sale where amount > 0 up to 50`, behind its first word.
bool Parser::read_distinct(tree::Measure& measure) {
  if (!read_name(measure.distinct.emplace(), "the attribute whose values are counted"))
    return false;
  tree::Flow flow;
  if (!expect_word("on") || !read_events(flow.events)) return false;
  if (at_word("less")) {
    return fail(kGrammar, here(), "from different values nothing is taken away",
                "leave events out with `where`; REVERSE takes back an event that was wrong");
  }
  if (accept_word("where")) {
    measure.where = parse_expr();
    if (measure.where == nullptr) return false;
  }
  if (!at_word("up")) {
    return fail_expected("`up to` and how many values are told apart",
                         "each takes memory: `distinct sku on sale up to 50`");
  }
  if (!expect_words("up to")) return false;
  if (!read_integer(measure.up_to, "how many values are told apart")) return false;
  measure.flows.push_back(std::move(flow));
  return true;
}

// `highest of amount on purchase where qty > 0`. REQUIRES: at its first word.
bool Parser::read_picked(tree::Measure& measure) {
  const std::string word(text());
  measure.pick = word == "highest" ? tree::Pick::kHighest : tree::Pick::kLowest;
  next();
  if (!expect_word("of")) return false;
  tree::Name& name = measure.picked.emplace();
  if (!read_name(name, "the attribute of which the " + word + " is kept")) return false;
  if (!at_word("on")) {
    return fail_expected("`on` and the events", "the " + word +
                                                    " is kept of an attribute as it is: declare "
                                                    "one that has what is meant");
  }
  next();
  tree::Flow flow;
  flow.value = std::make_unique<tree::Expr>();
  flow.value->kind = tree::ExprKind::kName;
  flow.value->span = name.span;
  flow.value->text = name.text;
  if (!read_events(flow.events)) return false;
  if (at_word("less")) {
    return fail(kGrammar, here(), "from the " + word + " nothing is taken away",
                "leave events out with `where`; REVERSE takes back an event that was wrong");
  }
  measure.flows.push_back(std::move(flow));
  if (!accept_word("where")) return true;
  measure.where = parse_expr();
  return measure.where != nullptr;
}

bool Parser::read_flows(tree::Measure& measure) {
  const LaterWord* later =
      at(TokenKind::kWord) ? later_word(LaterPlace::kOperand, text()) : nullptr;
  if (at(TokenKind::kWord) && at_word("earned", 1)) return read_earned(measure);
  if (accept_word("distinct")) return read_distinct(measure);
  if (at_word("highest") || at_word("lowest")) return read_picked(measure);
  measure.is_number = at_word("number");
  measure.is_average = at_word("average");
  if (!measure.is_number && !measure.is_average && !at_word("sum")) {
    if (later != nullptr) return fail_later(*later, here());
    return fail_expected(
        "`sum of`, `number of`, `average of`, `highest of`, `lowest of`, `distinct` or `UNIT "
        "earned "
        "by RULE`");
  }
  next();
  if (!expect_word("of")) return false;
  do {
    tree::Flow flow;
    flow.less = !measure.flows.empty();
    if (!read_flow_value(measure, flow) || !read_events(flow.events)) return false;
    measure.flows.push_back(std::move(flow));
  } while (!measure.is_average && accept_word("less"));
  if (at_word("less")) {
    return fail(kGrammar, here(), "from an average nothing is taken away",
                "leave wrong samples out with `where`; REVERSE takes back an event that was wrong");
  }
  if (!accept_word("where")) return true;
  measure.where = parse_expr();
  return measure.where != nullptr;
}

}  // namespace guerdon::plan
