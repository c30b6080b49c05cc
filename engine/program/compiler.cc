#include "engine/program/compiler.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/ledger/leg.h"
#include "engine/plan/limits.h"
#include "engine/program/code_writer.h"
#include "engine/program/index_key.h"

namespace guerdon::plan {

namespace {

constexpr size_t kWalletsMax = UINT16_MAX;  // Clause::wallet
constexpr size_t kKindsMax = UINT8_MAX;     // Clause::kind

// `read` is an Attribute or a HolderAttribute.
template <typename Read>
event::Field field_of(const Plan& plan, const Read& read) {
  event::Field field{read.wire, event::FieldKind::kText, 0, read.is_signed};
  switch (read.type.kind) {
    case TypeKind::kAmount:
      field.kind = event::FieldKind::kAmount;
      field.scale = static_cast<uint8_t>(plan.units[static_cast<size_t>(read.type.unit)].scale);
      break;
    case TypeKind::kCount:
      field.kind = event::FieldKind::kCount;
      break;
    case TypeKind::kText:
      break;
    case TypeKind::kBool:
      field.kind = event::FieldKind::kFlag;
      break;
    case TypeKind::kAccount:
      field.kind = event::FieldKind::kAccount;
      break;
    case TypeKind::kRatio:
    case TypeKind::kDuration:
      GUERDON_UNREACHABLE();
  }
  return field;
}

bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// Compiles one plan after the other into one program.
class Compiler {
 public:
  bool add(const Plan& plan, std::string* error);
  Program finish();

 private:
  bool declare_events(const Plan& plan, std::string* error);
  bool declare_wallets(const Plan& plan, std::string* error);
  void declare_tables(const Plan& plan);
  bool declare_known(const Plan& plan, std::string* error);
  void declare_measures(const Plan& plan);
  void declare_clauses(const Plan& plan);
  void declare_items(const Plan& plan);
  void declare_exchanges(const Plan& plan);
  uint16_t wallet_number(int unit) const {
    return static_cast<uint16_t>(wallet_of_unit_[static_cast<size_t>(unit)]);
  }
  uint8_t kind_number(const std::string& kind);
  int clock_number(const Plan& plan, calendar::PeriodKind kind);
  uint32_t subject_number(const Plan& plan, const Subject& subject);
  uint32_t add_cell(uint32_t subject, std::string label);

  void compile_event(const Plan& plan, size_t event);
  void compile_role(const Plan& plan, size_t event, int owner);
  void add_measures(const Plan& plan, size_t event, int owner, PlanPart& part);
  void add_rules(const Plan& plan, size_t event, int owner, PlanPart& part);
  void add_owed(const Plan& plan, size_t event, int owner, RoleProgram& role);
  CodeAt filter_code(const Term& when);
  CodeAt measure_code(const Measure& measure, size_t measure_index, size_t event);
  CodeAt rule_code(const Rule& rule, size_t rule_index, int owner);
  void note_owed_again(size_t rule_index, CodeAt begin);
  void effect_code(CodeWriter& writer, const Effect& effect, uint32_t clause);
  RoleProgram& role_program(uint16_t type, uint8_t slot);
  // Compiling stops there, so that a short text cannot take all memory.
  bool is_too_long() const { return program_.code.size() > kCodeMax; }

