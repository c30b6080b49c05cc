// The canonical printed form of checked plans: S-expressions. A number shows its type: `3` is a
// count, `1/20` a ratio (`2/1` too), `GBP:500.00` an amount. Tables of rules have no name and are
// printed where they stand, so terms print equally exactly when they are equal.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/assert.h"
#include "engine/base/civil.h"
#include "engine/money/decimal.h"
#include "engine/plan/checked.h"
#include "engine/syntax/tree_printer.h"

namespace guerdon::plan {
namespace {

using tree::CellKind;
using tree::Moment;

class Printer {
 public:
  explicit Printer(const Plan& plan) : plan_(plan) {}

  std::string plan() const;
  std::string term(const Term& term) const;

 private:
  std::string number(money::Ratio value, Type type) const;
  std::string type(Type type) const;
  std::string cell(const Cell& cell, const Key& key) const;
  std::string cells(const Table& table, const Row& row) const;
  std::string values(const Table& table, const Row& row) const;
  std::string args(std::string_view head, const Term& term) const;
  std::string lookup(const Term& term) const;
  std::string choice(const Term& term) const;
  std::string share(const Term& term) const;
  std::string dated(const Term& term) const;
  std::string parts(const Term& term) const;
  std::string table_in_use(const Term& term) const;
  std::string subject(const Subject& subject) const;
  std::string events(const std::vector<int>& events) const;
  std::string header() const;
  std::string versions() const;
  std::string lineage(const Rule& rule) const;
  std::string badge(const Badge& badge) const;
  std::string attribute(const Attribute& attribute) const;
  std::string event(const EventType& event) const;
  std::string table(int index) const;
  std::string measure(int index) const;
  std::string target(const Target& target) const;
  std::string challenge(const Challenge& challenge) const;
  std::string counting(const Counting& counts) const;
  std::string of_target(const Term& term) const;
  std::string group(int index) const;
  std::string budget(const Budget& budget) const;
  std::string effect(const Effect& effect) const;
  std::string rule(const Rule& rule) const;
  std::string amount(int64_t minor, int unit) const {
    return number({minor, 1}, {TypeKind::kAmount, unit});
  }
  std::string item(const Item& item) const;
  std::string exchange(const Exchange& exchange) const;

  std::string held_name(const Term& term) const {
    return attribute_name(term.owner) + "'s " + plan_.holder[static_cast<size_t>(term.index)].name;
  }
  std::string asked(const TableAsk& ask) const {
    const Table& table = plan_.tables[static_cast<size_t>(ask.table)];
    const std::string& column = table.columns[static_cast<size_t>(ask.column)].name;
    std::string text =
        "(ask " + name_in(plan_.tables, ask.table) + (column.empty() ? "" : "." + column);
    for (const int key : ask.keys) text += " " + attribute_name(key);
    return text + ")";
  }
  // Equal where they are made of the lines in the same way.
  std::string attribute_term(int index) const {
    const int ask = plan_.attributes[static_cast<size_t>(index)].ask;
    if (ask >= 0) return asked(plan_.asks[static_cast<size_t>(ask)]);
    const int number = plan_.attributes[static_cast<size_t>(index)].fold;
    if (number < 0) return attribute_name(index);
    const LineFold& fold = plan_.folds[static_cast<size_t>(number)];
    if (fold.amount != nullptr) {
      return "(sum-of-each " + term(*fold.amount) + " rounded " +
             std::string(money::rounding_name(fold.rounding)) +
             (fold.where != nullptr ? " where " + term(*fold.where) + ")" : ")");
    }
    std::string text = "(" + hyphenated(tree::fold_words(fold.fold));
    if (fold.value >= 0) text += " " + attribute_name(fold.value);
    text += fold.all_lines ? " all-lines" : " lines";
    return text + (fold.where != nullptr ? " " + term(*fold.where) + ")" : ")");
  }
  const std::string& event_name(int index) const {
    return plan_.events[static_cast<size_t>(index)].name;
  }
  const std::string& attribute_name(int index) const {
    return plan_.attributes[static_cast<size_t>(index)].name;
  }
  std::string measure_term(const Term& term) const {
    return name_in(plan_.measures, term.index) + (term.moment == Moment::kBefore  ? "@before"
                                                  : term.moment == Moment::kAfter ? "@after"
                                                                                  : "@last");
  }
  // In a plan of several versions names come again: the second of a name is `name#2`.
  template <typename Named>
  std::string name_in(const std::vector<Named>& all, int index) const {
    const std::string& name = all[static_cast<size_t>(index)].name;
    if (plan_.versions.size() < 2) return name;
    const auto is_same = [&](const Named& other) { return other.name == name; };
    const auto before = std::count_if(all.begin(), all.begin() + index, is_same);
    return before == 0 ? name : name + "#" + std::to_string(before + 1);
  }
  const Table& table_at(const Term& term) const {
    return plan_.tables[static_cast<size_t>(term.index)];
  }

