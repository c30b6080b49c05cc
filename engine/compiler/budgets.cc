// What all accounts share.
#include <algorithm>
#include <array>

#include "engine/base/assert.h"
#include "engine/compiler/event_bounds.h"
#include "engine/compiler/plan_compiler.h"
#include "engine/money/limits.h"
#include "engine/plan/bounds.h"

namespace guerdon::plan {

namespace {

// No ask of the effect is above it. Over versions of a plan an effect may be without a bound that
// has one in each: it goes by what another rule credits, which is bounded by the version where that
// is most.
base::Int128 most_asked(const Plan& plan, const Effect& effect) {
  const std::optional<Bound> bound = posting_bound(plan, effect);
  base::Int128 most =
      bound ? std::max<base::Int128>(bound->high, 0) : base::Int128{money::kBalanceMax};
  for (const Limit& limit : effect.limits) {
    if (!limit.counts) most = std::min<base::Int128>(most, limit.most);
  }
  return most;
}

// The most that one GRANT asks for.
int64_t most_of_grant(const Plan& plan, const std::string& budget) {
  int64_t most = 0;
  for (const Unit& unit : plan.units) {
    if (!unit.badge || !unit.badge->credit || unit.badge->credit->budget != budget) continue;
    most = std::max(most, unit.badge->credit->amount);
  }
  return most;
}

// What of a condition reads the event alone has to be true; the rest may be.
void told_conjuncts(const Plan& plan, const Term* when, CodeWriter& writer, Label& no) {
  if (when == nullptr) return;
  if (when->kind == TermKind::kAnd) {
    for (const TermPtr& each : when->args) told_conjuncts(plan, each.get(), writer, no);
  } else if (reads_event_alone(plan, *when)) {
    writer.condition(*when, false, no);
  }
}

// Slots that the code [begin, no) reads whatever way it takes, or else goes on at `no`. All jumps
// go forward, so what none of those before leads past is on each way.
uint64_t slots_needed(const std::vector<Instruction>& code, CodeAt begin, CodeAt no) {
  uint64_t needed = 0;
  CodeAt passed = begin;  // jumps lead no further
  for (CodeAt at = begin; at < no; ++at) {
    const Instruction& i = code[at];
    const bool is_on_all = at >= passed;
    if (i.op == Op::kBranch) return needed;
    for (const char letter : op_operands(i.op)) {
      if (letter == 'J' && i.target != no) passed = std::max(passed, i.target);
      if (letter == 'N' && i.z != no) passed = std::max(passed, i.z);
    }
    const bool reads = i.op == Op::kAttribute || i.op == Op::kUnlessHas;
    if (reads && is_on_all && i.target == no) needed |= uint64_t{1} << i.x;
  }
  return needed;
}

}  // namespace

void Compiler::declare_budgets(const Plan& plan) {
  budget_.clear();
  for (const Budget& budget : plan.budgets) {
    const auto at =
        std::find_if(program_.budgets.begin(), program_.budgets.end(), [&](const BudgetKind& kind) {
          return kind.plan == static_cast<uint32_t>(plan_index_) && kind.name == budget.name;
        });
    budget_.push_back(static_cast<uint32_t>(at - program_.budgets.begin()));
    if (at == program_.budgets.end()) program_.budgets.emplace_back();
    BudgetKind& kind = program_.budgets[budget_.back()];
    kind.plan = static_cast<uint32_t>(plan_index_);
    kind.name = budget.name;
    kind.wallet = wallet_number(budget.unit);
    kind.clock = clock_number(plan, budget.period);
    kind.amounts = budget.amounts;
    kind.most_of_visit = most_of_grant(plan, budget.name);
  }
}

// Nothing: it has no name.
std::optional<uint32_t> Compiler::budget_named(const Plan& plan, const std::string& name) const {
  if (name.empty()) return std::nullopt;
  const auto at = std::find_if(plan.budgets.begin(), plan.budgets.end(),
                               [&](const Budget& budget) { return budget.name == name; });
  GUERDON_ASSERT(at != plan.budgets.end());  // else the checker has refused it
  return budget_[static_cast<size_t>(at - plan.budgets.begin())];
}

uint32_t Compiler::asked_budget(const Plan& plan, const Effect& effect) {
  const uint32_t number = budget_[static_cast<size_t>(effect.budget)];
  int64_t& most = program_.budgets[number].most_of_visit;
  most = static_cast<int64_t>(
      std::min<base::Int128>(most + most_asked(plan, effect), money::kBalanceMax));
  return number;
}

void Compiler::pay_from_budget(const Plan& plan, const Rule& rule, const Effect& effect,
                               const std::string& label, Clause& clause) {
  clause.budget = asked_budget(plan, effect);
  if (clause.subject == kNowhere) return;
  const CellPlace granted =
      place_cell(subject_number(plan, subject_of(rule, effect)), label + " granted");
  GUERDON_ASSERT(granted.subject == clause.subject);  // they came together
  clause.granted = granted.cell;
}

// The code stands apart from that of the rule. Where an expression is nested too deeply for it, the
// plan says how much.
RoleAsk Compiler::ask_of(const Plan& plan, size_t event, uint32_t clause) {
  const auto r =
      static_cast<size_t>(std::find_if(clause_.begin(), clause_.end(),
                                       [&](const auto& of) {
                                         return std::find(of.begin(), of.end(), clause) != of.end();
                                       }) -
                          clause_.begin());
  const Effect& effect =
      plan.rules[r].effects[static_cast<size_t>(program_.clauses[clause].effect)];
  if (program_.clauses[clause].granted != kNowhere) return {.clause = clause};  // whatever it says
  Term most;
  most.type = {TypeKind::kAmount, effect.unit};
  most.value = {static_cast<int64_t>(most_asked(plan, effect)), 1};
  const EventBound bound = bound_by_event(plan, effect);
  RoleAsk ask{.clause = clause};
  for (const Term* const asked : std::array<const Term*, 2>{bound.most.get(), &most}) {
    if (asked == nullptr) continue;
    CodeWriter writer(program_, names_);
    Label no;
    ask.most = writer.here();
    ask.den = writer.den_of(*asked);
    ask.is_exact = asked == bound.most.get() && bound.is_exact;
    if (acts_[r] != kNowhere) writer.unless_within(acts_[r], no);
    if (window_[r] != kNowhere) writer.unless_within(window_[r], no);
    told_conjuncts(plan, plan.events[event].when.get(), writer, no);
    told_conjuncts(plan, plan.rules[r].when.get(), writer, no);
    told_conjuncts(plan, effect.when.get(), writer, no);
    writer.number(*asked, 0, no);
    writer.yield(0);
    writer.op(Op::kEnd);
    const CodeAt end = writer.here();
    writer.bind(no);
    writer.op(Op::kNo);
    ask.needs = slots_needed(program_.code, ask.most, end);
    if (!writer.too_deep()) break;
  }
  // Limits and groups may leave a part of it.
  const Clause& made = program_.clauses[clause];
  ask.is_exact = ask.is_exact && made.limits.empty() && made.group == kNowhere;
  return ask;
}

void Compiler::add_asks(const Plan& plan, size_t event, size_t first_code, RoleProgram& role) {
  for (size_t c = first_code; c < program_.clause_codes.size(); ++c) {
    const uint32_t clause = program_.clause_codes[c].clause;
    if (program_.clauses[clause].budget != kNowhere) {
      role.asks.push_back(ask_of(plan, event, clause));
    }
  }
  std::stable_sort(role.asks.begin(), role.asks.end(), [&](const RoleAsk& a, const RoleAsk& b) {
    return program_.clauses[a.clause].budget < program_.clauses[b.clause].budget;
  });
}

}  // namespace guerdon::plan
