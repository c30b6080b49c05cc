// What a plan declares gets its numbers in the program.
#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/planted.h"
#include "engine/compiler/plan_compiler.h"
#include "engine/ledger/leg.h"

namespace guerdon::plan {

namespace {

constexpr size_t kWalletsMax = UINT16_MAX;  // Clause::wallet
constexpr const char* kSeenLabel = "seen";

// A limit of another kind counts something else.
std::string limit_suffix(const Limit& limit) {
  return std::string(limit.counts ? " times" : "") + (limit.or_nothing ? " or nothing" : "");
}

// Behind the labels of what a later version brought.
std::string version_suffix(int64_t version) {
  return version == 1 ? "" : " v" + std::to_string(version);
}

// What tells subjects apart: no name has a line feed.
std::string name_of(const SubjectKind& kind) {
  std::string name = std::to_string(kind.plan) + "\n" + std::to_string(kind.clock) + "\n" +
                     std::to_string(int{kind.is_object} + 2 * int{kind.is_of_openings} +
                                    4 * int{kind.holds_known}) +
                     "\n" + kind.object + "\n" + kind.owner;
  for (const std::string& key : kind.keys) name += "\n" + key;
  return name;
}

int scale_of(const Plan& plan, const Type& type) {
  return type.kind == TypeKind::kAmount ? plan.units[static_cast<size_t>(type.unit)].scale : 0;
}

// With what stands behind it in its last line.
Span whole_lines(std::string_view text, Span span) {
  const size_t end = text.find('\n', span.end);
  return {span.begin, static_cast<uint32_t>(end == std::string_view::npos ? text.size() : end + 1)};
}

}  // namespace

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
    program_.lines.resize(program_.events.size());
    program_.asks.resize(program_.events.size());
    program_.climbs.resize(program_.events.size());
    if (!event.lines.empty() && !declare_lines(plan, event, type, error)) return false;
    identity_.resize(program_.events.size());
    for (const int index : event.attributes) {
      const Attribute& attribute = plan.attributes[static_cast<size_t>(index)];
      if (is_each_above(plan, attribute)) continue;
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

// False: another plan declares another number of fields, or the type is full; told.
bool Compiler::declare_lines(const Plan& plan, const EventType& event, uint16_t type,
                             std::string* error) {
  event::LineFields fields;
  for (const int index : event.lines) {
    const event::Field field = field_of(plan, plan.attributes[static_cast<size_t>(index)]);
    fields.push_back({field.kind, field.scale, field.is_signed});
  }
  const std::vector<event::LineFields>& known = program_.schema.type(type).lines;
  if (!known.empty() && known.front().size() != fields.size()) {
    *error = "plan " + plan.name + " declares lines of " + std::to_string(fields.size()) +
             " fields for event type " + event.wire + ", and a plan before it lines of " +
             std::to_string(known.front().size()) +
             "; a line is sent once, so declare all its fields in both, in their order";
    return false;
  }
  if (program_.schema.add_lines(type, fields)) {
    const std::vector<event::Field>& slots = program_.schema.type(type).slots;
    const auto list = std::find_if(slots.begin(), slots.end(), [](const event::Field& field) {
      return field.kind == event::FieldKind::kLines;
    });
    program_.lines[type].slot = static_cast<uint8_t>(list - slots.begin());
    return true;
  }
  *error = "event type " + event.wire + " has no slot left for its lines; load fewer plans";
  return false;
}

bool Compiler::declare_wallets(const Plan& plan, std::string* error) {
  wallet_of_unit_.clear();
  GUERDON_ASSERT(plan.wallets.size() == plan.units.size());
  for (size_t u = 0; u < plan.units.size(); ++u) {
    const Unit& unit = plan.units[u];
    const auto known = std::find_if(
        program_.wallets.begin(), program_.wallets.end(), [&](const WalletKind& wallet) {
          return wallet.program == plan.program && wallet.unit == unit.code;
        });
    if (known != program_.wallets.end()) {  // in the program before: its plans have programs apart
      wallet_of_unit_.push_back(static_cast<uint32_t>(known - program_.wallets.begin()));
      known->badge = unit.badge;
      continue;
    }
    wallet_of_unit_.push_back(static_cast<uint32_t>(program_.wallets.size()));
    program_.wallets.push_back({plan.program, unit.code, unit.scale,
                                static_cast<uint32_t>(plan_index_), plan.wallets[u], unit.badge});
    program_.schema.add_wallet({plan.program, unit.code, static_cast<uint8_t>(unit.scale),
                                plan.wallets[u].hold.share.has_value(), unit.badge.has_value(),
                                unit.badge && unit.badge->is_notice});
  }
  if (program_.wallets.size() <= kWalletsMax) return true;
  *error = "the plans together have more than " + std::to_string(kWalletsMax) + " units";
  return false;
}

void Compiler::declare_tables(const Plan& plan) {
  names_.tables.clear();
  file_tables_.clear();
  for (const Table& table : plan.tables) {
    names_.tables.push_back(static_cast<uint32_t>(program_.tables.size()));
    program_.tables.emplace_back(table, program_.symbols);
    file_tables_.push_back(table.is_from_file ? declare_file_table(plan, table) : kNowhere);
    TableWords& words = program_.table_words.emplace_back();
    words.name = table.name;
    words.levels = table.levels;
    if (table.is_milestones) words.first_milestone = table.rows.front().cells.front().number;
    for (const Column& column : table.columns) {
      words.columns.push_back({column.name, scale_of(plan, column.type)});
    }
  }
}

uint32_t Compiler::declare_file_table(const Plan& plan, const Table& table) {
  constexpr uint8_t kMillionths = 6;
  const std::vector<event::FileTable>& tables = program_.schema.tables();
  const auto known = std::find_if(tables.begin(), tables.end(), [&](const auto& each) {
    return each.plan == plan.name && each.name == table.name;
  });
  const auto number = static_cast<uint32_t>(known - tables.begin());
  if (known != tables.end()) return number;
  event::FileTable made;
  made.plan = plan.name;
  made.name = table.name;
  for (const Key& key : table.keys) {
    made.keys.push_back(key.name);
    made.key_is_text.push_back(key.kind == KeyKind::kText);
  }
  for (const Column& column : table.columns) {
    const bool is_ratio = column.type.kind == TypeKind::kRatio;
    const auto scale = static_cast<uint8_t>(scale_of(plan, column.type));
    made.columns.push_back({column.name, is_ratio ? kMillionths : scale, is_ratio, column.most});
  }
  program_.schema.add_table(std::move(made));
  return number;
}

int Compiler::clock_number(const Plan& plan, const calendar::PeriodRule& rule) {
  if (rule == calendar::PeriodKind::kLifetime) return kNoClock;
  for (size_t i = 0; i < program_.clocks.size(); ++i) {
    const Clock& clock = program_.clocks[i];
    if (clock.rule == rule && clock.plan == plan_index_) return static_cast<int>(i);
  }
  const bool forgets = base::planted(base::PlantedBug::kGraceForgotten);
  program_.clocks.push_back(
      {plan.calendar, rule, forgets ? calendar::Duration() : plan.grace, plan_index_, false});
  return static_cast<int>(program_.clocks.size() - 1);
}

uint32_t Compiler::subject_number(const Plan& plan, const Subject& subject) {
  const auto known = subjects_.find(subject);
  if (known != subjects_.end()) return known->second;
  SubjectKind kind;
  kind.plan = plan_index_;
  kind.owner = plan.attributes[static_cast<size_t>(subject.owner)].name;
  for (const int key : subject.keys) {
    const Attribute& attribute = plan.attributes[static_cast<size_t>(key)];
    kind.keys.push_back(attribute.name);
    kind.key_is_text.push_back(attribute.type.kind == TypeKind::kText);
  }
  kind.clock = clock_number(plan, subject.period);
  kind.is_object = subject.is_object();
  if (kind.is_object) {
    kind.object = plan.attributes[static_cast<size_t>(subject.object)].name;
    kind.keys = {"object", "object"};
    kind.key_is_text = {false, false};
    (void)clock_number(plan, calendar::PeriodKind::kMonth);  // so that sweeps come by
  }
  const uint32_t family = family_of(std::move(kind));
  subjects_.emplace(subject, family);
  if (subject.is_object()) (void)object_cell(family, kSeenLabel);
  return family;
}

// Of the program that this one goes on from.
void Compiler::know_places() {
  for (uint32_t s = 0; s < program_.subjects.size(); ++s) {
    const SubjectKind& subject = program_.subjects[s];
    const auto [family, fresh] = family_by_name_.try_emplace(name_of(subject), s);
    families_.emplace_back();
    families_[family->second].push_back(s);
    for (uint32_t c = 0; c < subject.cells; ++c) {
      cells_.emplace(std::pair(family->second, subject.labels[c]), CellPlace{s, c});
    }
  }
  for (uint32_t m = 0; m < program_.measures.size(); ++m) {
    measure_of_.emplace(std::pair(program_.measures[m].subject, program_.measures[m].cell), m);
  }
  for (uint32_t c = 0; c < program_.clauses.size(); ++c) {
    clause_of_.emplace(std::pair(program_.clauses[c].lineage, program_.clauses[c].version), c);
  }
}

uint32_t Compiler::family_of(SubjectKind kind) {
  const auto number = static_cast<uint32_t>(program_.subjects.size());
  const auto [at, fresh] = family_by_name_.try_emplace(name_of(kind), number);
  if (!fresh) return at->second;
  kind.is_apart = before_ != nullptr;
  program_.subjects.push_back(std::move(kind));
  families_.push_back({number});
  return number;
}

Compiler::CellPlace Compiler::place_cell(uint32_t family, const std::string& label) {
  const auto [at, fresh] = cells_.try_emplace({family, label});
  if (fresh) at->second = add_cell(family, label);
  return at->second;
}

Compiler::CellPlace Compiler::add_cell(uint32_t family, const std::string& label) {
  uint32_t subject = families_[family].back();
  const bool is_laid_out = before_ != nullptr && subject < before_->subjects.size();
  if (is_laid_out && !program_.subjects[subject].is_object) {
    SubjectKind kind = program_.subjects[subject];
    kind.cells = 0;
    kind.labels.clear();
    kind.scores.clear();
    kind.at = kNowhere;
    kind.is_apart = true;
    subject = static_cast<uint32_t>(program_.subjects.size());
    program_.subjects.push_back(std::move(kind));
    families_.emplace_back();
    families_[family].push_back(subject);
  }
  program_.subjects[subject].labels.push_back(label);
  return {subject, program_.subjects[subject].cells++};
}

// A name outside means one thing, whichever plans read it.
bool Compiler::declare_known(const Plan& plan, std::string* error) {
  for (const Relation& relation : plan.relations) program_.schema.add_relation(relation.wire);
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
      // Its own labels: the hash tells cells by them.
      kind.labels = {"known " + read.wire, "known " + read.wire + " until"};
      kind.cells = 2;
      program_.subjects.push_back(std::move(kind));
      families_.push_back({subject});
      program_.schema.add_known(field);
      at = program_.known.insert(program_.known.end(), {field, subject});
    }
    names_.known.push_back(at->subject);
  }
  return true;
}

