// Ladders: the levels, and what a term reads of them.
#include <algorithm>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/check_state.h"
#include "engine/plan/check_subjects.h"
#include "engine/plan/check_tables.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using tree::ExprKind;
using tree::Moment;

const LadderState& ladder_at(const Checking& checking, int ladder) {
  return checking.ladders[static_cast<size_t>(ladder)];
}

// The number of the level of this name; below 0: there is none.
int level_number(const Checking& checking, int ladder, const std::string& name) {
  const std::vector<tree::Level>& levels = ladder_at(checking, ladder).written->levels;
  const auto at = std::find_if(levels.begin(), levels.end(),
                               [&](const tree::Level& level) { return level.name.text == name; });
  return at == levels.end() ? -1 : static_cast<int>(at - levels.begin());
}

TermPtr level_term(int ladder, int64_t number, const std::string& name, Span span) {
  TermPtr term = make_term(TermKind::kNumber, {TypeKind::kLevel, ladder}, span);
  term->value = {number, 1};
  term->text = name;
  return term;
}

class LadderCheck {
 public:
  LadderCheck(Checking& checking, LadderState& state)
      : checking_(checking), state_(state), written_(*state.written) {}

  // Fills the state. What is wrong is told.
  void check();

 private:
  bool refuse(Span span, std::string message, std::string advice) {
    checking_.report(kBadLadder, span, std::move(message), std::move(advice));
    return false;
  }
  const Measure& measure() const {
    return checking_.plan.measures[static_cast<size_t>(state_.measure)];
  }
  int find_measure();
  bool is_kept_alike();
  bool pays_as_it_may();
  bool may_be_told();
  bool check_names();
  bool check_name(size_t index);
  bool check_bounds();
  bool check_bottom(const tree::Level& level);
  std::optional<int64_t> bound_of_level(const tree::Level& level);
  Table table() const;

  Checking& checking_;
  LadderState& state_;
  const tree::Ladder& written_;
  std::vector<int64_t> bounds_;  // of all but the first
};

// -1: told.
int LadderCheck::find_measure() {
  const tree::Name& name = *written_.of;
  const Binding* const found = checking_.binding(name.text);
  if (found != nullptr && found->kind == BindingKind::kMeasure) return found->index;
  std::vector<std::string> known;
  for (const tree::Measure* const each : checking_.measures) known.push_back(each->name.text);
  const bool is_other = found != nullptr || checking_.attribute(name.text) >= 0;
  checking_.report(is_other ? kWrongKind : kUnknownName, name.span,
                   backquoted(name.text) + " is not a measure",
                   did_you_mean(name.text, known,
                                "levels go by one: `measure sum of amount on sale`, or the name of "
                                "a measure"));
  return -1;
}

// The names are those of the measure; what the ladder says of a period is, too.
bool LadderCheck::is_kept_alike() {
  const std::optional<Subject> subject =
      check_subject(checking_, written_.rule.subject, "a ladder is kept");
  if (!subject) return false;
  const Subject& kept = measure().subject;
  const bool has_period = subject->period != calendar::PeriodKind::kLifetime;
  if (subject->owner == kept.owner && subject->keys == kept.keys &&
      (!has_period || subject->period == kept.period)) {
    return true;
  }
  return refuse(written_.of->span,
                "ladder " + written_.name.text + " is not kept for what " +
                    backquoted(measure().name) + " (line " +
                    std::to_string(checking_.line_of(measure().span)) + ") is kept for",
                "write the same names behind `per`; a period may be left out");
}

// What is paid once is paid once for what the measure is kept for, and a window that rolls on is
// another one each day.
bool LadderCheck::pays_as_it_may() {
  if (!measure().subject.period.is_rolling() || written_.rule.effects.empty()) return true;
  return refuse(written_.rule.effects.front().span,
                "what a level pays is paid once a period, and the " +
                    calendar::period_kind_name(measure().subject.period) + " are none",
                "read the level in a rule with `on`, and let that pay");
}

