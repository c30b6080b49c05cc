// The flat space of names: what the plan declares, each once.
#include <variant>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"
#include "engine/plan/check_state.h"

namespace guerdon::plan {
namespace {

void limit_error(Checking& checking, Span span, int limit, std::string_view what) {
  checking.report(kTooMany, span,
                  "a plan holds at most " + std::to_string(limit) + " " + std::string(what),
                  "divide it into plans of their own: each is a program with its own wallets");
}

std::string_view kind_word(BindingKind kind, bool constant) {
  switch (kind) {
    case BindingKind::kDefinition:
      return constant ? "param" : "let";
    case BindingKind::kUnit:
      return "unit";
    case BindingKind::kEvent:
      return "event";
    case BindingKind::kList:
      return "list";
    case BindingKind::kTable:
      return "table";
    case BindingKind::kMeasure:
      return "measure";
    case BindingKind::kRule:
      return "rule";
    case BindingKind::kItem:
      return "item";
    case BindingKind::kGroup:
      return "group";
    case BindingKind::kBudget:
      return "budget";
    case BindingKind::kTarget:
      return "target";
    case BindingKind::kChallenge:
      return "challenge";
    case BindingKind::kLadder:
      return "ladder";
    case BindingKind::kStreak:
      return "streak";
    case BindingKind::kBadge:
      return "badge";
    case BindingKind::kRelation:
      return "relation";
  }
  GUERDON_UNREACHABLE();
}

// Enters what one declaration declares. Each `declare_...` leaves out what is declared twice.
class Declarer {
 public:
  explicit Declarer(Checking& checking) : checking_(checking) {}

  void operator()(const tree::PlanHeader&) {}

  void operator()(const tree::Param& param) {
    define(param.name, *param.value, true, &param.later);
  }
  void operator()(const tree::Let& let) { define(let.name, *let.value, false); }

  void operator()(const tree::Unit& unit) {
    const auto index = static_cast<int>(checking_.plan.units.size());
    if (index == kUnitsMax) return limit_error(checking_, unit.name.span, kUnitsMax, "units");
    if (!enter(unit.name, BindingKind::kUnit, index)) return;
    const std::string& code = unit.alias ? *unit.alias : unit.name.text;
    check_outside_name(checking_, code, unit.name.span);
    refuse_second_code(code, unit.name.span);
    const bool has_scale = unit.decimals >= 0 && unit.decimals <= money::kScaleMax;
    if (!has_scale) {
      checking_.report(kOutOfRange, unit.name.span,
                       "a unit has 0 to " + std::to_string(money::kScaleMax) + " decimals");
    }
    const int scale = has_scale ? static_cast<int>(unit.decimals) : 0;
    checking_.plan.units.push_back({unit.name.text, code, scale});
  }

  void operator()(const tree::Badge& badge) {
    const auto unit = static_cast<int>(checking_.plan.units.size());
    if (unit == kUnitsMax) {
      return limit_error(checking_, badge.name.span, kUnitsMax, "units and badges");
    }
    const auto index = static_cast<int>(checking_.badges.size());
    if (!enter(badge.name, BindingKind::kBadge, index)) return;
    check_outside_name(checking_, badge.title, badge.name.span);
    refuse_second_code(badge.name.text, badge.name.span);
    Unit& counted = checking_.plan.units.emplace_back();
    counted.name = counted.code = badge.name.text;
    counted.badge.emplace().title = badge.title;
    if (badge.level) counted.badge->level = badge.level->text;
    BadgeState& state = checking_.badges.emplace_back();
    state.written = &badge;
    state.unit = unit;
  }