namespace {

// Of values: which of its names the measure that counts or picks them is not kept for.
uint8_t value_key_of(const Plan& plan, const Measure& values) {
  if (values.counted_in < 0) return 0;
  const std::vector<int>& all = values.subject.keys;
  const std::vector<int>& outer =
      plan.measures[static_cast<size_t>(values.counted_in)].subject.keys;
  const auto at = std::find_if(all.begin(), all.end(), [&](int key) {
    return std::find(outer.begin(), outer.end(), key) == outer.end();
  });
  GUERDON_ASSERT(at != all.end());
  return static_cast<uint8_t>(at - all.begin());
}

}  // namespace

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
    if (measure.is_earned()) meaning += " earned " + std::to_string(measure.type.unit);
    for (const int rule : measure.earned_by) meaning += " " + std::to_string(rule);
    if (measure.is_told) meaning += " told " + measure.name;
    if (measure.is_score) meaning += " score " + measure.name;
    if (measure.is_of_average) meaning += " of average";
    const uint32_t counted_in = measure.counted_in < 0
                                    ? kNowhere
                                    : names_.measures[static_cast<size_t>(measure.counted_in)];
    if (measure.values_max > 0) {
      meaning += " values of " + std::to_string(measure.distinct) + " " +
                 std::to_string(measure.values_max) + " " + std::to_string(counted_in);
    }
    if (measure.pick != tree::Pick::kNone) {
      meaning += (measure.pick == tree::Pick::kHighest ? " highest " : " lowest ") +
                 std::to_string(counted_in);
    }
    if (measure.is_streak) meaning += " streak " + measure.name;
    if (measure.is_carried || measure.is_opened) meaning += " carried " + measure.name;
    const uint32_t samples =
        measure.samples < 0 ? kNowhere : names_.measures[static_cast<size_t>(measure.samples)];
    const uint32_t family = subject_number(plan, measure.subject);
    const auto [at, fresh] = same.try_emplace({family, meaning}, kNowhere);
    if (fresh) {
      const CellPlace place = place_cell(family, measure.name + version_suffix(measure.version));
      at->second = measure_number({place.subject, place.cell, scale_of(plan, measure.type),
                                   measure.is_never_negative, measure.is_earned(), measure.is_told,
                                   measure.is_score, measure.is_opened, measure.is_of_values(),
                                   counted_in, measure.values_max, measure.pick, samples,
                                   value_key_of(plan, measure), measure.subject.period.last});
      if (measure.is_streak) keep_before(family, at->second);
    }
    names_.measures.push_back(at->second);
  }
}

