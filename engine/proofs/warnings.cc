#include "engine/proofs/warnings.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/money/decimal.h"
#include "engine/proofs/cliffs.h"
#include "engine/proofs/domain.h"
#include "engine/proofs/scale.h"

namespace guerdon::plan {
namespace {

using enum DiagnosticCode;

class Proofs {
 public:
  Proofs(const SourceText& source, const Plan& plan, Diagnostics& diagnostics)
      : source_(source), plan_(plan), diagnostics_(diagnostics) {}

  void of(const EventType& event);
  void of(const Rule& rule);
  // A condition over what is known of accounts; null: none.
  void of_condition(const Term* whole);

 private:
  void note_asked(const Term& term);
  void warn_unknown(const Term& term, bool is_true);
  bool warn_never(const Rule& rule);
  void warn_rows(const Rule& rule, const Term& term);
  void warn_row(const Row& row, const Term& key, const Values& values, int64_t low, int64_t high);
  void warn_cliff(const Rule& rule, const Effect& effect);
  std::string number(int64_t value, Type type) const {
    const bool is_amount = type.kind == TypeKind::kAmount;
    return money::format_decimal(value,
                                 is_amount ? plan_.units[static_cast<size_t>(type.unit)].scale : 0);
  }

  void report(DiagnosticCode code, Span span, std::string message, std::string advice) {
    if (!told_.insert({code, span.begin}).second) return;
    diagnostics_.report(code, span, std::move(message), std::move(advice));
  }
  std::string quoted(const Term& term) const { return backquoted(source_.slice(term.span)); }
  const EventType& event(int index) const { return plan_.events[static_cast<size_t>(index)]; }

  const SourceText& source_;
  const Plan& plan_;
  Diagnostics& diagnostics_;
  std::set<std::pair<int, int>> asked_;                 // by `has`: owner, index into Plan::holder
  std::set<std::pair<DiagnosticCode, uint32_t>> told_;  // a `let` may stand in several places
};

// True where no event of the rule's types can fulfil its condition.
bool Proofs::warn_never(const Rule& rule) {
  if (!rule.subject.is_event()) return false;
  const Term* first = nullptr;
  for (const int event : rule.events) {
    Domain domain(plan_);
    domain.restrict_to(this->event(event).when.get());
    if (domain.emptied_by() != nullptr) return false;  // told at the event
    domain.restrict_to(rule.when.get());
    if (domain.emptied_by() == nullptr) return false;
    if (first == nullptr) first = domain.emptied_by();
  }
  if (first == nullptr) return false;
  report(kNeverTrue, first->span,
         "with what stands before it this is never true, so rule " + rule.name + " pays nothing",
         "mend the condition, or take the rule out");
  return true;
}

void Proofs::warn_row(const Row& row, const Term& key, const Values& values, int64_t low,
                      int64_t high) {
  if (low <= values.high && high >= values.low) return;
  const bool is_below = high < values.low;
  report(kRowNeverFits, row.span,
         "no event comes to this row: " + quoted(key) + " is at " +
             (is_below ? "least " : "most ") +
             number(is_below ? values.low : values.high, key.type) + " here",
         "take the row out, or mend the `when` of the rule or the event");
}

// Rows that stand in the rule itself, by an attribute of the event.
void Proofs::warn_rows(const Rule& rule, const Term& term) {
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) warn_rows(rule, *arg);
  }
  if (term.kind != TermKind::kChoose || term.args[0]->kind != TermKind::kAttribute) return;
  const Table& table = plan_.tables[static_cast<size_t>(term.index)];
  if (table.keys.size() != 1 || table.keys[0].kind != KeyKind::kRange) return;
  const Values values = values_of(plan_, rule, term.args[0]->index);
  int64_t next = values.low < 0 ? INT64_MIN : 0;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    const int64_t bound = row.cells[0].number;
    const tree::CellKind kind = row.cells[0].kind;
    if (kind == tree::CellKind::kUpTo || kind == tree::CellKind::kBelow) {
      const int64_t high = kind == tree::CellKind::kUpTo ? bound : bound - 1;
      warn_row(row, *term.args[0], values, next, high);
      next = high + 1;
      continue;
    }
    int64_t high = INT64_MAX;
    if (i + 1 < table.rows.size()) {
      const Cell& after = table.rows[i + 1].cells[0];
      high = after.kind == tree::CellKind::kFrom ? after.number - 1 : after.number;
    }
    warn_row(row, *term.args[0], values, kind == tree::CellKind::kFrom ? bound : bound + 1, high);
  }
}

