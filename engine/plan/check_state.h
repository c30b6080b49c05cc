// What the parts of the checker share: the plan as far as it is checked, the names it declares, and
// the ways to tell a mistake. Internal to the checker (check_*.cc, checker.cc).
//
// The parts run in the order in which they stand at the bottom of this file; each reads what the
// ones before it have filled in. One `Checking` lives as long as one call of `check`.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "engine/plan/checked.h"
#include "engine/plan/limits.h"
#include "engine/syntax/diagnostic.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

using enum DiagnosticCode;

using AttributeSet = std::bitset<kAttributesMax>;
using EventSet = std::bitset<kEventsMax>;

// A name that is replaced by its meaning: param, let, a rule's let.
struct Definition {
  const tree::Name* name = nullptr;
  const tree::Expr* value = nullptr;
  const std::vector<tree::DatedValue>* later = nullptr;  // of a param that changes on a day
  bool constant = false;                                 // a param
  bool expanding = false;  // being replaced right now: meeting it again is a circle
  bool used = false;
  bool broken = false;  // part of a circle; told
};

// What a declared name stands for.
enum class BindingKind : uint8_t {
  kDefinition,
  kUnit,
  kEvent,
  kList,
  kTable,
  kMeasure,
  kRule,
  kItem,
  kGroup,
  kBudget,
  kTarget,
  kChallenge,
  kLadder,
  kStreak,
  kBadge,
  kRelation,
};

struct Binding {
  BindingKind kind = BindingKind::kDefinition;
  // Into definitions, lists, targets, challenges, ladders, streaks, badges; Plan::units, events,
  // tables, measures; tree order.
  int index = 0;
  Span span;  // of the name where it is declared
};

// How far a table of the plan is. Tables are checked when they are first used, since a table of
// ranges may take the unit of what is looked up in it.
struct TableState {
  enum class Stage : uint8_t { kWaiting, kReady, kBroken };
  const tree::Table* written = nullptr;  // null: an inline table
  Span span;
  Stage stage = Stage::kWaiting;
  bool tested = false;          // by `K in T`: having no row is part of its meaning
  bool must_fit = false;        // looked up without an `otherwise` of its own
  bool asked_in_vain = false;   // with a mistake in a key, which has been told
  bool has_hole = false;        // between two rows; `otherwise` has what lies there
  bool begins_above_0 = false;  // with a lower bound
};

// How far a measure of what rules credit is: it is ready once these are checked.
enum class EarnedStage : uint8_t { kWaiting, kBegun, kDone };

// How far a rule is. One that reads what others credit is checked behind these.
struct RuleState {
  enum class Stage : uint8_t { kWaiting, kBegun, kDone };
  const tree::Rule* written = nullptr;
  int target = -1;  // whose milestones it pays
  int ladder = -1;  // for whose levels it pays
  int streak = -1;  // which it is of
  Stage stage = Stage::kWaiting;
  std::optional<Rule> rule;  // once it is done, unless there was a mistake
  int behind = 0;            // so many rules stand one behind the other that it goes by (Credited)
};

// A target of the plan. Its goal is typed wherever it is read.
struct TargetState {
  const tree::Target* written = nullptr;
  Definition goal;
  int measure = -1;       // of what is achieved
  int told = -1;          // of what TARGET says of the goal; none
  int carried = -1;       // of what is carried over; none
  int rule = -1;          // as `rules`; it pays nothing: none
  bool is_sound = false;  // what is achieved, and the goal
};

struct ChallengeState {
  const tree::Challenge* written = nullptr;
  int measure = -1;  // of the score, or of the first of its goals, which follow each other
};

struct LadderState {
  const tree::Ladder* written = nullptr;
  int measure = -1;  // that its levels go by; as Plan::measures. Below 0: a mistake, told
  int table = -1;    // of its levels; as Plan::tables. The same
  int kept = -1;     // of what reviews leave; as Plan::measures. Below 0: there is none
  int rule = -1;     // as `rules`; it pays nothing: none
};

struct StreakState {
  const tree::Streak* written = nullptr;
  int measure = -1;  // how many periods running; as Plan::measures
  int target = -1;   // as `targets`. Below 0: a mistake, told
};

