// What is made of the lines of an event: `sum of qty over lines where category = "coffee"`.
#include "engine/plan/check_effects.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "engine/base/assert.h"
#include "engine/plan/bounds.h"
#include "engine/plan/check_terms.h"

namespace guerdon::plan {
namespace {

using tree::Fold;

bool has(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

void collect_attributes(const Term& term, std::set<int>& read) {
  if (term.kind == TermKind::kAttribute || term.kind == TermKind::kHas) read.insert(term.index);
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) collect_attributes(*arg, read);
  }
}

std::set<int> read_by(const LineFold& fold) {
  std::set<int> read;
  if (fold.value >= 0) read.insert(fold.value);
  if (fold.amount != nullptr) collect_attributes(*fold.amount, read);
  if (fold.where != nullptr) collect_attributes(*fold.where, read);
  return read;
}

bool can_fold(const EventType& event, const std::set<int>& read) {
  return !event.lines.empty() && std::all_of(read.begin(), read.end(), [&](int attribute) {
    return has(event.lines, attribute);
  });
}

// `sum of qty over lines where`, what stands behind it apart.
std::string words_before(const Checking& checking, const LineFold& fold) {
  std::string words(tree::fold_words(fold.fold));
  if (fold.value >= 0) words += " " + checking.attribute_at(fold.value).name + " over";
  words += fold.all_lines ? " all lines" : " lines";
  return fold.where != nullptr ? words + " where " : words;
}

// Equal where they say the same.
std::string meaning_of(const Checking& checking, const LineFold& fold) {
  return words_before(checking, fold) +
         (fold.where != nullptr ? print_term(checking.plan, *fold.where) : "");
}

// Whether an event of the scope has lines with all that is read.
bool is_folded_here(const Checking& checking, const Scope& scope, const std::set<int>& read) {
  for (size_t e = 0; e < checking.plan.events.size(); ++e) {
    if (scope.events.test(e) && can_fold(checking.plan.events[e], read)) return true;
  }
  return false;
}

}  // namespace

Scope line_scope(const Checking& checking, const Scope& rule) {
  Scope scope;
  scope.reader = Reader::kLine;
  for (const EventType& event : checking.plan.events) {
    for (const int index : event.lines) scope.visible.set(static_cast<size_t>(index));
  }
  scope.lets = rule.lets;
  return scope;
}

int enter_fold(Checking& checking, Attribute attribute, std::string meaning, LineFold fold,
               const EventSet& events) {
  Plan& plan = checking.plan;
  if (plan.folds.size() == kLineFoldsMax || plan.attributes.size() == kAttributesMax) {
    checking.report(kTooMany, attribute.span,
                    "a plan makes at most " + std::to_string(kLineFoldsMax) +
                        " different things of lines, and has at most " +
                        std::to_string(kAttributesMax) + " attributes with them",
                    "let a table or a list say several cases in one");
    return -1;
  }
  attribute.fold = static_cast<int>(plan.folds.size());
  const auto index = static_cast<int>(plan.attributes.size());
  const std::set<int> read = read_by(fold);
  for (size_t e = 0; e < plan.events.size(); ++e) {
    EventType& event = plan.events[e];
    if (events.test(e) && can_fold(event, read)) event.attributes.push_back(index);
  }
  plan.attributes.push_back(std::move(attribute));
  plan.folds.push_back(std::move(fold));
  checking.fold_meanings.push_back(std::move(meaning));
  return index;
}

bool has_lines_here(Checking& checking, const Scope& scope, const LineFold& fold, Span span) {
  const std::set<int> read = read_by(fold);
  if (!is_folded_here(checking, scope, read)) {
    checking.report(kUnknownName, span,
                    "no event here has lines with all that " + checking.quoted(span) + " reads",
                    "declare them below `lines of` in the event");
    return false;
  }
  if (scope.reader != Reader::kObject) return true;
  for (size_t e = 0; e < checking.plan.events.size(); ++e) {
    const EventType& event = checking.plan.events[e];
    if (!scope.events.test(e) || event.lines.empty() || can_fold(event, read)) continue;
    checking.report(kUnknownName, span,
                    "lines of " + event.name + " lack what " + checking.quoted(span) +
                        " reads, so what they change of the order would not be seen",
                    "declare it there, too, below `lines of`, or no lines at all");
    return false;
  }
  return true;
}

// What a line has is read of lines, and nothing else of them. False: told.
bool Typer::may_be_read_here(const tree::Expr& written, const Attribute& attribute) {
  const bool wants_line = scope_.reader == Reader::kLine;
  if (attribute.of_line == wants_line || scope_.reader == Reader::kUnused) return true;
  const std::string quoted = backquoted(written.text);
  if (wants_line) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " belongs to the event, and here each line is looked at by itself",
                     "its lines have " + visible_names());
  } else {
    checking_.report(kNotOfSubject, written.span, quoted + " belongs to each line of an event",
                     "say what is made of the lines: `number of lines where " + written.text +
                         " ...`, `sum of ... over lines`");
  }
  return false;
}

