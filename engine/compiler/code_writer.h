// Writes the code of terms and conditions: the leaf of the compiler.
//
// A term becomes code that leaves its numerator in a register, over the denominator `den_of` says.
// A condition becomes code that falls through when it is true and jumps when it is not. Conditions
// are written in negation normal form: `not` is pushed down to the comparisons, and a comparison
// with a missing side jumps either way. For conditions made of `and` and `or` alone that is exactly
// Kleene's logic with "unknown counts as not true" at the top (checked.h), since both are monotone.
//
// Ownership: borrows the program and the plan while it lives.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/program/program.h"

namespace guerdon::plan {

// A place in the code that jumps may name before it is known.
struct Label {
  std::vector<uint32_t> uses;   // instructions whose target it is
  std::vector<uint32_t> nones;  // look-ups that go on there when the row says `none`

  bool is_used() const { return !uses.empty() || !nones.empty(); }
};

// Where an event type has what a rule per object reads of it: kFirst, kHighest, kCame.
struct FactSlot {
  TermKind kind = TermKind::kCame;
  int attribute = -1;
  int event = -1;
  int slot = -1;
  bool operator==(const FactSlot&) const = default;
};

// Where a rule per object keeps what a measure was when it opened.
struct Captured {
  int measure = -1;  // of Plan::measures
  tree::Moment moment = tree::Moment::kBefore;
  uint32_t cell = 0;
};

// What the names of a plan mean in one event type.
struct Names {
  const Plan* plan = nullptr;
  std::vector<int> slots;          // by attribute; -1: this event type does not declare it
  std::vector<uint32_t> tables;    // by table: Program::tables
  std::vector<uint32_t> measures;  // by measure: Program::measures
  std::vector<uint32_t> known;     // by Plan::holder: Program::subjects
  std::vector<FactSlot> facts;     // of its object
  std::vector<Captured> captured;  // of the rule at hand, if it is kept for the object
  uint32_t version = 0;            // of LoadedPlan::versions: whose text is at hand
  uint16_t instant = kAtEvent;     // of the rule at hand: for what is known of its account, and
                                   // for what changes on a day

  // Of an attribute or a fact; -1: this event type has none.
  int slot_of(const Term& term) const;
};

// The least denominator over which both stand. REQUIRES: it fits, as the checker's bounds
// (bounds.h) have made sure of what they let through.
int64_t common_den(int64_t a, int64_t b);

class CodeWriter {
 public:
  CodeWriter(Program& program, const Names& names) : program_(program), names_(names) {}

  // The numerator of `term` in register `r`; a missing value jumps. REQUIRES: a number.
  void number(const Term& term, int r, Label& missing);
  // The same over `den`, a multiple of the term's own.
  void number_over(const Term& term, int64_t den, int r, Label& missing);
  // The same for a clause, with probes where its basis and its rate are.
  void amount(const Term& term, int64_t den, int r, Label& missing, uint32_t clause);
  // Falls through when `term` (or its negation) is true.
  void condition(const Term& term, bool negated, Label& no);
  // The same for `when` of a rule or an event: notes where each of its conjuncts is.
  void conjuncts(const Term& when, Label& no);

  // The denominator over which `number` leaves a term.
  int64_t den_of(const Term& term) const;
  int64_t column_den(const Term& term) const;

  CodeAt here() const { return static_cast<CodeAt>(program_.code.size()); }
  void op(Op op) { emit({.op = op}); }
  void jump(Label& to);
  // Goes on at `to` unless the event occurred within Program::windows[window].
  void unless_within(uint32_t window, Label& to);
  void unless_closed(int clock, Label& to);
  void constant(int r, base::Int128 value);
  void post(Op op, int r, uint32_t clause);
  void yield(int r);
  void move(Op op, int r, uint32_t measure);
  void min(int r, int with);
  // Of registers that terms do not use (kAmountRegister, kFactorRegister), and of one of a term.
  void combine(Op op, int to, int with);
  void copy(int to, int from);
  void scale_kept(int r, base::Int128 factor);
  // For who traces it: register 0 has what the clause came to before it was multiplied; a factor.
  void probe_base(uint32_t clause, int unit, int64_t den);
  void probe_factor(uint32_t clause, size_t place, int64_t den);
  void object(uint32_t clause, Label& none);
  void open(uint32_t clause);
  void capture(const Captured& captured);
  void settle(int below);
  void bind(Label& label);

  // An expression needed more registers than there are.
  bool too_deep() const { return too_deep_; }

 private:
  uint32_t emit(Instruction instruction);
  void emit_to(Instruction instruction, Label& target);
  uint8_t reg(int r);
  uint8_t scale_of(const Term& term) const;
  void probe(Probe::What what, const Term& term, int r);
  void conjunct(const Term& term, Label& no);
  // Of the instruction that comes next.
  void note_comparison(const Term& term, const Term* left, const Term* right, bool is_swapped);
  uint32_t constant_index(base::Int128 value);
  void scale(int r, base::Int128 factor);
  void key(const Term& term, int r);
  void keys(const Term& term, size_t count, int r);
  void scalar(const Term& term, int r, Label& missing);  // a number, or a text as its symbol

  void sum(const Term& term, int r, Label& missing);
  void product(const Term& term, int r, Label& missing);
  void plain(const Term& term, int r, Label& missing);
  void extreme(const Term& term, int r, Label& missing);
  void per_full(const Term& term, int r, Label& missing);
  void halves(const Term& average, int r, Label& missing);
  void lookup(const Term& term, int r, Label& missing);
  void lookup_in(const Term& term, uint32_t table, int r, Label& missing);
  void dated(const Term& term, int r, Label& missing);
  // Writes what holds from each of these days on, the last day first, and what held before: each
  // by `write`, called with how many of the days have come.
  template <typename Write>
  void by_day(const std::vector<base::TimeMs>& days, Write write);
  std::vector<base::TimeMs> days_of(const Term& term) const;
  // A table or its version that holds when so many of its days have come: of Program::tables.
  uint32_t version(const Term& term, size_t days) const;
  void choose(const Term& term, int r, Label& missing);
  void share(const Term& term, int r, Label& missing);
  // average_code.cc
  void summed(const Term& term, int64_t den, int r, Label& missing);
  void samples(const Term& term, int r, Label& missing);
  void multiply(int to, int with);
  void times_samples(const Term& average, int to, int r, Label& missing);
  void sides(const Term& term, Label& no);
  void round_average(const Term& term);
  void percent(const Term& term, int r, Label& missing);
  void percent_within(const Term& term, int r, Label& missing);
  void each_part(const Term& term, int r, Label& missing);
  void attribute(const Term& term, int r, Label& missing);
  void held(const Term& term, int r, Label& missing);
  void measure(const Term& term, int r, Label& missing);
  Instruction captured(Op op, const Captured& captured) const;

  void all_of(const Term& term, bool negated, Label& no);
  void any_of(const Term& term, bool negated, Label& no);
  void compare(const Term& term, bool negated, Label& no);
  void in(const Term& term, bool negated, Label& no);
  void in_table(const Term& term, bool negated, Label& no);
  void has(const Term& term, bool negated, Label& no);
  void has_held(const Term& term, bool negated, Label& no);
  void truth(const Term& term, bool negated, Label& no);

  const Lookup& table(const Term& term) const {
    return program_.tables[names_.tables[static_cast<size_t>(term.index)]];
  }

  Program& program_;
  const Names& names_;
  std::optional<uint32_t> probed_;  // the clause whose amount the next term is, whole
  bool notes_ = false;              // conjuncts
  bool too_deep_ = false;
};

}  // namespace guerdon::plan
