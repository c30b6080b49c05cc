#include "engine/compiler/compiler.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/plan_compiler.h"
#include "engine/ledger/leg.h"

namespace guerdon::plan {

namespace {

constexpr size_t kKindsMax = UINT8_MAX;  // Clause::kind

}  // namespace

// Code and what it names is made anew; what accounts, objects and the log know by a number stays.
Compiler::Compiler(const Program& before, const std::vector<NumberedText>& texts)
    : before_(&before) {
  program_.schema = before.schema;
  program_.wallets = before.wallets;
  program_.kinds = before.kinds;
  program_.clocks = before.clocks;
  program_.subjects = before.subjects;
  program_.measures = before.measures;
  program_.known = before.known;
  program_.goals.resize(before.goals.size());
  program_.facts = before.facts;
  program_.clauses = before.clauses;
  program_.items = before.items;
  program_.exchanges = before.exchanges;
  program_.badges = before.badges;
  program_.budgets = before.budgets;
  program_.symbols = before.symbols;
  program_.first_symbols = before.first_symbols;
  program_.before = &before;
  program_.published = before.published;
  program_.events.resize(before.events.size());
  for (size_t type = 0; type < before.events.size(); ++type) {
    for (const RoleProgram& role : before.events[type].roles) {
      program_.events[type].roles.emplace_back().slot = role.slot;
    }
  }
  program_.symbols.number_apart();
  for (const NumberedText& text : texts) program_.symbols.number(text);
  know_places();
}

bool Compiler::add(const Plan& plan, std::string* error) {
  for (const LoadedPlan& other : program_.plans) {
    if (other.program != plan.program) continue;
    *error = "two plans have the program name " + plan.program +
             "; give one of them another with `program NAME`";
    return false;
  }
  for (const LoadedPlan& loaded : program_.plans) {
    if (loaded.name != plan.name) continue;
    *error = "two plans have the name " + plan.name + "; give one of them another";
    return false;
  }
  if (program_.kinds.empty()) {
    for (size_t k = 0; k < ledger::kKinds; ++k) {
      program_.kinds.emplace_back(ledger::kind_name(static_cast<ledger::Kind>(k)));
    }
  }
  plan_index_ = static_cast<int>(program_.plans.size());
  const calendar::Zone& zone = plan.calendar.zone;
  program_.plans.push_back({plan.name, plan.program, plan.versions.front().text, zone.encode(),
                            zone.encode_rules(), plan.calendar, plan.versions});
  names_ = {};
  subjects_.clear();
  openings_.clear();
  names_.plan = &plan;
  if (!declare_events(plan, error) || !declare_wallets(plan, error) ||
      !declare_known(plan, error) ||
      !objects_.declare(plan, plan_index_, type_of_event_, program_, error)) {
    return false;
  }
  declare_tables(plan);
  declare_measures(plan);
  declare_groups(plan);
  declare_budgets(plan);
  declare_clauses(plan);
  declare_challenges(plan);
  declare_ladders(plan);
  order_groups(plan);
  find_followers(plan);
  counted_subjects_.clear();
  declare_items(plan);
  declare_badges(plan);
  declare_exchanges(plan);
  if (program_.kinds.size() > kKindsMax) {
    *error = "the plans together name more than " + std::to_string(kKindsMax) + " kinds of entry";
    return false;
  }
  for (size_t event = 0; event < plan.events.size(); ++event) compile_event(plan, event);
  compile_goals(plan);
  compile_closings(plan);
  compile_targets(plan);
  if (is_too_long()) {
    *error = "plan " + plan.name + " grows beyond " + std::to_string(kCodeMax) +
             " instructions; name fewer events in `on`, credit fewer accounts in one rule, or let "
             "names stand for shorter conditions";
    return false;
  }
  if (too_deep_) *error = "plan " + plan.name + " has an expression that is nested too deeply";
  return !too_deep_;
}

namespace {

void find_corrected(Program& program) {
  for (CorrectionKind& kind : program.corrections) {
    const int64_t version = program.plans[kind.plan].versions[kind.version].number;
    for (const ClauseCode& code : program.clause_codes) {
      const bool is_one = program.clauses[code.clause].version == version &&
                          std::binary_search(kind.clauses.begin(), kind.clauses.end(), code.clause);
      if (is_one) kind.codes.push_back(code);
    }
  }
}

void lay_out(Program& program) {
  program.block_cells = static_cast<uint32_t>(program.wallets.size());
  for (SubjectKind& subject : program.subjects) {
    if (!subject.is_inline()) continue;
    subject.at = program.block_cells;
    // A frame of a period begins with the period it holds: engine/accounts/block.h.
    program.block_cells += subject.cells + (subject.clock == kNoClock ? 0 : 1);
  }
}

}  // namespace

Program Compiler::finish() {
  if (before_ == nullptr) {
    lay_out(program_);
    program_.first_symbols = program_.symbols.size();
  } else {
    program_.block_cells = before_->block_cells;
  }
  // What an order keeps, a later version may compare with any text.
  for (size_t type = 0; type < identity_.size(); ++type) {
    for (const ObjectSlots::InSlot& brought : program_.objects[type].brought) {
      identity_[type].resize(std::max<size_t>(identity_[type].size(), brought.slot + size_t{1}));
      identity_[type][brought.slot] = 1;
    }
  }
  for (size_t type = 0; type < identity_.size(); ++type) {
    std::vector<TextSlot>& texts = program_.texts.emplace_back();
    const std::vector<event::Field>& slots =
        program_.schema.type(static_cast<uint16_t>(type)).slots;
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      if (slots[slot].kind != event::FieldKind::kText || !slots[slot].is_sent()) continue;
      texts.push_back({static_cast<uint8_t>(slot), identity_[type][slot] != 0});
    }
  }
  place_roles(program_);
  find_corrected(program_);
  for (const GoalKind& goal : program_.goals) GUERDON_ASSERT(goal.measure != kNowhere);
  return std::move(program_);
}

