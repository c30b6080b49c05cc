#include "engine/proofs/explain_terms.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "engine/proofs/cliffs.h"
#include "engine/proofs/scale.h"

namespace guerdon::plan {
namespace {

using tree::CellKind;
using tree::Comparison;
using tree::Moment;

// "-1234567.50" as "-1,234,567.50".
std::string grouped(const std::string& digits) {
  const size_t end = std::min(digits.find('.'), digits.size());
  const size_t begin = digits[0] == '-' ? 1 : 0;
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > begin && i < end && (end - i) % 3 == 0) text += ',';
    text += digits[i];
  }
  return text;
}

constexpr int64_t kPercentDecimals = 10'000;
constexpr size_t kChangesShown = 4;  // of a param

// With at most four decimals, or as a fraction.
std::string ratio_text(money::Ratio value) {
  const std::string fraction = std::to_string(value.num) + "/" + std::to_string(value.den);
  const auto scaled = money::multiply(value, {100 * kPercentDecimals, 1});
  if (!scaled || scaled->den != 1) return fraction;
  std::string text = money::format_decimal(scaled->num, 4);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return grouped(text) + " %";
}

std::string_view comparison_words(Comparison comparison) {
  switch (comparison) {
    case Comparison::kEqual:
      return " is ";
    case Comparison::kNotEqual:
      return " is not ";
    case Comparison::kLess:
      return " is below ";
    case Comparison::kLessEqual:
      return " is at most ";
    case Comparison::kGreater:
      return " is above ";
    case Comparison::kGreaterEqual:
      return " is at least ";
  }
  GUERDON_UNREACHABLE();
}