// One for all effects of the rule that pay this role.
uint32_t Compiler::opened_cell(const Clause& clause, const std::string& lineage,
                               const std::vector<uint32_t>& before) {
  for (const uint32_t other : before) {
    if (program_.clauses[other].subject == clause.subject) return program_.clauses[other].opened;
  }
  return object_cell(clause.subject, lineage + " opened");
}

uint8_t Compiler::kind_number(const std::string& kind) {
  const auto at = std::find(program_.kinds.begin(), program_.kinds.end(), kind);
  if (at != program_.kinds.end()) return static_cast<uint8_t>(at - program_.kinds.begin());
  program_.kinds.push_back(kind);
  return static_cast<uint8_t>(program_.kinds.size() - 1);
}

Subject Compiler::subject_of(const Rule& rule, const Effect& effect) {
  Subject subject = rule.subject;
  if (subject.is_object()) subject.owner = effect.payee;
  return subject;
}

void Compiler::declare_groups(const Plan& plan) {
  group_.assign(plan.groups.size(), kNowhere);
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    const Group& group = plan.groups[g];
    if (group.changes_nothing()) continue;
    group_[g] = static_cast<uint32_t>(program_.groups.size());
    program_.groups.push_back({group.name, group.how, group.up_to});
  }
}

void Compiler::order_groups(const Plan& plan) {
  for (size_t g = 0; g < plan.groups.size(); ++g) {
    uint32_t place = 0;
    for (const Rule* rule : rules_of(plan, static_cast<int>(g))) {
      const auto r = static_cast<size_t>(rule - plan.rules.data());
      if (group_[g] != kNowhere) {
        int& layer = program_.groups[group_[g]].layer;
        layer = std::max(layer, rule->layer);
      }
      program_.clauses[clause_[r].front()].place = place++;
    }
  }
}