  Program program_;
  std::vector<std::vector<uint8_t>> identity_;  // by schema type and slot
  std::map<Subject, uint32_t> subjects_;        // of the plan at hand
  Names names_;                                 // of the plan and event at hand
  std::vector<uint32_t> wallet_of_unit_;        // of the plan at hand
  std::vector<std::vector<uint32_t>> clause_;   // of the plan at hand: by rule and effect
  std::vector<uint16_t> type_of_event_;         // of the plan at hand
  int plan_index_ = 0;
  bool too_deep_ = false;
};

namespace {

int scale_of(const Plan& plan, const Type& type) {
  return type.kind == TypeKind::kAmount ? plan.units[static_cast<size_t>(type.unit)].scale : 0;
}

// With what stands behind it in its last line.
Span whole_lines(std::string_view text, Span span) {
  const size_t end = text.find('\n', span.end);
  return {span.begin, static_cast<uint32_t>(end == std::string_view::npos ? text.size() : end + 1)};
}

}  // namespace

// ---- declarations -------------------------------------------------------------------------------

bool Compiler::declare_events(const Plan& plan, std::string* error) {
  type_of_event_.clear();
  for (const EventType& event : plan.events) {
    if (program_.schema.size() == event::kTypesMax &&
        program_.schema.find_type(event.wire) == event::kNoType) {
      *error = "the plans together declare more than " + std::to_string(event::kTypesMax) +
               " event types; load fewer plans";
      return false;
    }
    const uint16_t type = program_.schema.add_type(event.wire);
    type_of_event_.push_back(type);
    program_.events.resize(static_cast<size_t>(program_.schema.size()));
    identity_.resize(program_.events.size());
    for (const int index : event.attributes) {
      const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
      const int slot = program_.schema.add_slot(type, field_of(plan, attribute));
      if (slot < 0) {
        *error = "event type " + event.wire + " is read in more than " +
                 std::to_string(event::kSlotsMax) +
                 " ways by the plans together; load fewer plans or let them declare it alike";
        return false;
      }
      std::vector<uint8_t>& identity = identity_[type];
      if (identity.size() <= static_cast<size_t>(slot)) {
        identity.resize(static_cast<size_t>(slot) + 1, 0);
      }
      if (attribute.identity) identity[static_cast<size_t>(slot)] = 1;
    }
  }
  return true;
}

bool Compiler::declare_wallets(const Plan& plan, std::string* error) {
  wallet_of_unit_.clear();
  GUERDON_ASSERT(plan.wallets.size() == plan.units.size());
  for (size_t u = 0; u < plan.units.size(); ++u) {
    const Unit& unit = plan.units[u];
    wallet_of_unit_.push_back(static_cast<uint32_t>(program_.wallets.size()));
    program_.wallets.push_back(
        {plan.program, unit.code, unit.scale, static_cast<uint32_t>(plan_index_), plan.wallets[u]});
    program_.schema.add_wallet({plan.program, unit.code, static_cast<uint8_t>(unit.scale),
                                plan.wallets[u].hold.share.has_value()});
  }
  if (program_.wallets.size() <= kWalletsMax) return true;
  *error = "the plans together have more than " + std::to_string(kWalletsMax) + " units";
  return false;
}

void Compiler::declare_tables(const Plan& plan) {
  names_.tables.clear();
  for (const Table& table : plan.tables) {
    names_.tables.push_back(static_cast<uint32_t>(program_.tables.size()));
    program_.tables.emplace_back(table, program_.symbols);
    TableWords& words = program_.table_words.emplace_back();
    words.name = table.name;
    for (const Column& column : table.columns) {
      words.columns.push_back({column.name, scale_of(plan, column.type)});
    }
  }
}

int Compiler::clock_number(const Plan& plan, calendar::PeriodKind kind) {
  if (kind == calendar::PeriodKind::kLifetime) return kNoClock;
  for (size_t i = 0; i < program_.clocks.size(); ++i) {
    const Clock& clock = program_.clocks[i];
    if (clock.kind == kind && clock.calendar == plan.calendar) return static_cast<int>(i);
  }
  program_.clocks.push_back({plan.calendar, kind});
  return static_cast<int>(program_.clocks.size() - 1);
}

uint32_t Compiler::subject_number(const Plan& plan, const Subject& subject) {
  const auto [at, fresh] =
      subjects_.try_emplace(subject, static_cast<uint32_t>(program_.subjects.size()));
  if (!fresh) return at->second;
  SubjectKind kind;
  kind.plan = plan_index_;
  kind.owner = plan.attributes[static_cast<size_t>(subject.owner)].name;
  for (const int key : subject.keys) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(key)];
    kind.keys.push_back(attribute.name);
    kind.key_is_text.push_back(attribute.type.kind == TypeKind::kText);
  }
  kind.clock = clock_number(plan, subject.period);
  program_.subjects.push_back(std::move(kind));
  return at->second;
}