// A notice is of what an event does, and a review may change a level without one.
bool LadderCheck::may_be_told() {
  if (written_.told.effects.empty() || written_.each == tree::PeriodWord::kNone) return true;
  const tree::Effect& first = written_.told.effects.front();
  checking_.report(kNotInThisVersion, first.span,
                   "this level may change at a review, without an event, and notices of such a "
                   "level are not part of this version of the language",
                   "write `review at once`; or let a badge tell who has reached it: `at " +
                       first.at_level->text + " : grant ...`");
  return false;
}

bool LadderCheck::check_name(size_t index) {
  const tree::Name& name = written_.levels[index].name;
  for (size_t other = 0; other < index; ++other) {
    if (written_.levels[other].name.text != name.text) continue;
    return refuse(name.span, "level " + name.text + " stands here twice",
                  "give one another name, or leave it out");
  }
  const Binding* const binding = checking_.binding(name.text);
  const int attribute = checking_.attribute(name.text);
  if (binding == nullptr && attribute < 0) return true;
  const Span other = binding != nullptr ? binding->span : checking_.attribute_at(attribute).span;
  checking_.report(kDeclaredTwice, name.span, backquoted(name.text) + " is declared twice",
                   "the other is in line " + std::to_string(checking_.line_of(other)) +
                       "; give one another name");
  return false;
}

bool LadderCheck::check_names() {
  if (written_.levels.size() > size_t{kLevelsMax}) {
    checking_.report(kTooMany, written_.name.span,
                     "a ladder has at most " + std::to_string(kLevelsMax) + " levels");
    return false;
  }
  bool sound = true;
  for (size_t i = 0; i < written_.levels.size(); ++i) sound = check_name(i) && sound;
  return sound;
}

// In minor units, or a count. Nothing: told.
std::optional<int64_t> LadderCheck::bound_of_level(const tree::Level& level) {
  const Scope constants;
  Typer typer(checking_, constants);
  Typed bound = typer.value(*level.from);
  if (!bound) return std::nullopt;
  const Type want = measure().type;
  const Fit fit = typer.settle(bound, want);
  if (fit == Fit::kTold) return std::nullopt;
  const std::string quoted = checking_.quoted(level.from->span);
  if (fit == Fit::kDiffers) {
    refuse(level.from->span,
           quoted + " is " + checking_.type_phrase(bound.type()) + ", and " +
               backquoted(measure().name) + " " + checking_.type_phrase(want),
           want.kind == TypeKind::kAmount ? "write it in " + checking_.unit(want.unit).name
                                          : "write how many there have to be");
    return std::nullopt;
  }
  if (bound.term->kind == TermKind::kNumber && bound.term->value.den == 1) {
    return bound.term->value.num;
  }
  refuse(level.from->span,
         "a level begins at one whole number for all time, and " + quoted + " is none",
         "write the number, or a param that does not change");
  return std::nullopt;
}

// Who has less is there, too.
bool LadderCheck::check_bottom(const tree::Level& level) {
  if (level.from == nullptr) return true;
  const std::optional<int64_t> bound = bound_of_level(level);
  if (!bound) return false;
  if (*bound == 0) return true;
  return refuse(level.from->span, "the first level is what all have who have less than the second",
                "write it without `from`, or `from 0`");
}

bool LadderCheck::check_bounds() {
  if (!check_bottom(written_.levels[0])) return false;
  std::optional<int64_t> before;
  if (written_.levels[0].from != nullptr) before = 0;
  for (size_t i = 1; i < written_.levels.size(); ++i) {
    const tree::Level& level = written_.levels[i];
    if (level.from == nullptr) {
      return refuse(level.span, "only the first level has no `from`",
                    "say where it begins: `level " + level.name.text + " from ...`");
    }
    const std::optional<int64_t> bound = bound_of_level(level);
    if (!bound) return false;
    if (before && *bound <= *before) {
      return refuse(
          level.span,
          "level " + level.name.text + " does not begin above " + written_.levels[i - 1].name.text,
          "write the levels upward, each from more than the one before it");
    }
    before = bound;
    bounds_.push_back(*bound);
  }
  return true;
}