  void operator()(const tree::Event& event) {
    for (const tree::Alias& alias : event.types) {
      const auto index = static_cast<int>(checking_.plan.events.size());
      if (index == kEventsMax) {
        return limit_error(checking_, alias.name.span, kEventsMax, "event types");
      }
      if (!enter(alias.name, BindingKind::kEvent, index)) continue;
      EventType type;
      type.name = alias.name.text;
      type.version = checking_.plan.version;
      type.wire = alias.wire ? *alias.wire : alias.name.text;
      type.ignore_others = event.ignore_others;
      type.late = event.late.value_or(checking_.plan.late);
      check_outside_name(checking_, type.wire, alias.name.span);
      refuse_second_wire(type, alias.name.span);
      checking_.plan.events.push_back(std::move(type));
    }
  }

  void operator()(const tree::Holder&) {}

  void operator()(const tree::Relation& relation) {
    const tree::Name& name = relation.name.name;
    const auto index = static_cast<int>(checking_.plan.relations.size());
    if (index == kRelationsMax) {
      return limit_error(checking_, name.span, kRelationsMax, "relations");
    }
    if (!enter(name, BindingKind::kRelation, index)) return;
    const std::string& wire = relation.name.wire ? *relation.name.wire : name.text;
    check_outside_name(checking_, wire, name.span);
    for (const Relation& other : checking_.plan.relations) {
      if (other.wire != wire) continue;
      checking_.report(kDeclaredTwice, name.span,
                       "two relations have the name " + backquoted(wire) + " outside",
                       "the other is " + backquoted(other.name));
    }
    checking_.plan.relations.push_back({name.text, wire, name.span});
  }

  void operator()(const tree::List& list) {
    const auto index = static_cast<int>(checking_.lists.size());
    if (enter(list.name, BindingKind::kList, index)) checking_.lists.push_back(&list);
  }

  void operator()(const tree::Table& table) {
    const auto index = static_cast<int>(checking_.tables.size());
    if (!enter(table.name, BindingKind::kTable, index)) return;
    TableState state;
    state.written = &table;
    state.span = table.name.span;
    checking_.tables.push_back(state);
    checking_.plan.tables.emplace_back();
    checking_.plan.tables.back().name = table.name.text;
    checking_.plan.tables.back().span = table.name.span;
  }

  void operator()(const tree::Measure& measure) {
    const bool has_samples = measure.is_average || measure.picks();
    const bool has_values = measure.distinct || measure.picks();
    const size_t measures = size_t{1} + (has_samples ? 1U : 0U) + (has_values ? 1U : 0U);
    if (has_measures_enough(measure.name.span, measures)) return;
    const auto index = static_cast<int>(checking_.measures.size());
    if (enter(measure.name, BindingKind::kMeasure, index)) add(measure, has_samples);
  }

  void operator()(const tree::Rule& rule) {
    if (has_rules_enough(rule.name.span)) return;
    const auto index = static_cast<int>(checking_.rules.size());
    if (enter(rule.name, BindingKind::kRule, index)) add(rule, -1);
  }

  // Its measure is called by a name that no other can have: of two parts.
  void operator()(const tree::Target& target) {
    const Span span = target.name.span;
    const bool has_samples =
        !target.achieved.is_entered &&
        (target.achieved.is_average || target.achieved.picks() || target.at_most);
    const bool has_values = target.achieved.distinct || target.achieved.picks();
    const size_t measures = size_t{1} + (has_samples ? 1U : 0U) + (has_values ? 1U : 0U) +
                            (target.from_file ? 1U : 0U) + (target.carries != nullptr ? 1U : 0U);
    if (has_measures_enough(span, measures) || has_rules_enough(span)) return;
    const auto index = static_cast<int>(checking_.targets.size());
    if (!enter(target.name, BindingKind::kTarget, index)) return;
    TargetState& state = checking_.targets.emplace_back();
    state.written = &target;
    state.goal.name = &target.name;
    state.goal.value = target.goal.get();
    state.measure = static_cast<int>(checking_.measures.size());
    add(target.achieved, has_samples);
    if (target.from_file) {
      state.told = static_cast<int>(checking_.measures.size());
      add(target.told);
    }
    if (target.carries != nullptr) {
      state.carried = static_cast<int>(checking_.measures.size());
      add(target.carried);
    }
    if (target.rule.effects.empty()) return;
    state.rule = static_cast<int>(checking_.rules.size());
    add(target.rule, index);
  }

