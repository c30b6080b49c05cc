// Compiles one plan after the other into one program (compiler.h): what its parts share. Internal
// to the compiler.
//
// Declarations come first (declarations.cc): events, wallets, tables, measures and clauses get
// their numbers and cells. Then, for each event type and each account role, the code
// (role_code.cc).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/compiler/code_writer.h"
#include "engine/compiler/object_compiler.h"
#include "engine/plan/checked.h"
#include "engine/plan/limits.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// Of Plan::versions, the one whose texts have what was last changed in this version.
uint32_t version_index(const Plan& plan, int64_t version);

// The plans are added one after the other; after a mistake it is not to be used.
class Compiler {
 public:
  Compiler() = default;
  // Goes on from a program (compile_again).
  Compiler(const Program& before, const std::vector<NumberedText>& texts);

  bool add(const Plan& plan, std::string* error);
  Program finish();

 private:
  bool declare_events(const Plan& plan, std::string* error);
  bool declare_lines(const Plan& plan, const EventType& event, uint16_t type, std::string* error);
  bool declare_wallets(const Plan& plan, std::string* error);
  void declare_tables(const Plan& plan);
  bool declare_known(const Plan& plan, std::string* error);
  void declare_measures(const Plan& plan);
  void keep_before(uint32_t family, uint32_t measure);
  void declare_groups(const Plan& plan);
  void declare_clauses(const Plan& plan);
  void order_groups(const Plan& plan);
  void find_followers(const Plan& plan);
  std::vector<uint32_t> fed_by(const Plan& plan, size_t rule, const Effect& effect) const;
  uint32_t kept_measure(uint32_t subject, const std::string& label, int scale);
  void declare_clause(const Plan& plan, size_t rule, size_t effect);
  void declare_windows(const Plan& plan, size_t rule);
  const Rule& keeper_of(const Plan& plan, const Rule& rule) const;
  void declare_corrections(const Plan& plan);
  uint32_t window_number(calendar::TimeMs from, calendar::TimeMs until);
  void declare_take_back(const Plan& plan, size_t rule);
  uint32_t declare_file_table(const Plan& plan, const Table& table);
  void declare_items(const Plan& plan);
  void declare_badges(const Plan& plan);
  // The subject of the account alone, in this period or in life, of counts that commands keep.
  uint32_t counted_subject(const Plan& plan, const calendar::PeriodRule& period);
  void compile_items(const Plan& plan);
  void declare_exchanges(const Plan& plan);
  uint16_t wallet_number(int unit) const {
    return static_cast<uint16_t>(wallet_of_unit_[static_cast<size_t>(unit)]);
  }
  uint32_t opened_cell(const Clause& clause, const std::string& lineage,
                       const std::vector<uint32_t>& before);
  void declare_captured(const Plan& plan, size_t rule);
  void capture(const Plan& plan, size_t rule, const Term& term);
  uint8_t kind_number(const std::string& kind);
  int clock_number(const Plan& plan, const calendar::PeriodRule& rule);
  // A subject that an earlier program has stands for its family: that one, and those beside it
  // which later versions brought, kept for the same.
  uint32_t subject_number(const Plan& plan, const Subject& subject);
  uint32_t family_of(SubjectKind kind);
  void know_places();
  // The cell of this label in the family, made when new: in a block that is laid out already there
  // is no room for it.
  struct CellPlace {
    uint32_t subject = 0;
    uint32_t cell = 0;
  };
  CellPlace place_cell(uint32_t family, const std::string& label);
  CellPlace add_cell(uint32_t family, const std::string& label);
  // The same of a subject that is an object's, all cells of which are in one frame.
  uint32_t object_cell(uint32_t subject, const std::string& label) {
    return place_cell(subject, label).cell;
  }
  LimitKind limit_kind(const Plan& plan, const Rule& rule, const Limit& limit,
                       const std::string& words);
  // What the effect owes for: of an object, whoever is paid.
  static Subject subject_of(const Rule& rule, const Effect& effect);
  // Budgets (budgets.cc). A number stands for the same in all programs that go on from one.
  void declare_budgets(const Plan& plan);
  std::optional<uint32_t> budget_named(const Plan& plan, const std::string& name) const;
  uint32_t asked_budget(const Plan& plan, const Effect& effect);
  void pay_from_budget(const Plan& plan, const Rule& rule, const Effect& effect,
                       const std::string& label, Clause& clause);
  RoleAsk ask_of(const Plan& plan, size_t event, uint32_t clause);
  void add_asks(const Plan& plan, size_t event, size_t first_code, RoleProgram& role);

  uint32_t measure_number(const MeasureKind& measure);
  uint32_t clause_number(Clause clause);
  uint32_t openings_number(const Plan& plan, const Subject& subject);

  // Challenges (challenges.cc). REQUIRES: the clauses are declared.
  void declare_challenges(const Plan& plan);
  void declare_ladders(const Plan& plan);
  uint32_t score_number(const Plan& plan, const Challenge& challenge);
  uint32_t prizes_number(const ChallengeKind& challenge);