Table LadderCheck::table() const {
  Table table;
  table.name = written_.name.text;
  table.span = written_.name.span;
  for (const tree::Level& level : written_.levels) table.levels.push_back(level.name.text);
  Key key;
  key.kind = KeyKind::kRange;
  key.type = measure().type;
  table.keys.push_back(std::move(key));
  Column column;
  column.type = kCountType;
  table.columns.push_back(std::move(column));
  const auto level = [](int64_t number, Span span) {
    Row row;
    row.span = span;
    row.values.emplace_back(money::Ratio{number, 1});
    return row;
  };
  for (size_t i = 0; i < bounds_.size(); ++i) {
    Row& row =
        table.rows.emplace_back(level(static_cast<int64_t>(i) + 1, written_.levels[i + 1].span));
    Cell& cell = row.cells.emplace_back();
    cell.kind = tree::CellKind::kFrom;
    cell.number = bounds_[i];
  }
  table.otherwise = level(0, written_.levels[0].span);
  return table;
}

void LadderCheck::check() {
  const bool names = check_names();
  if (checking_.holder.contains(written_.name.text)) {
    checking_.report(kDeclaredTwice, written_.name.span,
                     backquoted(written_.name.text) + " is known of accounts, below `holder`",
                     "give the ladder another name");
    return;
  }
  if (written_.of) state_.measure = find_measure();
  const bool is_sound =
      state_.measure >= 0 && checking_.measure_is_sound[static_cast<size_t>(state_.measure)];
  if (!is_sound) return;
  const tree::Measure& measure = *checking_.measures[static_cast<size_t>(state_.measure)];
  if (measure.is_average || measure.picks()) {
    refuse(written_.of ? written_.of->span : written_.name.span,
           std::string("levels go by a sum or a number, and this is ") +
               (measure.is_average ? "an average" : "the highest or lowest of values"),
           "let them go by a `sum of` or a `number of`");
    return;
  }
  if (!pays_as_it_may() || !may_be_told()) return;
  if ((written_.of && !is_kept_alike()) || !check_reviews(checking_, state_)) return;
  if (!check_bounds() || !names) return;
  state_.table = add_ready_table(checking_, table());
}

}  // namespace

void check_ladders(Checking& checking) {
  for (LadderState& state : checking.ladders) LadderCheck(checking, state).check();
}

void finish_ladders(Checking& checking) {
  for (Table& table : checking.plan.tables) {
    for (Key& key : table.keys) {
      if (key.type.kind == TypeKind::kLevel) key.type = kCountType;
    }
  }
}

void settle_level(Term& term) {
  if (term.type.kind == TypeKind::kLevel) term.type = kCountType;
}

std::string level_names(const Checking& checking, int ladder) {
  const std::vector<tree::Level>& levels = ladder_at(checking, ladder).written->levels;
  std::string names;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (i > 0) names += i + 1 == levels.size() ? " or " : ", ";
    names += levels[i].name.text;
  }
  return names;
}

// ---- what terms read ----------------------------------------------------------------------------

bool Typer::may_read_level(const tree::Expr& written) {
  const std::string quoted = checking_.quoted(written.span);
  if (constant_) {
    checking_.report(kNotConstant, written.span,
                     quoted + " differs from account to account, and here stands a fixed value");
    return false;
  }
  if (scope_.reader == Reader::kEvent || scope_.reader == Reader::kMeasure ||
      scope_.reader == Reader::kLine || scope_.reader == Reader::kItem) {
    checking_.report(kReadsMeasure, written.span,
                     quoted + " is a level, which hangs on a measure; no measure is read here",
                     "read the level in a rule: `when " + written.text + " ...`");
    return false;
  }
  return true;
}