uint32_t Compiler::add_cell(uint32_t subject, std::string label) {
  program_.subjects[subject].labels.push_back(std::move(label));
  return program_.subjects[subject].cells++;
}

// A name outside means one thing, whichever plans read it.
bool Compiler::declare_known(const Plan& plan, std::string* error) {
  for (const HolderAttribute& read : plan.holder) {
    const event::Field field = field_of(plan, read);
    const auto same = [&](const KnownKind& kind) { return kind.field.wire == field.wire; };
    auto at = std::find_if(program_.known.begin(), program_.known.end(), same);
    if (at != program_.known.end() && at->field != field) {
      *error = "two plans know " + read.wire +
               " of accounts, and not as the same type; give one of them another name outside, "
               "with `as \"...\"`";
      return false;
    }
    if (at == program_.known.end()) {
      const auto subject = static_cast<uint32_t>(program_.subjects.size());
      SubjectKind kind;
      kind.plan = plan_index_;
      kind.owner = "account";
      kind.keys = {"from"};
      kind.key_is_text = {false};
      kind.holds_known = true;
      kind.known_is_text = field.kind == event::FieldKind::kText;
      program_.subjects.push_back(std::move(kind));
      add_cell(subject, "known " + read.wire);
      add_cell(subject, "known " + read.wire + " until");  // its own: the hash tells cells by it
      program_.schema.add_known(field);
      at = program_.known.insert(program_.known.end(), {field, subject});
    }
    names_.known.push_back(at->subject);
  }
  return true;
}

// Measures that say the same are one.
void Compiler::declare_measures(const Plan& plan) {
  names_.measures.clear();
  std::map<std::pair<uint32_t, std::string>, uint32_t> same;
  for (const Measure& measure : plan.measures) {
    std::string meaning = measure.where ? print_term(plan, *measure.where) : "";
    for (const Flow& flow : measure.flows) {
      meaning += flow.less ? " less " : " plus ";
      meaning += flow.value ? print_term(plan, *flow.value) : "1";
      for (const int event : flow.events) meaning += " " + std::to_string(event);
    }
    const uint32_t subject = subject_number(plan, measure.subject);
    const auto [at, fresh] =
        same.try_emplace({subject, meaning}, static_cast<uint32_t>(program_.measures.size()));
    if (fresh) {
      program_.measures.push_back({subject, add_cell(subject, measure.name),
                                   scale_of(plan, measure.type), measure.is_never_negative});
    }
    names_.measures.push_back(at->second);
  }
}

uint8_t Compiler::kind_number(const std::string& kind) {
  const auto at = std::find(program_.kinds.begin(), program_.kinds.end(), kind);
  if (at != program_.kinds.end()) return static_cast<uint8_t>(at - program_.kinds.begin());
  program_.kinds.push_back(kind);
  return static_cast<uint8_t>(program_.kinds.size() - 1);
}