std::string_view cell_phrase(CellKind kind) {
  switch (kind) {
    case CellKind::kAny:
      return "any";
    case CellKind::kEqual:
      return "";
    case CellKind::kUpTo:
      return "up to and including ";
    case CellKind::kBelow:
      return "below ";
    case CellKind::kFrom:
      return "from ";
    case CellKind::kAbove:
      return "above ";
    case CellKind::kAt:
      return "at ";
  }
  GUERDON_UNREACHABLE();
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

std::string Sentences::amount(int64_t minor, int unit) const {
  const Unit& of = plan_.units[static_cast<size_t>(unit)];
  std::string code = of.code;
  // As the language has it: 1 point.
  if (minor == 1 && of.scale == 0 && code.size() > 1 && code.ends_with('s')) code.pop_back();
  return grouped(money::format_decimal(minor, of.scale)) + " " + code;
}

std::string Sentences::number(money::Ratio value, Type type) const {
  if (type.kind == TypeKind::kRatio) return ratio_text(value);
  if (value.den == 1) {
    return type.kind == TypeKind::kAmount ? amount(value.num, type.unit)
                                          : grouped(std::to_string(value.num));
  }
  const std::string fraction = std::to_string(value.num) + "/" + std::to_string(value.den);
  return type.kind == TypeKind::kAmount ? fraction + " of the smallest part of a " +
                                              plan_.units[static_cast<size_t>(type.unit)].code
                                        : fraction;
}

std::string Sentences::joined(const Term& term, std::string_view between) const {
  std::string text;
  for (const TermPtr& arg : term.args) {
    if (!text.empty()) text += between;
    text += this->term(*arg);
  }
  return text;
}

// `5 % of amount`, whichever side the ratio stands on.
std::string Sentences::product(const Term& term) const {
  const Term& a = *term.args[0];
  const Term& b = *term.args[1];
  const bool shares = a.type.kind == TypeKind::kRatio && b.type.kind != TypeKind::kRatio;
  const auto inner = [&](const Term& side) {
    const bool is_plain = side.kind == TermKind::kNumber || side.kind == TermKind::kAttribute ||
                          side.kind == TermKind::kMeasure;
    return is_plain ? this->term(side) : "(" + this->term(side) + ")";
  };
  return inner(a) + (shares ? " of " : " times ") + inner(b);
}

std::string Sentences::table_name(const Term& term) const {
  const Table& table = this->table(term);
  const auto index = static_cast<size_t>(term.column);
  const Column& column = table.columns[index];
  if (!table.name.empty()) {
    return "table " + table.name + (column.name.empty() ? "" : "." + column.name);
  }
  std::string rows = "these rows";
  const auto add = [&](const Row& row) {
    rows += (rows == "these rows" ? ": " : "; ") + cells(table, row) + ", " +
            (row.values[index] ? number(*row.values[index], column.type) : "nothing");
  };
  for (const Row& row : table.rows) add(row);
  if (table.otherwise) add(*table.otherwise);
  return "(" + rows + ")";
}

// A level that reviews keep: no other maximum looks a level up.
bool Sentences::is_reviewed_level(const Term& term) const {
  return term.args.size() == 2 && term.args[0]->kind == TermKind::kMeasure &&
         term.args[1]->kind == TermKind::kLookup && !table(*term.args[1]).levels.empty();
}

const Rule* Sentences::review_of(const std::string& ladder) const {
  const auto found = std::find_if(plan_.rules.begin(), plan_.rules.end(), [&](const Rule& rule) {
    return rule.counts && rule.counts->is_review() && rule.counts->target == ladder;
  });
  return found == plan_.rules.end() ? nullptr : &*found;
}

std::vector<std::string> Sentences::ladder(const Table& table) const {
  std::vector<std::string> lines = {table.levels.front() + ": whoever has less"};
  for (const Row& row : table.rows) {
    lines.push_back(table.levels[static_cast<size_t>(row.values[0]->num)] + ": " +
                    cells(table, row));
  }
  const Rule* const review = review_of(table.name);
  if (review == nullptr) return lines;
  static constexpr std::array<std::string_view, 3> kFalls = {
      "falls to what its measure has reached", "falls by one, and no lower than its measure",
      "does not fall"};
  const Counting& counts = *review->counts;
  lines.push_back("When a " + calendar::period_phrase(review->subject.period) +
                  " is closed, the level " +
                  std::string(kFalls[static_cast<size_t>(counts.falls)]) + ".");
  lines.emplace_back(counts.rises
                         ? "In between it rises with its measure, and no refund lowers it."
                         : "In between what was reached in the period falls with a refund.");
  return lines;
}

std::string Sentences::moved_by_closes(const Measure& measure) const {
  const auto index = static_cast<int>(&measure - plan_.measures.data());
  const bool is_of_ladder =
      std::any_of(plan_.rules.begin(), plan_.rules.end(), [&](const Rule& rule) {
        return rule.counts && rule.counts->is_review() && rule.counts->measure == index;
      });
  return is_of_ladder ? "is what reviews of its ladder have left"
                      : "is counted when periods of its target are closed";
}

std::string Sentences::lookup(const Term& term) const {
  if (!table(term).levels.empty()) {
    return table(term).name + " (by " + this->term(*term.args[0]) + ")";
  }
  std::string text = "what " + table_name(term) + " says for ";
  if (table(term).is_interpolated) {
    text = "what the straight lines between the points of " + table_name(term) + " say for ";
  }
  const size_t keys = table(term).keys.size();
  for (size_t k = 0; k < keys; ++k) text += (k > 0 ? ", " : "") + this->term(*term.args[k]);
  if (term.has_else) text += " (without a row: " + this->term(*term.args.back()) + ")";
  return text;
}

std::string Sentences::parts(const Term& term) const {
  std::string text = "each part of " + this->term(*term.args[0]);
  if (term.args.size() > 1) text += ", laid on top of " + this->term(*term.args[1]) + ",";
  return text + " at its own rate by " + table_name(term);
}

// What a rule per line pays, and what another rule credits.
std::optional<std::string> Sentences::made_otherwise(int attribute) const {
  const int credited = plan_.attributes[static_cast<size_t>(attribute)].credited;
  if (credited >= 0) {
    return "what " + plan_.credited[static_cast<size_t>(credited)].rule + " credits";
  }
  const int number = plan_.attributes[static_cast<size_t>(attribute)].fold;
  if (number < 0) return std::nullopt;
  const LineFold& fold = plan_.folds[static_cast<size_t>(number)];
  if (fold.amount == nullptr) return std::nullopt;
  std::string text = "for each line without a flag";
  if (fold.where != nullptr) text += " of which " + condition(*fold.where) + ",";
  return text + " " + term(*fold.amount) + ", each rounded by itself, and all added up";
}

std::string Sentences::share(const Term& term) const {
  const auto mine = static_cast<size_t>(term.column) + 1;
  std::string text = this->term(*term.args[mine]) + " of the parts of " +
                     this->term(*term.args[0]) + ", which are";
  for (size_t i = 1; i < term.args.size(); ++i) {
    text += (i == 1 ? " " : i + 1 < term.args.size() ? ", " : " and ") + this->term(*term.args[i]);
  }
  return text + "; what is left over goes to the largest fractions";
}

std::string Sentences::held(const Term& term) const {
  return attribute(term.owner) + "'s " + plan_.holder[static_cast<size_t>(term.index)].name;
}

// `5 %, from 2026-03-01 on 6 %`: days begin in the plan's zone.
std::string Sentences::dated(const Term& term) const {
  std::string text = this->term(*term.args[0]);
  for (size_t i = 0; i < term.from.size() && i < kChangesShown; ++i) {
    text +=
        ", from " + base::format_timestamp(term.from[i]) + " on " + this->term(*term.args[i + 1]);
  }
  if (term.from.size() > kChangesShown) {
    text += ", and " + std::to_string(term.from.size() - kChangesShown) + " more changes";
  }
  return "(" + text + ")";
}

std::string Sentences::measure(const Term& term) const {
  const std::string& name = plan_.measures[static_cast<size_t>(term.index)].name;
  if (term.moment == Moment::kLast) return name + " of the period before";
  if (of_object_) {
    return name + (term.moment == Moment::kBefore ? " before it opened" : " when it opened");
  }
  if (term.moment == Moment::kBefore) return name + " before this event";
  return at_event_ ? name + " after this event" : name;
}

std::string Sentences::term(const Term& term) const {
  switch (term.kind) {
    case TermKind::kNumber:
      return term.text.empty() ? number(term.value, term.type) : term.text;
    case TermKind::kText:
      return quoted(term.text);
    case TermKind::kDuration:
      return calendar::duration_text(term.duration);
    case TermKind::kAttribute:
      return made_otherwise(term.index).value_or(attribute(term.index));
    case TermKind::kDated:
      return dated(term);
    case TermKind::kHeld:
      return held(term);
    case TermKind::kFirst:
      return attribute(term.index) + " at " + event(term.event);
    case TermKind::kHighest:
      return "the highest " + attribute(term.index) + " since " + event(term.event);
    case TermKind::kMeasure:
      return measure(term);
    case TermKind::kNegate:
      return "minus " + this->term(*term.args[0]);
    case TermKind::kAdd:
      return joined(term, " plus ");
    case TermKind::kSubtract:
      return joined(term, " less ");
    case TermKind::kMultiply:
      return product(term);
    case TermKind::kMin:
      return "the smallest of " + joined(term, ", ");
    case TermKind::kMax:
      if (is_reviewed_level(term)) return lookup(*term.args[1]) + ", or as it was kept";
      return "the largest of " + joined(term, ", ");
    case TermKind::kPerFull:
      return this->term(*term.args[0]) + " for each full " + this->term(*term.args[1]) + " of " +
             this->term(*term.args[2]);
    case TermKind::kGoal:
    case TermKind::kSampled:
      return this->term(*term.args[0]);
    case TermKind::kPercent:
      return this->term(*term.args[0]) + " in percent of " + this->term(*term.args[1]);
    case TermKind::kAverage:
      return "the average of " + this->term(*term.args[0]);
    case TermKind::kPercentWithin:
      return this->term(*term.args[1]) + " in percent of " + this->term(*term.args[0]) +
             ", at most 100";
    case TermKind::kLookup:
      return lookup(term);
    case TermKind::kElse:
      return this->term(*term.args[0]) + ", else " + this->term(*term.args[1]);
    case TermKind::kChoose:
      return "an amount by rows of its own";
    case TermKind::kShare:
      return share(term);
    case TermKind::kEachPart:
      return parts(term);
    case TermKind::kHas:
    case TermKind::kHasHeld:
    case TermKind::kCame:
    case TermKind::kAnd:
    case TermKind::kOr:
    case TermKind::kNot:
    case TermKind::kCompare:
    case TermKind::kIn:
    case TermKind::kInTable:
      return condition(term);
  }
  GUERDON_UNREACHABLE();
}

std::string Sentences::comparison(const Term& term) const {
  const bool is_of_itself = term.comparison == tree::Comparison::kEqual &&
                            print_term(plan_, *term.args[0]) == print_term(plan_, *term.args[1]);
  if (is_of_itself) return this->term(*term.args[0]) + " has a value";
  return this->term(*term.args[0]) + std::string(comparison_words(term.comparison)) +
         this->term(*term.args[1]);
}

std::string Sentences::members(const Term& term) const {
  std::string text = this->term(*term.args[0]) + (term.args.size() == 2 ? " is " : " is one of ");
  for (size_t i = 1; i < term.args.size(); ++i) {
    text += (i > 1 ? ", " : "") + this->term(*term.args[i]);
  }
  return text;
}

std::string Sentences::condition(const Term& term) const {
  GUERDON_ASSERT(term.type.kind == TypeKind::kBool);
  const auto inner = [&](const Term& arg) {
    const bool joins = arg.kind == TermKind::kAnd || arg.kind == TermKind::kOr;
    return joins ? "(" + condition(arg) + ")" : condition(arg);
  };
  switch (term.kind) {
    case TermKind::kHas:
      return attribute(term.index) + " is given";
    case TermKind::kHasHeld:
      return held(term) + " is known";
    case TermKind::kCame:
      return event(term.event) + " has come";
    case TermKind::kAttribute:
      return attribute(term.index) + " is yes";
    case TermKind::kHeld:
      return held(term) + " is yes";
    case TermKind::kNot:
      return "not (" + condition(*term.args[0]) + ")";
    case TermKind::kAnd:
    case TermKind::kOr: {
      std::string text;
      for (const TermPtr& arg : term.args) {
        if (!text.empty()) text += term.kind == TermKind::kAnd ? " and " : " or ";
        text += inner(*arg);
      }
      return text;
    }
    case TermKind::kCompare:
      return comparison(term);
    case TermKind::kIn:
      return members(term);
    case TermKind::kInTable:
      return "table " + table(term).name + " has a row for " + this->term(*term.args[0]);
    default:
      GUERDON_UNREACHABLE();  // no condition
  }
}

std::string Sentences::cell(const Cell& cell, const Key& key) const {
  std::string text(cell_phrase(cell.kind));
  if (cell.kind == CellKind::kAny) return key.name.empty() ? text : text + " " + key.name;
  if (key.kind == KeyKind::kText) return text + quoted(cell.text);
  return text + (cell.text.empty() ? number({cell.number, 1}, key.type) : cell.text);
}

std::string Sentences::cells(const Table& table, const Row& row) const {
  if (row.cells.empty()) return "anything else";
  std::string text;
  for (size_t k = 0; k < row.cells.size(); ++k) {
    text += (k > 0 ? ", " : "") + cell(row.cells[k], table.keys[k]);
  }
  return text;
}

std::string Sentences::subject(const Subject& subject) const {
  if (subject.is_object()) return attribute(subject.object);
  std::vector<std::string> parts{attribute(subject.owner)};
  for (const int key : subject.keys) parts.push_back(attribute(key));
  if (subject.period != calendar::PeriodKind::kLifetime) {
    parts.push_back((subject.period.is_counted()   ? ""
                     : subject.period.is_rolling() ? "the "
                                                   : "calendar ") +
                    calendar::period_phrase(subject.period));
  }
  std::string text = parts[0];
  for (size_t i = 1; i < parts.size(); ++i)
    text += (i + 1 < parts.size() ? ", " : " and ") + parts[i];
  return text;
}

std::string Sentences::budget(int index) const {
  const Budget& budget = plan_.budgets[static_cast<size_t>(index)];
  const std::string period = budget.period == calendar::PeriodKind::kLifetime
                                 ? ""
                                 : " a " + calendar::period_phrase(budget.period);
  std::string text = "from budget " + budget.name + ": ";
  for (const BudgetAmount& each : budget.amounts) {
    const bool is_first = &each == &budget.amounts.front();
    if (!is_first) text += "; from " + base::format_timestamp(each.from) + " on ";
    text += amount(each.most, budget.unit) + period + " for all accounts together, and ";
    text += each.pays_nothing ? "nothing where less is left" : "no more than is left";
  }
  return text;
}

std::vector<std::string> Sentences::steps(const Rule& rule) const {
  constexpr size_t kExamplesMax = 3;
  std::vector<std::string> lines;
  for (const Effect& effect : rule.effects) {
    const std::optional<Scale> scale = scale_of(plan_, *effect.amount);
    if (!scale) continue;
    const Paid paid(*scale, effect);
    if (!paid.is_known()) continue;
    const Values values = values_of_basis(plan_, rule, *scale);
    const auto basis = [&](int64_t x) { return number({x, 1}, scale->basis->type); };
    const auto gets = [&](int64_t x) { return amount(paid.at(x), effect.unit); };
    std::string examples;
    std::string jump;
    size_t shown = 0;
    for (size_t i = 1; i < scale->pieces.size(); ++i) {
      const int64_t more = scale->pieces[i].from;
      const int64_t less = more - 1;
      if (less < values.low || more > values.high) continue;
      if (++shown <= kExamplesMax) {
        examples += (examples.empty() ? "" : "; ") + basis(less) + " gives " + gets(less) + ", " +
                    basis(more) + " gives " + gets(more);
      }
      const bool jumps = paid.at(more) > paid.at(less) && !scale->is_graduated;
      if (jumps && jump.empty()) {
        jump = "at " + basis(more) + " it jumps by " +
               amount(paid.at(more) - paid.at(less), effect.unit);
      }
    }
    if (!examples.empty()) {
      lines.push_back("For example, by " + term(*scale->basis) + ": " + examples + ".");
    }
    const std::optional<Cliff> cliff = cliff_of(plan_, rule, effect, *scale);
    if (cliff && cliff->is_split) {
      lines.push_back("A cliff: two of " + basis(cliff->less) + " give " +
                      amount(2 * cliff->less_pays, effect.unit) + ", one of " + basis(cliff->more) +
                      " gives " + amount(cliff->more_pays, effect.unit) + ".");
    } else if (cliff) {
      lines.push_back("A cliff: " + basis(cliff->less) + " gives more than " + basis(cliff->more) +
                      ".");
    } else if (effect.verb == Verb::kCredit) {
      lines.push_back(jump.empty() ? "No cliff." : "No cliff downward; " + jump + ".");
    }
  }
  return lines;
}

}  // namespace guerdon::plan