bool Typer::may_read_lines(const tree::Expr& written) {
  const std::string quoted = checking_.quoted(written.span);
  if (constant_) {
    checking_.report(kNotConstant, written.span,
                     quoted + " differs from event to event, and here stands a fixed value");
    return false;
  }
  if (scope_.reader == Reader::kLine) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " is made of all lines, and here each is looked at by itself",
                     "compare both in the rule");
    return false;
  }
  if (scope_.reader == Reader::kEntitlement || scope_.reader == Reader::kItem) {
    checking_.report(kNotOfSubject, written.span,
                     quoted + " belongs to an event, and this does not",
                     "sum it in a measure: `measure ... = sum of ... over lines on ...`");
    return false;
  }
  return true;
}

// The attribute that is summed, or of which the highest is looked for; -1: told.
int Typer::line_value(const tree::Expr& written) {
  const bool is_name = written.kind == tree::ExprKind::kName && written.column.empty() &&
                       written.moment == tree::Moment::kNone;
  const int index = is_name ? checking_.attribute(written.text) : -1;
  if (index >= 0 && checking_.attribute_at(index).of_line) {
    const Type type = checking_.attribute_at(index).type;
    if (type.is_number()) return index;
    checking_.report(kWrongKind, written.span,
                     backquoted(written.text) + " is " + checking_.type_phrase(type) +
                         ", not an amount or a count");
    return -1;
  }
  if (is_name && checking_.broken_attributes.contains(written.text)) return -1;
  std::vector<std::string> known;
  for (const Attribute& other : checking_.plan.attributes) {
    if (other.of_line && other.type.is_number()) known.push_back(other.name);
  }
  checking_.report(kUnknownName, written.span,
                   checking_.quoted(written.span) + " is nothing that each line of an event has",
                   did_you_mean(is_name ? written.text : "", known,
                                "name an amount or a count that stands below `lines of`"));
  return -1;
}

// The attribute for this meaning, entered where it is new; -1: there are too many, told.
int Typer::fold_attribute(const tree::Expr& written, LineFold fold) {
  Plan& plan = checking_.plan;
  const std::string meaning = meaning_of(checking_, fold);
  std::string name = words_before(checking_, fold);
  if (fold.where != nullptr) name += checking_.source.slice(written.args.back()->span);
  for (size_t a = 0; a < plan.attributes.size(); ++a) {
    const int known = plan.attributes[a].fold;
    if (known < 0) continue;
    if (checking_.fold_meanings[static_cast<size_t>(known)] == meaning) return static_cast<int>(a);
    if (plan.attributes[a].name == name) name = meaning;  // a name in it means something else there
  }
  Attribute attribute;
  attribute.name = name;
  attribute.wire = name;
  attribute.type = kCountType;
  if (fold.value >= 0) {
    attribute.type = checking_.attribute_at(fold.value).type;
    attribute.is_signed = checking_.attribute_at(fold.value).is_signed;
  }
  attribute.span = written.span;
  // Of all events: another rule may say the same.
  return enter_fold(checking_, std::move(attribute), meaning, std::move(fold), EventSet().set());
}

Typed Typer::over_lines(const tree::Expr& written) {
  if (scope_.reader == Reader::kUnused) return {};
  if (!may_read_lines(written)) return {};
  LineFold fold;
  fold.fold = written.fold;
  fold.all_lines = written.all_lines;
  const size_t values = written.fold == Fold::kNumber ? 0 : 1;
  if (values > 0) {
    fold.value = line_value(*written.args[0]);
    if (fold.value < 0) return {};
  }
  if (written.args.size() > values) {
    Scope scope = line_scope(checking_, scope_);
    if (global_) scope.lets = nullptr;
    fold.where = Typer(checking_, scope).condition(*written.args.back());
    if (fold.where == nullptr) return {};
    if (!condition_is_bounded(checking_.plan, *fold.where)) {
      checking_.report(kOverflow, fold.where->span,
                       "this can go beyond the numbers that are kept exactly",
                       "compare smaller products, or rounder ratios");
      return {};
    }
  }
  if (!has_lines_here(checking_, scope_, fold, written.span)) return {};
  const int index = fold_attribute(written, std::move(fold));
  if (index < 0) return {};
  Typed typed{make_term(TermKind::kAttribute, checking_.attribute_at(index).type, written.span),
              false,
              0,
              {}};
  typed.term->index = index;
  return typed;
}

}  // namespace guerdon::plan