// The measures that sum what this effect credits, each once.
std::vector<uint32_t> Compiler::fed_by(const Plan& plan, size_t rule, const Effect& effect) const {
  std::vector<uint32_t> fed;
  if (effect.verb != Verb::kCredit) return fed;
  for (size_t m = 0; m < plan.measures.size(); ++m) {
    const Measure& measure = plan.measures[m];
    const bool is_fed = contains(measure.earned_by, static_cast<int>(rule)) &&
                        measure.subject.owner == effect.payee && measure.type.unit == effect.unit;
    const uint32_t number = names_.measures[m];
    if (is_fed && std::find(fed.begin(), fed.end(), number) == fed.end()) fed.push_back(number);
  }
  return fed;
}

void Compiler::declare_clauses(const Plan& plan) {
  clause_.assign(plan.rules.size(), {});
  is_noted_.assign(plan.rules.size(), false);
  captured_.assign(plan.rules.size(), {});
  for (std::vector<uint32_t>* windows : {&window_, &acts_, &takes_back_}) {
    windows->assign(plan.rules.size(), kNowhere);
  }
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    declare_windows(plan, r);
    for (size_t e = 0; e < rule.effects.size(); ++e) declare_clause(plan, r, e);
    if (rule.take_back) declare_take_back(plan, r);
    if (rule.subject.is_object()) declare_captured(plan, r);
  }
  declare_corrections(plan);
}