  const Plan& plan_;
};

// ---- terms --------------------------------------------------------------------------------------

std::string Printer::number(money::Ratio value, Type type) const {
  std::string fraction = std::to_string(value.num) + "/" + std::to_string(value.den);
  if (type.kind == TypeKind::kRatio) return fraction;
  const bool whole = value.den == 1;
  if (type.kind == TypeKind::kCount) return whole ? std::to_string(value.num) : "count:" + fraction;
  const Unit& unit = plan_.units[static_cast<size_t>(type.unit)];
  if (!whole) return unit.name + ":" + fraction + "minor";
  return unit.name + ":" + money::format_decimal(value.num, unit.scale);
}

std::string Printer::args(std::string_view head, const Term& term) const {
  std::string text = "(" + std::string(head);
  for (const TermPtr& arg : term.args) text += " " + this->term(*arg);
  return text + ")";
}

std::string Printer::cell(const Cell& cell, const Key& key) const {
  std::string text = hyphenated(tree::cell_words(cell.kind));
  if (cell.kind == CellKind::kAny) return text;
  if (!text.empty()) text += " ";
  if (key.kind == KeyKind::kText) return text + quote(cell.text);
  return text + number({cell.number, 1}, key.type);
}

std::string Printer::cells(const Table& table, const Row& row) const {
  if (row.cells.empty()) return "(otherwise)";
  std::string text = "(";
  for (size_t k = 0; k < row.cells.size(); ++k) {
    text += (k > 0 ? ", " : "") + cell(row.cells[k], table.keys[k]);
  }
  return text + ")";
}

std::string Printer::values(const Table& table, const Row& row) const {
  std::string text;
  for (size_t c = 0; c < row.values.size(); ++c) {
    text += " " + (row.values[c] ? number(*row.values[c], table.columns[c].type) : "none");
  }
  return text;
}

std::string Printer::table_in_use(const Term& term) const {
  const Table& table = table_at(term);
  if (!table.name.empty()) {
    const std::string& column = table.columns[static_cast<size_t>(term.column)].name;
    const std::string name = name_in(plan_.tables, term.index);
    return column.empty() ? name : name + "." + column;
  }
  std::string text = "(rows";
  for (const Row& row : table.rows) text += " (" + cells(table, row) + values(table, row) + ")";
  if (table.otherwise) {
    text += " (" + cells(table, *table.otherwise) + values(table, *table.otherwise) + ")";
  }
  return text + ")";
}

std::string Printer::lookup(const Term& term) const {
  std::string text = "(lookup " + table_in_use(term);
  const size_t keys = table_at(term).keys.size();
  for (size_t i = 0; i < term.args.size(); ++i) {
    text += (i == keys ? " else " : " ") + this->term(*term.args[i]);
  }
  return text + ")";
}

std::string Printer::choice(const Term& term) const {
  const Table& table = table_at(term);
  std::string text = "(choose";
  const size_t keys = table.keys.size();
  for (size_t k = 0; k < keys; ++k) text += " " + this->term(*term.args[k]);
  for (size_t i = keys; i < term.args.size(); ++i) {
    const size_t index = i - keys;
    const Row& row = index < table.rows.size() ? table.rows[index] : *table.otherwise;
    text += " (" + cells(table, row) + " " +
            (term.args[i] != nullptr ? this->term(*term.args[i]) : "none") + ")";
  }
  return text + ")";
}

std::string Printer::share(const Term& term) const {
  std::string text = "(share " + std::to_string(term.column + 1) + " of " +
                     this->term(*term.args[0]) + " rounded " +
                     std::string(money::rounding_name(term.rounding)) + " by";
  for (size_t i = 1; i < term.args.size(); ++i) text += " " + this->term(*term.args[i]);
  return text + ")";
}

std::string Printer::parts(const Term& term) const {
  std::string text = "(each-part " + table_in_use(term) + " " + this->term(*term.args[0]);
  if (term.args.size() > 1) text += " on " + this->term(*term.args[1]);
  return text + ")";
}

std::string Printer::dated(const Term& term) const {
  std::string text = "(dated " + this->term(*term.args[0]);
  for (size_t i = 0; i < term.from.size(); ++i) {
    text += " (from " + base::format_timestamp(term.from[i]) + " " + this->term(*term.args[i + 1]) +
            ")";
  }
  return text + ")";
}

std::string Printer::of_target(const Term& term) const {
  switch (term.kind) {
    case TermKind::kGoal:
      return args("goal", term);
    case TermKind::kAverage:
      return args("average", term);
    case TermKind::kSampled:
      return args("sampled", term);
    case TermKind::kPercent:
      return args("percent", term);
    default:
      return args("percent-within", term);
  }
}

std::string Printer::term(const Term& term) const {
  switch (term.kind) {
    case TermKind::kNumber:
      return number(term.value, term.type);
    case TermKind::kText:
      return quote(term.text);
    case TermKind::kDuration:
      return calendar::duration_text(term.duration);
    case TermKind::kAttribute:
      return attribute_term(term.index);
    case TermKind::kDated:
      return dated(term);
    case TermKind::kHas:
      return "(has " + attribute_term(term.index) + ")";
    case TermKind::kHeld:
      return held_name(term);
    case TermKind::kHasHeld:
      return "(has " + held_name(term) + ")";
    case TermKind::kFirst:
      return "(first " + attribute_term(term.index) + " " + event_name(term.event) + ")";
    case TermKind::kHighest:
      return "(highest " + attribute_term(term.index) + " " + event_name(term.event) + ")";
    case TermKind::kCame:
      return "(came " + event_name(term.event) + ")";
    case TermKind::kMeasure:
      return measure_term(term);
    case TermKind::kNegate:
    case TermKind::kSubtract:
      return args("-", term);
    case TermKind::kAdd:
      return args("+", term);
    case TermKind::kMultiply:
      return args("*", term);
    case TermKind::kMin:
    case TermKind::kMax:
      return args(term.kind == TermKind::kMin ? "min" : "max", term);
    case TermKind::kPerFull:
      return args("per-full", term);
    case TermKind::kGoal:
    case TermKind::kAverage:
    case TermKind::kSampled:
    case TermKind::kPercent:
    case TermKind::kPercentWithin:
      return of_target(term);
    case TermKind::kLookup:
      return lookup(term);
    case TermKind::kElse:
      return args("else", term);
    case TermKind::kChoose:
      return choice(term);
    case TermKind::kShare:
      return share(term);
    case TermKind::kEachPart:
      return parts(term);
    case TermKind::kAnd:
    case TermKind::kOr:
      return args(term.kind == TermKind::kAnd ? "and" : "or", term);
    case TermKind::kNot:
      return args("not", term);
    case TermKind::kCompare:
      return args(comparison_sign(term.comparison), term);
    case TermKind::kIn:
      return args("in", term);
    case TermKind::kInTable:
      return "(in-table " + name_in(plan_.tables, term.index) + " " + this->term(*term.args[0]) +
             ")";
  }
  GUERDON_UNREACHABLE();
}

// ---- declarations -------------------------------------------------------------------------------

std::string Printer::type(Type type) const {
  switch (type.kind) {
    case TypeKind::kBool:
      return "flag";
    case TypeKind::kAmount:
      return plan_.units[static_cast<size_t>(type.unit)].name;
    case TypeKind::kCount:
      return "count";
    case TypeKind::kRatio:
      return "ratio";
    case TypeKind::kText:
      return "text";
    case TypeKind::kAccount:
      return "account";
    case TypeKind::kObject:
      return "object";
    case TypeKind::kDuration:
      return "duration";
    case TypeKind::kLevel:
      return "level";
  }
  GUERDON_UNREACHABLE();
}

std::string change(Change change) {
  switch (change) {
    case Change::kUsual:
      return "";
    case Change::kPin:
      return " (change pin)";
    case Change::kSplit:
      return " (change split)";
    case Change::kRetro:
      return " (change retro)";
  }
  GUERDON_UNREACHABLE();
}

std::string Printer::header() const {
  const calendar::Calendar& calendar = plan_.calendar;
  return "(plan " + plan_.name + " (program " + quote(plan_.program) + ") (zone " +
         quote(calendar.zone.name()) + ") (week " +
         std::string(base::kWeekdayNames[static_cast<size_t>(calendar.week_start)]) +
         ") (month-day " + std::to_string(calendar.month_start_day) + ") (year-month " +
         std::to_string(calendar.year_start_month) + ")" +
         (plan_.grace.count > 0 ? " (grace " + calendar::duration_text(plan_.grace) + ")" : "") +
         versions() + change(plan_.change) + ")\n";
}

// None of a plan that has but its first.
std::string Printer::versions() const {
  std::string text;
  for (const PlanVersion& version : plan_.versions) {
    if (version.number == 1) continue;
    text += " (version " + std::to_string(version.number) + " from " +
            base::format_timestamp(version.from);
    if (!version.corrects.empty()) {
      text += " (corrects";
      for (const std::string& lineage : version.corrects) text += " " + lineage;
      text += ")";
    }
    text += ")";
  }
  return text;
}

std::string Printer::lineage(const Rule& rule) const {
  std::string text;
  if (rule.lineage != rule.name) text += " (lineage " + rule.lineage + ")";
  for (const std::string& name : rule.was) text += " (was " + name + ")";
  text += change(rule.change);
  if (rule.version != 1) text += " (version " + std::to_string(rule.version) + ")";
  if (rule.is_retro) text += " (retro)";
  if (rule.since != calendar::kTimeBeginning) {
    text += " (since " + base::format_timestamp(rule.since) + ")";
  }
  if (rule.before != calendar::kTimeEternity) {
    text += " (before " + base::format_timestamp(rule.before) + ")";
  }
  return text.empty() ? text : "\n " + text;
}

std::string Printer::attribute(const Attribute& attribute) const {
  if (!attribute.is_sent()) return "";
  const std::string_view kind = attribute.of_line ? "(line-attribute " : "(attribute ";
  return std::string(kind) + attribute.name + " " + quote(attribute.wire) + " " +
         type(attribute.type) + (attribute.is_signed ? " signed" : "") +
         (attribute.identity ? " identity" : "") + ")\n";
}

std::string Printer::event(const EventType& event) const {
  std::string text = "(event " + event.name + " " + quote(event.wire) + " (";
  for (size_t i = 0; i < event.attributes.size(); ++i) {
    text += (i > 0 ? " " : "") + attribute_term(event.attributes[i]);
  }
  text += ")";
  if (!event.lines.empty()) {
    text += " (lines";
    for (const int attribute : event.lines) text += " " + attribute_name(attribute);
    text += ")";
  }
  if (event.version != 1) text += " (version " + std::to_string(event.version) + ")";
  if (event.object >= 0) {
    text += " (object " + attribute_name(event.object) + (event.is_versioned ? " versioned)" : ")");
  }
  if (event.when != nullptr) text += "\n  (when " + term(*event.when) + ")";
  if (event.late != tree::LatePolicy::kCorrect) {
    text += "\n  (late " + std::string(tree::late_policy_word(event.late)) + ")";
  }
  return text + (event.ignore_others ? "\n  (ignore-others)" : "") + ")\n";
}

std::string Printer::table(int index) const {
  const Table& table = plan_.tables[static_cast<size_t>(index)];
  std::string text = "(table " + name_in(plan_.tables, index) + " (by";
  for (const Key& key : table.keys) {
    text += " (" + (key.name.empty() ? "_" : key.name) + " " +
            (key.kind == KeyKind::kRange ? "range of " : "") + type(key.type) + ")";
  }
  text += ") (columns";
  for (const Column& column : table.columns) {
    text += " (" + (column.name.empty() ? "_" : column.name) + " " + type(column.type);
    if (table.is_from_file) text += " at-most " + std::to_string(column.most);
    text += ")";
  }
  text += table.is_from_file ? ") from-file" : ")";
  if (!table.levels.empty()) {
    text += "\n  (levels";
    for (const std::string& level : table.levels) text += " " + level;
    text += ")";
  }
  for (const Row& row : table.rows) {
    text += "\n  (" + cells(table, row) + values(table, row) + ")";
  }
  if (table.otherwise) text += "\n  ((otherwise)" + values(table, *table.otherwise) + ")";
  for (const TableVersion& later : table.later) {
    text += "\n  (from " + base::format_timestamp(later.from) + " " +
            quote(name_in(plan_.tables, later.table)) + ")";
  }
  return text + ")\n";
}

std::string Printer::subject(const Subject& subject) const {
  if (subject.is_event()) return "(per event)";
  if (subject.is_object()) return "(per object " + attribute_name(subject.object) + ")";
  std::string text = "(per " + attribute_name(subject.owner);
  for (const int key : subject.keys) text += " " + attribute_name(key);
  if (subject.period == calendar::PeriodKind::kLifetime) return text + ")";
  return text + " / " + calendar::period_kind_name(subject.period) + ")";
}

std::string Printer::events(const std::vector<int>& events) const {
  std::string text = "(on";
  for (const int event : events) text += " " + plan_.events[static_cast<size_t>(event)].name;
  return text + ")";
}

std::string Printer::measure(int index) const {
  const Measure& measure = plan_.measures[static_cast<size_t>(index)];
  std::string text = "(measure " + name_in(plan_.measures, index) + " " + subject(measure.subject) +
                     " " + type(measure.type);
  if (measure.version != 1) text += " (version " + std::to_string(measure.version) + ")";
  for (const Flow& flow : measure.flows) {
    text += "\n  (" + std::string(flow.less ? "less" : "add") + " " +
            (flow.value != nullptr ? term(*flow.value) : "1") + " " + events(flow.events) + ")";
  }
  if (measure.is_told) text += measure.is_entered ? "\n  (entered)" : "\n  (told)";
  if (measure.is_score) text += "\n  (score)";
  if (measure.is_streak) text += "\n  (streak)";
  if (measure.is_carried) text += "\n  (carried)";
  if (measure.is_opened) text += "\n  (opens with what is carried)";
  if (measure.is_of_average) text += "\n  (of-average)";
  if (measure.is_distinct()) {
    text += "\n  (distinct " + name_in(plan_.attributes, measure.distinct) + " " +
            std::to_string(measure.values_max) + ")";
  }
  if (measure.is_picked()) text += "\n  (" + std::string(pick_word(measure.pick)) + ")";
  if (measure.samples >= 0) {
    text += "\n  (picked-in " + name_in(plan_.measures, measure.counted_in) + ")";
  } else if (measure.counted_in >= 0) {
    text += "\n  (counted-in " + name_in(plan_.measures, measure.counted_in) + " " +
            std::to_string(measure.values_max) + ")";
  }
  for (const int rule : measure.earned_by) {
    text += "\n  (earned-by " + name_in(plan_.rules, rule) + ")";
  }
  if (measure.where != nullptr) text += "\n  (where " + term(*measure.where) + ")";
  return text + ")\n";
}

std::string Printer::target(const Target& target) const {
  std::string text = "(target " + target.name + " " + name_in(plan_.measures, target.measure) +
                     (target.is_average ? " (average)" : "") +
                     (target.at_most ? " (goal at-most " : " (goal ") + term(*target.goal) + ")";
  for (const Band& band : target.bands) {
    text += " (band " + band.name;
    text += band.below == Band::kNoEnd ? ")" : " below " + std::to_string(band.below) + ")";
  }
  if (target.version != 1) text += " (version " + std::to_string(target.version) + ")";
  return text + ")\n";
}

std::string Printer::challenge(const Challenge& challenge) const {
  std::string text =
      "(challenge " + challenge.name + " " + name_in(plan_.measures, challenge.measure) +
      " (ties " + std::string(tree::tie_word(challenge.ties)) +
      (challenge.more < 0 ? "" : " " + challenge.goals[static_cast<size_t>(challenge.more)].name) +
      ") (ranks " + std::string(tree::ranks_word(challenge.ranks)) + ")";
  if (challenge.enough > 0) text += " (enough " + std::to_string(challenge.enough) + ")";
  if (challenge.rolls_over) text += " (rollover)";
  if (challenge.joiners) text += challenge.prorated ? " (joiners prorated)" : " (joiners full)";
  if (!challenge.responsible.empty()) text += " (owner " + quote(challenge.responsible) + ")";
  for (const ChallengeGoal& goal : challenge.goals) {
    text += " (goal " + goal.name + " " + name_in(plan_.measures, goal.measure) + " " +
            std::to_string(goal.least) + " weight " + std::to_string(goal.weight) +
            (goal.up_to > 0 ? " up-to " + std::to_string(goal.up_to) : "") + ")";
  }
  for (const Prize& prize : challenge.prizes) {
    if (prize.kind == PrizeKind::kRank) {
      text += " (rank " + std::to_string(prize.first);
      if (prize.last != prize.first) text += " to " + std::to_string(prize.last);
    } else {
      text += prize.kind == PrizeKind::kEveryone ? " (everyone" : " (share";
    }
    if (prize.even_if_not_succeeded) text += " even-if-not-succeeded";
    text += " effect " + std::to_string(prize.effect) + ")";
  }
  if (challenge.version != 1) text += " (version " + std::to_string(challenge.version) + ")";
  return text + ")\n";
}

std::string Printer::group(int index) const {
  const Group& group = plan_.groups[static_cast<size_t>(index)];
  std::string text =
      "(group " + name_in(plan_.groups, index) + " " + std::string(stacking_word(group.how));
  if (group.up_to) text += " up-to " + amount(*group.up_to, group.unit);
  if (group.version != 1) text += " (version " + std::to_string(group.version) + ")";
  return text + ")\n";
}

std::string window(calendar::TimeMs from, calendar::TimeMs until) {
  std::string text;
  if (from != calendar::kTimeBeginning) text += " (from " + base::format_timestamp(from) + ")";
  if (until != calendar::kTimeEternity) text += " (until " + base::format_timestamp(until) + ")";
  return text;
}

std::string Printer::budget(const Budget& budget) const {
  std::string text = "(budget " + budget.name + " " + calendar::period_kind_name(budget.period);
  for (const BudgetAmount& each : budget.amounts) {
    text += " (" + amount(each.most, budget.unit) + window(each.from, calendar::kTimeEternity) +
            (each.pays_nothing ? " short-nothing)" : ")");
  }
  return text + ")\n";
}

std::string Printer::effect(const Effect& effect) const {
  std::string text =
      "\n  (" + std::string(tree::verb_word(effect.verb)) + " " + attribute_name(effect.payee) +
      " " + plan_.units[static_cast<size_t>(effect.unit)].name + " " + term(*effect.amount);
  if (effect.when != nullptr) text += " (when " + term(*effect.when) + ")";
  for (const Times& times : effect.times) {
    text += " (times " + term(*times.factor) +
            (times.when != nullptr ? " when " + term(*times.when) : "") + ")";
  }
  if (effect.adds_times) text += " adds";
  if (effect.at_most != nullptr) text += " (at-most " + term(*effect.at_most) + ")";
  for (const Limit& limit : effect.limits) {
    text += " (limit " + std::to_string(limit.most) + (limit.counts ? " times " : " ") +
            subject(limit.subject) + (limit.or_nothing ? " or-nothing)" : ")");
  }
  if (effect.budget >= 0) text += " (from-budget " + name_in(plan_.budgets, effect.budget) + ")";
  if (effect.at_close) text += " at-close";
  return text + " " + std::string(money::rounding_name(effect.rounding)) + " " + effect.kind + ")";
}

std::string Printer::counting(const Counting& counts) const {
  const std::string measure = name_in(plan_.measures, counts.measure);
  if (counts.is_review()) {
    return "(reviews " + measure + " by " + name_in(plan_.tables, counts.table) + " of " +
           name_in(plan_.measures, counts.reviewed) + " " +
           std::string(tree::falls_word(counts.falls)) + (counts.rises ? " rises" : "") + ")";
  }
  const std::string goal = "\n  (goal " + term(*counts.goal) + ")";
  if (counts.is_surplus()) {
    return "(carries " + measure + " of " + counts.target + " up to " +
           std::to_string(counts.most) + goal + ")";
  }
  return "(counts " + measure + " of " + counts.target + " " + std::to_string(counts.least) +
         (counts.repeats ? " repeats" : "") + goal + "\n  (reached " + term(*counts.reached) + "))";
}

std::string Printer::rule(const Rule& rule) const {
  std::string text = "(rule " + rule.name + " " + subject(rule.subject) + " " +
                     (rule.is_settled ? "(settled)"
                      : rule.counts   ? counting(*rule.counts)
                                      : events(rule.events));
  if (rule.group >= 0) {
    text += " (in " + name_in(plan_.groups, rule.group) + " " + std::to_string(rule.priority) + ")";
  }
  text += window(rule.from, rule.until) + lineage(rule);
  if (rule.when != nullptr) text += "\n  (when " + term(*rule.when) + ")";
  for (const Effect& each : rule.effects) text += effect(each);
  if (rule.take_back) {
    text += "\n  (take-back " + hyphenated(tree::take_back_words(rule.take_back->way)) + " " +
            term(*rule.take_back->value) + " " + events(rule.take_back->events) + " " +
            subject(rule.take_back->subject) + ")";
  }
  if (rule.keeps) text += "\n  (take-back nothing)";
  return text + ")\n";
}

// Windows and the times of rates as instants, UTC.
std::string Printer::item(const Item& item) const {
  std::string text = "(item " + item.name + " " + quote(item.title) + " (price " +
                     amount(item.price, item.price_unit) + ")";
  if (item.gives > 0) text += " (gives " + amount(item.gives, item.gives_unit) + ")";
  if (item.stock) text += " (stock " + std::to_string(*item.stock) + ")";
  for (const ItemLimit& limit : item.limits) {
    text += " (at-most " + std::to_string(limit.times) + " / " +
            calendar::period_kind_name(limit.period) + ")";
  }
  text += window(item.from, item.until);
  if (item.when) text += " (when " + term(*item.when) + ")";
  return text + ")\n";
}

std::string Printer::exchange(const Exchange& exchange) const {
  const auto ratio = [](money::Ratio value) {
    return std::to_string(value.num) + "/" + std::to_string(value.den);
  };
  std::string text = "(exchange " + plan_.units[static_cast<size_t>(exchange.from_unit)].name +
                     " " + plan_.units[static_cast<size_t>(exchange.to_unit)].name;
  if (exchange.from_file) text += " (from-file)";
  if (exchange.spread.num > 0) text += " (spread " + ratio(exchange.spread) + ")";
  if (exchange.stale) text += " (stale " + calendar::duration_text(*exchange.stale) + ")";
  if (exchange.show_only) text += " (show-only)";
  for (const RateFrom& rate : exchange.rates) {
    text += "\n  (rate " + ratio(rate.rate) + " minor";
    if (rate.from != calendar::kTimeBeginning) {
      text += " from " + base::format_timestamp(rate.from);
    }
    text += ")";
  }
  return text + ")\n";
}

std::string Printer::badge(const Badge& badge) const {
  static constexpr std::array<std::string_view, 4> kGranters = {"", "anyone", "holders of ",
                                                                "accounts"};
  if (badge.is_notice) return " (notice)";
  std::string text = " (badge " + quote(badge.title);
  if (!badge.level.empty()) text += " " + badge.level;
  if (badge.granters == tree::Granters::kNobody) return text + ")";
  text += " (by " + std::string(kGranters[static_cast<size_t>(badge.granters)]) + badge.holders_of;
  for (const std::string& name : badge.names) text += " " + quote(name);
  text += ")";
  if (badge.sent) {
    text += " (sent " + std::to_string(badge.sent->times) + " per " +
            calendar::period_kind_name(badge.sent->period) + ")";
  }
  const auto amount = [](const GrantAmount& each) {
    return std::to_string(each.amount) + " " + each.unit +
           (each.from_granter ? " from granter" : "") +
           (each.budget.empty() ? "" : " from-budget " + each.budget);
  };
  if (badge.burn) text += " (burn " + amount(*badge.burn) + ")";
  if (badge.credit) text += " (credit " + amount(*badge.credit) + ")";
  if (badge.given_in) text += " (once per " + calendar::period_kind_name(*badge.given_in) + ")";
  return text + ")";
}

std::string Printer::plan() const {
  std::string text = header();
  for (const Unit& unit : plan_.units) {
    text += "(unit " + unit.name + " " + quote(unit.code) + " " + std::to_string(unit.scale);
    text += (unit.badge ? badge(*unit.badge) : "") + ")\n";
  }
  for (size_t u = 0; u < plan_.wallets.size(); ++u) {
    const std::string rules = print_wallet_rules(plan_.wallets[u]);
    if (!rules.empty()) text += "(wallet " + plan_.units[u].name + " " + rules + ")\n";
  }
  for (const Attribute& each : plan_.attributes) text += attribute(each);
  for (const Relation& each : plan_.relations) {
    text += "(relation " + each.name + " " + quote(each.wire) + ")\n";
  }
  for (const HolderAttribute& each : plan_.holder) {
    text += "(holder " + each.name + " " + quote(each.wire) + " " + type(each.type) +
            (each.is_signed ? " signed" : "") + ")\n";
  }
  for (const EventType& each : plan_.events) text += event(each);
  for (size_t t = 0; t < plan_.tables.size(); ++t) {
    if (!plan_.tables[t].name.empty()) text += table(static_cast<int>(t));
  }
  for (size_t m = 0; m < plan_.measures.size(); ++m) text += measure(static_cast<int>(m));
  for (const Target& each : plan_.targets) {
    text += each.is_entry ? "(entry " + each.name + ")\n" : target(each);
  }
  for (const Challenge& each : plan_.challenges) text += challenge(each);
  for (size_t g = 0; g < plan_.groups.size(); ++g) text += group(static_cast<int>(g));
  for (const Budget& each : plan_.budgets) text += budget(each);
  for (const Rule& each : plan_.rules) text += rule(each);
  for (const Item& each : plan_.items) text += item(each);
  for (const Exchange& each : plan_.exchanges) text += exchange(each);
  return text;
}

}  // namespace

std::string print_checked(const Plan& plan) { return Printer(plan).plan(); }

std::string print_term(const Plan& plan, const Term& term) { return Printer(plan).term(term); }

}  // namespace guerdon::plan