namespace {

// A jump to a jump goes where that one goes; a jump to an end is that end. From the back: what lies
// ahead is as short as it gets already, so each jump is one step. What a probe is at is not passed
// by; nor where a conjunct ends, which says that it is true.
void shorten_jumps(Program& program) {
  std::vector<Instruction>& code = program.code;
  const auto shorten = [&](CodeAt& to) {
    const bool is_probed = std::binary_search(
        program.probes.begin(), program.probes.end(), Probe{.at = to, .constant = {}},
        [](const Probe& a, const Probe& b) { return a.at < b.at; });
    const auto conjunct =
        std::lower_bound(program.conjuncts.begin(), program.conjuncts.end(), to,
                         [](const Conjunct& each, CodeAt place) { return each.end < place; });
    const bool ends_conjunct = conjunct != program.conjuncts.end() && conjunct->end == to;
    if (code[to].op == Op::kJump && !is_probed && !ends_conjunct) to = code[to].target;
  };
  for (auto i = code.rbegin(); i != code.rend(); ++i) {
    for (const char letter : op_operands(i->op)) {
      if (letter == 'J') shorten(i->target);
      if (letter == 'N') shorten(i->z);
    }
  }
  for (std::vector<CodeAt>& branches : program.branches) {
    for (CodeAt& to : branches) shorten(to);
  }
  for (Instruction& i : code) {
    if (i.op != Op::kJump) continue;
    const Op there = code[i.target].op;
    if (there == Op::kEnd || there == Op::kNo) i = {.op = there};
  }
}

}  // namespace

namespace {

std::optional<Program> compile_all(Compiler compiler, const std::vector<const Plan*>& plans,
                                   std::string* error) {
  for (const Plan* plan : plans) {
    if (!compiler.add(*plan, error)) return std::nullopt;
  }
  Program program = compiler.finish();
  if (!order_roles(program, error)) return std::nullopt;
  shorten_jumps(program);
  GUERDON_ASSERT(verify(program, error));
  return program;
}

}  // namespace

std::optional<Program> compile(const std::vector<Plan>& plans, std::string* error) {
  std::vector<const Plan*> all;
  for (const Plan& plan : plans) all.push_back(&plan);
  return compile_all({}, all, error);
}

std::optional<Program> compile_again(const std::vector<const Plan*>& plans, const Program& before,
                                     const std::vector<NumberedText>& texts, std::string* error) {
  return compile_all({before, texts}, plans, error);
}

}  // namespace guerdon::plan