void Compiler::declare_corrections(const Plan& plan) {
  for (size_t v = 0; v < plan.versions.size(); ++v) {
    const PlanVersion& version = plan.versions[v];
    if (version.corrects.empty()) continue;
    CorrectionKind kind{
        static_cast<uint32_t>(plan_index_), static_cast<uint32_t>(v), version.from, {}, {}};
    for (size_t r = 0; r < plan.rules.size(); ++r) {
      const Rule& rule = plan.rules[r];
      const bool is_one =
          rule.version <= version.number &&
          std::binary_search(version.corrects.begin(), version.corrects.end(), rule.lineage);
      if (is_one) kind.clauses.insert(kind.clauses.end(), clause_[r].begin(), clause_[r].end());
    }
    std::sort(kind.clauses.begin(), kind.clauses.end());
    program_.corrections.push_back(std::move(kind));
  }
}

uint32_t Compiler::window_number(calendar::TimeMs from, calendar::TimeMs until) {
  if (from == calendar::kTimeBeginning && until == calendar::kTimeEternity) return kNowhere;
  program_.windows.push_back({from, until});
  return static_cast<uint32_t>(program_.windows.size() - 1);
}

// What a version has paid it takes back until the next one of its lineage acts, be there one.
void Compiler::declare_windows(const Plan& plan, size_t r) {
  const Rule& rule = plan.rules[r];
  window_[r] = window_number(rule.from, rule.until);
  acts_[r] = window_number(rule.since, rule.before);
  if (!rule.take_back) return;
  calendar::TimeMs until = calendar::kTimeEternity;
  const std::span<const Rule> others(plan.rules.data(),
                                     plan.versions.size() == 1 ? 0 : plan.rules.size());
  for (const Rule& other : others) {
    if (other.lineage != rule.lineage || other.since < rule.before) continue;
    until = std::min(until, other.since);
  }
  takes_back_[r] = window_number(rule.since, until);
}

// The rule of its lineage in whose cells it keeps what it posts.
const Rule& Compiler::keeper_of(const Plan& plan, const Rule& rule) const {
  if (!rule.is_retro) return rule;
  const Rule* before = nullptr;
  for (const Rule& other : plan.rules) {
    if (other.lineage != rule.lineage || other.version >= rule.version) continue;
    if (before == nullptr || other.version > before->version) before = &other;
  }
  GUERDON_ASSERT(before != nullptr);  // merge()
  return keeper_of(plan, *before);
}