void Proofs::warn_cliff(const Rule& rule, const Effect& effect) {
  const std::optional<Scale> scale = scale_of(plan_, *effect.amount);
  if (!scale) return;
  const std::optional<Cliff> cliff = cliff_of(plan_, rule, effect, *scale);
  if (!cliff) return;
  const Type basis = scale->basis->type;
  const Type paid{TypeKind::kAmount, effect.unit};
  const std::string less = number(cliff->less, basis);
  const std::string more = number(cliff->more, basis);
  const std::string more_pays = number(cliff->more_pays, paid);
  if (cliff->is_split) {
    report(kCliff, effect.amount->span,
           "a cliff at " + more + ": two of " + less + " pay " +
               number(2 * cliff->less_pays, paid) + ", one of " + more + " pays " + more_pays,
           "pay a share of " + quoted(*scale->basis) +
               ", or `each part of` it at its own rate, if two are not to pay more");
    return;
  }
  report(kCliff, effect.amount->span,
         "a cliff at " + less + ": " + less + " pays " + number(cliff->less_pays, paid) + ", " +
             more + " pays " + more_pays,
         "let no row pay less than the one before it, or rate `each part of` " +
             quoted(*scale->basis));
}

void Proofs::note_asked(const Term& term) {
  if (term.kind == TermKind::kHasHeld) asked_.insert({term.owner, term.index});
  for (const TermPtr& arg : term.args) {
    if (arg != nullptr) note_asked(*arg);
  }
}

// `account's segment != "staff"` reads as if it held of everybody else.
// is_true: the term is to be true, not false, if the whole is to be.
void Proofs::warn_unknown(const Term& term, bool is_true) {
  if (term.kind == TermKind::kNot) return warn_unknown(*term.args[0], !is_true);
  if (term.kind == TermKind::kAnd || term.kind == TermKind::kOr) {
    for (const TermPtr& arg : term.args) warn_unknown(*arg, is_true);
    return;
  }
  bool excludes = !is_true;  // one of several, a row of a table, yes
  if (term.kind == TermKind::kCompare) {
    const tree::Comparison excluding =
        is_true ? tree::Comparison::kNotEqual : tree::Comparison::kEqual;
    excludes = term.comparison == excluding;
  }
  if (!excludes) return;
  const auto warn_of = [&](const Term& held) {
    if (held.kind != TermKind::kHeld || asked_.contains({held.owner, held.index})) return;
    report(kUnknownIsOut, term.span,
           quoted(held) + " may be unknown of an account, and then this is not true",
           "write `not has " + std::string(source_.slice(held.span)) +
               " or ...` in brackets to let such accounts in, `has " +
               std::string(source_.slice(held.span)) + " and ...` to leave them out");
  };
  warn_of(term);
  for (const TermPtr& arg : term.args) warn_of(*arg);
}

void Proofs::of_condition(const Term* whole) {
  if (whole == nullptr) return;
  asked_.clear();
  note_asked(*whole);
  warn_unknown(*whole, true);
}

void Proofs::of(const EventType& event) {
  Domain domain(plan_);
  domain.restrict_to(event.when.get());
  if (domain.emptied_by() == nullptr) return;
  report(kNeverTrue, domain.emptied_by()->span,
         "this is never true, so no " + event.name + " counts",
         "mend the condition, or take the event out");
}

void Proofs::of(const Rule& rule) {
  if (rule.is_settled) return;  // no event runs it
  of_condition(rule.when.get());
  if (warn_never(rule)) return;
  for (const Effect& effect : rule.effects) {
    warn_rows(rule, *effect.amount);
    warn_cliff(rule, effect);
  }
}

}  // namespace

void warn(const SourceText& source, const Plan& plan, Diagnostics& diagnostics) {
  Proofs proofs(source, plan, diagnostics);
  for (const EventType& event : plan.events) proofs.of(event);
  for (const Measure& measure : plan.measures) proofs.of_condition(measure.where.get());
  for (const Rule& rule : plan.rules) proofs.of(rule);
  for (const Item& item : plan.items) proofs.of_condition(item.when.get());
}

}  // namespace guerdon::plan
