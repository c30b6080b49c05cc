// Types one expression: from the syntax tree to a term of the checked tree. Internal to the
// checker.
//
// A number that is written without a unit is *bare* until something beside it says what it is:
// `500.00` in `amount >= 500.00` becomes 50000 minor units of GBP, in `rate * 1.5` a ratio. Where
// nothing stands beside it, a whole number is a count and one with decimals a ratio.
//
// Names of `param`, `let` and `list` are replaced on the way, and constants folded.
//
//   Typer typer(checking, scope);
//   if (TermPtr when = typer.condition(*written)) ...   // null: a mistake, told
#pragma once

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "engine/plan/check_state.h"
#include "engine/plan/checked.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

// Who reads: it decides which names mean something.
enum class Reader : uint8_t {
  kConstant,     // params, cells, values of named tables: no event at all
  kEvent,        // `when` of an event: attributes
  kMeasure,      // value and `where` of a measure: attributes
  kOneShot,      // a rule without `per`: attributes, measures
  kItem,         // `when` of an item: what is known of the account that redeems
  kEntitlement,  // a rule with `per`: its subject's keys, measures kept for the same
  kObject,       // a rule per object: attributes of the object, measures of whom it pays
  kLine,         // `where` behind `over lines`, amounts of a rule per line: attributes of a line
  kUnused,       // a `let` that nobody uses: any name of the plan
};

struct Scope {
  Reader reader = Reader::kConstant;
  AttributeSet visible;              // what the events declare that run this
  EventSet events;                   // which events these are
  const Subject* subject = nullptr;  // kEntitlement, kMeasure: what it is kept for
  int target = -1;                   // whose milestones are read: its names need no `T.`
  int above = -1;                    // who is paid for standing above: an attribute, and what he
  std::string_view above_word = {};  // is called in the amount: `manager's title`
  absl::flat_hash_map<std::string_view, Definition>* lets = nullptr;  // of the rule, or null
};

// Adds an event to those of a scope.
void add_event(const Checking& checking, int event, Scope& scope);

struct Typed {
  TermPtr term;       // null: a mistake, told
  bool bare = false;  // a constant kNumber whose type is not decided
  int decimals = 0;   // of a bare number, as written
  Span span;          // where it is used

  explicit operator bool() const { return term != nullptr; }
  Type type() const { return term->type; }
};

// Whether a bare number is a count where nothing says otherwise.
bool is_whole(const Typed& bare);

// How a value goes with a type.
enum class Fit : uint8_t { kFits, kDiffers, kTold };

class Typer {
 public:
  Typer(Checking& checking, const Scope& scope) : checking_(checking), scope_(scope) {}

  // A term of type kBool, or null.
  TermPtr condition(const tree::Expr& written);
  // Any term; a bare number stays bare.
  Typed value(const tree::Expr& written);
  // The same of what a table is asked with: an average, too.
  Typed asked_with(const tree::Expr& written);
  // A number, a bare one being a count or a ratio.
  Typed number(const tree::Expr& written);
  // What a `let` stands for that nobody reads: any term, or an average, which only what compares
  // reads.
  void unread(const tree::Expr& written);

  // The value of a name, checked where it is declared.
  void definition(Definition& definition);

  // Gives a bare number the type `want`. kTold: it cannot have it (too many decimals).
  Fit settle(Typed& typed, Type want);
  // Gives a bare number its own type: count or ratio. REQUIRES: typed has a term.
  static void settle_alone(Typed& typed);
  // Gives all sides the type of the first that is not bare; bare ones stay bare when all are.
  // kDiffers: *first and *other are indexes of sides whose types differ.
  Fit unify(std::vector<Typed>& sides, size_t* first, size_t* other);

  // `T for each part of basis [on top of top]`; the table at `index` is ready. Null: told.
  TermPtr each_part(int index, int column, Span span, std::vector<Typed> basis_and_top);
  // Whether the table at `index` may be asked with these keys: their number, their types, and that
  // they are whole. Bare ones take the table's type. False: told.
  bool check_keys(int index, Span span, std::vector<Typed>& keys);

  // Whether so much of the goal of the scope's target is reached. Null: told. (check_goals.cc)
  TermPtr reached(int64_t percent, Span span);
  // Whether the level of this name is reached on the ladder. Null: told. (check_ladders.cc)
  TermPtr reached(int ladder, const tree::Name& level);
  // A value beside others of the type `beside`: of a level, its name is one.
  Typed cell(const tree::Expr& written, Type beside);

  // The target's goal: a kNumber above 0, or a kGoal. Null: told.
  TermPtr goal_of(int target);

 private:
  void begin();
  Typed visit(const tree::Expr& written);
  Typed dispatch(const tree::Expr& written);
  bool spend_node(Span span);

  // check_names.cc
  Typed name(const tree::Expr& written);
  Typed declared_name(const tree::Expr& written, const Binding& binding);
  Typed unknown_name(const tree::Expr& written);
  Typed expand(const tree::Expr& written, Definition& definition, bool of_rule);
  bool may_read_dated(Span span, const std::string& quoted);
  Typed dated(const Definition& definition);
  void report_circle(Definition& definition);
  Typed attribute(const tree::Expr& written, int index);
  Typed measure(const tree::Expr& written, int index);
  Typed measured(const tree::Expr& written, int index, tree::Moment moment) const;
  bool one_shot_may_read(const tree::Expr& written, int index);
  bool refuse_rolling(const tree::Expr& written, const Measure& measure);
  bool entitlement_may_read(const tree::Expr& written, int index);
  bool object_may_read(const tree::Expr& written, int index);
  bool says_moment(const tree::Expr& written, int index);
  Typed held(const tree::Expr& written);
  bool may_read_held(const tree::Expr& written, int owner);
  Typed has(const tree::Expr& written);
  Typed change(const tree::Expr& written);
  std::string visible_names() const;