void Compiler::declare_clause(const Plan& plan, size_t r, size_t e) {
  const Rule& rule = plan.rules[r];
  const Effect& effect = rule.effects[e];
  const uint32_t text = version_index(plan, rule.version);
  const std::string& words = plan.versions[text].text;
  const std::string version = version_suffix(keeper_of(plan, rule).version);
  Clause clause;
  clause.plan = plan_index_;
  clause.rule = rule.name;
  clause.version = rule.version;
  clause.text = text;
  clause.effect = static_cast<int>(e);
  clause.verb = effect.verb;
  clause.layer = rule.layer;
  clause.wallet = wallet_number(effect.unit);
  clause.kind = kind_number(effect.kind);
  clause.rounding = effect.rounding;
  clause.is_capped = effect.at_most != nullptr;
  for (const Times& times : effect.times) {
    clause.times.push_back(words.substr(times.span.begin, times.span.end - times.span.begin));
  }
  if (effect.when != nullptr) {
    const Span at = effect.when->span;
    clause.milestone = words.substr(at.begin, at.end - at.begin);
  }
  clause.lines = whole_lines(words, rule.whole);
  clause.lineage = base::HashBuilder().text(plan.name).text(rule.lineage).u64(e).finish().lo;
  const std::string label = rule.lineage + version + "/" + std::to_string(e);
  if (!rule.subject.is_event() && !rule.is_settled) {
    const CellPlace posted =
        place_cell(subject_number(plan, subject_of(rule, effect)), label + " posted");
    clause.subject = posted.subject;
    clause.posted = posted.cell;
    if (effect.verb == Verb::kDebit) {
      const CellPlace taken =
          place_cell(subject_number(plan, subject_of(rule, effect)), label + " taken");
      GUERDON_ASSERT(taken.subject == posted.subject);  // they came together
      clause.taken = taken.cell;
    }
    if (rule.subject.is_object()) {
      clause.opened = opened_cell(clause, rule.lineage, clause_[r]);
      clause.acts = acts_[r];
    }
  }
  clause.keeps = rule.keeps;
  clause.at_close = effect.at_close;
  // Limits of one kind for one subject are told apart by their order: so each goes on, whichever
  // others a version has.
  std::map<std::pair<uint32_t, std::string>, int> before;
  const bool is_badge = plan.units[static_cast<size_t>(effect.unit)].badge.has_value();
  for (const Limit& limit : effect.limits) {
    if (is_badge && base::planted(base::PlantedBug::kBadgeGivenAgain)) continue;
    LimitKind made = limit_kind(plan, rule, limit, words);
    const int number = ++before[{made.subject, limit_suffix(limit)}];
    const CellPlace place =
        place_cell(made.subject, rule.lineage + "/" + std::to_string(e) + " limit " +
                                     std::to_string(number) + limit_suffix(limit));
    made.subject = place.subject;
    made.cell = place.cell;
    clause.limits.push_back(std::move(made));
  }
  if (rule.group >= 0) clause.group = group_[static_cast<size_t>(rule.group)];
  if (effect.budget >= 0) pay_from_budget(plan, rule, effect, label, clause);
  clause.feeds = fed_by(plan, r, effect);
  clause_[r].push_back(clause_number(std::move(clause)));
}

uint32_t Compiler::clause_number(Clause clause) {
  const auto [at, fresh] = clause_of_.try_emplace({clause.lineage, clause.version},
                                                  static_cast<uint32_t>(program_.clauses.size()));
  if (fresh) program_.clauses.emplace_back();
  program_.clauses[at->second] = std::move(clause);
  return at->second;
}

