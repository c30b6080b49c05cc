// The way that an event took through the code of a rule (Machine::trace_rule), read: which
// condition of the plan's text it did not pass, or what its amount lacked.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/history/input_words.h"
#include "engine/program/clause_trace.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"
#include "engine/syntax/source.h"

namespace guerdon::history {

// What was in the way: Reason::what, its sentence, and its fields.
//   condition, filter   at (line:column), text; left, right: what its sides were; where several
//                       parts of it were false, each with its number behind: text 1, left 1 ...
//   missing, no_row     the same of a condition; missing: the name of what is
//   window              from, until, instant
struct Blocked {
  std::string_view what;
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> fields;
};

// Borrows all that it is given. Thread-safety: one thread at a time.
class RulePath {
 public:
  RulePath(const plan::Program& program, int plan, const InputWords& words,
           const plan::Symbols& symbols, const plan::ClauseTrace& trace)
      : program_(program),
        plan_(program.plans[static_cast<size_t>(plan)]),
        words_(words),
        symbols_(symbols),
        trace_(trace) {}

  // Why the event does not count. REQUIRES: trace.is_filtered.
  Blocked filtered() const;
  // What kept the rule from its effects; nothing: it came to them.
  std::optional<Blocked> blocked(const plan::ClauseCode& code) const;
  // What kept this one of its effects from applying; nothing: it did, or it was not come to.
  std::optional<Blocked> not_reached(const plan::ClauseCode& code) const;
  // Whether it came to where the clause asks.
  bool is_asked(const plan::ClauseCode& code) const;
  // Whether it owes nothing because its amount is missing.
  bool is_missing(const plan::ClauseCode& code) const;
  // What its amount lacked. REQUIRES: it came to the effects, and its amount is missing.
  Blocked missing_amount(const plan::ClauseCode& code) const;

 private:
  using Steps = std::span<const plan::PathStep>;

  plan::Op op_of(const plan::PathStep& step) const { return program_.code[step.at].op; }
  // Those of code in [begin, end), where they are together.
  static Steps within(Steps path, plan::CodeAt begin, plan::CodeAt end);
  // The first that is not true of those whose code begins there.
  const plan::Conjunct* first_false(Steps path, plan::CodeAt begin) const;
  Blocked by_conjunct(std::string_view what, const plan::Conjunct& conjunct, Steps path) const;
  void add_sides(const plan::Conjunct& conjunct, Steps path, Blocked& found) const;
  const plan::Comparison* comparison_at(plan::CodeAt at) const;
  std::string side(const plan::Comparison& made, bool is_left, base::Int128 value) const;
  // What ended the steps is something missing: its reason, name and sentence.
  std::optional<Blocked> lack(Steps steps) const;
  Blocked no_row(uint32_t table, Steps steps) const;
  Blocked below_milestones(int64_t first, Steps steps) const;
  static Blocked no_goal();
  static Blocked no_sample();
  Blocked outside(const plan::Instruction& within) const;
  plan::SourceText source_of(const plan::Conjunct& conjunct) const;
  std::string place_of(const plan::Conjunct& conjunct) const;

  const plan::Program& program_;
  const plan::LoadedPlan& plan_;
  const InputWords& words_;
  const plan::Symbols& symbols_;
  const plan::ClauseTrace& trace_;
};

}  // namespace guerdon::history