  // Goals that TARGET says (goals.cc).
  size_t goal_number(const Plan& plan, const Target& target) const;
  void name_goal(const Plan& plan, const Target& target, size_t number);
  void compile_goal(const Plan& plan, const Target& target);
  void compile_goals(const Plan& plan);
  // What is asked when a period is closed (closings.cc).
  void compile_closings(const Plan& plan);
  void compile_closing(const Plan& plan, int owner, const calendar::PeriodRule& period);
  ClosingKind::Rule closing_rule(const Plan& plan, size_t rule, ClosingKind& closing);
  void count_at_close(const Plan& plan, size_t rule, ClosingKind::Rule& made);
  // What is shown of targets (targets.cc).
  CodeAt goal_code(const Plan& plan, const Target& target);
  void compile_target(const Plan& plan, const Target& target);
  void compile_targets(const Plan& plan);
  // Where the subjects of this owner that have further keys find them, by names_.
  void add_frames(int owner, RoleProgram& role) const;

  void compile_late(const Plan& plan, size_t event);
  void compile_event(const Plan& plan, size_t event);
  void compile_lines(const Plan& plan, size_t event);
  void compile_asks(const Plan& plan, size_t event);
  // Who stands above accounts (climbs.cc).
  void compile_climbs(const Plan& plan, size_t event);
  void compile_each_above(const Plan& plan, size_t event, int each);
  // What rules credit, for others at the same event (credited.cc). REQUIRES: names_ are those of
  // it.
  void compile_credited(const Plan& plan, size_t event);
  void line_amount(const LineFold& fold, LineFoldSlot& slot);
  void compile_role(const Plan& plan, size_t event, int owner);
  void add_measures(const Plan& plan, size_t event, int owner, PlanPart& part);
  void add_rules(const Plan& plan, size_t event, int owner, PlanPart& part);
  void add_rule(const Plan& plan, size_t r, size_t event, int owner, PlanPart& part);
  void add_owed(const Plan& plan, size_t event, int owner, RoleProgram& role);
  CodeAt filter_code(const Term& when);
  // What yields a number, over the denominator of its own; nothing where it has none, or outside of
  // these windows.
  CodeAt value_code(const Term& number, std::initializer_list<uint32_t> windows = {});
  CodeAt measure_code(const Measure& measure, size_t measure_index, size_t event);
  // What of a rule: all of it, at an event; or what is asked when its period is closed.
  enum class Part : uint8_t { kWhole, kAtClose };
  CodeAt rule_code(const Rule& rule, size_t rule_index, int owner, Names& names,
                   Part part = Part::kWhole);
  void nothing_owed(CodeWriter& writer, const std::vector<uint32_t>& clauses, int guard);
  RoleObject object_of(const Plan& plan, size_t event, int owner) const;
  CodeAt take_back_code(const Rule& rule, size_t rule_index);
  void note_owed_again(size_t rule_index, CodeAt begin);
  CodeAt effect_code(CodeWriter& writer, const Effect& effect, uint32_t clause);
  void times_code(CodeWriter& writer, const Effect& effect, uint32_t clause, Label& missing);
  RoleProgram& role_program(uint16_t type, uint8_t slot);
  // Compiling stops there, so that a short text cannot take all memory.
  bool is_too_long() const { return program_.code.size() > kCodeMax; }

  Program program_;
  const Program* before_ = nullptr;                            // that it goes on from
  std::map<calendar::PeriodRule, uint32_t> counted_subjects_;  // of the plan at hand
  std::vector<std::vector<uint32_t>> families_;  // by subject: those of its family, ascending
  std::map<std::string, uint32_t> family_by_name_;
  std::map<std::pair<uint32_t, std::string>, CellPlace> cells_;   // by family and label
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> measure_of_;  // by subject and cell
  std::map<std::pair<uint64_t, int64_t>, uint32_t> clause_of_;    // by lineage and version
  std::vector<std::vector<uint8_t>> identity_;                    // by schema type and slot
  std::map<Subject, uint32_t> subjects_;                          // of the plan at hand
  std::map<Subject, uint32_t> openings_;         // the same: limits of what opened in a period
  Names names_;                                  // of the plan and event at hand
  Names object_names_;                           // the same in rules per object
  ObjectCompiler objects_;                       // of the plan at hand
  std::vector<uint32_t> wallet_of_unit_;         // of the plan at hand
  std::vector<std::vector<uint32_t>> clause_;    // of the plan at hand: by rule and effect
  std::vector<uint32_t> file_tables_;            // of the plan at hand: by table
  std::vector<uint32_t> group_;                  // of the plan at hand: Program::groups
  std::vector<uint32_t> budget_;                 // of the plan at hand: Program::budgets
  std::vector<std::vector<Captured>> captured_;  // of the plan at hand: by rule
  std::vector<bool> is_noted_;                   // the same: rules of Program::owed_again
  std::vector<bool> follows_;                    // the same: entitlements that follow objects
  std::vector<bool> settles_;            // the same: that read what is settled behind its layer
  std::vector<uint32_t> window_;         // of the plan at hand: by rule, or kNowhere
  std::vector<uint32_t> acts_;           // the same: when this version of it acts
  std::vector<uint32_t> takes_back_;     // the same: when this version of it takes back
  std::vector<uint16_t> type_of_event_;  // of the plan at hand
  int plan_index_ = 0;
  bool too_deep_ = false;
};

}  // namespace guerdon::plan