  // check_goals.cc
  bool is_of_target(const tree::Expr& written) const;
  Typed own_of_target(const tree::Expr& written);
  Typed of_target(const tree::Expr& written, int target, const std::string& what);
  bool may_read_goal(const tree::Expr& written, int target, const Term& goal);
  bool may_read_entered(const tree::Expr& written, int target);
  bool is_in_goal() const;
  Typed goal(int target, Span span);
  Typed goal_of_plan(int target, Span span);
  TermPtr part_reached(int target, TermPtr achieved, TermPtr goal, int64_t percent, Span span);
  TermPtr samples_beside(int target, const Term& achieved) const;
  Typed percent(int target, Typed achieved, Typed goal, Span span) const;
  Typed remaining(const tree::Expr& written, int target, Typed achieved, Typed goal);
  TermPtr sampled(int target, TermPtr achieved) const;

  // check_credited.cc
  Typed credited(const tree::Expr& written, int rule);
  bool may_read_credited(const tree::Expr& written);

  // check_challenges.cc
  Typed of_challenge(const tree::Expr& written, int challenge);

  // check_ladders.cc
  Typed level_on(const tree::Expr& written, int ladder);
  Typed level_of_account(const tree::Expr& written, int ladder);
  Typed part_of_ladder(const tree::Expr& written, int ladder);
  bool may_read_level(const tree::Expr& written);
  bool may_read_reviewed(const tree::Expr& written, const tree::Ladder& ladder);
  bool is_free_name(const tree::Expr& written) const;
  bool is_level_somewhere(const std::string& name) const;
  bool refuse_lone_level(const tree::Expr& written);
  Typed level_named(const tree::Expr& written, int ladder);
  Typed beside(const tree::Expr& written, const Typed& other);

  // check_lines.cc
  Typed over_lines(const tree::Expr& written);
  bool may_read_lines(const tree::Expr& written);
  bool may_be_read_here(const tree::Expr& written, const Attribute& attribute);
  int line_value(const tree::Expr& written);
  int fold_attribute(const tree::Expr& written, LineFold fold);

  // check_numbers.cc
  Typed literal(const tree::Expr& written);
  Typed unit_literal(const tree::Expr& written);
  Typed duration_literal(const tree::Expr& written);
  Typed text(const tree::Expr& written);
  Typed negation(const tree::Expr& written);
  Typed product(const tree::Expr& written);
  Typed product_of(const tree::Expr& written, Typed a, Typed b);
  bool may_multiply(const tree::Expr& written, const Typed& a, const Typed& b);
  Typed quotient(const tree::Expr& written);
  Typed per_full(const tree::Expr& written);
  Typed of_one_type(const tree::Expr& written);
  Typed constant(Span span, Type type, std::optional<money::Ratio> value, bool bare, int decimals);
  bool all_numbers(const std::vector<Typed>& sides, std::string_view what);

  // check_conditions.cc
  Typed junction(const tree::Expr& written);
  Typed inversion(const tree::Expr& written);
  Typed comparison(const tree::Expr& written);
  bool may_compare(const tree::Expr& written, const std::vector<Typed>& sides);
  Typed membership(const tree::Expr& written);
  Typed in_table(const tree::Expr& written, int table);
  bool add_members(const tree::Expr& written, Term& in);
  bool add_member(const tree::Expr& written, Term& in);

  // check_lookups.cc
  Typed lookup(const tree::Expr& written);
  bool average_may_ask(const Table& table, const Key& key, const Typed& average);
  Typed parts(const tree::Expr& written);
  int table_named(const tree::Expr& written);
  int column_of(const tree::Expr& written, int index);
  bool add_otherwise(const tree::Expr& written, Term& lookup);

  // check_file_tables.cc
  Typed lookup_in_file(const tree::Expr& written, int index, int column,
                       const std::vector<Typed>& keys);
  std::optional<std::vector<int>> keys_for_file(const tree::Expr& written, const Table& table,
                                                const std::vector<Typed>& keys);
  bool is_asked_here(const tree::Expr& written, const Table& table, const std::vector<int>& keys);
  int table_attribute(const tree::Expr& written, TableAsk ask);

  Checking& checking_;
  const Scope& scope_;
  std::vector<Definition*> expanding_;
  bool constant_ = false;        // inside a param
  bool global_ = false;          // inside a definition of the plan: a rule's lets are not seen
  bool may_be_average_ = false;  // what is visited next
  int nodes_ = 0;
  int depth_ = 0;
};

// achieved, goal, percent, remaining, reached. (check_goals.cc)
bool is_word_of_target(std::string_view text);

TermPtr make_term(TermKind kind, Type type, Span span);

// Of a level: from here on it is a count.
void settle_level(Term& term);
// `bronze, silver or gold`
std::string level_names(const Checking& checking, int ladder);

inline constexpr Type kConditionType{TypeKind::kBool, -1};
inline constexpr Type kCountType{TypeKind::kCount, -1};
inline constexpr Type kRatioType{TypeKind::kRatio, -1};
inline constexpr Type kTextType{TypeKind::kText, -1};
inline constexpr Type kDurationType{TypeKind::kDuration, -1};

}  // namespace guerdon::plan