void Compiler::declare_clauses(const Plan& plan) {
  clause_.assign(plan.rules.size(), {});
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    for (size_t e = 0; e < rule.effects.size(); ++e) {
      const Effect& effect = rule.effects[e];
      Clause clause;
      clause.plan = plan_index_;
      clause.rule = rule.name;
      clause.effect = static_cast<int>(e);
      clause.verb = effect.verb;
      clause.wallet = static_cast<uint16_t>(wallet_of_unit_[static_cast<size_t>(effect.unit)]);
      clause.kind = kind_number(effect.kind);
      clause.rounding = effect.rounding;
      clause.is_capped = effect.at_most != nullptr;
      clause.lines = whole_lines(plan.text, rule.whole);
      clause.lineage = base::HashBuilder().text(plan.name).text(rule.name).u64(e).finish().lo;
      if (!rule.subject.is_event()) {
        clause.subject = subject_number(plan, rule.subject);
        const std::string label = rule.name + "/" + std::to_string(e);
        clause.posted = add_cell(clause.subject, label + " posted");
        if (effect.verb == Verb::kDebit) {
          clause.taken = add_cell(clause.subject, label + " taken");
        }
      }
      clause_[r].push_back(static_cast<uint32_t>(program_.clauses.size()));
      program_.clauses.push_back(std::move(clause));
    }
  }
}

void Compiler::declare_items(const Plan& plan) {
  std::map<calendar::PeriodKind, uint32_t> subjects;
  for (const Item& item : plan.items) {
    ItemKind kind{.plan = plan_index_,
                  .name = item.name,
                  .home = base::HashBuilder().text(plan.program).text(item.name).finish().lo,
                  .title = item.title,
                  .wallet = wallet_number(item.price_unit),
                  .price = item.price,
                  .gives = item.gives,
                  .stock = item.stock,
                  .limits = {},
                  .from = item.from,
                  .until = item.until};
    if (item.gives > 0) kind.gives_wallet = wallet_number(item.gives_unit);
    for (const ItemLimit& limit : item.limits) {
      const auto [at, fresh] =
          subjects.try_emplace(limit.period, static_cast<uint32_t>(program_.subjects.size()));
      if (fresh) {
        SubjectKind subject;
        subject.plan = plan_index_;
        subject.owner = "account";
        subject.clock = clock_number(plan, limit.period);
        program_.subjects.push_back(std::move(subject));
      }
      kind.limits.push_back({limit.times, at->second, add_cell(at->second, "item " + item.name)});
    }
    if (item.when) kind.when = filter_code(*item.when);
    program_.schema.add_item({plan.program, item.name, item.stock.has_value()});
    program_.items.push_back(std::move(kind));
  }
}

void Compiler::declare_exchanges(const Plan& plan) {
  const bool has_some = std::any_of(plan.exchanges.begin(), plan.exchanges.end(),
                                    [](const Exchange& exchange) { return !exchange.show_only; });
  const auto subject = static_cast<uint32_t>(program_.subjects.size());
  if (has_some) {
    SubjectKind kept;
    kept.plan = plan_index_;
    kept.owner = "account";
    kept.keys = {"exchange"};
    kept.key_is_text = {false};
    // Two whole ones behind the clock's own are kept: 181 days.
    kept.clock = clock_number(plan, calendar::PeriodKind::kQuarter);
    program_.subjects.push_back(std::move(kept));
    add_cell(subject, "got");
    add_cell(subject, "spread");
  }
  for (const Exchange& exchange : plan.exchanges) {
    ExchangeKind kind{.plan = plan_index_,
                      .from_wallet = wallet_number(exchange.from_unit),
                      .to_wallet = wallet_number(exchange.to_unit),
                      .from_file = exchange.from_file,
                      .show_only = exchange.show_only,
                      .rates = {},
                      .spread = exchange.spread,
                      .stale = exchange.stale,
                      .subject = subject};
    for (const RateFrom& rate : exchange.rates) {
      kind.rates.set(rate.from, calendar::kTimeEternity, rate.rate);
    }
    program_.schema.add_exchange(
        {kind.from_wallet, kind.to_wallet, kind.from_file, kind.show_only});
    program_.exchanges.push_back(std::move(kind));
  }
}

// ---- code ---------------------------------------------------------------------------------------

CodeAt Compiler::filter_code(const Term& when) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label no;
  writer.condition(when, false, no);
  writer.op(Op::kEnd);
  writer.bind(no);
  writer.op(Op::kNo);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