// But for its cell.
LimitKind Compiler::limit_kind(const Plan& plan, const Rule& rule, const Limit& limit,
                               const std::string& words) {
  LimitKind kind;
  const bool is_of_openings =
      rule.subject.is_object() && limit.subject.period != calendar::PeriodKind::kLifetime;
  kind.subject =
      is_of_openings ? openings_number(plan, limit.subject) : subject_number(plan, limit.subject);
  if (is_of_openings) kind.opened_clock = clock_number(plan, limit.subject.period);
  kind.counts = limit.counts;
  kind.or_nothing = limit.or_nothing;
  kind.most = limit.most;
  kind.words = words.substr(limit.span.begin, limit.span.end - limit.span.begin);
  return kind;
}

// Kept apart, and as long as one of those that opened in the period can speak.
uint32_t Compiler::openings_number(const Plan& plan, const Subject& subject) {
  const auto known = openings_.find(subject);
  if (known != openings_.end()) return known->second;
  SubjectKind kind;
  kind.plan = plan_index_;
  kind.owner = plan.attributes[static_cast<size_t>(subject.owner)].name;
  kind.keys = {"opened in " + calendar::period_kind_name(subject.period)};
  kind.key_is_text = {false};
  kind.is_object = true;
  kind.is_of_openings = true;
  const uint32_t family = family_of(std::move(kind));
  openings_.emplace(subject, family);
  (void)object_cell(family, kSeenLabel);
  return family;
}

// Measures that a rule per object reads belong to whom it pays: each is a cell of his frame.
void Compiler::declare_captured(const Plan& plan, size_t rule) {
  visit_terms(plan.rules[rule], [&](const Term& term) {
    if (term.kind == TermKind::kMeasure) capture(plan, rule, term);
  });
}

void Compiler::capture(const Plan& plan, size_t rule, const Term& term) {
  std::vector<Captured>& all = captured_[rule];
  const auto is_it = [&](const Captured& each) {
    return each.measure == term.index && each.moment == term.moment;
  };
  if (std::any_of(all.begin(), all.end(), is_it)) return;
  const Measure& measure = plan.measures[static_cast<size_t>(term.index)];
  Subject subject = plan.rules[rule].subject;
  subject.owner = measure.subject.owner;
  const char* const when = term.moment == tree::Moment::kBefore  ? " before"
                           : term.moment == tree::Moment::kAfter ? " after"
                                                                 : " last";
  const std::string label = plan.rules[rule].lineage + " captured " + measure.name +
                            version_suffix(measure.version) + when;
  all.push_back({term.index, term.moment, object_cell(subject_number(plan, subject), label)});
}

// A measure that no name of the plan stands for: what a rule keeps to take back.
uint32_t Compiler::kept_measure(uint32_t subject, const std::string& label, int scale) {
  const CellPlace place = place_cell(subject, label);
  return measure_number({place.subject, place.cell, scale, false, false});
}

uint32_t Compiler::measure_number(const MeasureKind& measure) {
  const auto [at, fresh] = measure_of_.try_emplace({measure.subject, measure.cell},
                                                   static_cast<uint32_t>(program_.measures.size()));
  if (fresh) program_.measures.emplace_back();
  program_.measures[at->second] = measure;
  return at->second;
}

void Compiler::declare_take_back(const Plan& plan, size_t rule) {
  const std::string& name = plan.rules[rule].lineage;
  const TakeBack& take_back = *plan.rules[rule].take_back;
  const bool at_rate = take_back.way == tree::TakeBackWay::kAtTheRatePaid;
  const uint32_t subject = subject_number(plan, take_back.subject);
  const int scale = scale_of(plan, take_back.value->type);
  TakeBackKind kind;
  kind.value = kept_measure(subject, name + " value", scale);
  if (at_rate) kind.returned = kept_measure(subject, name + " returned", scale);
  for (const uint32_t c : clause_[rule]) {
    Clause& clause = program_.clauses[c];
    const std::string label = name + "/" + std::to_string(clause.effect);
    const int of_wallet = program_.wallets[clause.wallet].scale;
    clause.take_back = static_cast<uint32_t>(program_.take_backs.size());
    clause.earned = kept_measure(subject, label + " earned", of_wallet);
    if (at_rate) clause.taken_back = kept_measure(subject, label + " taken back", of_wallet);
  }
  program_.take_backs.push_back(kind);
}