// What its levels go by, where that has no name of its own: `status.measure`.
Typed Typer::part_of_ladder(const tree::Expr& written, int ladder) {
  const LadderState& state = ladder_at(checking_, ladder);
  const bool is_own = !state.written->of;
  if (is_own && written.column == "measure") {
    tree::Expr name;
    name.kind = ExprKind::kName;
    name.text = state.written->measure.name.text;
    name.moment = written.moment;
    name.span = written.span;
    return measure(name, state.measure);
  }
  checking_.report(kNoColumn, written.span,
                   "ladder " + written.text + " has no " + backquoted(written.column),
                   "its name alone is the level" +
                       (is_own ? ", and `" + written.text + ".measure` what that goes by"
                               : "; it goes by `" + state.written->of->text + "`"));
  return {};
}

// What is owed is not asked when a period is over. False: told.
bool Typer::may_read_reviewed(const tree::Expr& written, const tree::Ladder& ladder) {
  if (scope_.reader != Reader::kEntitlement) return true;
  checking_.report(kNotOfSubject, written.span,
                   ladder.has_reviews()
                       ? "what is owed is not asked again when a level is reviewed, and ladder " +
                             ladder.name.text + " is"
                       : "what is owed is not asked again when the period before changes, and "
                         "ladder " +
                             ladder.name.text + " goes by that, too",
                   "read the level in a rule with `on` or per order; or write `review at once`");
  return false;
}

namespace {

// The larger of the measure and what it came to in the period before.
void keep_from_last(const tree::Expr& written, Typed& of) {
  TermPtr last = make_term(TermKind::kMeasure, of.type(), written.span);
  last->index = of.term->index;
  last->moment = Moment::kLast;
  TermPtr larger = make_term(TermKind::kMax, of.type(), written.span);
  larger->args.push_back(std::move(of.term));
  larger->args.push_back(std::move(last));
  of.term = std::move(larger);
}

// The larger of the level that reviews have left, and that of the measure. What reviews leave rises
// behind an event.
Typed keep_reviewed(const tree::Expr& written, const LadderState& state, Typed level) {
  TermPtr kept = make_term(TermKind::kMeasure, kCountType, written.span);
  kept->index = state.kept;
  kept->moment = Moment::kBefore;
  const Type type = level.type();
  settle_level(*level.term);
  TermPtr larger = make_term(TermKind::kMax, type, written.span);
  larger->args.push_back(std::move(kept));
  larger->args.push_back(std::move(level.term));
  level.term = std::move(larger);
  return level;
}

}  // namespace

// Before the event, unless it says otherwise: that is when an account has the level.
Typed Typer::level_on(const tree::Expr& written, int ladder) {
  if (!written.column.empty()) return part_of_ladder(written, ladder);
  const LadderState& state = ladder_at(checking_, ladder);
  if (!may_read_level(written) || state.table < 0) return {};
  tree::Expr name;
  name.kind = ExprKind::kName;
  name.text = state.written->name.text;
  name.span = written.span;
  name.moment = written.moment;
  const bool has_event = scope_.reader == Reader::kOneShot || scope_.reader == Reader::kObject;
  if (has_event && name.moment == Moment::kNone) name.moment = Moment::kBefore;
  Typed of = measure(name, state.measure);
  if (!of) return {};
  const bool is_each = state.written->each != tree::PeriodWord::kNone;
  if (is_each && !may_read_reviewed(written, *state.written)) return {};
  if (is_each && state.kept < 0) keep_from_last(written, of);
  Typed typed{make_term(TermKind::kLookup, {TypeKind::kLevel, ladder}, written.span), false, 0, {}};
  typed.term->index = state.table;
  typed.term->args.push_back(std::move(of.term));
  return state.kept < 0 ? std::move(typed) : keep_reviewed(written, state, std::move(typed));
}

// `customer's status`
Typed Typer::level_of_account(const tree::Expr& written, int ladder) {
  const LadderState& state = ladder_at(checking_, ladder);
  if (!may_read_level(written) || state.table < 0) return {};
  const int owner = checking_.plan.measures[static_cast<size_t>(state.measure)].subject.owner;
  if (checking_.attribute(written.owner) == owner) return level_on(written, ladder);
  checking_.report(
      kNotOfSubject, written.span,
      "ladder " + state.written->name.text + " is kept for " +
          backquoted(checking_.attribute_at(owner).name) + ", and not for " +
          backquoted(written.owner),
      "write `" + state.written->name.text + "` alone, or keep a ladder for the other");
  return {};
}