CodeAt Compiler::measure_code(const Measure& measure, size_t measure_index, size_t event) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  Label end;
  if (measure.where) writer.condition(*measure.where, false, end);
  for (const Flow& flow : measure.flows) {
    if (!contains(flow.events, static_cast<int>(event))) continue;
    Label next;
    if (flow.value) {
      GUERDON_ASSERT(writer.den_of(*flow.value) == 1);
      writer.number(*flow.value, 0, next);
    } else {
      writer.constant(0, 1);
    }
    writer.move(flow.less ? Op::kMoveBack : Op::kMove, 0, names_.measures[measure_index]);
    writer.bind(next);
  }
  writer.bind(end);
  writer.op(Op::kEnd);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

void Compiler::effect_code(CodeWriter& writer, const Effect& effect, uint32_t clause) {
  Clause& made = program_.clauses[clause];
  const bool entitlement = made.subject != kNowhere;
  int64_t den = writer.den_of(*effect.amount);
  if (effect.at_most) {
    const auto both = money::lcm_checked(den, writer.den_of(*effect.at_most));
    GUERDON_ASSERT(both.has_value());
    den = *both;
  }
  made.den = den;
  Label missing;
  writer.amount(*effect.amount, den, 0, missing, clause);
  if (effect.at_most) {
    writer.number_over(*effect.at_most, den, 1, missing);
    writer.min(0, 1);
  }
  writer.post(entitlement ? Op::kOwe : Op::kPost, 0, clause);
  if (!entitlement) return writer.bind(missing);
  if (!missing.is_used()) return;
  Label next;
  writer.jump(next);
  writer.bind(missing);
  writer.constant(0, 0);
  writer.post(Op::kOwe, 0, clause);
  writer.bind(next);
}

CodeAt Compiler::rule_code(const Rule& rule, size_t rule_index, int owner) {
  CodeWriter writer(program_, names_);
  const CodeAt begin = writer.here();
  const int clock = clock_number(*names_.plan, rule.subject.period);
  names_.instant = clock == kNoClock ? kAtEvent : static_cast<uint16_t>(clock);
  Label no;
  if (rule.when) writer.condition(*rule.when, false, no);
  for (size_t e = 0; e < rule.effects.size(); ++e) {
    if (rule.effects[e].payee == owner) {
      effect_code(writer, rule.effects[e], clause_[rule_index][e]);
    }
  }
  writer.op(Op::kEnd);
  writer.bind(no);
  if (!rule.subject.is_event()) {
    writer.constant(0, 0);
    for (const uint32_t clause : clause_[rule_index]) writer.post(Op::kOwe, 0, clause);
  }
  names_.instant = kAtEvent;
  writer.op(Op::kEnd);
  too_deep_ = too_deep_ || writer.too_deep();
  return begin;
}

// Once a rule, for the first of its events that names all of its subject. Nothing for one that
// reads a measure of a longer period, or what is known of the account: that may change and the rule
// is not asked again.
void Compiler::note_owed_again(size_t rule_index, CodeAt begin) {
  OwedAgain again;
  again.code = begin;
  again.clauses = clause_[rule_index];
  again.subject = program_.clauses[again.clauses.front()].subject;
  const bool is_noted =
      std::any_of(program_.owed_again.begin(), program_.owed_again.end(),
                  [&](const OwedAgain& other) { return other.clauses == again.clauses; });
  if (is_noted) return;
  for (CodeAt at = begin; at < program_.code.size(); ++at) {
    const Instruction& i = program_.code[at];
    if (i.op == Op::kHeld) return;
    if (i.op != Op::kAfter && i.op != Op::kBefore) continue;
    if (program_.measures[i.x].subject != again.subject) return;
    again.measures.push_back(i.x);
  }
  program_.owed_again.push_back(std::move(again));
}