struct BadgeState {
  const tree::Badge* written = nullptr;
  int unit = -1;                         // that counts it; as Plan::units
  int rule = -1;                         // that follows a target; as `rules`. None: there is none
  std::unique_ptr<tree::Rule> follower;  // the same, as if it had been written
  std::optional<calendar::PeriodRule> per;  // in which it is given once; none: each time
  std::optional<Span> granted;              // where, first
};

struct Checking;
// Where a ladder has a level of this name; null: none. (check_ladders.cc)
const tree::Name* level_somewhere(const Checking& checking, const std::string& name);

struct Checking {
  Checking(const SourceText& text, const tree::Plan& written, Diagnostics& list)
      : source(text), tree(written), diagnostics(list) {}

  const SourceText& source;
  const tree::Plan& tree;
  Diagnostics& diagnostics;
  Plan plan;
  money::Rounding rounding = money::Rounding::kDown;  // the plan's
  bool penalties = false;                             // `penalties on`
  bool opens_on_first_credit = true;                  // else `accounts open by command`

  absl::flat_hash_map<std::string_view, Binding> bindings;  // views into the tree
  absl::flat_hash_map<std::string_view, int> attributes;
  absl::flat_hash_map<std::string_view, int> holder;  // as Plan::holder
  absl::flat_hash_set<std::string_view> broken_holder;
  std::vector<Definition> definitions;
  std::vector<const tree::List*> lists;
  std::vector<const tree::Measure*> measures;  // as in Plan::measures
  std::vector<Span> measure_spans;             // their names
  std::vector<TableState> tables;              // as in Plan::tables
  std::vector<AttributeSet> event_attributes;  // as in Plan::events
  std::vector<EventSet> measure_events;        // as in Plan::measures: what moves it
  std::vector<bool> measure_is_sound;          // as in Plan::measures
  std::vector<int> samples_of;  // the same: the measure of its samples; below 0: none
  std::vector<int> values_of;   // the same: the measure that counts its values; below 0: it is none
  std::vector<EarnedStage> measure_stage;  // as in Plan::measures
  std::vector<int> layer_above;            // the same: of a rule that reads it
  std::vector<std::string> fold_meanings;  // as Plan::folds: two of one meaning are one
  int settling = 0;                        // how many of these wait for each other
  int crediting = 0;                       // the same of rules that go by what others credit
  std::vector<RuleState> rules;            // as bindings name them
  std::vector<TargetState> targets;        // the same
  std::vector<ChallengeState> challenges;  // the same
  std::vector<LadderState> ladders;        // the same
  std::vector<StreakState> streaks;        // the same
  std::vector<BadgeState> badges;          // the same

  // While the limits of an effect are checked that pays one who stands above: whom, and the word.
  int paid_above = -1;
  std::string_view paid_above_word;

  int64_t substituted_nodes = 0;

  // Attributes whose declaration has a mistake: what reads them is no mistake of its own.
  absl::flat_hash_set<std::string_view> broken_attributes;

  // What the object's events have is not known, then.
  bool is_broken_object(const Subject& subject) const {
    return subject.is_object() && broken_attributes.contains(attribute_at(subject.object).name);
  }

  // A mistake at one place is told once, however often it is met: a `let` is checked where it is
  // used.
  void report(DiagnosticCode code, Span span, std::string message, std::string advice = "");
  // False when no more messages are kept: then advice that is dear to find is not looked for.
  bool wants_advice() const;
  // Counts a node that stands there by substitution. False: there are too many, told once.
  bool spend_substituted(Span place);
  // Nothing more can be checked in bounded time; this was told.
  bool is_exhausted() const { return substituted_nodes > kSubstitutedNodesMax; }

  // The first instant of the day, in the plan's zone.
  calendar::TimeMs instant_of(const tree::Date& date) const;
  // Whether the days ascend. False: told.
  template <typename Dated>
  bool days_ascend(const std::vector<Dated>& later) {
    if (later.size() > size_t{kDaysMax}) {
      report(DiagnosticCode::kTooMany, later.back().from.span,
             "a param or a table changes on at most " + std::to_string(kDaysMax) + " days",
             "leave out days that are over for good");
      return false;
    }
    for (size_t i = 1; i < later.size(); ++i) {
      if (instant_of(later[i - 1].from) < instant_of(later[i].from)) continue;
      report(DiagnosticCode::kNotAscending, later[i].from.span,
             "this day does not come after the one above it", "write the days in their order");
      return false;
    }
    return true;
  }