  void operator()(const tree::Challenge& challenge) {
    const Span span = challenge.name.span;
    const auto index = static_cast<int>(checking_.challenges.size());
    if (index == kChallengesMax) return limit_error(checking_, span, kChallengesMax, "challenges");
    if (has_measures_enough(span, std::max<size_t>(challenge.goals.size(), 1))) return;
    if (has_rules_enough(span)) return;
    if (!enter(challenge.name, BindingKind::kChallenge, index)) return;
    checking_.challenges.push_back({&challenge, static_cast<int>(checking_.measures.size())});
    if (challenge.goals.empty()) add(challenge.score);
    for (const tree::ChallengeGoal& goal : challenge.goals) add(goal.achieved);
  }

  void operator()(const tree::Ladder& ladder) {
    const Span span = ladder.name.span;
    const auto index = static_cast<int>(checking_.ladders.size());
    if (index == kLaddersMax) return limit_error(checking_, span, kLaddersMax, "ladders");
    const size_t measures = (ladder.of                 ? 0U
                             : ladder.measure.distinct ? 2U
                                                       : 1U) +
                            (ladder.has_reviews() ? 1U : 0U);
    if (measures > 0 && has_measures_enough(span, measures)) return;
    if (!ladder.rule.effects.empty() && has_rules_enough(span)) return;
    if (!enter(ladder.name, BindingKind::kLadder, index)) return;
    LadderState& state = checking_.ladders.emplace_back();
    state.written = &ladder;
    if (!ladder.of) {
      state.measure = static_cast<int>(checking_.measures.size());
      add(ladder.measure);
    }
    if (ladder.has_reviews()) {
      state.kept = static_cast<int>(checking_.measures.size());
      add(ladder.kept);
    }
    if (!ladder.rule.effects.empty()) state.rule = static_cast<int>(checking_.rules.size());
    for (const tree::Rule* const rule : {&ladder.rule, &ladder.told}) {
      if (rule->effects.empty() || has_rules_enough(span)) continue;
      add(*rule, -1);
      checking_.rules.back().ladder = index;
    }
  }

  void operator()(const tree::Streak& streak) {
    const Span span = streak.name.span;
    const auto index = static_cast<int>(checking_.streaks.size());
    if (index == kStreaksMax) return limit_error(checking_, span, kStreaksMax, "streaks");
    if (has_measures_enough(span) || has_rules_enough(span)) return;
    if (!enter(streak.name, BindingKind::kStreak, index)) return;
    checking_.streaks.push_back({&streak, static_cast<int>(checking_.measures.size())});
    add(streak.running);
    add(streak.rule, -1);
    checking_.rules.back().streak = index;
  }

  void operator()(const tree::Group& group) {
    if (groups_ == kGroupsMax) return limit_error(checking_, group.name.span, kGroupsMax, "groups");
    if (enter(group.name, BindingKind::kGroup, groups_)) ++groups_;
  }

  void operator()(const tree::Budget& budget) {
    const Span span = budget.name.span;
    if (budgets_ == kBudgetsMax) return limit_error(checking_, span, kBudgetsMax, "budgets");
    if (enter(budget.name, BindingKind::kBudget, budgets_)) ++budgets_;
  }

  void operator()(const tree::Item& item) { enter(item.name, BindingKind::kItem, 0); }

  // They are called as their units.
  void operator()(const tree::Wallet&) {}
  void operator()(const tree::Exchange&) {}

 private:
  bool has_measures_enough(Span span, size_t more = 1) {
    if (checking_.measures.size() + more <= size_t{kMeasuresMax}) return false;
    limit_error(checking_, span, kMeasuresMax, "measures");
    return true;
  }

  bool has_rules_enough(Span span) {
    if (checking_.rules.size() < size_t{kRulesMax}) return false;
    limit_error(checking_, span, kRulesMax, "rules");
    return true;
  }