void Compiler::add_measures(const Plan& plan, size_t event, int owner, PlanPart& part) {
  std::set<uint32_t> done;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const Measure& measure = plan.measures[m];
    if (measure.subject.owner != owner) continue;
    const bool fed = std::any_of(measure.flows.begin(), measure.flows.end(), [&](const Flow& flow) {
      return contains(flow.events, static_cast<int>(event));
    });
    if (!fed || !done.insert(names_.measures[m]).second) continue;
    if (is_too_long()) break;
    const IndexKey key = index_key(measure.where.get(), names_, program_);
    part.measures.add(measure_code(measure, m, event), key);
  }
  part.measures.finish();
}

void Compiler::add_rules(const Plan& plan, size_t event, int owner, PlanPart& part) {
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    const bool pays = std::any_of(rule.effects.begin(), rule.effects.end(),
                                  [&](const Effect& effect) { return effect.payee == owner; });
    if (!pays || !contains(rule.events, static_cast<int>(event))) continue;
    if (is_too_long()) break;
    const IndexKey key = index_key(rule.when.get(), names_, program_);
    const CodeAt begin = rule_code(rule, r, owner);
    part.rules.add(begin, key);
    const bool names_all =
        std::all_of(rule.subject.keys.begin(), rule.subject.keys.end(),
                    [&](int name) { return names_.slots[static_cast<size_t>(name)] >= 0; });
    if (rule.subject.is_event() || !names_all) continue;
    const size_t noted = program_.owed_again.size();
    note_owed_again(r, begin);
    if (program_.owed_again.size() == noted) continue;
    program_.owed_again.back().type = type_of_event_[event];
    program_.owed_again.back().slot =
        static_cast<uint8_t>(names_.slots[static_cast<size_t>(owner)]);
  }
  part.rules.finish();
}

RoleProgram& Compiler::role_program(uint16_t type, uint8_t slot) {
  std::vector<RoleProgram>& roles = program_.events[type].roles;
  auto at = std::find_if(roles.begin(), roles.end(),
                         [&](const RoleProgram& role) { return role.slot >= slot; });
  if (at == roles.end() || at->slot != slot) {
    at = roles.insert(at, RoleProgram{});
    at->slot = slot;
  }
  return *at;
}

// As in add_rules.
void Compiler::add_owed(const Plan& plan, size_t event, int owner, RoleProgram& role) {
  for (const Rule& rule : plan.rules) {
    if (rule.subject.is_event() || rule.subject.owner != owner) continue;
    if (!contains(rule.events, static_cast<int>(event))) continue;
    role.owed.push_back(subject_number(plan, rule.subject));
  }
  std::sort(role.owed.begin(), role.owed.end());
  role.owed.erase(std::unique(role.owed.begin(), role.owed.end()), role.owed.end());
}

void Compiler::compile_role(const Plan& plan, size_t event, int owner) {
  PlanPart part;
  add_measures(plan, event, owner, part);
  add_rules(plan, event, owner, part);
  if (part.measures.empty() && part.rules.empty()) return;
  if (plan.events[event].when) part.filter = filter_code(*plan.events[event].when);
  const auto slot = static_cast<uint8_t>(names_.slots[static_cast<size_t>(owner)]);
  RoleProgram& role = role_program(type_of_event_[event], slot);
  role.parts.push_back(std::move(part));
  add_owed(plan, event, owner, role);
  for (const auto& [subject, number] : subjects_) {
    if (subject.owner != owner || subject.keys.empty()) continue;
    RoleFrame frame{number, {}};
    for (const int name : subject.keys) {
      const int key_slot = names_.slots[static_cast<size_t>(name)];
      frame.key_slots.push_back(key_slot < 0 ? kNoSlot : static_cast<uint8_t>(key_slot));
    }
    role.frames.push_back(std::move(frame));
  }
  std::sort(role.frames.begin(), role.frames.end(),
            [](const RoleFrame& a, const RoleFrame& b) { return a.subject < b.subject; });
}