  int line_of(Span span) const { return source.position(span.begin).line; }
  // `what stands there`, in backquotes, shortened when long.
  std::string quoted(Span span) const;
  // "an amount in GBP", "a count", "a text" ...
  std::string type_phrase(Type type) const;
  const Binding* binding(std::string_view name) const;
  // The rule of this name, or of the target, the ladder or the badge of this name; -1: none.
  int rule_named(std::string_view name) const;
  int attribute(std::string_view name) const;  // -1: none of this name

  // Of those that amounts are in: without badges.
  std::vector<std::string> unit_names() const;
  const Unit& unit(int index) const { return plan.units[static_cast<size_t>(index)]; }
  const Attribute& attribute_at(int index) const {
    return plan.attributes[static_cast<size_t>(index)];
  }
  const EventType& event(int index) const { return plan.events[static_cast<size_t>(index)]; }
  TableState& table_state(int index) { return tables[static_cast<size_t>(index)]; }
  Table& table(int index) { return plan.tables[static_cast<size_t>(index)]; }

 private:
  absl::flat_hash_set<std::pair<DiagnosticCode, uint64_t>> told_;
};

// Takes a name used outside: 1 to kWireBytesMax bytes, no control characters, no quotes. False:
// told.
bool check_outside_name(Checking& checking, std::string_view name, Span span);

// ---- the parts, in their order ------------------------------------------------------------------

// `plan NAME` and its settings.
void check_header(Checking& checking);

// How long periods stay open behind their end. Part of check_header.
void check_grace(Checking& checking, const tree::Setting& setting);
// Of types that say what becomes of late events, and of which none can be late. REQUIRES: the plan
// is sound.
void warn_of_late(Checking& checking);

// told_goals.cc. REQUIRES: the plan is right so far.
void check_told_goals(Checking& checking);

// Which version of the plan it is, and from when on it holds. Part of check_header.
void check_version(Checking& checking, const tree::PlanHeader& header);
Change change_of(tree::ChangePolicy policy);
// What a rule was called, and what becomes of what is open when it changes. Part of check_rule.
// False: told.
bool check_lineage(Checking& checking, const tree::Rule& written, Rule& rule);
// That no two rules go on from one. Part of check_rules.
void check_lineages(Checking& checking);

// Enters every declared name; fills in units, attributes and events (without `when`).
void check_declarations(Checking& checking);

// The attributes that one event type declares. Part of check_declarations.
void check_event_attributes(Checking& checking, const tree::Event& event, int index);

// The relation of this name: Plan::relations; -1: told. (check_relations.cc)
int check_relation(Checking& checking, const tree::Name& name);
// The attribute that stands for who is there, entered where it is new; -1: told.
int climb_attribute(Checking& checking, const Climb& climb, Span span);
// The account below, which some of the events have; -1: told.
int check_below(Checking& checking, const tree::Name& who, const AttributeSet& visible);
// Whom an effect, or a part of a split, of the rule pays on this level; -1: told.
int check_above(Checking& checking, const tree::Name& who, const tree::Above& above, int64_t level,
                const Rule& rule, const AttributeSet& visible);
// For whom something is kept: each of those above. -1: told.
int check_each_above(Checking& checking, const tree::AboveSubject& above);
// Which levels an effect pays: those of its rows, or all it says; empty: told.
std::vector<int64_t> levels_of(Checking& checking, const tree::Effect& effect);

// What is known of accounts: Plan::holder. Part of check_declarations.
void check_holder(Checking& checking, const tree::Holder& holder);

void check_definitions(Checking& checking);

// What the plan says of wallets, and the defaults: Plan::wallets.
void check_wallets(Checking& checking);

// What can be had, and at which rates units are exchanged: Plan::items, Plan::exchanges.
void check_shop(Checking& checking);

void check_event_conditions(Checking& checking);
void check_measures(Checking& checking);
void check_groups(Checking& checking);  // Plan::groups
void finish_groups(Checking& checking);
void check_budgets(Checking& checking);  // Plan::budgets
void check_rules(Checking& checking);