uint32_t Compiler::counted_subject(const Plan& plan, const calendar::PeriodRule& period) {
  const auto [at, fresh] = counted_subjects_.try_emplace(period, kNowhere);
  if (!fresh) return at->second;
  SubjectKind subject;
  subject.plan = plan_index_;
  subject.owner = "account";
  subject.clock = clock_number(plan, period);
  at->second = static_cast<uint32_t>(program_.subjects.size());
  program_.subjects.push_back(std::move(subject));
  families_.push_back({at->second});
  return at->second;
}

// A version changes none of them.
void Compiler::declare_badges(const Plan& plan) {
  if (before_ != nullptr) return;
  const auto wallet_named = [&](const std::string& name) {
    const auto unit = std::find_if(plan.units.begin(), plan.units.end(),
                                   [&](const Unit& each) { return each.name == name; });
    GUERDON_ASSERT(unit != plan.units.end());
    return wallet_number(static_cast<int>(unit - plan.units.begin()));
  };
  const auto part_of = [&](const std::optional<GrantAmount>& amount) {
    return amount ? GrantPart{wallet_named(amount->unit), amount->amount} : GrantPart();
  };
  for (const Unit& unit : plan.units) {
    if (!unit.badge || unit.badge->granters == Granters::kNobody) continue;
    const Badge& badge = *unit.badge;
    BadgeKind kind;
    kind.plan = plan_index_;
    kind.wallet = wallet_named(unit.name);
    kind.granters = badge.granters;
    if (!badge.holders_of.empty()) kind.holders_of = wallet_named(badge.holders_of);
    kind.names = badge.names;
    const auto counter = [&](const calendar::PeriodRule& period, int64_t times, const char* what) {
      const CellPlace place =
          place_cell(counted_subject(plan, period), "badge " + unit.name + " " + what);
      return ItemCounter{times, place.subject, place.cell};
    };
    if (badge.sent) kind.sent = counter(badge.sent->period, badge.sent->times, "granted");
    if (badge.given_in) kind.given = counter(*badge.given_in, 1, "given");
    kind.burn = part_of(badge.burn);
    kind.credit = part_of(badge.credit);
    kind.from_granter = badge.credit && badge.credit->from_granter;
    if (badge.credit) kind.budget = budget_named(plan, badge.credit->budget);
    program_.badges.push_back(std::move(kind));
  }
}

void Compiler::declare_items(const Plan& plan) {
  if (before_ != nullptr) return compile_items(plan);
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
      const CellPlace place = place_cell(counted_subject(plan, limit.period), "item " + item.name);
      kind.limits.push_back({limit.times, place.subject, place.cell});
    }
    if (item.when) kind.when = filter_code(*item.when);
    program_.schema.add_item({plan.program, item.name, item.stock.has_value()});
    program_.items.push_back(std::move(kind));
  }
}

// A version changes none of them: where the code of their conditions stands is new.
void Compiler::compile_items(const Plan& plan) {
  for (ItemKind& kind : program_.items) {
    if (kind.plan != plan_index_) continue;
    const auto item = std::find_if(plan.items.begin(), plan.items.end(),
                                   [&](const Item& each) { return each.name == kind.name; });
    if (item != plan.items.end() && item->when) kind.when = filter_code(*item->when);
  }
}

void Compiler::declare_exchanges(const Plan& plan) {
  if (before_ != nullptr) return;
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
    kept.labels = {"got", "spread"};
    kept.cells = 2;
    program_.subjects.push_back(std::move(kept));
    families_.push_back({subject});
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

}  // namespace guerdon::plan