void Compiler::compile_event(const Plan& plan, size_t event) {
  names_.slots.assign(plan.attributes.size(), -1);
  for (const int index : plan.events[event].attributes) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
    names_.slots[static_cast<size_t>(index)] =
        program_.schema.add_slot(type_of_event_[event], field_of(plan, attribute));
  }
  for (const int index : plan.events[event].attributes) {
    if (plan.attributes[static_cast<size_t>(index)].type.kind == TypeKind::kAccount) {
      compile_role(plan, event, index);
    }
  }
}

bool Compiler::add(const Plan& plan, std::string* error) {
  for (const WalletKind& wallet : program_.wallets) {
    if (wallet.program != plan.program) continue;
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
  program_.plans.push_back(
      {plan.name, plan.text, zone.encode(), zone.encode_rules(), plan.calendar});
  names_ = {};
  subjects_.clear();
  names_.plan = &plan;
  if (!declare_events(plan, error) || !declare_wallets(plan, error) ||
      !declare_known(plan, error)) {
    return false;
  }
  declare_tables(plan);
  declare_measures(plan);
  declare_clauses(plan);
  declare_items(plan);
  declare_exchanges(plan);
  if (program_.kinds.size() > kKindsMax) {
    *error = "the plans together name more than " + std::to_string(kKindsMax) + " kinds of entry";
    return false;
  }
  for (size_t event = 0; event < plan.events.size(); ++event) compile_event(plan, event);
  if (is_too_long()) {
    *error = "plan " + plan.name + " grows beyond " + std::to_string(kCodeMax) +
             " instructions; name fewer events in `on`, credit fewer accounts in one rule, or let "
             "names stand for shorter conditions";
    return false;
  }
  if (too_deep_) *error = "plan " + plan.name + " has an expression that is nested too deeply";
  return !too_deep_;
}

Program Compiler::finish() {
  program_.block_cells = static_cast<uint32_t>(program_.wallets.size());
  for (SubjectKind& subject : program_.subjects) {
    if (!subject.is_inline()) continue;
    subject.at = program_.block_cells;
    // A frame of a period begins with the period it holds: shard/block.h.
    program_.block_cells += subject.cells + (subject.clock == kNoClock ? 0 : 1);
  }
  for (size_t type = 0; type < identity_.size(); ++type) {
    std::vector<TextSlot>& texts = program_.texts.emplace_back();
    const std::vector<event::Field>& slots =
        program_.schema.type(static_cast<uint16_t>(type)).slots;
    for (size_t slot = 0; slot < slots.size(); ++slot) {
      if (slots[slot].kind != event::FieldKind::kText) continue;
      texts.push_back({static_cast<uint8_t>(slot), identity_[type][slot] != 0});
    }
  }
  return std::move(program_);
}

// A jump to a jump goes where that one goes; a jump to an end is that end. From the back: what lies
// ahead is as short as it gets already, so each jump is one step. What a probe is at is not passed
// by.
void shorten_jumps(Program& program) {
  std::vector<Instruction>& code = program.code;
  const auto shorten = [&](CodeAt& to) {
    const bool is_probed = std::binary_search(
        program.probes.begin(), program.probes.end(), Probe{.at = to, .constant = {}},
        [](const Probe& a, const Probe& b) { return a.at < b.at; });
    if (code[to].op == Op::kJump && !is_probed) to = code[to].target;
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

std::optional<Program> compile(const std::vector<Plan>& plans, std::string* error) {
  Compiler compiler;
  for (const Plan& plan : plans) {
    if (!compiler.add(plan, error)) return std::nullopt;
  }
  Program program = compiler.finish();
  shorten_jumps(program);
  GUERDON_ASSERT(verify(program, error));
  return program;
}

}  // namespace guerdon::plan