// What targets measure and what their goals are: Plan::targets. (check_goals.cc)
void check_targets(Checking& checking);
// How much a target carries over at most: below 0: told. And the type of what is entered by hand.
// False: told. Parts of check_targets. (check_carried.cc)
int64_t check_surplus(Checking& checking, const tree::Target& target, Type type);
bool type_entered(Checking& checking, const TargetState& state);
// What TARGET enters by hand, behind all targets.
void add_entries(Checking& checking);
// The rules that carry a surplus, behind all others.
void add_surpluses(Checking& checking);
// Where milestones stand, and what goes with `milestones highest`. False: told.
// (check_milestones.cc)
bool check_milestones(Checking& checking, const tree::Target& target);
// Of the milestones the one that pays the highest that is reached. REQUIRES: check_milestones().
tree::Effect highest_of(const tree::Target& target);
// Whether each of its amounts is there when its milestone is the highest that is reached.
bool check_highest(Checking& checking, int target, const Term& choose);

// Who competes, and what is won: Plan::challenges, and a rule for each behind all others.
// (check_challenges.cc)
void check_challenges(Checking& checking);

// What levels there are: a table for each ladder. (check_ladders.cc)
void check_ladders(Checking& checking);
// Levels are counts from here on.
void finish_ladders(Checking& checking);
// Plan::ladders, and the rules that review levels, behind all others. (check_reviews.cc)
void add_reviews(Checking& checking);
// Whether what the ladder says of reviews goes with its measure. False: told. Part of
// check_ladders.
bool check_reviews(Checking& checking, const LadderState& state);

// Of which target streaks are, and whether that goes together. (check_streaks.cc)
void check_streaks(Checking& checking);
// What the rule of a streak counts, and that it pays for so many: Rule::counts, and conditions
// before all others. REQUIRES: the streak is sound, and `rule` has its subject. False: told.
bool count_streak(Checking& checking, int streak, Rule& rule, std::vector<TermPtr>& conditions);
// What follows targets: rules, as if they had been written. Part of check_declarations.
// (check_badges.cc)
void declare_followers(Checking& checking);
// The units that count what `notify` tells. Behind all that are declared.
void declare_notices(Checking& checking);
// How often badges are given.
void check_badges(Checking& checking);
// The unit of the badge that it grants; -1: told.
int check_granted(Checking& checking, const tree::Effect& written);
// That one is given no more often than the badge says. `effect` has its payee by now. False: told.
bool limit_grant(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                 const Rule& rule, Effect& effect);

// Measures of what rules credit: checks the rules whose credits this one counts, and then what it
// has to do with them; of another measure nothing. What is wrong is told and makes the measure
// unsound. `reader`: where it is read, if that is why. (check_earned.cc)
void settle_earned(Checking& checking, int measure, std::optional<Span> reader = std::nullopt);

// Fills Rule::take_back or Rule::keeps. REQUIRES: the rule has its events and effects; `lets` are
// its own. False: a mistake, told. (check_take_back.cc)
bool check_take_back(Checking& checking, const tree::TakeBack& written,
                     absl::flat_hash_map<std::string_view, Definition>& lets, Rule& rule);

// Puts a rule into its group. False: told.
bool join_group(Checking& checking, const tree::Rule& written, Rule& rule);

// From which budget an effect of a rule pays. `effect` has its unit by now, `rule` its subject.
// False: told. (check_budgets.cc)
bool join_budget(Checking& checking, const tree::Effect& written, const tree::Rule& written_rule,
                 const Rule& rule, Effect& effect);
// Whether what is said of goals changes nothing that a budget pays. What is wrong is told.
void check_told_budgets(Checking& checking);
// The same of what comes with a badge that people grant, in `unit`. False: told.
bool join_budget_of_badge(Checking& checking, const tree::Name& name, int unit);

// Part of check_rules: one of them, unless it was already.
void check_rule(Checking& checking, int index);

// What rules credit, for others at the same event (check_credited.cc). Whether the rule may go by
// what it reads of others so; fills in RuleState::behind. False: told. REQUIRES: they are checked.
bool check_credited(Checking& checking, const Rule& rule, RuleState& state);
// That at each event somebody may come first. Part of check_rules.
void check_credited_order(Checking& checking);

// Tables that nothing has used, names that nothing has used, and what is only known at the end.
void check_unused(Checking& checking);

}  // namespace guerdon::plan