  void add(const tree::Measure& measure, bool has_samples = false) {
    const auto next = static_cast<int>(checking_.measures.size()) + 1;
    checking_.samples_of.push_back(has_samples ? next : -1);
    checking_.values_of.push_back(-1);
    checking_.measures.push_back(&measure);
    checking_.measure_spans.push_back(measure.name.span);
    if (has_samples) add_beside(measure, -1);
    if (measure.distinct || measure.picks()) add_beside(measure, next - 1);
  }

  // What an average, or what is of values, needs beside it; `values_of`: of which they are.
  void add_beside(const tree::Measure& measure, int values_of) {
    checking_.samples_of.push_back(-1);
    checking_.values_of.push_back(values_of);
    checking_.measures.push_back(&measure);
    checking_.measure_spans.push_back(measure.name.span);
  }

  void add(const tree::Rule& rule, int target) {
    RuleState& state = checking_.rules.emplace_back();
    state.written = &rule;
    state.target = target;
  }

  bool enter(const tree::Name& name, BindingKind kind, int index) {
    const auto [place, fresh] = checking_.bindings.insert({name.text, {kind, index, name.span}});
    if (fresh) return true;
    const Binding& other = place->second;
    const bool constant = other.kind == BindingKind::kDefinition &&
                          checking_.definitions[static_cast<size_t>(other.index)].constant;
    checking_.report(kDeclaredTwice, name.span, backquoted(name.text) + " is declared twice",
                     "the other is the " + std::string(kind_word(other.kind, constant)) +
                         " in line " + std::to_string(checking_.line_of(other.span)) +
                         "; give one another name");
    return false;
  }

  void define(const tree::Name& name, const tree::Expr& value, bool constant,
              const std::vector<tree::DatedValue>* later = nullptr) {
    const auto index = static_cast<int>(checking_.definitions.size());
    if (!enter(name, BindingKind::kDefinition, index)) return;
    Definition definition;
    definition.name = &name;
    definition.value = &value;
    definition.constant = constant;
    if (later != nullptr && !later->empty()) definition.later = later;
    checking_.definitions.push_back(definition);
  }

  void refuse_second_code(const std::string& code, Span span) {
    for (const Unit& other : checking_.plan.units) {
      if (other.code != code) continue;
      checking_.report(kDeclaredTwice, span,
                       "two units have the code " + backquoted(code) + " outside",
                       "the other is " + backquoted(other.name) + "; one code is one unit");
    }
  }

  void refuse_second_wire(const EventType& type, Span span) {
    for (const EventType& other : checking_.plan.events) {
      if (other.wire != type.wire) continue;
      checking_.report(kDeclaredTwice, span,
                       "two event types have the name " + backquoted(type.wire) + " outside",
                       "the other is " + backquoted(other.name));
    }
  }

  Checking& checking_;
  int groups_ = 0;
  int budgets_ = 0;
};

// The attributes of events come after all names, since their types are units, declared anywhere.
void check_all_attributes(Checking& checking) {
  checking.event_attributes.resize(checking.plan.events.size());
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    const auto* holder = std::get_if<tree::Holder>(&declaration.what);
    if (holder != nullptr) check_holder(checking, *holder);
    const auto* event = std::get_if<tree::Event>(&declaration.what);
    if (event == nullptr) continue;
    for (const tree::Alias& alias : event->types) {
      const Binding* binding = checking.binding(alias.name.text);
      // A type that was declared twice stands for its first declaration.
      if (binding == nullptr || binding->kind != BindingKind::kEvent) continue;
      if (binding->span != alias.name.span) continue;
      check_event_attributes(checking, *event, binding->index);
    }
  }
}

}  // namespace

void check_declarations(Checking& checking) {
  Declarer declarer(checking);
  for (const tree::Declaration& declaration : checking.tree.declarations) {
    std::visit(declarer, declaration.what);
  }
  declare_notices(checking);
  check_all_attributes(checking);
  declare_followers(checking);
}

}  // namespace guerdon::plan
