#include "tests/reference/says.h"

#include <algorithm>
#include <sstream>

#include "engine/syntax/tree_printer.h"

namespace guerdon::reference {
namespace {

std::string number(int64_t value) { return " " + std::to_string(value); }

}  // namespace

// Of the printed plan the blocks that begin with `(table NAME`. What a table from a file says
// otherwise stands in the terms that read it: another column's says nothing of them.
Says::Says(const plan::Plan& plan) : plan_(plan) {
  std::stringstream text(plan::print_checked(plan));
  std::string table;
  for (std::string line; std::getline(text, line);) {
    const bool begins = line.starts_with("(");
    if (begins) table.clear();
    if (line.starts_with("(table ")) table = line.substr(7, line.find(" (by") - 7);
    if (table.empty()) continue;
    tables_[table] += line + "\n";
    if (line.ends_with(" from-file")) table.clear();
  }
}

std::string Says::attribute(int index) const {
  const plan::Attribute& attribute = plan_.attributes.at(static_cast<size_t>(index));
  if (attribute.is_sent()) return attribute.name;
  plan::Term term;
  term.kind = plan::TermKind::kAttribute;
  term.index = index;
  return print_term(plan_, term) + behind(term, nullptr);
}

std::string Says::fold(const plan::LineFold& fold) const {
  return " made of " + term(fold.amount) + " where " + term(fold.where);
}

std::string Says::table(int index) const {
  const plan::Table& table = plan_.tables.at(static_cast<size_t>(index));
  if (table.name.empty()) return "";  // its rows stand in the term
  std::string text = "\n" + tables_.at(table.name);
  for (const plan::TableVersion& later : table.later) text += this->table(later.table);
  return text;
}

// What a printed term only names.
std::string Says::behind(const plan::Term& term, const Named& measure) const {
  switch (term.kind) {
    case plan::TermKind::kLookup:
    case plan::TermKind::kChoose:
    case plan::TermKind::kEachPart:
    case plan::TermKind::kInTable:
      return table(term.index);
    case plan::TermKind::kAttribute:
    case plan::TermKind::kHas:
    case plan::TermKind::kFirst:
    case plan::TermKind::kHighest: {
      const plan::Attribute& attribute = plan_.attributes.at(static_cast<size_t>(term.index));
      if (attribute.fold >= 0) return fold(plan_.folds.at(static_cast<size_t>(attribute.fold)));
      if (attribute.ask < 0) return "";
      return table(plan_.asks.at(static_cast<size_t>(attribute.ask)).table);
    }
    case plan::TermKind::kMeasure:
      return " reads " + measure(term.index);
    default:
      return "";
  }
}

std::string Says::term(const plan::TermPtr& term, const Named& measure) const {
  if (term == nullptr) return "nothing";
  std::string text = print_term(plan_, *term);
  plan::visit_terms(*term, [&](const plan::Term& each) { text += behind(each, measure); });
  return text;
}

std::string Says::unit(int index) const {
  return index < 0 ? "none" : plan_.units.at(static_cast<size_t>(index)).code;
}

std::string Says::subject(const plan::Subject& subject) const {
  std::string text = " per";
  if (subject.owner >= 0) text += " " + attribute(subject.owner);
  for (const int key : subject.keys) text += " " + attribute(key);
  if (subject.object >= 0) text += " object " + attribute(subject.object);
  return text + " / " + calendar::period_kind_name(subject.period);
}

// In any order.
std::string Says::events(const std::vector<int>& events) const {
  std::vector<std::string> names;
  for (const int event : events) names.push_back(plan_.events.at(static_cast<size_t>(event)).name);
  std::sort(names.begin(), names.end());
  std::string text = " on";
  for (const std::string& name : names) text += " " + name;
  return text;
}

std::string Says::measure(const plan::Measure& measure) const {
  std::string text =
      subject(measure.subject) + number(int(measure.type.kind)) + " " + unit(measure.type.unit);
  for (const plan::Flow& flow : measure.flows) {
    text += (flow.less ? "\nless " : "\nadd ") + term(flow.value) + events(flow.events);
  }
  if (measure.is_told) text += "\ntold " + measure.name;
  if (measure.is_score) text += "\nscore " + measure.name;
  if (measure.is_carried || measure.is_opened) text += "\ncarried " + measure.name;
  if (measure.is_streak) text += "\nstreak " + measure.name;
  if (measure.is_of_average) text += "\nof an average";
  if (measure.values_max > 0) {
    text += measure.is_distinct() ? "\ndistinct " : "\nvalues ";
    text += std::to_string(measure.values_max) + " of " + attribute(measure.distinct);
  }
  if (measure.pick != plan::tree::Pick::kNone) {
    text += measure.pick == plan::tree::Pick::kHighest ? "\nhighest" : "\nlowest";
    text += measure.is_picked() ? "" : measure.counted_in >= 0 ? " values" : " samples";
  }
  return text + "\nwhere " + term(measure.where);
}

std::string Says::group(const plan::Group& group) const {
  return std::string(stacking_word(group.how)) + " " + unit(group.unit) +
         number(group.up_to.value_or(-1));
}

std::string Says::effect(const plan::Effect& effect, const Named& measure) const {
  std::string text = "\n" + std::string(plan::tree::verb_word(effect.verb)) + " " +
                     attribute(effect.payee) + " " + unit(effect.unit) + " " +
                     term(effect.amount, measure) + " when " + term(effect.when, measure);
  for (const plan::Times& times : effect.times) {
    text += " times " + term(times.factor, measure) + " when " + term(times.when, measure);
  }
  text += effect.adds_times ? " which add" : "";
  text += effect.at_close ? " at close" : "";
  text += " at most " + term(effect.at_most, measure);
  for (const plan::Limit& limit : effect.limits) {
    text += " limit" + number(limit.most) + (limit.counts ? " times" : "") +
            (limit.or_nothing ? " or nothing" : "") + subject(limit.subject);
  }
  if (effect.budget >= 0) {
    text += " from " + plan_.budgets.at(static_cast<size_t>(effect.budget)).name;
  }
  return text + " " + std::string(money::rounding_name(effect.rounding)) + " as " + effect.kind;
}

std::string Says::rule(const plan::Rule& rule, const Named& measure) const {
  std::string text = subject(rule.subject) + number(rule.from) + number(rule.until) +
                     (rule.keeps ? " keeps" : "") + (rule.is_settled ? " settled" : "") +
                     (rule.counts ? " counts " + rule.counts->target + number(rule.counts->most) +
                                        term(rule.counts->goal, measure)
                                  : "");
  if (rule.counts && rule.counts->is_surplus()) {
    text += " of " + measure(rule.counts->achieved) + " to " + measure(rule.counts->measure);
  }
  if (rule.subject.is_event()) text += events(rule.events);  // else they follow from the rest
  if (rule.group >= 0) {
    // Where priorities are equal, by its name.
    text += " in " + plan_.groups.at(static_cast<size_t>(rule.group)).name + number(rule.priority) +
            " as " + rule.name;
  }
  text += " when " + term(rule.when, measure);
  for (const plan::Effect& each : rule.effects) text += effect(each, measure);
  if (rule.take_back) {
    text += "\ntake back " + std::string(plan::tree::take_back_words(rule.take_back->way)) +
            term(rule.take_back->value, measure) + events(rule.take_back->events) +
            subject(rule.take_back->subject);
  }
  return text;
}

}  // namespace guerdon::reference