// A name that means nothing but beside a level.
bool Typer::is_free_name(const tree::Expr& written) const {
  if (written.kind != ExprKind::kName || !written.column.empty()) return false;
  if (written.moment != Moment::kNone || is_of_target(written)) return false;
  const bool is_let = scope_.lets != nullptr && !global_ && scope_.lets->contains(written.text);
  return !is_let && checking_.attribute(written.text) < 0 &&
         checking_.binding(written.text) == nullptr;
}

const tree::Name* level_somewhere(const Checking& checking, const std::string& name) {
  for (const LadderState& ladder : checking.ladders) {
    for (const tree::Level& level : ladder.written->levels) {
      if (level.name.text == name) return &level.name;
    }
  }
  return nullptr;
}

bool Typer::is_level_somewhere(const std::string& name) const {
  return level_somewhere(checking_, name) != nullptr;
}

bool Typer::refuse_lone_level(const tree::Expr& written) {
  if (!written.column.empty() || !is_level_somewhere(written.text)) return false;
  std::string ladder;
  for (size_t i = 0; i < checking_.ladders.size() && ladder.empty(); ++i) {
    if (level_number(checking_, static_cast<int>(i), written.text) < 0) continue;
    ladder = checking_.ladders[i].written->name.text;
  }
  checking_.report(kWrongKind, written.span,
                   backquoted(written.text) + " is a level of " + ladder +
                       ", and no value where none is beside it",
                   "compare the level with it: `" + ladder + " = " + written.text + "`");
  return true;
}

Typed Typer::level_named(const tree::Expr& written, int ladder) {
  const int number = level_number(checking_, ladder, written.text);
  Typed typed;
  typed.span = written.span;
  if (number >= 0) {
    typed.term = level_term(ladder, number, written.text, written.span);
    return typed;
  }
  std::vector<std::string> known;
  for (const tree::Level& level : ladder_at(checking_, ladder).written->levels) {
    known.push_back(level.name.text);
  }
  checking_.report(kUnknownName, written.span,
                   "ladder " + ladder_at(checking_, ladder).written->name.text + " has no level " +
                       backquoted(written.text),
                   did_you_mean(written.text, known, "it has " + level_names(checking_, ladder)));
  return typed;
}

Typed Typer::beside(const tree::Expr& written, const Typed& other) {
  if (!is_free_name(written)) return visit(written);
  if (other && other.type().kind == TypeKind::kLevel) {
    return level_named(written, other.type().unit);
  }
  // What should have a level has a mistake of its own.
  if (!other && is_level_somewhere(written.text)) return {};
  return visit(written);
}

Typed Typer::cell(const tree::Expr& written, Type beside) {
  begin();
  const bool is_level = beside.kind == TypeKind::kLevel && is_free_name(written);
  return is_level ? level_named(written, beside.unit) : visit(written);
}

TermPtr Typer::reached(int ladder, const tree::Name& level) {
  begin();
  tree::Expr name;
  name.kind = ExprKind::kName;
  name.text = ladder_at(checking_, ladder).written->name.text;
  name.span = level.span;
  // What was reached in the period before has been paid then.
  const LadderState& state = ladder_at(checking_, ladder);
  Typed of = state.table < 0 ? Typed{} : measure(name, state.measure);
  if (!of) return nullptr;
  Typed stands{make_term(TermKind::kLookup, kCountType, level.span), false, 0, {}};
  stands.term->index = state.table;
  stands.term->args.push_back(std::move(of.term));
  name.text = level.text;
  Typed wanted = level_named(name, ladder);
  if (!stands || !wanted) return nullptr;
  settle_level(*stands.term);
  settle_level(*wanted.term);
  TermPtr when = make_term(TermKind::kCompare, kConditionType, level.span);
  when->comparison = tree::Comparison::kGreaterEqual;
  when->args.push_back(std::move(stands.term));
  when->args.push_back(std::move(wanted.term));
  return when;
}

}  // namespace guerdon::plan
